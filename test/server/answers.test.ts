import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { answerBytes } from '../../server/tools/bounds.ts';
import { tools } from '../../server/tools/index.ts';
import { barsCsv, barsItem, emaCross, ownStrategy } from './support/data.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

/** As much of everything as makes an answer long that grows with it. */
const much = { runs: 80, strategies: 100, series: 60, orders: 100, instruments: 300 };
const long = 'long '.repeat(20_000);

const chatty = `
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import BarType
from nautilus_trader.trading.strategy import Strategy

class Config(StrategyConfig, frozen=True):
${Array.from({ length: 150 }, (_, i) => `    parameter_${i}: int = ${i}`).join('\n')}

class Chatty(Strategy):
    def __init__(self, config: Config) -> None:
        super().__init__(config)
    def on_start(self):
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"))
    def on_bar(self, bar):
        for i in range(20):
            self.log.warning(f"{i} " + "x" * 1000)

class Raising(Chatty):
    def on_bar(self, bar):
        raise RuntimeError("x" * 1_000_000)
`;

const strategyFile = (i: number) => `
from nautilus_trader.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy

class Config${i}(StrategyConfig, frozen=True):
    period: int = ${i}
    threshold: float = 0.5
    note: str = "${'n'.repeat(300)}"

class Strategy${i}(Strategy):
    """${'Does a lot. '.repeat(100)}"""
    def __init__(self, config: Config${i}) -> None:
        super().__init__(config)
`;

const instruments = Array.from({ length: much.instruments }, (_, i) => ({
  template: 'equity',
  id: `STOCK${String(i).padStart(4, '0')}.SIM`,
}));

let workspace: TestWorkspace;
let client: TestClient;
let runs: string[];
beforeAll(async () => {
  workspace = new TestWorkspace();
  workspace.write('chatty.py', chatty);
  workspace.write('few.csv', barsCsv(10));
  for (let i = 0; i < much.strategies; i++) workspace.write(`strategies/s${i}.py`, strategyFile(i));
  for (let i = 0; i < 50; i++) workspace.write(`broken/b${i}.py`, `class ${'X'.repeat(200)}(\n`);
  const catalogs = Array.from({ length: 200 }, (_, i) => [`catalog-${i}`, `data/${'deep/'.repeat(10)}${i}`]);
  workspace.write('quarterdeck.json', JSON.stringify({ catalogs: Object.fromEntries(catalogs) }));
  client = await workspace.connect(['--toolsets', 'all']);
  // From here on the client judges each answer by the schema of its tool.
  await client.sdk.listTools();

  const busy = { config: { ...emaCross().strategies[0]?.config, fast_ema_period: 2, slow_ema_period: 3 } };
  const { run_id } = await client.run(emaCross({ strategies: [{ ...emaCross().strategies[0], ...busy }] }));
  const talked = await client.run(ownStrategy('chatty.py:Chatty', {}, { data: [barsItem({ limit: 100 })] }));
  const failed = await client.error('run_backtest', ownStrategy('chatty.py:Raising'));
  runs = [run_id, talked.run_id, String(failed.details?.run_id)];

  copyRuns(run_id);
  const bundle = { run_id, format: 'qdrun', path: 'copied.qdrun' };
  await client.call('export_run', bundle);

  const series = Array.from({ length: much.series }, (_, i) => {
    const id = `EUR/USD.V${i}`;
    return barsItem({
      ...{ file: 'few.csv', instrument: { template: 'fx', id }, bar_type: `${id}-1-MINUTE-LAST-EXTERNAL` },
    });
  });
  await client.call('import_data', { items: [barsItem(), ...series], instruments, mode: 'sync' });

  await client.call('initialize_trading_node', { profile: 'demo' });
  await client.call('load_instruments', { instruments });
  for (let i = 0; i < much.orders; i++) {
    await client.call('submit_order', {
      ...{ instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'LIMIT', quantity: '1000', price: '0.9' },
      ...{ tags: ['a tag of an order'], client_order_id: `order-${i}`, wait_for: 'submitted' },
    });
  }
}, 240_000);
afterAll(() => workspace.close());

