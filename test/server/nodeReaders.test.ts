import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entrances } from './support/entrances.ts';
import { HttpServer } from './support/httpServer.ts';
import { RawClient } from './support/rawClient.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let server: HttpServer;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  server = await HttpServer.start(workspace, []);
  client = await workspace.connect();
  const feed = { kind: 'synthetic', interval_ms: 1 };
  await client.call('initialize_trading_node', { config: { base: 'demo', feed }, name: 'desk' });
});
afterAll(async () => {
  await server.close();
  await workspace.close();
});

const market = { instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'MARKET', quantity: '1000' };

describe('who reads what a node tells', () => {
  it('and stops reading misses market data, counted, and no order', async () => {
    const reader = await RawClient.open(entrances(workspace, server));
    for (const [id, what] of [
      ['orders', 'orders'],
      ['quotes', 'quotes/EUR%2FUSD.SIM'],
    ] as const) {
      const uri = `nautilus://nodes/desk/${what}`;
      reader.send({ id, method: 'resources/subscribe', params: { uri } });
      await reader.answer(id);
    }
    reader.stopReading();
    const sent = Array.from({ length: 300 }, (_, i) => `R-${i}`);
    for (const client_order_id of sent)
      await client.call('submit_order', { ...market, client_order_id, wait_for: 'closed' });
    const { counts } = await client.call('get_trading_node');
    const { market_data, market_data_dropped } = counts as Record<string, number>;
    expect(market_data_dropped).toBeGreaterThan(0);
    expect(market_data_dropped).toBeLessThan(Number(market_data));
    reader.readAgain();
    // A notification says that something changed; each change is then read once, from where one was.
    const seen = new Map<string, string>();
    let [after, page] = [0, 0];
    const missing = async () => {
      for (let more = true; more; page++) {
        const uri = `nautilus://nodes/desk/orders?after=${after}&limit=100`;
        reader.send({ id: `page-${page}`, method: 'resources/read', params: { uri } });
        const { result } = await reader.answer(`page-${page}`);
        const { contents } = result as { contents: { text: string }[] };
        const read = JSON.parse(contents[0]?.text ?? '{}');
        for (const { client_order_id, status } of read.rows) seen.set(client_order_id, status);
        ({ next: after, more } = read);
      }
      return sent.filter((name) => seen.get(name) !== 'FILLED');
    };
    // What changed last is told a moment after its answer.
    await expect.poll(missing, { timeout: 30_000 }).toEqual([]);
    reader.close();
  });

  it('and comes back finds node and run as they were', async () => {
    await client.call('submit_order', {
      ...market,
      ...{ type: 'LIMIT', price: '0.50000', client_order_id: 'rests', wait_for: 'accepted' },
    });
    await client.close();
    client = await workspace.connect();
    const node = await client.call('get_trading_node');
    expect(node).toMatchObject({ node: 'desk', state: 'running', counts: { orders: 301, orders_open: 1 } });
    expect(await client.call('list_orders', { status: 'working' })).toMatchObject({
      orders: [{ client_order_id: 'rests', status: 'ACCEPTED' }],
    });
    expect(await client.call('cancel_order', { client_order_id: 'rests' })).toMatchObject({
      status: 'CANCELED',
    });
    const { run_id } = await client.call('stop_trading_node', { flatten: true });
    await client.close();
    client = await workspace.connect();
    expect(await client.call('get_run', { run_id })).toMatchObject({ status: 'completed' });
    expect(await client.call('get_trading_node', { node: 'desk' })).toMatchObject({ state: 'stopped' });
  });
});
