import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ClientTransport,
  GuardedTransport,
  maxRequestsAtOnce,
  maxResultBytes,
} from '../../server/mcp/guardedTransport.ts';

/** A client whose reading the test decides on. */
class FakeClient implements ClientTransport {
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  readonly got: JSONRPCMessage[] = [];
  stuck = false;
  async start() {}
  async close() {
    this.onclose?.();
  }
  async send(message: JSONRPCMessage) {
    this.got.push(message);
  }
  congested() {
    return this.stuck;
  }
  says(message: object) {
    this.onmessage?.({ jsonrpc: '2.0', ...message } as JSONRPCMessage);
  }
}

let client: FakeClient;
let guard: GuardedTransport;
let received: JSONRPCMessage[];

beforeEach(async () => {
  vi.useFakeTimers();
  client = new FakeClient();
  guard = new GuardedTransport(client);
  received = [];
  guard.onmessage = (message) => void received.push(message);
  await guard.start();
});
afterEach(() => vi.useRealTimers());

const ask = (id: RequestId) => client.says({ id, method: 'tools/list' });
const answer = (id: RequestId, text = '') =>
  guard.send({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
const codes = () => client.got.map((message) => ('error' in message ? message.error.code : undefined));

describe('requests', () => {
  it('are refused when too many are unanswered, and accepted again when one is', async () => {
    for (let id = 0; id <= maxRequestsAtOnce; id++) ask(id);
    expect(received).toHaveLength(maxRequestsAtOnce);
    expect(client.got).toMatchObject([{ id: maxRequestsAtOnce, error: { code: -32000 } }]);
    await answer(0);
    ask('next');
    expect(received).toHaveLength(maxRequestsAtOnce + 1);
  });

  it('may not have the id of one under way; when that is answered or cancelled, they may', async () => {
    ask(1);
    ask(1);
    expect(codes()).toEqual([-32600]);
    await answer(1);
    ask(1);
    client.says({ method: 'notifications/cancelled', params: { requestId: 1 } });
    ask(1);
    expect(received.filter((message) => 'id' in message)).toHaveLength(3);
  });
});

it('an answer that is too long becomes an error under the same id', async () => {
  ask(1);
  await answer(1, 'x'.repeat(maxResultBytes - 100));
  ask(2);
  await answer(2, 'x'.repeat(maxResultBytes));
  expect(codes()).toEqual([undefined, -32000]);
  expect(client.got[1]).toMatchObject({ id: 2, error: { message: expect.stringContaining('smaller page') } });
});

describe('a client that does not read', () => {
  const log = () =>
    guard.send({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } });
  const updated = (uri: string) =>
    guard.send({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } });

  it('is told when it reads again what changed, each once, and how much was dropped', async () => {
    client.stuck = true;
    for (let i = 0; i < 500; i++) {
      await log();
      await updated(`nautilus://runs/${i % 2}`);
    }
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.got).toEqual([]);
    client.stuck = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(client.got).toMatchObject([
      { params: { uri: 'nautilus://runs/0' } },
      { params: { uri: 'nautilus://runs/1' } },
      { method: 'notifications/message', params: { level: 'warning', data: { dropped: 500 } } },
    ]);
    await log();
    expect(client.got).toHaveLength(4);
  });

  it('still gets every answer', async () => {
    client.stuck = true;
    ask(1);
    await answer(1);
    expect(client.got).toMatchObject([{ id: 1 }]);
  });

  it('costs nothing after it has gone', async () => {
    client.stuck = true;
    await log();
    await guard.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
