import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { ErrorObject } from '../../server/protocol/errors.ts';
import { main } from './support/workspace.ts';

const Result = z.object({
  python: z.string(),
  origin: z.literal('managed'),
  python_version: z.string().regex(/^3\.1[234]\./),
  nautilus_trader: z.literal('1.231.0'),
  managed: z.literal(true),
  installed: z.boolean(),
});

let folder: string;
let home: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-test-'));
  home = path.join(folder, 'home');
  mkdirSync(path.join(folder, 'workspace'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

interface SetUp {
  child: ChildProcess;
  /** Resolves once the step was announced. */
  saying(text: string): Promise<void>;
  /** The last line of stdout, which is what programs read. */
  answer: Promise<unknown>;
}

/** The installer that a killed set-up leaves behind goes on writing for a while, and would make its folder anew. */
async function orphansGone(environment: string): Promise<void> {
  const alive = () => execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).includes(environment);
  while (process.platform !== 'win32' && alive()) await sleep(200);
}

/** `quarterdeck setup --json` for a user who has no engine environment of their own. */
function setUp(...flags: string[]): SetUp {
  const named = /^(QUARTERDECK_|NAUTILUS_|VIRTUAL_ENV$|CONDA_PREFIX$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !named.test(name));
  const env = { ...Object.fromEntries(inherited), QUARTERDECK_HOME: home };
  const args = [main, 'setup', '--json', '--workspace', path.join(folder, 'workspace'), ...flags];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return {
    child,
    saying: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stderr.includes(text) && resolve();
        child.stderr.on('data', look);
        child.once('close', () => reject(new Error(`It never said "${text}": ${stderr}${stdout}`)));
        look();
      }),
    answer: new Promise((resolve) => {
      child.once('close', () =>
        resolve(stdout === '' ? undefined : JSON.parse(stdout.trim().split('\n').at(-1) ?? '')),
      );
    }),
  };
}

/** What is in the folder of the managed environment, without the lock beside it. */
function environments(): string[] {
  const all = path.join(home, 'env');
  const roots = readdirSync(all, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return roots.flatMap(({ name }) => readdirSync(path.join(all, name)));
}

it('says what is missing when there are no packages, and leaves nothing half done', async () => {
  const empty = path.join(folder, 'wheels');
  mkdirSync(empty);
  const { child, answer } = setUp('--offline', '--wheels', empty);
  const error = ErrorObject.parse(await answer);
  expect(error).toMatchObject({ type: 'environment', code: 'SETUP_FAILED' });
  expect(error.message).toContain('has no wheel of nautilus_trader');
  expect(child.exitCode).toBe(1);
  expect(environments()).toEqual([]);
});

it.skipIf(process.platform === 'win32')('clears up when it is interrupted', async () => {
  const { child, saying, answer } = setUp();
  await saying('Installing nautilus_trader');
  child.kill('SIGTERM');
  expect(ErrorObject.parse(await answer)).toMatchObject({ code: 'CANCELLED' });
  expect(environments()).toEqual([]);
  expect(readdirSync(path.join(home, 'env')).filter((name) => name.endsWith('.lock'))).toEqual([]);
});

it('redoes a build that was killed, once for two at the same time, and then finds it', async () => {
  const killed = setUp();
  await killed.saying('Installing nautilus_trader');
  killed.child.kill('SIGKILL');
  expect(await killed.answer).toBeUndefined();
  const half = environments();
  expect(half).toHaveLength(1);
  await orphansGone(half[0] ?? '');

  const both = [setUp(), setUp()];
  const [first, second] = z.array(Result).parse(await Promise.all(both.map(({ answer }) => answer)));
  expect([first?.installed, second?.installed].sort()).toEqual([false, true]);
  expect(first?.python).toBe(second?.python);
  expect(existsSync(first?.python ?? '')).toBe(true);

  const left = environments();
  expect(left).toHaveLength(2);
  expect(left).toContain('complete.json');
  expect(left).not.toContain(half[0]);

  const again = setUp();
  expect(Result.parse(await again.answer)).toMatchObject({ installed: false, python: first?.python });
  expect(again.child.exitCode).toBe(0);
}, 300_000);

it('rebuilds an environment that was damaged', async () => {
  const { python } = Result.parse(await setUp().answer);
  rmSync(python);
  const repaired = Result.parse(await setUp().answer);
  expect(repaired.installed).toBe(true);
  expect(existsSync(repaired.python)).toBe(true);
  expect(environments()).toHaveLength(2);
}, 300_000);
