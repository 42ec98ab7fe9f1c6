import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The interpreter of a virtual or conda environment, if the folder is one. */
export function pythonIn(folder: string, platform: NodeJS.Platform = process.platform): string | undefined {
  const places =
    platform === 'win32'
      ? [path.join('Scripts', 'python.exe'), 'python.exe']
      : [path.join('bin', 'python'), path.join('bin', 'python3')];
  return places.map((place) => path.join(folder, place)).find((file) => existsSync(file));
}

/** The interpreters of all folders in `folder`, as version managers keep them; the newest name first. */
export function pythonsUnder(folder: string): string[] {
  return subfolders(folder).flatMap((name) => pythonIn(path.join(folder, name)) ?? []);
}

/** The file a command name stands for, searched on PATH as a shell does. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return allOnPath(name, env)[0];
}

export function allOnPath(name: string, env: NodeJS.ProcessEnv): string[] {
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  return folders
    .flatMap((folder) => endings.map((ending) => path.resolve(folder, name + ending)))
    .filter((file) => existsSync(file));
}

function subfolders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return names.map(({ name }) => name).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  } catch {
    return [];
  }
}
