import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import { pythonHost } from '../paths.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { type Discovery, discoverPythons } from './discovery.ts';
import { downloadAdvice } from './failure.ts';
import { downloadPython, findInstaller, type InstallContext } from './installer.ts';
import { type Interpreter, pythonEnvironment, unfitAsEngine } from './interpreter.ts';
import { pythonIn } from './layout.ts';
import { checkPlatform, type PlatformFacts, platformFacts } from './platform.ts';
import type { ProbeCache } from './probeCache.ts';
import { cancelled, inTurn } from './turn.ts';

const lockFile = path.join(pythonHost, 'requirements.lock');

/** Written last: a build without it never finished. */
const Marker = z.object({
  /** Folder of the environment, beside the marker. */
  folder: z.string(),
  /** Folder of the Python it was made from; the environment is dead without it. */
  base: z.string(),
  python_version: z.string(),
  nautilus_trader: z.string(),
  installer: z.string(),
});
type Marker = z.infer<typeof Marker>;

export interface ManagedEnvironment {
  python: string;
  interpreter: Interpreter;
  installed: boolean;
}

/** The managed environment of this version's lock, when it is whole. */
export async function findManaged(home: string, probes: ProbeCache): Promise<ManagedEnvironment | undefined> {
  const root = managedRoot(home);
  const marker = readMarker(root);
  const python = marker && existsSync(marker.base) ? pythonIn(path.join(root, marker.folder)) : undefined;
  if (!python) return undefined;
  const interpreter = await probes.probe(python);
  if (typeof interpreter === 'string' || unfitAsEngine(interpreter)) return undefined;
  return { python, interpreter, installed: false };
}

/**
 * Builds the managed environment, unless another process just did. Each build has a folder of its own and counts
 * once the marker names it, so neither an interrupted build nor its orphaned installer can spoil the next.
 */
export async function buildManaged(
  context: InstallContext,
  probes: ProbeCache,
  facts: (folder: string) => PlatformFacts = platformFacts,
): Promise<ManagedEnvironment> {
  const { home, signal, report } = context;
  const root = managedRoot(home);
  ensureWritable(root);
  checkPlatform(facts(root), root);
  const onWait = () => report('Waiting for another set-up of the same environment');
  return inTurn(`${root}.lock`, { signal, onWait }, async () => {
    const done = await findManaged(home, probes);
    if (done) return done;
    for (const name of readdirSync(root)) removeRubbish(path.join(root, name));
    return build(root, context, probes);
  });
}

async function build(root: string, context: InstallContext, probes: ProbeCache): Promise<ManagedEnvironment> {
  const { report } = context;
  const { base, pythons } = await findBase(context, probes);
  const installer = await findInstaller(pythons, context);
  const folder = randomBytes(4).toString('hex');
  const whole = path.join(root, folder);
  try {
    report(`Creating an environment with Python ${base.version} (${base.executable})`);
    await installer.create(base, whole);
    report(`Installing nautilus_trader and what it needs with ${installer.name}`);
    await installer.install(base, whole, lockFile);
    report('Checking that the engine loads');
    const python = pythonIn(whole) ?? whole;
    await checkEngine(python, context);
    const interpreter = await probes.probe(python);
    if (typeof interpreter === 'string') throw broken(interpreter);
    const trouble = unfitAsEngine(interpreter);
    if (trouble) throw broken(trouble);
    writeMarker(root, {
      folder,
      base: baseOf(whole),
      python_version: interpreter.version,
      nautilus_trader: interpreter.nautilusTrader ?? '',
      installer: installer.name,
    });
    return { python, interpreter, installed: true };
  } catch (error) {
    removeRubbish(whole);
    throw error;
  }
}

