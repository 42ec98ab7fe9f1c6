import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exchange, startExchange } from '../../server/exchange/exchange.ts';
import { workers } from './support/kills.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

const instrument_id = 'BTCUSDT.BINANCE';
const order = { instrument_id, side: 'BUY', type: 'LIMIT', quantity: '0.00100', price: '50000.00' };

let workspace: TestWorkspace;
let client: TestClient;
let exchange: Exchange;

/** One session of one node with an exchange that keeps its ledger while it is away. */
beforeAll(async () => {
  workspace = new TestWorkspace();
  exchange = await open(0);
  const key = { api_key: 'practice', api_secret: 'practice', instrument_provider: { load_all: true } };
  const at = (base_url_ws: string) => ({
    BINANCE: { adapter: 'binance', config: { ...key, base_url_http: exchange.base_url_http, base_url_ws } },
  });
  const local = {
    data_clients: at(exchange.base_url_ws),
    exec_clients: at(exchange.base_url_ws_api),
  };
  workspace.write('quarterdeck.json', JSON.stringify({ profiles: { local } }));
  client = await workspace.connect();
  await start();
});
afterAll(async () => {
  await workspace.close();
  await exchange.close();
});

describe('validation', () => {
  it.each([
    ['submit_order', { ...order, price: '50000.001' }],
    ['submit_order', { ...order, quantity: '0' }],
    ['submit_order', { ...order, instrument_id: 'BTCUSDX.BINANCE' }],
    ['submit_order', { ...order, time_in_force: 'GTD', expire_time: '2020-01-01T00:00:00Z' }],
    ['submit_order', { ...order, type: 'STOP_MARKET', price: undefined }],
    ['modify_order', { client_order_id: 'nobody', price: '51000.00' }],
    ['cancel_order', { client_order_id: 'nobody' }],
    ['close_position', { position_id: 'nobody' }],
    ['get_market_data', { instrument_id: 'NOPE' }],
    ['initialize_trading_node', { profile: 'locale' }],
  ])('%s %o is refused with a next step, and nothing leaves', async (tool, args) => {
    const error = await client.error(tool, args);
    expect(error).toMatchObject({ type: 'validation', next_step: expect.any(String) });
    expect((await client.call('list_orders', { status: 'working' })).orders).toEqual([]);
  });
});

describe('connection', () => {
  it('an order to a venue that is away is on its way until the venue says what became of it', async () => {
    await client.call('submit_order', { ...order, client_order_id: 'BEFORE' });
    const port = Number(new URL(exchange.base_url_http).port);
    await exchange.close();
    const sent = await client.call('submit_order', { ...order, client_order_id: 'AWAY', timeout_seconds: 1 });
    expect(sent).toMatchObject({ status: 'SUBMITTED', waiting: true });
    const started = await client.error('initialize_trading_node', { profile: 'local', name: 'second' });
    expect(started).toMatchObject({
      type: 'connection',
      code: 'VENUE_UNREACHABLE',
      next_step: expect.any(String),
    });
    exchange = await open(port);
    await expect.poll(() => status('AWAY'), { timeout: 60_000, interval: 500 }).toBe('REJECTED');
    expect(await status('BEFORE')).toBe('ACCEPTED');
  });
});

describe('system', () => {
  it('a call whose process is ended is answered at once, and the next process has the orders', async () => {
    const asked = { ...order, client_order_id: 'DURING', wait_for: 'closed', timeout_seconds: 40 };
    const waiting = client.error('submit_order', asked);
    await expect.poll(() => status('DURING'), { timeout: 30_000 }).toBe('ACCEPTED');
    for (const pid of workers(workspace)) process.kill(pid, 'SIGKILL');
    expect(await waiting).toMatchObject({
      type: 'system',
      code: expect.stringMatching(/^ENGINE_/),
      next_step: expect.any(String),
    });
    expect((await client.call('get_trading_node', {})).nodes).toContainEqual(
      expect.objectContaining({ node: 'local', state: 'failed', reason: expect.stringContaining('SIGKILL') }),
    );
    expect(await client.error('submit_order', { ...order, node: 'local' })).toMatchObject({
      code: 'NODE_NOT_RUNNING',
    });
    await start();
    for (const name of ['BEFORE', 'DURING'])
      await expect.poll(() => status(name), { timeout: 30_000 }).toBe('ACCEPTED');
  });
});

async function start(): Promise<void> {
  await client.call('initialize_trading_node', { profile: 'local', name: 'local' });
  await client.call('subscribe_market_data', { instrument_id });
  while (!(await client.call('get_market_data', { instrument_id })).quote) await sleep(100);
}

async function status(client_order_id: string): Promise<unknown> {
  const { orders } = await client.call('list_orders', {});
  return (orders as Record<string, unknown>[]).find((row) => row.client_order_id === client_order_id)?.status;
}

function open(port: number): Promise<Exchange> {
  return startExchange({ port, seed: 1, ledger: path.join(workspace.folder, 'ledger') });
}
