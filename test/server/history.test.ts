import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunAnswer } from '../../server/tools/runAnswer.ts';
import { barsItem, emaCross } from './support/data.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

const strategy = (threshold: number, size = 100_000) =>
  [
    'from nautilus_trader.config import StrategyConfig',
    'from nautilus_trader.model.data import BarType',
    'from nautilus_trader.model.enums import OrderSide',
    'from nautilus_trader.trading.strategy import Strategy',
    '',
    'class SteadyConfig(StrategyConfig, frozen=True):',
    '    bar_type: BarType',
    '    every: int = 50',
    '',
    'class Steady(Strategy):',
    '    def __init__(self, config: SteadyConfig) -> None:',
    '        super().__init__(config)',
    '        self.bars = 0',
    '',
    '    def on_start(self) -> None:',
    '        self.instrument = self.cache.instrument(self.config.bar_type.instrument_id)',
    '        self.subscribe_bars(self.config.bar_type)',
    '',
    '    def on_bar(self, bar) -> None:',
    '        self.bars += 1',
    '        if self.bars % self.config.every:',
    '            return',
    `        side = OrderSide.BUY if self.bars // self.config.every % ${threshold} else OrderSide.SELL`,
    `        order = self.order_factory.market(self.instrument.id, side, self.instrument.make_qty(${size}))`,
    '        self.submit_order(order)',
    '',
  ].join('\n');

