import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { userSettings, workspaceSettings } from '../settings.ts';
import { pythonEnvironment } from './interpreter.ts';
import { onPath, pythonIn } from './layout.ts';

/** A Python that somebody named for the engine. */
export interface NamedPython {
  /** As written: a path, a folder of an environment, or a command. */
  value: string;
  origin: 'flag' | 'variable' | 'settings';
  /** Who named it, as the user knows it. */
  where: string;
}

/** The Python named by flag, environment, workspace file or user file: the first of these. */
export function namedPython(options: {
  workspace: string;
  home: string;
  preferredPython?: string | undefined;
  env: NodeJS.ProcessEnv;
}): NamedPython | undefined {
  const { workspace, home, preferredPython, env } = options;
  if (preferredPython) return { value: preferredPython, origin: 'flag', where: '--python' };
  if (env.QUARTERDECK_PYTHON) {
    return { value: env.QUARTERDECK_PYTHON, origin: 'variable', where: 'QUARTERDECK_PYTHON' };
  }
  const { python } = workspaceSettings(workspace);
  if (python) {
    const file = path.join(workspace, 'quarterdeck.json');
    return { value: python, origin: 'settings', where: `"python" in ${file}` };
  }
  const file = path.join(home, 'config.json');
  const value = userSettings(home).python;
  return value ? { value, origin: 'settings', where: `"python" in ${file}` } : undefined;
}

/** The interpreter file a name stands for: relative to the workspace, a folder's own, or a command on PATH. */
export function resolvePython(value: string, workspace: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = path.resolve(workspace, value.replace(/^~(?=$|[\\/])/, env.HOME ?? env.USERPROFILE ?? '~'));
  if (existsSync(file)) return statSync(file).isDirectory() ? pythonIn(file) : file;
  return /[\\/]/.test(value) ? undefined : onPath(value, env);
}

/** Interpreters of the workspace's own environments, the likeliest first. */
export async function* workspacePythons(workspace: string, env: NodeJS.ProcessEnv): AsyncGenerator<string> {
  const folders = [env.UV_PROJECT_ENVIRONMENT, '.venv', 'venv', '.conda', env.VIRTUAL_ENV, env.CONDA_PREFIX];
  for (const folder of folders) {
    const python = folder ? pythonIn(path.resolve(workspace, folder)) : undefined;
    if (python) yield python;
  }
  const poetry = await poetryEnvironment(workspace, env);
  if (poetry) yield poetry;
}

/** Poetry keeps environments outside the workspace, under a name only it can work out. */
async function poetryEnvironment(workspace: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const poetry = usesPoetry(workspace) ? onPath('poetry', env) : undefined;
  if (!poetry) return undefined;
  const result = await execa(poetry, ['env', 'info', '-p'], {
    cwd: workspace,
    env: pythonEnvironment(env),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: 10_000,
    windowsHide: true,
  });
  const folder = result.exitCode === 0 ? result.stdout.trim().split('\n').at(-1)?.trim() : undefined;
  return folder ? pythonIn(folder) : undefined;
}

function usesPoetry(workspace: string): boolean {
  const text = readText(path.join(workspace, 'pyproject.toml'));
  return text !== undefined && /^\s*\[tool\.poetry(\]|\.)/m.test(text);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}
