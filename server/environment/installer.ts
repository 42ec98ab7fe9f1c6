import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { QuarterdeckError } from '../protocol/errors.ts';
import { installerFailure } from './failure.ts';
import { type Interpreter, pythonEnvironment } from './interpreter.ts';
import { allOnPath, pythonIn } from './layout.ts';
import { parsePipConfig, pipVariables, uvVariables } from './pipSettings.ts';
import { compare } from './support.ts';
import { cancelled } from './turn.ts';

/** Where an installer runs, and what the user allowed it. */
export interface InstallContext {
  home: string;
  env: NodeJS.ProcessEnv;
  offline: boolean;
  /** Folder of wheels; nothing else is used when it is given with `offline`. */
  wheels?: string | undefined;
  signal?: AbortSignal | undefined;
  report: (step: string) => void;
}

/** What makes an environment and fills it. */
export interface Installer {
  name: string;
  create(base: Interpreter, folder: string): Promise<void>;
  install(base: Interpreter, folder: string, lock: string): Promise<void>;
}

/** Older versions lack options that are used here. */
const minimumUv = [0, 5] as const;

/** uv where it can be had, else pip: the same lock, only slower. */
export async function findInstaller(
  pythons: readonly Interpreter[],
  context: InstallContext,
): Promise<Installer> {
  const uv = await findUv(pythons, context);
  return uv ? uvInstaller(uv, await uvEnvironment(pythons, context), context) : pipInstaller(context);
}

/** The user's uv, else our private copy, which is fetched when there is none. */
export async function findUv(
  pythons: readonly Interpreter[],
  context: InstallContext,
): Promise<string | undefined> {
  const user = os.homedir();
  const folders = [path.join(user, '.local', 'bin'), path.join(user, '.cargo', 'bin'), '/opt/homebrew/bin'];
  const beside = folders
    .map((folder) => path.join(folder, executable('uv')))
    .filter((file) => existsSync(file));
  for (const file of [...allOnPath('uv', context.env), ...beside])
    if (await isUsableUv(file, context)) return file;
  const own = path.join(context.home, 'tools', 'uv');
  return uvIn(own) ?? (await fetchUv(own, pythons, context));
}

/** Downloads a Python that needs no installation; the last resort. */
export async function downloadPython(
  pythons: readonly Interpreter[],
  context: InstallContext,
): Promise<void> {
  const uv = await findUv(pythons, context);
  if (!uv) return;
  context.report('Downloading Python 3.13');
  const env = {
    ...(await uvEnvironment(pythons, context)),
    UV_PYTHON_INSTALL_DIR: path.join(context.home, 'python'),
    // Ours alone: no link in the user's PATH, no entry in the registry.
    UV_PYTHON_INSTALL_BIN: '0',
    UV_PYTHON_INSTALL_REGISTRY: '0',
  };
  await run('Downloading Python', uv, ['python', 'install', '3.13'], env, context);
}

function uvInstaller(uv: string, env: NodeJS.ProcessEnv, context: InstallContext): Installer {
  return {
    name: 'uv',
    create: (base, folder) =>
      run(
        'Creating the environment',
        uv,
        ['venv', '--quiet', '--python', base.executable, folder],
        env,
        context,
      ),
    install: (_base, folder, lock) => {
      const args = [
        'pip',
        'install',
        '--python',
        pythonOf(folder),
        '--only-binary',
        ':all:',
        // Compiled now, or each engine process would compile it anew: two seconds at every start.
        '--compile-bytecode',
        ...sources(context),
      ];
      if (context.offline) args.push('--offline');
      return run('Installing the packages', uv, [...args, '-r', lock], env, context);
    },
  };
}

function pipInstaller(context: InstallContext): Installer {
  const env = pipEnvironment(context.env);
  return {
    name: 'pip',
    create: (base, folder) => {
      if (!base.ensurepip && !base.pip) throw noInstaller(base);
      const bare = base.ensurepip ? [] : ['--without-pip'];
      return run('Creating the environment', base.executable, ['-m', 'venv', ...bare, folder], env, context);
    },
    install: (base, folder, lock) => {
      const python = pythonOf(folder);
      // Debian's Python may have pip but no ensurepip: then its pip works on the environment from outside.
      const pip = base.ensurepip ? [python, '-m', 'pip'] : [base.executable, '-m', 'pip', '--python', python];
      const [file = python, ...args] = pip;
      const all = [
        ...args,
        'install',
        '--only-binary',
        ':all:',
        '--no-input',
        ...sources(context),
        '-r',
        lock,
      ];
      return run('Installing the packages', file, all, env, context);
    },
  };
}

