import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manyClients, openAndClose } from '../bench/load.mjs';
import { entrances } from './support/entrances.ts';
import { HttpServer } from './support/httpServer.ts';
import { expectOwnOrdersOnly } from './support/trading.ts';
import { TestWorkspace } from './support/workspace.ts';

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
    const { pid, ...ways } = entrances(workspace, server);
    const sessions = { sessions: 1000, atOnce: 20 };
    // The first hundreds fill what a busy server keeps: a heap of its size, a pool of connections.
    await openAndClose(ways, sessions);
    const before = await settled(pid);
    await openAndClose(ways, sessions);
    const after = await settled(pid);
    console.log(`sessions: ${JSON.stringify({ before, after })}`);
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 1);
    expect(after.megabytes).toBeLessThanOrEqual(before.megabytes * 1.05);
  },
);

it('twenty clients on three transports trade on one node, each with its own orders alone', () =>
  expectOwnOrdersOnly(workspace, server, 200));

/** Memory and descriptors once connections have closed and memory was given back. */
async function settled(pid: number): Promise<{ megabytes: number; descriptors: number }> {
  let last = measure(pid);
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = measure(pid);
    if (now.descriptors === last.descriptors && Math.abs(now.megabytes - last.megabytes) < 0.5 && i > 7)
      return now;
    last = now;
  }
  return last;
}

function measure(pid: number): { megabytes: number; descriptors: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  return { megabytes: kilobytes / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}
