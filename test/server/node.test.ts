import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
  await client.call('initialize_trading_node', { profile: 'demo' });
});
afterAll(() => workspace.close());

const market = { instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'MARKET', quantity: '10000' };

describe('a demo node', () => {
  it('runs, with its venue connected and its prices marked as made up', async () => {
    expect(await client.call('get_trading_node')).toMatchObject({
      node: 'demo',
      kind: 'demo',
      state: 'running',
      synthetic: true,
      venues: [{ name: 'SIM', kind: 'simulated', connected: true, account_id: 'SIM-001' }],
      instruments: ['AAPL.SIM', 'BTCUSDT.SIM', 'EUR/USD.SIM'],
      warnings: [{ code: 'SYNTHETIC_DATA' }],
    });
    expect(await client.read('nautilus://nodes')).toMatchObject({
      nodes: [{ node: 'demo', state: 'running', uri: 'nautilus://nodes/demo' }],
    });
  });

  it('shows a market', async () => {
    for (const instrument_id of ['EUR/USD.SIM', 'BTCUSDT.SIM', 'AAPL.SIM']) {
      const data = await client.call('get_market_data', { instrument_id, history: 2 });
      expect(data).toMatchObject({ instrument_id, synthetic: true });
      const { bid_price, ask_price } = data.quote as Record<string, string>;
      expect(Number(ask_price)).toBeGreaterThan(Number(bid_price));
    }
  });

  it('fills a market order and shows it wherever orders are shown', async () => {
    const order = await client.call('submit_order', {
      ...market,
      wait_for: 'closed',
      client_order_id: 'first',
    });
    expect(order).toMatchObject({ client_order_id: 'first', status: 'FILLED', filled_qty: '10000' });
    expect(order.events).toMatchObject([
      { type: 'OrderInitialized' },
      { type: 'OrderSubmitted' },
      { type: 'OrderFilled', last_qty: '10000' },
    ]);
    const listed = await client.call('list_orders', { client_order_id: 'first' });
    expect(listed).toMatchObject({ total: 1, orders: [{ status: 'FILLED', avg_px: order.avg_px }] });
    await expect
      .poll(() => client.read('nautilus://nodes/demo/orders'))
      .toMatchObject({ rows: [{ client_order_id: 'first', status: 'FILLED' }] });
    expect(await client.read('nautilus://nodes/demo/fills')).toMatchObject({ rows: [{ last_qty: '10000' }] });
    expect(await client.read('nautilus://nodes/demo/positions')).toMatchObject({
      rows: [{ side: 'LONG', quantity: '10000' }],
    });
  });

  it('makes no second order for the same id, and refuses another one under it', async () => {
    const args = { ...market, client_order_id: 'once', wait_for: 'closed' };
    const first = await client.call('submit_order', args);
    const again = await client.call('submit_order', args);
    expect(again).toEqual({ ...first, repeated: true });
    expect(await client.error('submit_order', { ...args, quantity: '20000' })).toMatchObject({
      code: 'ORDER_CONFLICT',
      path: 'client_order_id',
    });
  });

  it('takes a bracket, changes and cancels it, and closes the position it made', async () => {
    const bracket = await client.call('submit_order_list', {
      contingency: 'BRACKET',
      orders: [
        { ...market, client_order_id: 'entry' },
        { ...market, side: 'SELL', type: 'LIMIT', price: '1.50000', client_order_id: 'target' },
        { ...market, side: 'SELL', type: 'STOP_MARKET', trigger_price: '0.90000', client_order_id: 'stop' },
      ],
    });
    expect(bracket).toMatchObject({ orders: [{ status: 'FILLED' }, {}, {}] });
    expect(await client.call('list_orders', { status: 'working' })).toMatchObject({ total: 2 });
    expect(await client.call('modify_order', { client_order_id: 'target', price: '1.60000' })).toMatchObject({
      status: 'ACCEPTED',
    });
    expect(await client.call('cancel_order', { client_order_id: 'target' })).toMatchObject({
      status: 'CANCELED',
    });
    expect(await client.call('cancel_all_orders')).toEqual({ cancelled: [], left: [] });
    const { positions } = await client.call('list_positions', { status: 'open' });
    expect(positions).toMatchObject([{ instrument_id: 'EUR/USD.SIM', side: 'LONG', quantity: '30000' }]);
    const closed = await client.call('close_position', { instrument_id: 'EUR/USD.SIM' });
    expect(closed).toMatchObject({ orders: [{ status: 'FILLED', filled_qty: '30000' }], left: [] });
    expect(await client.call('get_account')).toMatchObject({
      synthetic: true,
      accounts: [{ account_id: 'SIM-001', account_type: 'MARGIN', balances: [{ currency: 'USD' }] }],
    });
  });

  it('follows data, tells who subscribed to them, and takes further instruments', async () => {
    const bar_type = 'EUR/USD.SIM-1-SECOND-MID-INTERNAL';
    const asked = { instrument_id: 'EUR/USD.SIM', kinds: ['quotes', 'bars', 'book'], bar_type };
    expect(await client.call('subscribe_market_data', asked)).toMatchObject({
      subscriptions: [bar_type, 'book', 'quotes'],
    });
    const told = new Set<string>();
    client.sdk.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void told.add(params.uri),
    );
    const address = `nautilus://nodes/demo/bars/${encodeURIComponent(bar_type)}`;
    const quotes = 'nautilus://nodes/demo/quotes/EUR%2FUSD.SIM';
    const followed = [address, 'nautilus://nodes/demo/book/EUR%2FUSD.SIM', quotes];
    for (const uri of followed) await client.sdk.subscribeResource({ uri });
    await expect.poll(() => [...told].sort(), { timeout: 20_000 }).toEqual([...followed].sort());
    expect((await client.read(`${quotes}?history=3`)).rows).toHaveLength(3);
    await expect
      .poll(async () => ((await client.read(`${address}?history=5`)).rows as unknown[]).length, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
    const book = await client.read('nautilus://nodes/demo/book/EUR%2FUSD.SIM?depth=3');
    expect(book).toMatchObject({ synthetic: true, book: { bids: [{}, {}, {}], asks: [{}, {}, {}] } });
    expect(await client.call('unsubscribe_market_data', asked)).toMatchObject({ subscriptions: [] });

    const spec = { template: 'future', id: 'ESZ9.SIM' };
    expect(await client.call('load_instruments', { instruments: [spec] })).toMatchObject({
      loaded: ['ESZ9.SIM'],
    });
    expect(await client.call('load_instruments', { instruments: [spec] })).toMatchObject({
      loaded: [],
      updated: [],
    });
    const future = { ...market, instrument_id: 'ESZ9.SIM', quantity: '2', wait_for: 'closed' };
    await expect
      .poll(async () => (await client.call('get_market_data', { instrument_id: 'ESZ9.SIM' })).quote)
      .toBeTruthy();
    expect(await client.call('submit_order', future)).toMatchObject({ status: 'FILLED' });
    await client.call('close_position', { instrument_id: 'ESZ9.SIM' });
  });

  it('is one of its name', async () => {
    expect(await client.error('initialize_trading_node', { profile: 'demo' })).toMatchObject({
      code: 'NODE_EXISTS',
    });
    expect(await client.error('get_trading_node', { node: 'dem' })).toMatchObject({
      code: 'NODE_NOT_FOUND',
      next_step: 'Did you mean "demo"?',
    });
  });

  it('stops in order, and what is left of it can still be read', async () => {
    await client.call('submit_order', { ...market, wait_for: 'closed' });
    await client.call('submit_order', { ...market, type: 'LIMIT', price: '1.00000' });
    const stopped = await client.call('stop_trading_node', { flatten: true });
    expect(stopped).toMatchObject({
      cancelled: 1,
      closed: 1,
      orders_left: [],
      positions_left: [],
      description: { state: 'stopped' },
    });
    expect(await client.call('get_trading_node', { node: 'demo' })).toMatchObject({ state: 'stopped' });
    expect(await client.error('submit_order', { ...market, node: 'demo' })).toMatchObject({
      code: 'NODE_NOT_RUNNING',
    });
    expect(await client.error('submit_order', market)).toMatchObject({ code: 'NODE_NOT_FOUND' });
  });
});