const request = (config: Record<string, unknown> = {}, changes: Record<string, unknown> = {}) =>
  emaCross({
    strategies: [
      {
        source: 'steady.py:Steady',
        config: { bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL', ...config },
      },
    ],
    ...changes,
  });

const kilobytes = (value: unknown) => JSON.stringify(value).length / 1024;

describe('runs that last', () => {
  let workspace: TestWorkspace;
  let client: TestClient;
  let first: RunAnswer;
  let second: RunAnswer;
  beforeAll(async () => {
    workspace = new TestWorkspace();
    client = await workspace.connect();
    workspace.write('steady.py', strategy(2));
    first = await client.run(request({}, { tags: ['steady'] }));
    workspace.write('steady.py', strategy(2, 200_000));
    second = await client.run(request({ every: 40 }, { tags: ['steady'], end: '2024-01-02T00:00:00Z' }));
  });
  afterAll(() => workspace.close());

  it('tells round trips, and the line that submitted each order', async () => {
    const { run_id } = first;
    const trades = await client.call('get_run', { run_id, detail: 'trades', limit: 3 });
    expect(trades.total).toBe(first.counts?.trades);
    const line = 'steady.py:25';
    expect(trades.rows).toMatchObject([
      { trade: 1, side: 'LONG', entry_line: line, exit_line: line, mae: expect.any(String) },
      { trade: 2 },
      { trade: 3 },
    ]);
    const orders = await client.call('get_run', { run_id, detail: 'orders', limit: 1 });
    expect(orders.rows).toMatchObject([{ line }]);
    const page = await client.read(`nautilus://runs/${run_id}/trades?limit=2`);
    expect(page.rows).toEqual((trades.rows as unknown[]).slice(0, 2));
    const { funnel } = await client.call('get_run', { run_id, detail: 'funnel' });
    expect(funnel).toEqual(await client.read(`nautilus://runs/${run_id}/funnel`));
    expect(funnel).toMatchObject({
      findings: [],
      orders: { created: first.counts?.orders },
      lines: [{ line }],
    });
  });

  it('says first why a run did not trade', async () => {
    const run = await client.run(request({ every: 5000 }));
    expect(run.warnings[0]).toMatchObject({ code: 'NO_TRADES' });
    expect(run.next_step).toContain('on_bar 2000 times');
    const { funnel } = await client.call('get_run', { run_id: run.run_id, detail: 'funnel' });
    expect(funnel).toMatchObject({
      findings: [{ code: 'NO_ORDER_SUBMITTED' }],
      components: [{ subscriptions: [{ delivered: 2000, handler_calls: 2000, line: 'steady.py:17' }] }],
    });
    expect(kilobytes(funnel)).toBeLessThan(8);
  });

  it('compares runs: figures, parameters, source, equity, where they part', async () => {
    const compared = await client.call('compare_runs', { run_ids: [first.run_id, second.run_id] });
    expect(kilobytes(compared)).toBeLessThan(8);
    expect(compared.statistics).toMatchObject({ orders: [first.counts?.orders, second.counts?.orders] });
    expect(compared.parameters).toEqual([
      { path: 'strategies[0].config.every', values: [null, '40'] },
      { path: 'end', values: [null, '"2024-01-02T00:00:00Z"'] },
    ]);
    expect(compared.source).toMatchObject([
      { run_id: second.run_id, files: [{ file: 'steady.py', change: 'changed' }] },
    ]);
    const [{ files }] = compared.source as [{ files: { diff: string }[] }];
    expect(files[0]?.diff).toMatch(/^-.*make_qty\(100000\)\)$\n^\+.*make_qty\(200000\)\)$/m);
    expect(compared.divergence).toMatchObject([
      { run_id: second.run_id, trade: { index: 0 }, fill: { index: 0, first: { last_qty: '100000' } } },
    ]);

    const full = await client.call('compare_runs', {
      run_ids: [first.run_id, second.run_id],
      equity_points: 200,
    });
    const equity = full.equity as { run_id: string; points: [string, string][] }[];
    expect(equity.map(({ run_id }) => run_id)).toEqual([first.run_id, second.run_id]);
    for (const { points } of equity) {
      expect(points.length).toBeGreaterThan(50);
      expect(points.length).toBeLessThanOrEqual(200);
    }
    const same = await client.error('compare_runs', { run_ids: [first.run_id, first.run_id] });
    expect(same.code).toBe('INVALID_ARGUMENTS');
  });

  it('finds no difference between equal runs', async () => {
    const again = await client.run(request({ every: 40 }, { end: '2024-01-02T00:00:00Z' }));
    const compared = await client.call('compare_runs', { run_ids: [second.run_id, again.run_id] });
    expect(compared).toMatchObject({ statistics: {}, parameters: [], source: [], versions: [] });
    expect(compared.divergence).toEqual([{ run_id: again.run_id }]);
  });

  it('lists by filter, sorted by a figure, in pages', async () => {
    const ids = async (args: Record<string, unknown>) => {
      const { runs } = await client.call('list_runs', { tag: 'steady', ...args });
      return (runs as { run_id: string }[]).map(({ run_id }) => run_id);
    };
    expect(await ids({})).toEqual([second.run_id, first.run_id]);
    expect(await ids({ sort: 'orders', ascending: true })).toEqual(
      (first.counts?.orders ?? 0) < (second.counts?.orders ?? 0)
        ? [first.run_id, second.run_id]
        : [second.run_id, first.run_id],
    );
    const pnl = await client.call('list_runs', { tag: 'steady', sort: 'pnl' });
    const [most, least] = pnl.runs as { pnl: number; pnl_currency: string; sharpe: number | null }[];
    expect(most?.pnl).toBeGreaterThanOrEqual(least?.pnl ?? 0);
    expect(most?.pnl_currency).toBe('USD');
    expect(await ids({ strategy: 'Steady', limit: 1 })).toHaveLength(1);
    expect(await ids({ strategy: 'EMACross' })).toEqual([]);
    expect(await ids({ created_from: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await ids({ status: 'failed' })).toEqual([]);
  });

  it('keeps notes, tags and baselines, and deletes on request only', async () => {
    const { run_id } = await client.run(request({ every: 900 }));
    const annotated = await client.call('annotate_run', {
      run_id,
      note: 'the one to beat',
      add_tags: ['a', 'b'],
      remove_tags: ['b'],
      baseline: true,
    });
    expect(annotated).toEqual({ run_id, note: 'the one to beat', tags: ['a'], baseline: true });
    expect(await client.call('get_run', { run_id })).toMatchObject({ tags: ['a'], baseline: true });
    expect(await client.call('list_runs', { baseline: true })).toMatchObject({
      total: 1,
      runs: [{ run_id }],
    });

    expect(await client.error('delete_runs', {})).toMatchObject({ code: 'INVALID_ARGUMENTS' });
    const dry = await client.call('delete_runs', { filter: { tag: 'steady' }, dry_run: true });
    expect(dry).toMatchObject({ dry_run: true, deleted_count: 2 });
    expect(dry.bytes).toBeGreaterThan(1000);
    expect(existsSync(first.directory)).toBe(true);

    const run_ids = [run_id, 'bt-20200101-000000-000-abcdef'];
    const refused = await client.call('delete_runs', { run_ids });
    expect(refused).toMatchObject({ deleted: [], refused_count: 2 });
    const deleted = await client.call('delete_runs', { run_ids: [run_id], force: true });
    expect(deleted).toMatchObject({ deleted: [run_id], refused: [] });
    expect(await client.error('get_run', { run_id })).toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

it('finds a run of the same request, data and code again instead of running it, on request', async () => {
  const workspace = new TestWorkspace();
  try {
    const client = await workspace.connect();
    workspace.write('steady.py', strategy(2));
    const first = await client.run(request());
    const again = (changes: Record<string, unknown> = {}) =>
      client.run(request({}, { reuse: true, ...changes }));
    expect(await again()).toEqual({ ...first, reused: true });
    expect((await client.run(request())).reused).toBeUndefined();

    const changed = await again({ end: '2024-01-02T00:00:00Z' });
    expect(changed.reused).toBeUndefined();
    expect((await again({ end: '2024-01-02T00:00:00Z', tags: ['x'] })).run_id).toBe(changed.run_id);

    workspace.write('steady.py', strategy(2, 200_000));
    const otherCode = await again();
    expect(otherCode.reused).toBeUndefined();
    expect(otherCode.balances).not.toEqual(first.balances);
    expect((await again()).run_id).toBe(otherCode.run_id);

    const data = readFileSync(path.join(workspace.root, 'data/bars.csv'), 'utf8');
    workspace.write('data/bars.csv', data.split('\n').slice(0, -100).join('\n'));
    expect((await again()).reused).toBeUndefined();

    await client.call('import_data', { items: [barsItem()] });
    const catalogItem = {
      data_type: 'Bar',
      instrument_id: 'EUR/USD.SIM',
      bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL',
    };
    const overCatalog = await again({ data: [catalogItem] });
    expect(overCatalog).toMatchObject({ api: 'node' });
    expect((await again({ data: [catalogItem] })).run_id).toBe(overCatalog.run_id);
  } finally {
    await workspace.close();
  }
});

it('removes the oldest runs nobody marked when the disk budget is used up', async () => {
  const workspace = new TestWorkspace();
  try {
    const client = await workspace.connect([], { QUARTERDECK_RUN_BUDGET_MB: '0.001' });
    workspace.write('steady.py', strategy(2));
    const kept = await client.run(request({}, { note: 'keep me' }));
    const plain = await client.run(request());
    const last = await client.run(request());
    await expect.poll(() => existsSync(plain.directory)).toBe(false);
    expect(existsSync(kept.directory)).toBe(true);
    expect(existsSync(last.directory)).toBe(true);
    expect(await client.call('list_runs')).toMatchObject({ total: 2 });
  } finally {
    await workspace.close();
  }
});
