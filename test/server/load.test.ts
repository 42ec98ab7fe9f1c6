import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceFiles } from '../../server/instance/record.ts';
import { inspectable } from '../bench/innards.mjs';
import { leftBySessions, manyClients } from '../bench/load.mjs';
import { entrances } from './support/entrances.ts';
import { HttpServer } from './support/httpServer.ts';
import { expectOwnOrdersOnly } from './support/trading.ts';
import { TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let server: HttpServer;
beforeAll(async () => {
  workspace = new TestWorkspace();
  server = await HttpServer.start(workspace, ['--sse'], inspectable);
});
afterAll(async () => {
  await server.close();
  await workspace.close();
});

it('a hundred clients on three transports, a hundred calls each: no error, no answer to the wrong one', async () => {
  const { calls, errors, wrong, milliseconds, seconds } = await manyClients(entrances(workspace, server), {
    clients: 100,
    calls: 100,
  });
  const p99 = milliseconds.sort((a, b) => a - b)[Math.floor(calls * 0.99)] ?? 0;
  console.log(`load: ${calls} calls, ${Math.round(calls / seconds)}/s, p99 ${p99.toFixed(0)} ms`);
  expect({ calls, errors, wrong }).toEqual({ calls: 10_000, errors: [], wrong: 0 });
});

it.skipIf(process.platform !== 'linux')(
  'a thousand sessions leave nothing behind (looks into /proc)',
  async () => {
    const { log } = instanceFiles(workspace.home, workspace.root);
    const { before, after } = await leftBySessions(entrances(workspace, server), log, 1000);
    console.log(`sessions: ${JSON.stringify({ before, after })}`);
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 1);
    expect(after.handles).toBeLessThanOrEqual(before.handles + 1);
    expect(after.threads).toBeLessThanOrEqual(before.threads);
    expect(after.megabytes).toBeLessThanOrEqual(before.megabytes * 1.05);
  },
);

it('twenty clients on three transports trade on one node, each with its own orders alone', () =>
  expectOwnOrdersOnly(workspace, server, 200));
