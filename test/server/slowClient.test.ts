import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAlive } from '../../server/lock.ts';
import { ownStrategy } from './support/data.ts';
import { entrances } from './support/entrances.ts';
import { HttpServer } from './support/httpServer.ts';
import { RawClient } from './support/rawClient.ts';
import { expectSlowReadersBounded } from './support/slowReaders.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

/** Writes 40 lines a bar: with 2,000 bars many times what may lie unread. */
const chatty = `
from nautilus_trader.model.data import BarType
from nautilus_trader.trading.strategy import Strategy

class Chatty(Strategy):
    def on_start(self):
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"))

    def on_bar(self, bar):
        for i in range(40):
            self.log.info(f"line {i} " + "x" * 200)
`;

let workspace: TestWorkspace;
let server: HttpServer;
let other: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  workspace.write('chatty.py', chatty);
  server = await HttpServer.start(workspace, ['--sse']);
  other = await workspace.connect();
});
afterAll(async () => {
  await server.close();
  await workspace.close();
});

const memory = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

async function completedRuns(): Promise<number> {
  const { runs } = await other.call('list_runs');
  return Array.isArray(runs) ? runs.filter(({ status }) => status === 'completed').length : 0;
}

it.skipIf(process.platform !== 'linux')(
  'a client that asks and does not read costs little, and gets its answers when it does (looks into /proc)',
  async () => {
    const { pid, ...way } = entrances(workspace, server);
    const asks = 500;
    for (let i = 0; i < 50; i++) await other.sdk.listTools();
    const client = await RawClient.open(way);
    const before = memory(pid);
    client.stopReading();
    for (let i = 0; i < asks; i++) client.send({ id: `list-${i}`, method: 'tools/list' });
    // Others are served meanwhile.
    for (let i = 0; i < 50; i++) await other.sdk.listTools();
    const growth = memory(pid) - before;
    client.readAgain();
    for (let i = 0; i < asks; i++) await client.answer(`list-${i}`);
    const told = client.messages.filter(({ result }) => result !== undefined).length;
    console.log(
      `slow client: ${told} of ${asks} lists, the rest refused; the server grew by ${growth.toFixed(0)} MB`,
    );
    expect(growth).toBeLessThan(64);
    client.close();
  },
);

it('clients of every transport that do not read are told what they missed, and cost little', () =>
  expectSlowReadersBounded(workspace, server, { nodes: 1, events: 8000, subscriptions: 600 }));

it('an HTTP client that stops reading its answer disturbs nobody', async () => {
  const response = await server.post();
  const session = { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
  await response.text();
  const call = {
    jsonrpc: '2.0',
    id: 2,
    method: 'tools/call',
    params: { name: 'run_backtest', arguments: ownStrategy('chatty.py:Chatty'), _meta: { progressToken: 1 } },
  };
  const abandoned = new AbortController();
  const unread = await fetch(server.at.url, {
    method: 'POST',
    signal: abandoned.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...server.headers,
      ...session,
    },
    body: JSON.stringify(call),
  });
  expect(unread.status).toBe(200);
  const runs = await completedRuns();
  while ((await completedRuns()) === runs) await sleep(200);
  abandoned.abort();
  expect(await other.call('list_runs')).toMatchObject({ total: expect.any(Number) });
});

it('clients that vanish in the middle of a call leave the server and its other clients alone', async () => {
  const { pid, ...way } = entrances(workspace, server);
  for (let i = 0; i < 5; i++) {
    const client = await RawClient.open(way);
    client.call('run', 'run_backtest', ownStrategy('chatty.py:Chatty', {}, { mode: 'async' }));
    client.write('{"half a mess');
    client.close();
  }
  expect(await other.call('list_runs')).toMatchObject({ total: expect.any(Number) });
  expect(isAlive(pid)).toBe(true);
});
