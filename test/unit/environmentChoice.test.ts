import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findEnvironment } from '../../server/environment/environment.ts';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import { addPackage, basePython, makeVenv } from './support/venv.ts';

const base = await basePython();
const reason = base ? '' : ' (skipped: no Python 3.12 to 3.14 on this machine)';

let folder: string;
let workspace: string;
let home: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-unit-')));
  workspace = path.join(folder, 'workspace');
  home = path.join(folder, 'home');
  mkdirSync(workspace);
  mkdirSync(home);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A real environment that says it has this nautilus_trader. */
function engine(place: string, version = '1.231.0'): string {
  if (!base) throw new Error('no Python');
  const python = makeVenv(base, path.join(folder, place));
  addPackage(path.join(folder, place), 'nautilus_trader', version);
  return python;
}

function find(
  env: NodeJS.ProcessEnv = {},
  options: { preferredPython?: string; suggestedPython?: string } = {},
) {
  return findEnvironment({ workspace, home, env: { PATH: process.env.PATH, ...env }, ...options });
}

async function failure(work: Promise<unknown>): Promise<QuarterdeckError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof QuarterdeckError) return error;
  throw new Error(`Expected a QuarterdeckError, got ${String(error)}`);
}

describe.skipIf(!base)(`the engine’s Python${reason}`, () => {
  it('is the first of flag, variable, settings, editor and workspace', async () => {
    const flag = engine('flag');
    const variable = engine('variable');
    const settings = engine('settings');
    const editor = engine('editor');
    const own = engine('workspace/.venv');
    const active = engine('active');
    const file = path.join(workspace, 'quarterdeck.json');
    writeFileSync(file, JSON.stringify({ python: '../settings' }));
    const named = { QUARTERDECK_PYTHON: variable };

    const chosen = [
      await find(named, { preferredPython: flag, suggestedPython: editor }),
      await find(named, { suggestedPython: editor }),
      await find({}, { suggestedPython: editor }),
    ];
    rmSync(file);
    chosen.push(await find({ QUARTERDECK_SUGGESTED_PYTHON: editor }));
    chosen.push(await find({ VIRTUAL_ENV: path.join(folder, 'active') }));
    rmSync(path.join(workspace, '.venv'), { recursive: true });
    chosen.push(await find({ VIRTUAL_ENV: path.join(folder, 'active') }));
    chosen.push(await find({ CONDA_PREFIX: path.join(folder, 'active') }));
    chosen.push(await find());

    expect(chosen.map((found) => [found?.origin, found?.python])).toEqual([
      ['flag', flag],
      ['variable', variable],
      ['settings', settings],
      ['extension', editor],
      ['workspace', own],
      ['workspace', active],
      ['workspace', active],
      [undefined, undefined],
    ]);
    expect(chosen[0]).toMatchObject({ nautilusTrader: '1.231.0', managed: false, pandas: null });
  }, 60_000);

  it('is passed over when nobody named it and it cannot run the engine', async () => {
    if (!base) return;
    const bare = makeVenv(base, path.join(workspace, '.venv'));
    engine('workspace/venv', '1.230.0');
    expect(await find({}, { suggestedPython: bare })).toBeUndefined();
    const active = engine('active');
    expect(await find({ VIRTUAL_ENV: path.join(folder, 'active') }, { suggestedPython: bare })).toMatchObject(
      {
        origin: 'workspace',
        python: active,
      },
    );
  }, 30_000);

  it('is an error that says why when it was named and cannot run the engine', async () => {
    if (!base) return;
    const bare = makeVenv(base, path.join(folder, 'bare'));
    const old = engine('old', '1.230.0');
    const noPython = path.join(folder, 'python');
    writeFileSync(noPython, 'not a program');
    engine('workspace/.venv');

    const missing = await failure(find({ QUARTERDECK_PYTHON: path.join(folder, 'nowhere') }));
    expect(missing).toMatchObject({ code: 'NO_PYTHON' });
    expect(missing.message).toContain('QUARTERDECK_PYTHON names');
    const withoutEngine = await failure(find({}, { preferredPython: bare }));
    expect(withoutEngine).toMatchObject({ code: 'ENGINE_NOT_INSTALLED' });
    expect(withoutEngine.message).toContain('it has no nautilus_trader');
    expect(withoutEngine.nextStep).toContain(`${bare} -m pip install`);
    const outdated = await failure(find({ QUARTERDECK_PYTHON: old }));
    expect(outdated.message).toContain('nautilus_trader 1.230.0, and Quarterdeck supports >=1.231,<1.232');
    expect(await failure(find({ QUARTERDECK_PYTHON: noPython }))).toMatchObject({
      code: 'PYTHON_UNSUPPORTED',
    });
  }, 30_000);

  it('may be named as a folder, relative to the workspace, and as a command', async () => {
    const python = engine('workspace/envs/trading');
    writeFileSync(
      path.join(workspace, 'quarterdeck.json'),
      '\uFEFF{"python": "envs/trading", "catalogs": {}}',
    );
    expect(await find()).toMatchObject({ origin: 'settings', python });
    const PATH = path.dirname(python);
    expect(await find({ PATH }, { preferredPython: 'python' })).toMatchObject({ origin: 'flag', python });
  }, 30_000);

  it('is asked of poetry, which keeps environments elsewhere', async () => {
    if (process.platform === 'win32') return;
    const python = engine('poetry-env');
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(
      path.join(bin, 'poetry'),
      `#!/bin/sh\n[ "$*" = "env info -p" ] && echo ${folder}/poetry-env\n`,
    );
    chmodSync(path.join(bin, 'poetry'), 0o755);
    const PATH = `${bin}:/usr/bin:/bin`;
    expect(await find({ PATH })).toBeUndefined();
    writeFileSync(path.join(workspace, 'pyproject.toml'), '[tool.poetry]\nname = "x"\n');
    expect(await find({ PATH })).toMatchObject({ origin: 'workspace', python });
  }, 30_000);

  it('is remembered until something is installed or removed', async () => {
    if (!base) return;
    const venv = path.join(workspace, '.venv');
    makeVenv(base, venv);
    expect(await find()).toBeUndefined();
    const info = addPackage(venv, 'nautilus_trader', '1.231.0');
    expect(await find()).toMatchObject({ nautilusTrader: '1.231.0' });
    const cache = path.join(home, 'env', 'probes.json');
    // What is read back must come from the cache: no interpreter would say this.
    writeFileSync(cache, readFileSync(cache, 'utf8').replace('"1.231.0"', '"1.231.77"'));
    expect(await find()).toMatchObject({ nautilusTrader: '1.231.77' });
    rmSync(info, { recursive: true });
    expect(await find()).toBeUndefined();
    writeFileSync(cache, '{broken');
    expect(await find()).toBeUndefined();
  }, 30_000);
});

describe('settings that cannot be read', () => {
  it.each([
    ['{"python": ', 'is not valid JSON'],
    ['{"python": 3}', '"python": Invalid input: expected string'],
    ['[]', 'expected object'],
  ])('%s', async (text, message) => {
    const file = path.join(workspace, 'quarterdeck.json');
    writeFileSync(file, text);
    const error = await failure(find());
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' });
    expect(error.extra.path).toContain(file);
    expect(error.message).toContain(message);
  });
});
