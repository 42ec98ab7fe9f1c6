import { homeDirectory } from '../paths.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { type NamedPython, namedPython, resolvePython, workspacePythons } from './choice.ts';
import { type Interpreter, unfitAsEngine } from './interpreter.ts';
import { buildManaged, findManaged, type ManagedEnvironment } from './managed.ts';
import type { PlatformFacts } from './platform.ts';
import { ProbeCache } from './probeCache.ts';
import { nautilusRange } from './support.ts';

/** A Python with a supported nautilus_trader, ready to run the engine. */
export interface EngineEnvironment {
  /** Absolute path of the interpreter. */
  python: string;
  /** Who decided on it. */
  origin: 'flag' | 'variable' | 'settings' | 'extension' | 'workspace' | 'managed';
  pythonVersion: string;
  nautilusTrader: string;
  /** Null when pandas is missing, which breaks the engine. */
  pandas: string | null;
  /** Built and owned by Quarterdeck, rather than the user's own. */
  managed: boolean;
}

export interface FindOptions {
  workspace: string;
  home?: string;
  /** Named by the user for this purpose: used, or an error says why it cannot be. */
  preferredPython?: string | undefined;
  /** What the editor has chosen for its own purposes: used when it fits. Default: `QUARTERDECK_SUGGESTED_PYTHON`. */
  suggestedPython?: string | undefined;
  env?: NodeJS.ProcessEnv;
}

export interface EnsureOptions extends FindOptions {
  /** Told in a sentence what is being done. */
  report?: (step: string) => void;
  /** No network: packages come from `wheels`, else from the installer's cache. */
  offline?: boolean;
  /** A folder with wheels. */
  wheels?: string | undefined;
  signal?: AbortSignal | undefined;
  /** What the platform offers; told apart only in tests. */
  facts?: (folder: string) => PlatformFacts;
}

/**
 * Finds the engine's Python without installing anything: the one named, the editor's, the workspace's, else ours.
 *
 * @throws QuarterdeckError when one is named (flag, `QUARTERDECK_PYTHON`, settings) that cannot run the engine.
 */
export async function findEnvironment(options: FindOptions): Promise<EngineEnvironment | undefined> {
  const { workspace, home = homeDirectory(), preferredPython, env = process.env } = options;
  const probes = new ProbeCache(home, env);
  const named = namedPython({ workspace, home, preferredPython, env });
  if (named) return useNamed(named, workspace, probes, env);

  const suggested = options.suggestedPython ?? env.QUARTERDECK_SUGGESTED_PYTHON;
  const suggestedFile = suggested ? resolvePython(suggested, workspace, env) : undefined;
  const extension = suggestedFile ? await usable(suggestedFile, probes) : undefined;
  if (extension) return describe(extension, 'extension');

  for await (const python of workspacePythons(workspace, env)) {
    const interpreter = await usable(python, probes);
    if (interpreter) return describe(interpreter, 'workspace');
  }
  const managed = await findManaged(home, probes);
  return managed && describeManaged(managed);
}

/**
 * Finds the engine's Python, and builds our own when there is none.
 *
 * @returns the environment, and whether this call installed it.
 * @throws QuarterdeckError with what is missing on this machine and what to do.
 */
export async function ensureEnvironment(
  options: EnsureOptions,
): Promise<EngineEnvironment & { installed: boolean }> {
  const found = await findEnvironment(options);
  if (found) return { ...found, installed: false };
  const { home = homeDirectory(), env = process.env, offline = false, wheels, signal, facts } = options;
  const report = options.report ?? (() => {});
  const context = { home, env, offline, wheels, signal, report };
  const managed = await buildManaged(context, new ProbeCache(home, env), facts);
  return { ...describeManaged(managed), installed: managed.installed };
}

async function useNamed(
  named: NamedPython,
  workspace: string,
  probes: ProbeCache,
  env: NodeJS.ProcessEnv,
): Promise<EngineEnvironment> {
  const file = resolvePython(named.value, workspace, env);
  if (!file) {
    throw new QuarterdeckError(
      'NO_PYTHON',
      `${named.where} names "${named.value}", and there is no Python there.`,
      `Correct ${named.where}, or remove it to let Quarterdeck find or build an environment.`,
      { path: named.value },
    );
  }
  const interpreter = await probes.probe(file);
  if (typeof interpreter === 'string') {
    throw new QuarterdeckError(
      'PYTHON_UNSUPPORTED',
      `${named.where} names ${file}, which does not run: ${interpreter}.`,
      `Correct ${named.where}, or remove it to let Quarterdeck find or build an environment.`,
      { path: file },
    );
  }
  const trouble = unfitAsEngine(interpreter);
  if (!trouble) return describe(interpreter, named.origin);
  const onlyLacksEngine = /nautilus_trader/.test(trouble);
  throw new QuarterdeckError(
    onlyLacksEngine ? 'ENGINE_NOT_INSTALLED' : 'PYTHON_UNSUPPORTED',
    `${named.where} names ${file}, which cannot run the engine: ${trouble}.`,
    onlyLacksEngine
      ? `Install it there (${file} -m pip install "nautilus_trader${nautilusRange.text}" "pandas<3"), or remove ${named.where} to let Quarterdeck build an environment.`
      : `Name a Python 3.12, 3.13 or 3.14 with nautilus_trader, or remove ${named.where} to let Quarterdeck build an environment.`,
    { path: file },
  );
}

async function usable(python: string, probes: ProbeCache): Promise<Interpreter | undefined> {
  const interpreter = await probes.probe(python);
  return typeof interpreter === 'string' || unfitAsEngine(interpreter) ? undefined : interpreter;
}

function describe(interpreter: Interpreter, origin: EngineEnvironment['origin']): EngineEnvironment {
  return {
    python: interpreter.executable,
    origin,
    pythonVersion: interpreter.version,
    nautilusTrader: interpreter.nautilusTrader ?? '',
    pandas: interpreter.pandas,
    managed: origin === 'managed',
  };
}

function describeManaged({ interpreter }: ManagedEnvironment): EngineEnvironment {
  return describe(interpreter, 'managed');
}
