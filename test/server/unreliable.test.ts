import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Fault, FaultyProxy } from './support/faultyProxy.ts';
import { HttpServer } from './support/httpServer.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

/** A network that fails in the middle of things: what was asked for is done once, and its answer can be had. */
let workspace: TestWorkspace;
let server: HttpServer;
let client: TestClient;
let proxy: FaultyProxy;
beforeAll(async () => {
  workspace = new TestWorkspace();
  server = await HttpServer.start(workspace);
  client = await workspace.connect();
  await client.call('initialize_trading_node', { profile: 'demo' });
  proxy = await FaultyProxy.before(Number(new URL(server.at.url).port));
});
afterAll(async () => {
  proxy.close();
  await server.close();
  await workspace.close();
});

const order = (client_order_id: string, quantity = '1000') => ({
  ...{ instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'LIMIT', quantity, price: '0.50000' },
  client_order_id,
});

const Answer = z.object({ client_order_id: z.string(), venue_order_id: z.string(), status: z.string() });

/** Every order the node knows, by the key it was asked for under, with the venue's number. */
async function ledger(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (let after: unknown = 0; after !== undefined; ) {
    const page = await client.call('list_orders', { after, limit: 200 });
    for (const row of z.array(Answer).parse(page.orders))
      found.set(row.client_order_id, [...(found.get(row.client_order_id) ?? []), row.venue_order_id]);
    after = page.next;
  }
  return found;
}

async function throughProxy(): Promise<Client> {
  const url = new URL(server.at.url);
  url.port = String(proxy.port);
  const requestInit = { headers: server.headers };
  const sdk = new Client({ name: 'unreliable', version: '0' });
  await sdk.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return sdk;
}

describe('an order over a connection that fails', () => {
  it.each<[string, Fault]>([
    ['is slow', { latencyMs: 500 }],
    ['brings its answer byte by byte', { byteByByte: true }],
    ['is cut in the middle of the request', { cutRequestAt: 200 }],
    ['is cut before the answer', { cutAnswerAt: 1 }],
    ['is cut in the middle of the answer', { cutAnswerAt: 700 }],
    ['is closed on the client’s side once it has asked', { halfClose: true }],
  ])('that %s is placed once, and its answer is had by its key', async (what, fault) => {
    const sdk = await throughProxy();
    const key = `over a wire that ${what}`.replaceAll(/[^a-z]+/g, '-').slice(0, 36);
    proxy.fault = fault;
    const before = proxy.done;
    const call = sdk.callTool({ name: 'submit_order', arguments: order(key) }, undefined, {
      timeout: 15_000,
    });
    const through = await call.catch(() => undefined);
    expect(proxy.done).toBeGreaterThan(before);
    proxy.fault = undefined;
    const again = Answer.parse(await client.call('submit_order', order(key)));
    expect(again).toMatchObject({ client_order_id: key, status: 'ACCEPTED' });
    const told = Answer.safeParse(through?.structuredContent);
    if (told.success) expect(told.data.venue_order_id).toBe(again.venue_order_id);
    expect((await ledger()).get(key)).toEqual([again.venue_order_id]);
    await sdk.close();
  });
});

it('a thousand orders of a hundred keys, at once, again and changed, are a hundred orders', async () => {
  const asks = fc.sample(
    fc.record({
      key: fc.integer({ min: 0, max: 99 }),
      changed: fc.boolean(),
      by: fc.integer({ min: 0, max: 3 }),
    }),
    { numRuns: 1000, seed: 4 },
  );
  const clients = [client, ...(await Promise.all(Array.from({ length: 3 }, () => workspace.connect())))];
  const answers = new Map<string, Set<string>>();
  const refused = new Set<string>();
  const turns = asks[Symbol.iterator]();
  const work = async () => {
    for (const { key, changed, by } of turns) {
      const name = `key-${key}`;
      // The first word under a key decides which size it has; the other one is a conflict ever after.
      const result = await clients[by]?.raw('submit_order', order(name, changed ? '2000' : '1000'));
      if (result?.isError) refused.add(JSON.parse((result.content as [{ text: string }])[0].text).code);
      else {
        const { venue_order_id } = Answer.parse(result?.structuredContent);
        answers.set(name, (answers.get(name) ?? new Set()).add(venue_order_id));
      }
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
  const orders = [...(await ledger())].filter(([name]) => name.startsWith('key-'));
  expect(new Set(orders.map(([name]) => name))).toEqual(new Set(asks.map(({ key }) => `key-${key}`)));
  for (const [name, numbers] of orders) expect([...(answers.get(name) ?? [])]).toEqual(numbers);
  expect([...refused]).toEqual(['ORDER_CONFLICT']);
});
