import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAlive } from '../../server/lock.ts';
import { packageRoot } from '../../server/paths.ts';
import { abuse } from '../server/support/abuse.ts';
import { entrances } from '../server/support/entrances.ts';
import { HttpServer } from '../server/support/httpServer.ts';
import { python } from '../server/support/python.ts';
import { expectOwnOrdersOnly } from '../server/support/trading.ts';
import { TestWorkspace } from '../server/support/workspace.ts';

let workspace: TestWorkspace;
let server: HttpServer;
beforeAll(async () => {
  workspace = new TestWorkspace();
  server = await HttpServer.start(workspace, ['--sse']);
});
afterAll(async () => {
  await server.close();
  await workspace.close();
});

const seed = Number(process.env.QUARTERDECK_TEST_SEED ?? Date.now() % 1_000_000);

it('a hundred thousand generated messages end, silence and change nothing', async () => {
  console.log(`seed ${seed}: set QUARTERDECK_TEST_SEED to repeat`);
  const way = entrances(workspace, server);
  for (let i = 0; i < 10; i++) await abuse(way, { messages: 10_000, seed: seed + i });
  expect(isAlive(way.pid)).toBe(true);
});

it('nor do a hundred thousand on the way to the engine', () => {
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test/engine/test_fuzz.py'];
  const tools = process.env.QUARTERDECK_TEST_PYTHONPATH ?? '';
  const env = {
    ...process.env,
    PYTHONPATH: [tools, path.join(packageRoot, 'python')].join(path.delimiter),
    PYTHONUTF8: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    QUARTERDECK_TEST_MESSAGES: '100000',
  };
  execFileSync(python(), args, { cwd: packageRoot, env, stdio: 'inherit' });
});

it('twenty clients place, change and cancel a thousand orders on one node', () =>
  expectOwnOrdersOnly(workspace, server, 1000));