async function fetchUv(
  folder: string,
  pythons: readonly Interpreter[],
  context: InstallContext,
): Promise<string | undefined> {
  const python = pythons.find(
    ({ pip, version }) => pip && compare(version.split('.').map(Number), [3, 8]) >= 0,
  );
  if (!python || (context.offline && !context.wheels)) return undefined;
  context.report('Fetching uv, the installer');
  const fresh = `${folder}-${process.pid}`;
  try {
    const args = ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', '--no-deps', '--no-input'];
    args.push(...sources(context), '--target', fresh, `uv>=${minimumUv.join('.')},<1`);
    await run('Fetching uv', python.executable, args, pipEnvironment(context.env), context);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    // What stops this download stops all others; anything else may be uv's alone, and pip is still there.
    const fatal = ['NO_NETWORK', 'DISK_FULL', 'CANCELLED'];
    if (error instanceof QuarterdeckError && fatal.includes(error.code)) throw error;
    return undefined;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return uvIn(folder);
}

async function uvEnvironment(
  pythons: readonly Interpreter[],
  { env, signal }: InstallContext,
): Promise<NodeJS.ProcessEnv> {
  const clean = pythonEnvironment(env);
  const python = pythons.find(({ pip }) => pip);
  const options = {
    env: clean,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    windowsHide: true,
  } as const;
  const asked = python
    ? await execa(python.executable, ['-m', 'pip', 'config', 'list'], {
        ...options,
        timeout: 30_000,
        ...(signal ? { cancelSignal: signal } : {}),
      })
    : undefined;
  const pip = asked?.exitCode === 0 ? parsePipConfig(asked.stdout) : pipVariables(env);
  const noIndex = pip.noIndex ? { UV_NO_INDEX: '1' } : {};
  return { ...clean, ...uvVariables(pip, env), ...noIndex };
}

/** pip waits for a dead network much longer than anyone does. */
function pipEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PIP_RETRIES: '2', PIP_DISABLE_PIP_VERSION_CHECK: '1', ...pythonEnvironment(env) };
}

function sources({ offline, wheels }: InstallContext): string[] {
  return [...(offline && wheels ? ['--no-index'] : []), ...(wheels ? ['--find-links', wheels] : [])];
}

async function run(
  task: string,
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  { signal, report, offline, home }: InstallContext,
): Promise<void> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const child = execa(file, args, {
    env,
    extendEnv: false,
    // Not the workspace: its uv.toml and pip settings are not meant for our environment.
    cwd: home,
    stdin: 'ignore',
    all: true,
    reject: false,
    windowsHide: true,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  for await (const line of child.iterable({ from: 'all' })) {
    const download = /^\s*Downloading (\S+) \((.+)\)$/.exec(line);
    if (download) report(`  downloading ${download[1]} (${download[2]})`);
  }
  const result = await child;
  if (result.isCanceled) throw cancelled();
  if (result.exitCode === 0) return;
  throw installerFailure(task, result.all || result.shortMessage || '', offline ? 'offline' : 'online');
}

async function isUsableUv(file: string, { env }: InstallContext): Promise<boolean> {
  const options = { env: pythonEnvironment(env), extendEnv: false, reject: false, timeout: 15_000 } as const;
  const { stdout = '', exitCode } = await execa(file, ['--version'], { ...options, windowsHide: true });
  const version = /^uv (\d+)\.(\d+)/.exec(stdout);
  return exitCode === 0 && version !== null && compare(version.slice(1).map(Number), minimumUv) >= 0;
}

function uvIn(folder: string): string | undefined {
  const places = ['bin', 'Scripts'].map((name) => path.join(folder, name, executable('uv')));
  return places.find((file) => existsSync(file));
}

function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

function pythonOf(folder: string): string {
  const python = pythonIn(folder);
  if (python) return python;
  throw new QuarterdeckError(
    'SETUP_FAILED',
    `The environment in ${folder} was made without an interpreter.`,
    'Set up again; if it stays, install another Python (3.13, 3.12 or 3.14).',
    { path: folder },
  );
}

function noInstaller({ executable: python, version }: Interpreter): QuarterdeckError {
  return new QuarterdeckError(
    'SETUP_FAILED',
    `Python ${version} at ${python} has neither pip nor ensurepip, and there is no uv.`,
    'Install uv (https://docs.astral.sh/uv) or your system’s python3-venv and python3-pip packages, then set up again.',
    { path: python },
  );
}