/** More runs of the same, each with all a person may have written of it. */
function copyRuns(id: string): void {
  const folder = path.join(workspace.root, '.quarterdeck', 'runs');
  const record = JSON.parse(readFileSync(path.join(folder, id, 'run.json'), 'utf8'));
  for (let i = 0; i < much.runs; i++) {
    const copy = `bt-20200101-000000-${String(i).padStart(3, '0')}-${i.toString(16).padStart(6, '0')}`;
    if (i < 5) cpSync(path.join(folder, id), path.join(folder, copy), { recursive: true });
    else mkdirSync(path.join(folder, copy));
    const told = {
      note: 'n'.repeat(3000),
      tags: Array.from({ length: 20 }, (_, j) => `${'t'.repeat(90)}${j}`),
    };
    const warnings = Array.from({ length: 50 }, () => ({
      code: 'NO_TRADES',
      message: 'w'.repeat(2000),
      next_step: 'Look.',
    }));
    const summary = { ...record.summary, warnings };
    writeFileSync(
      path.join(folder, copy, 'run.json'),
      JSON.stringify({ ...record, id: copy, ...told, summary }),
    );
  }
}

const copied = (i: number) =>
  `bt-20200101-000000-${String(i).padStart(3, '0')}-${i.toString(16).padStart(6, '0')}`;
const order = { instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'LIMIT', quantity: '1000', price: '0.9' };
const { price: _, ...atMarket } = order;
const market = { ...atMarket, type: 'MARKET', wait_for: 'closed' };
const allowed = ['EUR/USD.SIM', ...instruments.map(({ id }) => id)];

/** What takes the node's orders away, its venue, the node itself, and what starts another: in this order, after all else. */
const last = [
  'cancel_all_orders',
  'halt_trading',
  'resume_trading',
  'stop_strategy',
  'disconnect_venue',
  'stop_trading_node',
  'initialize_trading_node',
];
const names = tools.map(({ name }) => name).filter((name) => !last.includes(name));
/** Only a person resumes after a halt, and there is none. */
const refused = ['resume_trading'];

