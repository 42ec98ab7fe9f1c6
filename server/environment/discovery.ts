import { existsSync, readFileSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Interpreter, probe, unfitAsBase } from './interpreter.ts';
import { allOnPath, pythonIn, pythonsUnder } from './layout.ts';
import type { ProbeCache } from './probeCache.ts';
import { pythonMinors } from './support.ts';

/** The Pythons of this machine that can carry an engine environment, the best first, and what the others lack. */
export interface Discovery {
  usable: Interpreter[];
  /** Lines like "Python 3.11.7 at /usr/bin/python3 (not 3.12, 3.13 or 3.14)". */
  refused: string[];
  /** All that answered. */
  all: Interpreter[];
}

/** Looks everywhere a Python can be; those a version manager keeps off PATH as well. */
export async function discoverPythons(
  home: string,
  probes: ProbeCache,
  env: NodeJS.ProcessEnv,
): Promise<Discovery> {
  // The name under which a file was found first is kept: the real one of some installers changes with each update.
  const byFile = new Map<string, string>();
  for (const file of candidateFiles(home, env)) {
    const key = canonical(file);
    if (!byFile.has(key)) byFile.set(key, file);
  }
  const files = [...byFile.values()];
  const answers = await Promise.all([
    ...files.map(async (file) => ({ where: file, answer: await probes.probe(file) })),
    ...launcherCommands().map(async (command) => ({
      where: command.join(' '),
      answer: await probe(command, env),
    })),
  ]);
  const found = new Map<string, Interpreter>();
  const refused: string[] = [];
  for (const { where, answer } of answers) {
    if (typeof answer === 'string') refused.push(`${where} (${answer})`);
    else if (!found.has(canonical(answer.executable))) found.set(canonical(answer.executable), answer);
  }
  const usable: Interpreter[] = [];
  for (const python of found.values()) {
    const trouble = unfitAsBase(python);
    if (trouble) refused.unshift(`Python ${python.version} at ${python.executable} (${trouble})`);
    else usable.push(python);
  }
  return { usable: usable.sort((a, b) => rank(a) - rank(b)), refused, all: [...found.values()] };
}

function rank({ version }: Interpreter): number {
  const minor = Number(version.split('.')[1]);
  return pythonMinors.indexOf(minor);
}

function candidateFiles(home: string, env: NodeJS.ProcessEnv): string[] {
  const names = [...pythonMinors.map((minor) => `python3.${minor}`), 'python3', 'python'];
  return [
    ...names.flatMap((name) => allOnPath(name, env)),
    ...versionFolders(home, env).flatMap(pythonsUnder),
    ...condaFolders(env).flatMap((folder) => pythonIn(folder) ?? []),
    ...systemPlaces(env),
  ].filter((file) => existsSync(file));
}

/** Folders of version managers: one folder below for each Python. */
function versionFolders(home: string, env: NodeJS.ProcessEnv): string[] {
  const user = os.homedir();
  const data = env.XDG_DATA_HOME ?? path.join(user, '.local', 'share');
  const roaming = env.APPDATA ?? path.join(user, 'AppData', 'Roaming');
  return [
    path.join(env.PYENV_ROOT ?? path.join(user, '.pyenv'), 'versions'),
    path.join(env.PYENV ?? path.join(user, '.pyenv', 'pyenv-win'), 'versions'),
    env.UV_PYTHON_INSTALL_DIR ?? path.join(data, 'uv', 'python'),
    path.join(roaming, 'uv', 'python'),
    path.join(user, '.asdf', 'installs', 'python'),
    path.join(env.MISE_DATA_DIR ?? path.join(data, 'mise'), 'installs', 'python'),
    path.join(home, 'python'),
  ];
}

/** conda's base and environments, without starting conda: it keeps a list of them. */
function condaFolders(env: NodeJS.ProcessEnv): string[] {
  const user = os.homedir();
  const roots = ['miniforge3', 'mambaforge', 'miniconda3', 'anaconda3'].flatMap((name) => [
    path.join(user, name),
    path.join('/opt', name),
  ]);
  roots.push('/opt/conda', '/opt/homebrew/Caskroom/miniforge/base');
  if (env.CONDA_EXE) roots.unshift(path.dirname(path.dirname(env.CONDA_EXE)));
  return [...(env.CONDA_PREFIX ? [env.CONDA_PREFIX] : []), ...roots, ...condaList(user)];
}

function condaList(user: string): string[] {
  try {
    return readFileSync(path.join(user, '.conda', 'environments.txt'), 'utf8')
      .split(/\r?\n/)
      .filter(Boolean);
  } catch {
    return [];
  }
}

/** Where installers put Python; a program started from a dock or menu may not have these on PATH. */
function systemPlaces(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'win32') {
    const roots = [
      path.join(env.LOCALAPPDATA ?? '', 'Programs', 'Python'),
      env.ProgramFiles ?? 'C:\\Program Files',
      'C:\\',
    ];
    return pythonMinors.flatMap((minor) =>
      roots.map((root) => path.join(root, `Python3${minor}`, 'python.exe')),
    );
  }
  return pythonMinors.flatMap((minor) => {
    const folders = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin'];
    if (process.platform === 'darwin') {
      folders.unshift(`/Library/Frameworks/Python.framework/Versions/3.${minor}/bin`);
    }
    return folders.map((folder) => path.join(folder, `python3.${minor}`));
  });
}

/** The Windows launcher knows Pythons that are nowhere else. */
function launcherCommands(): [string, ...string[]][] {
  if (process.platform !== 'win32') return [];
  return pythonMinors.map((minor) => ['py', `-3.${minor}`]);
}

/** One name for a file that several links lead to. An environment's own link keeps its name: it is another Python. */
function canonical(file: string): string {
  if (existsSync(path.join(path.dirname(file), '..', 'pyvenv.cfg'))) return file;
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}
