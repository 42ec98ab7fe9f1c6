import { statSync } from 'node:fs';
import { execa } from 'execa';
import * as z from 'zod';
import { isSupportedNautilus, nautilusRange, pythonMinors } from './support.ts';

/** What one interpreter says of itself. */
export const Interpreter = z.object({
  executable: z.string(),
  version: z.string(),
  implementation: z.string(),
  /** `sysconfig.get_platform()`: what wheels it takes, whatever machine it runs on. */
  platform: z.string(),
  preRelease: z.boolean(),
  freeThreaded: z.boolean(),
  pip: z.boolean(),
  ensurepip: z.boolean(),
  nautilusTrader: z.string().nullable(),
  pandas: z.string().nullable(),
  /** Folders whose change means that something was installed or removed. */
  sites: z.array(z.string()),
});
export type Interpreter = z.infer<typeof Interpreter>;

/** Runs on any Python since 2.7, so that an old one can say how old it is. */
const script = `
import json, os, sys, sysconfig
def find(name):
    try:
        import importlib.util
        return importlib.util.find_spec(name) is not None
    except Exception:
        return False
def version(name):
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return None
try:
    import site
    user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
except Exception:
    user = []
paths = sysconfig.get_paths()
print(json.dumps({
    "executable": sys.executable,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "implementation": getattr(getattr(sys, "implementation", None), "name", "cpython"),
    "platform": sysconfig.get_platform(),
    "preRelease": sys.version_info[3] != "final",
    "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "pip": find("pip"),
    "ensurepip": find("ensurepip"),
    "nautilusTrader": version("nautilus_trader"),
    "pandas": version("pandas"),
    "sites": sorted(set([paths["purelib"], paths["platlib"]] + user)),
}))
`;

/** Asks an interpreter what it is; a sentence when it does not answer. */
export async function probe(
  command: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
): Promise<Interpreter | string> {
  const [file, ...args] = command;
  const result = await execa(file, [...args, '-c', script], {
    env: pythonEnvironment(env),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: 30_000,
    windowsHide: true,
  });
  if (result.exitCode === 0) {
    const answer = Interpreter.safeParse(parseJson(result.stdout));
    if (answer.success) return answer.data;
  }
  if (result.timedOut) return 'did not answer within 30 s';
  const said = result.stderr.trim().split('\n').at(-1);
  return said || (result.code ? `could not be started (${result.code})` : 'did not answer as a Python does');
}

/** Why no engine environment can be made from it, or undefined when one can. */
export function unfitAsBase(python: Interpreter): string | undefined {
  const [major, minor] = python.version.split('.').map(Number);
  if (major !== 3 || !pythonMinors.includes(minor ?? 0)) return 'not 3.12, 3.13 or 3.14';
  if (python.implementation !== 'cpython') return `${python.implementation}, not CPython`;
  if (python.preRelease) return 'a pre-release';
  if (python.freeThreaded) return 'a free-threaded build, which nautilus_trader has no wheels for';
  if (/^linux-(x86_64|aarch64)$|^macosx-.*-(arm64|universal2)$|^win-amd64$/.test(python.platform))
    return undefined;
  return `built for ${python.platform}, which nautilus_trader has no wheels for`;
}

/** Why the engine cannot run in it as it is, or undefined when it can. */
export function unfitAsEngine(python: Interpreter): string | undefined {
  const [major, minor] = python.version.split('.').map(Number);
  if (major !== 3 || !pythonMinors.includes(minor ?? 0)) {
    return `it is Python ${python.version}, and NautilusTrader needs 3.12, 3.13 or 3.14`;
  }
  if (python.nautilusTrader === null) return 'it has no nautilus_trader';
  if (isSupportedNautilus(python.nautilusTrader)) return undefined;
  return `it has nautilus_trader ${python.nautilusTrader}, and Quarterdeck supports ${nautilusRange.text}`;
}

/** The user's environment without what would make an interpreter, or an installer, another than the one named. */
export function pythonEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const misleading =
    /^(PYTHONHOME|PYTHONPATH|PYTHONSTARTUP|__PYVENV_LAUNCHER__|ELECTRON_RUN_AS_NODE|PIP_(USER|TARGET|PREFIX|ROOT|REQUIRE_VIRTUALENV|REQUIRE_HASHES|CONSTRAINT|DRY_RUN)|UV_(SYSTEM_PYTHON|TARGET|PREFIX|PYTHON|PROJECT|PROJECT_ENVIRONMENT|WORKING_DIRECTORY|CONSTRAINT|OVERRIDE|EXCLUDE_NEWER))$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !misleading.test(name.toUpperCase())));
}

/** When a file or folder last changed; null when it is not there. */
export function changedAt(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}