/** A call of each tool that could answer at length; a tool without one is called with nothing and with nonsense. */
const calls: Record<string, () => Record<string, unknown>[]> = {
  get_environment: () => [{}],
  list_data: () => [{}, { catalog: 'x'.repeat(5000) }],
  import_data: () => [
    { items: Array.from({ length: 30 }, () => barsItem({ file: `${'x'.repeat(200)}.csv` })), mode: 'sync' },
    { items: [barsItem()], instruments, dry_run: true, mode: 'sync' },
  ],
  query_data: () => [{ data_type: 'Bar', bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL' }],
  check_data: () => [{ items: Array.from({ length: 40 }, () => barsItem({ limit: 50 })) }],
  find_instruments: () => [{}],
  get_instrument: () => [{ instrument_id: 'EUR/USD.SIM' }, { instrument_id: long }],
  list_strategies: () => [{}, { file: 'chatty.py' }],
  check_strategy: () => [
    { source: 'chatty.py:Chatty' },
    { source: 'chatty.py:Chatty', config: { [long]: 1 } },
  ],
  create_strategy: () => [{ name: long }, { name: 'Fresh' }],
  run_backtest: () => [
    ownStrategy('chatty.py:Chatty', {}, { data: [barsItem({ limit: 50 })] }),
    ownStrategy('chatty.py:Raising'),
    emaCross({ venues: Array.from({ length: 20 }, () => ({ nonsense: long })) }),
    emaCross({ data: [barsItem({ file: long })] }),
  ],
  get_run: () =>
    [
      'summary',
      'funnel',
      'orders',
      'fills',
      'positions',
      'account',
      'trades',
      'daily',
      'log',
      'source',
    ].flatMap((detail) => [...runs, copied(0)].map((run_id) => ({ run_id, detail }))),
  list_runs: () => [{}, { after: 100 }, { strategy: 'ema' }],
  compare_runs: () => [{ run_ids: [runs[0], copied(0), copied(1), copied(2), copied(3), copied(4)] }],
  annotate_run: () => [{ run_id: copied(0), note: 'n'.repeat(4000) }],
  cancel_run: () => [{ run_id: copied(0) }],
  delete_runs: () => [
    { filter: { strategy: 'ema' }, dry_run: true },
    { run_ids: Array.from({ length: 1000 }, (_, i) => `${'x'.repeat(100)}${i}`), dry_run: true },
  ],
  export_run: () => [{ run_id: copied(0), format: 'csv' }],
  get_trading_node: () => [{}, { node: long }],
  import_run: () => [{ path: long }, { path: 'copied.qdrun' }],
  list_venues: () => [{}, { adapter: 'binance' }],
  connect_venue: () => [{ venue: 'SIM' }, { venue: long }],
  check_venue: () => [{}, { profile: long }],
  get_market_data: () => [{ instrument_id: 'EUR/USD.SIM' }, { instrument_id: long }],
  subscribe_market_data: () => [
    { instrument_id: 'EUR/USD.SIM', kinds: ['quotes', 'trades', 'book'] },
    { instrument_id: 'EUR/USD.SIM', kinds: ['bars'], bar_type: long },
  ],
  unsubscribe_market_data: () => [{ instrument_id: 'EUR/USD.SIM', kinds: ['trades'] }],
  deploy_strategy: () => [
    { source: 'chatty.py:Chatty', config: {} },
    { source: 'chatty.py:Chatty', config: { [long]: 1 } },
    { source: long, config: {} },
  ],
  load_instruments: () => [{ instruments }],
  list_orders: () => [{}, { status: 'working' }],
  submit_order: () => [order, market, { ...order, quantity: long }, { ...order, instrument_id: long }],
  submit_order_list: () => [{ orders: Array.from({ length: 20 }, () => order), contingency: 'NONE' }],
  modify_order: () => [
    { client_order_id: 'order-0', price: '0.8' },
    { client_order_id: long, price: '0.8' },
  ],
  cancel_order: () => [{ client_order_id: 'order-1' }, { client_order_id: 'order-x' }],
  close_position: () => [{ instrument_id: 'EUR/USD.SIM', quantity: '10' }, { position_id: long }],
  list_positions: () => [{}, { status: 'open' }],
  get_account: () => [{}, { account_id: long }],
  get_risk: () => [{}],
  set_risk_limits: () => [{ allowed_instruments: allowed }, { max_notional_per_order: long }],
  calculate_position_size: () => [
    { instrument_id: 'EUR/USD.SIM', stop_price: '0.90000', equity: '100000' },
    { instrument_id: long, stop_price: '0.9' },
  ],
  cancel_all_orders: () => [{}],
  halt_trading: () => [{ reason: 'r'.repeat(500), flatten: true }],
  resume_trading: () => [{}],
  stop_strategy: () => [{ strategy_id: 'Chatty-001' }, { strategy_id: long }],
  disconnect_venue: () => [{ venue: 'SIM' }],
  stop_trading_node: () => [{ timeout_seconds: 2 }],
  analyze_portfolio: () => [{}, { run_id: runs[0] }],
  initialize_trading_node: () => [
    { config: { strategies: [{ source: 'chatty.py:Chatty', config: { [long]: 1 } }] } },
    { profile: 'demo', name: 'another' },
  ],
};

describe('however much there is, an answer is short', () => {
  it.each([
    ['list_runs', 'runs', 'run_id'],
    ['list_strategies', 'strategies', 'source'],
    ['find_instruments', 'instruments', 'id'],
    ['list_orders', 'orders', 'client_order_id'],
  ] as const)('the pages of %s go on where the one before ended', async (name, list, key) => {
    const keys = (answer: Record<string, unknown>) =>
      z
        .array(z.looseObject({ [key]: z.string() }))
        .min(1)
        .parse(answer[list])
        .map((row) => row[key]);
    const whole = await client.call(name, { limit: 200 });
    const seen: unknown[] = [];
    let after: unknown = 0;
    for (let page = 0; page < 3; page++) {
      const answer = await client.call(name, { after });
      seen.push(...keys(answer));
      after = answer.next;
      expect(after).toBe(seen.length);
    }
    expect(seen).toEqual(keys(whole).slice(0, seen.length));
  });

  it('who says how much it wants gets it', async () => {
    const { orders } = await client.call('list_orders', { limit: much.orders });
    expect(orders).toHaveLength(much.orders);
    expect(JSON.stringify(orders).length).toBeGreaterThan(answerBytes);
  });

  it.each([...names, ...last])('of %s', async (name) => {
    const given = calls[name]?.() ?? [{}, { [long]: long }];
    const failures: string[] = [];
    for (const args of given) {
      const result = await client.raw(name, args);
      const [block] = result.content as { text: string }[];
      const text = Buffer.byteLength(block?.text ?? '');
      const structured = Buffer.byteLength(JSON.stringify(result.structuredContent ?? null));
      const what = `${name} ${JSON.stringify(args).slice(0, 200)}: ${block?.text.slice(0, 300)}`;
      expect(Math.max(text, structured), what).toBeLessThanOrEqual(answerBytes);
      if (!result.isError) continue;
      expect(JSON.parse(block?.text ?? ''), what).toMatchObject({ next_step: expect.any(String) });
      failures.push(what);
    }
    // Errors alone would say nothing of how long an answer is.
    if (!refused.includes(name)) expect(failures.length, failures.join('\n')).toBeLessThan(given.length);
  });
});
