import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../server/lock.ts';
import { barsItem } from './support/data.ts';
import { serverPid } from './support/kills.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  workspace.write(
    'quarterdeck.json',
    JSON.stringify({
      profiles: {
        desk: { base: 'demo', autostart: true, feed: { kind: 'synthetic', interval_ms: 60_000 } },
        broken: { venues: [{ name: 'SIM', starting_balances: ['1 ZZZZ'] }] },
      },
    }),
  );
  client = await workspace.connect();
});
afterAll(() => workspace.close());

const market = {
  instrument_id: 'EUR/USD.SIM',
  side: 'BUY',
  type: 'MARKET',
  quantity: '10000',
  wait_for: 'closed',
};
const resting = { ...market, type: 'LIMIT', price: '1.00000', wait_for: 'accepted' };
const state = async (node: string) => (await client.call('get_trading_node', { node })).state;

describe('the nodes of a workspace', () => {
  it('start with the server where the profile says so', async () => {
    await expect.poll(() => state('desk').catch(() => ''), { timeout: 60_000 }).toBe('running');
    expect(await client.call('submit_order', market)).toMatchObject({ status: 'FILLED' });
  });

  it('are several, each meant by its name', async () => {
    await client.call('initialize_trading_node', { profile: 'demo', name: 'second' });
    expect(await client.error('submit_order', market)).toMatchObject({
      code: 'NODE_NOT_FOUND',
      path: 'node',
    });
    await client.call('submit_order', { ...resting, node: 'second', client_order_id: 'there' });
    expect(await client.call('list_orders', { node: 'desk' })).toMatchObject({ total: 1 });
    const listed = await client.call('get_trading_node');
    expect(listed.nodes).toMatchObject([{ node: 'desk' }, { node: 'second' }]);
  });

  it('are refused with the place of what is wrong in their profile', async () => {
    expect(await client.error('initialize_trading_node', { profile: 'dsk' })).toMatchObject({
      code: 'UNKNOWN_PROFILE',
      next_step: 'Did you mean "desk"?',
    });
    expect(await client.error('initialize_trading_node', { profile: 'broken' })).toMatchObject({
      code: 'UNKNOWN_CURRENCY',
      path: 'venues[0].starting_balances[0]',
    });
    expect(await state('broken')).toBe('failed');
    const empty = await client.error('initialize_trading_node', { config: {}, name: 'empty' });
    expect(empty).toMatchObject({ code: 'INVALID_CONFIG' });
  });

  it('reach no real venue without a person who says so', async () => {
    const exec_clients = { BINANCE: { adapter: 'binance', config: {} } };
    const refused = await client.error('initialize_trading_node', { config: { exec_clients }, name: 'real' });
    expect(refused.code).toMatch(/APPROVAL|LIVE/);
    expect(await client.error('get_trading_node', { node: 'real' })).toMatchObject({
      code: 'NODE_NOT_FOUND',
    });
  });

  it('fail with the reason when their process is killed, and the others go on', async () => {
    const { nodes } = (await client.read('nautilus://nodes')) as { nodes: { node: string; pid: number }[] };
    const pid = nodes.find(({ node }) => node === 'second')?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => state('second'), { timeout: 20_000 }).toBe('failed');
    expect(await client.call('get_trading_node', { node: 'second' })).toMatchObject({
      reason: expect.stringContaining('SIGKILL'),
    });
    expect(await client.error('submit_order', { ...market, node: 'second' })).toMatchObject({
      code: 'NODE_NOT_RUNNING',
    });
    expect(await client.call('submit_order', market)).toMatchObject({ status: 'FILLED' });
  });

  it('are kept as runs when they stop', async () => {
    await client.call('initialize_trading_node', { profile: 'demo', name: 'kept' });
    for (const side of ['BUY', 'SELL']) await client.call('submit_order', { ...market, side, node: 'kept' });
    const stopped = await client.call('stop_trading_node', { node: 'kept' });
    const run_id = String(stopped.run_id);
    expect(await client.call('get_run', { run_id })).toMatchObject({
      status: 'completed',
      counts: { orders: 2, fills: 2, trades: 1 },
      balances: [{ venue: 'SIM', currency: 'USD' }],
    });
    for (const [detail, total] of [
      ['orders', 2],
      ['fills', 2],
      ['trades', 1],
    ] as const) {
      expect(await client.call('get_run', { run_id, detail }), detail).toMatchObject({ total });
    }
    const equity = await client.read(`nautilus://runs/${run_id}/equity?points=10`);
    expect((equity.rows as unknown[]).length).toBeGreaterThan(0);
    expect(await client.call('list_runs', { kind: 'demo' })).toMatchObject({ total: 1, runs: [{ run_id }] });

    await client.call('initialize_trading_node', { profile: 'demo', name: 'kept' });
    const again = await client.call('stop_trading_node', { node: 'kept' });
    const compared = await client.call('compare_runs', { run_ids: [run_id, String(again.run_id)] });
    expect(compared.runs).toHaveLength(2);
  });

  it('replay the catalog at a chosen speed, its bars as they were', async () => {
    await client.call('import_data', { items: [barsItem()] });
    const feed = { kind: 'replay', speed: 100_000 };
    const started = await client.call('initialize_trading_node', {
      config: { base: 'replay', feed },
      name: 'replay',
    });
    expect(started).toMatchObject({ kind: 'replay', synthetic: false, instruments: ['EUR/USD.SIM'] });
    const asked = { node: 'replay', instrument_id: 'EUR/USD.SIM', history: 500 };
    const bar_type = 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL';
    await expect
      .poll(
        async () => {
          const data = await client.call('get_market_data', { ...asked, bar_type });
          return (data.bar_history as unknown[]).length;
        },
        { timeout: 60_000 },
      )
      .toBe(500);
    expect(await client.call('submit_order', { ...market, node: 'replay' })).toMatchObject({
      status: 'FILLED',
    });
    await client.call('stop_trading_node', { node: 'replay', flatten: true });
  });

  it('follow their policy when the server dies, and the next server says what became of them', async () => {
    await client.call('submit_order', { ...resting, node: 'desk' });
    const { nodes } = (await client.read('nautilus://nodes')) as { nodes: { node: string; pid: number }[] };
    const pid = nodes.find(({ node }) => node === 'desk')?.pid ?? 0;
    process.kill(serverPid(workspace), 'SIGKILL');
    await client.close();
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
    workspace.write('quarterdeck.json', '{}');
    client = await workspace.connect();
    await expect.poll(() => state('desk'), { timeout: 30_000 }).toBe('stopped');
    const node = await client.call('get_trading_node', { node: 'desk' });
    expect(node.reason).toContain('cancelled 1 orders, closed 0 positions');
    expect(node.reason).toContain('Still open: EUR/USD.SIM-DESK-000');
    const [run] = (await client.call('list_runs', { kind: 'demo' })).runs as { run_id: string }[];
    expect(await client.call('get_run', { run_id: run?.run_id })).toMatchObject({ counts: { orders: 3 } });
  });
});

describe('a node that is not waited for', () => {
  it('is answered as starting, and runs a little later', async () => {
    const mode = 'async';
    const starting = await client.call('initialize_trading_node', { profile: 'demo', name: 'later', mode });
    expect(starting).toMatchObject({
      node: 'later',
      state: 'starting',
      next_step: expect.stringContaining('later'),
    });
    await expect
      .poll(() => client.call('get_trading_node', { node: 'later' }).catch(() => ({})), { timeout: 60_000 })
      .toMatchObject({ node: 'later', state: 'running' });
    await client.call('stop_trading_node', { node: 'later' });
  });
});
