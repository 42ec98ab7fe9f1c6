import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

const source = (size: string) => `
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy

from sizes import SIZE


class EachTenthConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    every: int = 5


class EachTenth(Strategy):
    def __init__(self, config: EachTenthConfig) -> None:
        super().__init__(config)
        self.ticks = 0

    def on_start(self):
        self.subscribe_quote_ticks(self.config.instrument_id)

    def on_quote_tick(self, tick):
        self.ticks += 1
        if self.ticks % self.config.every:
            return
        instrument = self.cache.instrument(self.config.instrument_id)
        side = OrderSide.BUY if self.ticks % (2 * self.config.every) else OrderSide.SELL
        self.submit_order(self.order_factory.market(instrument.id, side, instrument.make_qty(${size})))
`;
const strategy = 'strategies/each.py:EachTenth';
const config = { instrument_id: 'EUR/USD.SIM', every: 4, order_id_tag: '001' };

let workspace: TestWorkspace;
let client: TestClient;
let session: string;
beforeAll(async () => {
  workspace = new TestWorkspace();
  workspace.write('strategies/sizes.py', 'SIZE = 1000\n');
  workspace.write('strategies/each.py', source('SIZE'));
  client = await workspace.connect();
  await client.call('initialize_trading_node', {
    config: { base: 'demo', feed: { kind: 'synthetic', interval_ms: 20 } },
    name: 'desk',
  });
  await client.call('submit_order', {
    ...{ instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'MARKET', quantity: '5000', wait_for: 'closed' },
  });
  await client.call('deploy_strategy', { source: strategy, config });
  await vi.waitUntil(
    async () => Number((await client.call('list_orders', { strategy_id: 'EachTenth-001' })).total) > 5,
    { timeout: 60_000 },
  );
  // What is on disk when the session ends is not what ran in it.
  workspace.write('strategies/sizes.py', 'SIZE = 2000\n');
  session = String((await client.call('stop_trading_node', { node: 'desk' })).run_id);
});
afterAll(() => workspace.close());

describe('a backtest of a session', () => {
  it('makes the same orders from the recorded data and the code that ran', async () => {
    const answer = await client.call('run_backtest', { session });
    const found = answer.session as { orders_alike: number; other_orders: number };
    expect(answer.session).not.toHaveProperty('order');
    expect(found.orders_alike).toBeGreaterThan(5);
    expect(answer.session).toMatchObject({
      fills_compared: found.orders_alike,
      other_orders: 1,
      slippage_bps: { mean: expect.any(Number), worst: expect.any(Number) },
      latency_ms: { session: { median: expect.any(Number) } },
    });
    const compared = await client.call('compare_runs', { run_ids: [session, String(answer.run_id)] });
    expect(compared).toMatchObject({
      source: [],
      divergence: [{ session: { orders_alike: found.orders_alike } }],
    });
  });

  it('names the first order that other code makes differently', async () => {
    const answer = await client.call('run_backtest', { session, strategies: [{ source: strategy, config }] });
    expect(answer.session).toMatchObject({
      orders_alike: 0,
      order: { differs: ['quantity'], session: { quantity: '1000' }, backtest: { quantity: '2000' } },
    });
    const compared = await client.call('compare_runs', { run_ids: [session, String(answer.run_id)] });
    expect(compared.source).toMatchObject([{ files: [{ file: 'strategies/sizes.py', change: 'changed' }] }]);
  });

  it('says why it cannot be the same: what was there before, what was replaced, what came later', async () => {
    const feed = { kind: 'synthetic', interval_ms: 20 };
    const node = 'again';
    await client.call('initialize_trading_node', { config: { base: 'demo', feed }, name: node });
    const market = { instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'MARKET', quantity: '1000', node };
    await client.call('submit_order', { ...market, wait_for: 'closed' });
    await client.call('stop_trading_node', { node });
    await client.call('initialize_trading_node', { config: { base: 'demo', feed }, name: node });
    const other = { ...config, order_id_tag: '002' };
    await client.call('deploy_strategy', { source: strategy, config, node });
    await client.call('deploy_strategy', { source: strategy, config, node, replace: 'EachTenth-001' });
    // What was deployed so much later counts as later.
    await sleep(3000);
    await client.call('deploy_strategy', { source: strategy, config: other, node });
    const total = async () =>
      Number((await client.call('list_orders', { node, strategy_id: 'EachTenth-002' })).total);
    await vi.waitUntil(async () => (await total()) > 1, { timeout: 60_000 });
    const run = (await client.call('stop_trading_node', { node, flatten: true })).run_id;
    const answer = await client.call('run_backtest', { session: run });
    const { warnings } = answer.session as { warnings: { code: string }[] };
    const codes = warnings.map(({ code }) => code);
    for (const code of ['SESSION_RESTORED', 'SESSION_REPLACED', 'SESSION_STAGGERED'])
      expect(codes).toContain(code);
  });

  it('is refused where there is nothing to replay', async () => {
    const { run_id } = await client.call('run_backtest', { session });
    expect(await client.error('run_backtest', { session: run_id })).toMatchObject({ path: 'session' });
    await client.call('initialize_trading_node', { config: { base: 'demo', record_mb: 0 }, name: 'quiet' });
    const quiet = (await client.call('stop_trading_node', { node: 'quiet' })).run_id;
    expect(await client.error('run_backtest', { session: quiet })).toMatchObject({ code: 'NO_DATA' });
  });
});