/** The Python to build from; downloaded when the machine has none and may. */
async function findBase(
  context: InstallContext,
  probes: ProbeCache,
): Promise<{ base: Interpreter; pythons: Interpreter[] }> {
  const { home, env, offline, wheels, report } = context;
  report('Looking for a Python 3.12 to 3.14');
  let discovery = await discoverPythons(home, probes, env);
  let failure: unknown;
  if (discovery.usable.length === 0 && !offline) {
    try {
      await downloadPython(discovery.all, context);
      discovery = await discoverPythons(home, probes, env);
    } catch (error) {
      if (error instanceof QuarterdeckError && error.code === 'CANCELLED') throw error;
      failure = error;
    }
  }
  const minors = wheels ? wheelMinors(wheels) : [];
  const fitting = discovery.usable.find(({ version }) => minors.includes(Number(version.split('.')[1])));
  const base = fitting ?? discovery.usable[0];
  if (!base) throw noPython(discovery, failure);
  if (offline && wheels && !fitting) throw noWheel(wheels, discovery.usable);
  return { base, pythons: [...discovery.usable, ...discovery.all] };
}

/** The Python 3 minors a folder of wheels was filled for: an engine wheel fits one alone. */
function wheelMinors(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const minor = /^nautilus_trader-.*-cp3(\d+)-/.exec(name)?.[1];
    return minor ? [Number(minor)] : [];
  });
}

/** Loads what every backtest loads, once, so that a broken wheel or a missing system library shows now. */
async function checkEngine(python: string, { env, signal }: InstallContext): Promise<void> {
  const result = await execa(python, ['-c', 'import nautilus_trader.backtest.engine'], {
    env: pythonEnvironment(env),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: 180_000,
    windowsHide: true,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (result.isCanceled) throw cancelled();
  if (result.exitCode === 0) return;
  throw broken(result.stderr.trim().split('\n').at(-1) || result.shortMessage || 'it ended without a word');
}

function noPython({ refused }: Discovery, failure: unknown): QuarterdeckError {
  const shown = refused.slice(0, 6).join('; ');
  const found = shown ? ` Found, but not usable: ${shown}.` : ' None was found at all.';
  const download = failure instanceof Error ? ` Downloading one failed: ${failure.message}` : '';
  return new QuarterdeckError(
    'NO_PYTHON',
    `The engine needs Python 3.12, 3.13 or 3.14 (64-bit CPython).${found}${download}`,
    'Install Python 3.13 (https://www.python.org/downloads, your package manager, pyenv, or "uv python install 3.13"), then set up again.',
    { details: { refused } },
  );
}

function noWheel(folder: string, pythons: Interpreter[]): QuarterdeckError {
  const versions = pythons.map(({ version }) => version).join(', ');
  return new QuarterdeckError(
    'SETUP_FAILED',
    `The folder ${folder} has no wheel of nautilus_trader for a Python of this machine (${versions}).`,
    downloadAdvice,
    { path: folder },
  );
}

function broken(why: string): QuarterdeckError {
  const library = /DLL load failed/i.test(why)
    ? 'Install the Microsoft Visual C++ Redistributable (x64), then set up again.'
    : 'Set up again; if it stays, set QUARTERDECK_PYTHON to a Python that has nautilus_trader 1.231.';
  return new QuarterdeckError('SETUP_FAILED', `The engine was installed but does not load: ${why}`, library);
}

/** An orphaned installer may still be writing, or hold a file open; the next build tries again. */
function removeRubbish(file: string): void {
  try {
    rmSync(file, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  } catch {
    // It is not in the way of a build, which has a folder of its own.
  }
}

function ensureWritable(root: string): void {
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new QuarterdeckError(
      'SETUP_FAILED',
      `The folder ${root} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
      'Make its parent writable for you, or set QUARTERDECK_HOME to a folder that is.',
      { path: root },
    );
  }
}

function managedRoot(home: string): string {
  const text = readFileSync(lockFile, 'utf8').replaceAll('\r\n', '\n');
  return path.join(home, 'env', createHash('sha256').update(text).digest('hex').slice(0, 12));
}

function readMarker(root: string): Marker | undefined {
  try {
    return Marker.parse(JSON.parse(readFileSync(path.join(root, 'complete.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

function writeMarker(root: string, marker: Marker): void {
  const fresh = path.join(root, 'complete.json.new');
  writeFileSync(fresh, `${JSON.stringify(marker, null, 2)}\n`);
  renameSync(fresh, path.join(root, 'complete.json'));
}

function baseOf(folder: string): string {
  const configuration = readFileSync(path.join(folder, 'pyvenv.cfg'), 'utf8');
  return /^home\s*=\s*(.+)$/m.exec(configuration)?.[1]?.trim() ?? folder;
}
