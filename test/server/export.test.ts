import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readBundle } from '../../server/bundle.ts';
import { packageRoot } from '../../server/paths.ts';
import { barsItem, emaCross, simVenue } from './support/data.ts';
import { python } from './support/python.ts';
import { expectScriptGives } from './support/script.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

const Exported = z.object({ files: z.array(z.object({ path: z.string(), bytes: z.int() })) });

const measured = { statistics: { rolling_days: 2 }, benchmark: { instrument_id: 'EUR/USD.SIM' } };

/** Buys on the first bar, sells on the hundredth. */
const ownSource = `
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy


class MineConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    secret_period: int


class Mine(Strategy):
    """a secret of the source"""

    def __init__(self, config: MineConfig) -> None:
        super().__init__(config)
        self.bars = 0

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"))

    def on_bar(self, bar) -> None:
        self.bars += 1
        if self.bars in (1, 100):
            side = OrderSide.BUY if self.bars == 1 else OrderSide.SELL
            quantity = self.instrument.make_qty(100_000)
            self.submit_order(self.order_factory.market(self.instrument.id, side, quantity))
`;

let workspace: TestWorkspace;
let client: TestClient;
let runId: string;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
  runId = (await client.run(emaCross(measured))).run_id;
});
afterAll(() => workspace.close());

async function exportRun(args: Record<string, unknown>): Promise<string[]> {
  const answer = Exported.parse(await client.call('export_run', { run_id: runId, ...args }));
  for (const { path: file, bytes } of answer.files) expect(statSync(file).size).toBe(bytes);
  return answer.files.map((file) => file.path);
}

describe('an export of a run', () => {
  it('writes the tables as CSV and Parquet', async () => {
    const csv = await exportRun({ format: 'csv' });
    const folder = path.join(workspace.root, '.quarterdeck', 'exports', runId);
    expect(csv.map((file) => path.dirname(file))).toEqual(csv.map(() => folder));
    const names = csv.map((file) => path.basename(file, '.csv'));
    expect(names).toEqual(expect.arrayContaining(['orders', 'fills', 'positions', 'account', 'equity']));
    const { total, rows } = z
      .object({ total: z.int(), rows: z.array(z.record(z.string(), z.unknown())) })
      .parse(await client.call('get_run', { run_id: runId, detail: 'orders', limit: 1 }));
    const orders = readFileSync(path.join(folder, 'orders.csv'), 'utf8').trimEnd().split('\n');
    expect(orders).toHaveLength(total + 1);
    expect(orders[1]).toContain(String(rows[0]?.ts_init));

    const parquet = await exportRun({ format: 'parquet', path: 'out/tables' });
    expect(parquet).toContain(path.join(workspace.root, 'out', 'tables', 'fills.parquet'));
    expect(readdirSync(path.join(workspace.root, 'out', 'tables'))).toHaveLength(csv.length);
  });

  it('gives the same JSON for the same run made twice', async () => {
    const again = await client.run(emaCross(measured));
    const [first] = await exportRun({ format: 'json', path: 'out/first.json' });
    const [second] = await exportRun({ run_id: again.run_id, format: 'json', path: 'out/second.json' });
    const text = readFileSync(first ?? '', 'utf8');
    expect(text).toBe(readFileSync(second ?? '', 'utf8'));
    const content = JSON.parse(text);
    expect(content.run.summary.counts).toEqual(again.counts);
    expect(content.orders).toHaveLength(again.counts?.orders ?? 0);
    expect(text).not.toContain(workspace.root);
  });

  it('refuses to overwrite unless told to, and to write elsewhere', async () => {
    const target = workspace.write('kept.json', 'mine');
    const refused = await client.error('export_run', { run_id: runId, format: 'json', path: 'kept.json' });
    expect(refused).toMatchObject({ code: 'FILE_EXISTS', path: 'path' });
    expect(readFileSync(target, 'utf8')).toBe('mine');
    await exportRun({ format: 'json', path: 'kept.json', overwrite: true });
    expect(JSON.parse(readFileSync(target, 'utf8'))).toHaveProperty('run');
    for (const outside of ['../out.json', '/tmp/out.json', `.quarterdeck/runs/${runId}/run.json`]) {
      const args = { run_id: runId, format: 'json', path: outside, overwrite: true };
      expect(await client.error('export_run', args)).toMatchObject({ code: 'PATH_OUTSIDE_WORKSPACE' });
    }
    writeFileSync(path.join(workspace.root, 'file'), '');
    const blocked = { run_id: runId, format: 'json', path: 'file/below.json' };
    expect(await client.error('export_run', blocked)).toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it('makes a report of one page that tells nothing private unless asked', async () => {
    workspace.write('strategies/mine.py', ownSource);
    const config = { instrument_id: 'EUR/USD.SIM', secret_period: 4711 };
    const run = await client.run(
      emaCross({
        strategies: [{ source: 'strategies/mine.py:Mine', config }],
        note: 'a <note>',
        benchmark: { instrument_id: 'EUR/USD.SIM' },
      }),
    );
    const [plain] = await exportRun({ run_id: run.run_id, format: 'html' });
    const page = readFileSync(plain ?? '', 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('a &lt;note&gt;');
    expect(page).toContain('<polyline');
    expect(page).toMatch(/dashed: EUR\/USD\.SIM.*class="beside"/);
    for (const foreign of [/https?:/, /<script/, /<link/, /url\(/]) expect(page).not.toMatch(foreign);
    const secrets = ['4711', 'mine.py', 'bars.csv', 'SIM-001', 'a secret of the source', workspace.root];
    for (const secret of secrets) expect(page, secret).not.toContain(secret);

    const include = ['config', 'source', 'paths', 'accounts'];
    const [open] = await exportRun({ run_id: run.run_id, format: 'html', include, path: 'out/open.html' });
    const full = readFileSync(open ?? '', 'utf8');
    for (const secret of secrets) expect(full, secret).toContain(secret);
    expect(statSync(open ?? '').size).toBeLessThan(3_000_000);
  });

  it('makes the tearsheet, or says which package is missing where', async () => {
    const hasPlotly = 'import importlib.util as u; print(u.find_spec("plotly") is not None)';
    if (execFileSync(python(), ['-c', hasPlotly], { encoding: 'utf8' }).trim() === 'True') {
      const [sheet] = await exportRun({ format: 'tearsheet' });
      expect(readFileSync(sheet ?? '', 'utf8')).toContain('plotly');
      return;
    }
    const refused = await client.error('export_run', { run_id: runId, format: 'tearsheet' });
    expect(refused).toMatchObject({ code: 'PACKAGE_MISSING', details: { package: 'plotly' } });
  });

  it('bundles all a run keeps', async () => {
    const [bundle] = await exportRun({ format: 'qdrun' });
    const listed = execFileSync(python(), ['-m', 'zipfile', '-l', bundle ?? ''], { encoding: 'utf8' });
    for (const name of ['run.json', 'orders.parquet', 'equity.parquet', 'log.jsonl']) {
      expect(listed).toContain(name);
    }
    expect(existsSync(`${bundle}.partial`)).toBe(false);
  });

  it('as a bundle is a run again in another workspace, and shows itself without an engine', async () => {
    const tables = ['monthly', 'rolling', 'distribution', 'histogram', 'groups'];
    const pages = ['summary', 'funnel', 'orders', 'trades', 'equity', 'benchmark', 'log', ...tables];
    const told = (from: TestClient, detail: string) =>
      from.call('get_run', { run_id: runId, detail, limit: 5 });
    const [bundle = ''] = await exportRun({ format: 'qdrun', path: 'shared.qdrun' });
    const shown = await readBundle(bundle);
    const orders = await client.call('get_run', { run_id: runId, detail: 'orders', limit: 200 });
    expect(shown.preview?.tables.orders).toEqual({ total: orders.total, rows: orders.rows });
    expect(shown.preview?.equity.length).toBeGreaterThan(100);
    expect(shown.record.summary?.counts).toEqual((await told(client, 'summary')).counts);
    expect({ funnel: shown.funnel }).toMatchObject({ funnel: (await told(client, 'funnel')).funnel });
    expect(shown.log).toContain('"level"');
    expect(shown.preview?.benchmark?.length).toBeGreaterThan(100);
    for (const table of tables) {
      const page = await client.call('get_run', { run_id: runId, detail: table, limit: 500 });
      expect({ ...shown.tables }[table]).toEqual(page.rows);
      expect(page.rows).not.toEqual([]);
      expect(await client.read(`nautilus://runs/${runId}/${table}`)).toMatchObject({ rows: page.rows });
    }
    const curve = await client.read(`nautilus://runs/${runId}/benchmark?points=100`);
    expect(curve.rows).toHaveLength(100);

    const other = new TestWorkspace();
    try {
      const guest = await other.connect();
      copyFileSync(bundle, path.join(other.root, 'guest.qdrun'));
      const imported = await guest.call('import_run', { path: 'guest.qdrun' });
      expect(imported).toMatchObject({ run_id: runId, status: 'completed' });
      expect(imported.reused).toBeUndefined();
      for (const detail of pages) {
        const [ours, theirs] = [await told(client, detail), await told(guest, detail)];
        const { directory: _, ...same } = ours;
        expect(theirs).toMatchObject(same);
      }
      expect(await guest.call('import_run', { path: 'guest.qdrun' })).toMatchObject({ reused: true });
      other.write('torn.qdrun', readFileSync(bundle).subarray(0, 1000));
      expect(await guest.error('import_run', { path: 'torn.qdrun' })).toMatchObject({
        code: 'BUNDLE_INVALID',
        path: 'path',
      });
      expect(await guest.error('import_run', { path: bundle })).toMatchObject({
        code: 'PATH_OUTSIDE_WORKSPACE',
      });
      expect(readdirSync(path.join(other.root, '.quarterdeck', 'runs'))).toEqual([runId]);
    } finally {
      await other.close();
    }
  });
});

async function expectSameFigures(request: Record<string, unknown>): Promise<string> {
  const run = await client.run(request);
  expect(run.counts?.fills, JSON.stringify(run.warnings)).toBeGreaterThan(0);
  const [script] = await exportRun({ run_id: run.run_id, format: 'script' });
  const text = readFileSync(script ?? '', 'utf8');
  expect(text).not.toMatch(/import quarterdeck|from quarterdeck/);
  expectScriptGives(run, script ?? '');
  return text;
}

describe('the script of a run', () => {
  it('from a file of bars, stamped at their open in another zone, limited', async () => {
    const lines = readFileSync(path.join(workspace.root, 'data/bars.csv'), 'utf8').trim().split('\n');
    const rows = lines.slice(1).map((line) =>
      line
        .replace('T', ' ')
        .replace(/\.\d+Z/, '')
        .replaceAll(',', ';'),
    );
    workspace.write('data/local.csv', ['When;O;H;L;C;V', ...rows].join('\n'));
    const item = {
      file: 'data/local.csv',
      as: 'bars',
      columns: { timestamp: 'When', open: 'O', high: 'H', low: 'L', close: 'C', volume: 'V' },
      instrument: { template: 'fx', id: 'EUR/USD.SIM' },
      bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL',
      timestamp: 'open',
      timezone: 'America/New_York',
      limit: 1500,
    };
    const text = await expectSameFigures(emaCross({ data: [item] }));
    expect(text).toContain('America/New_York');
  });

  it('from quotes made of bid and ask bars, with overnight interest', async () => {
    const rates = [
      'LOCATION,Country,INDICATOR,TIME,Value',
      ...interest('EA19', '3.9'),
      ...interest('USA', '5.2'),
    ];
    workspace.write('data/rates.csv', rates.join('\n'));
    const text = await expectSameFigures(
      emaCross({
        strategies: [ema('EUR/USD.SIM-5-MINUTE-BID-INTERNAL')],
        venues: [
          simVenue({
            oms_type: 'HEDGING',
            modules: [
              {
                source: 'nautilus_trader.backtest.modules:FXRolloverInterestModule',
                config: { rate_data: { file: 'data/rates.csv' } },
              },
            ],
            fill_model: {
              source: 'nautilus_trader.backtest.models:OneTickSlippageFillModel',
              config: {},
            },
          }),
        ],
        data: [
          {
            bid_file: 'data/bid.csv',
            ask_file: 'data/ask.csv',
            instrument: { template: 'fx', id: 'EUR/USD.SIM' },
          },
        ],
        engine: { risk_engine: { bypass: true } },
        start: '2024-01-01T01:00:00Z',
      }),
    );
    expect(text).toContain('rate_data=pd.read_csv(WORKSPACE / "data/rates.csv")');
  });

  it('from quotes and trades with numeric times, and an execution algorithm', async () => {
    const bars = readFileSync(path.join(workspace.root, 'data/bars.csv'), 'utf8').trim().split('\n').slice(1);
    const quotes = bars.map((line) => {
      const [time, open] = line.split(',');
      return `${Date.parse(time ?? '')},${open},${(Number(open) + 0.0001).toFixed(5)}`;
    });
    workspace.write('data/quotes.csv', ['ts,bid,ask', ...quotes].join('\n'));
    const trades = bars.map((line, i) => {
      const [time, open] = line.split(',');
      return `${Date.parse(time ?? '') / 1000 + 0.5},${open},${1000 + i},${i % 2 ? 'buy' : 'sell'},T${i}`;
    });
    workspace.write('data/trades.csv', ['time,price,size,side,id', ...trades].join('\n'));
    const instrument = { template: 'fx', id: 'EUR/USD.SIM' };
    const twap = ema('EUR/USD.SIM-5-MINUTE-BID-INTERNAL', { twap_horizon_secs: 10, twap_interval_secs: 2.5 });
    await expectSameFigures(
      emaCross({
        strategies: [{ ...twap, source: 'nautilus_trader.examples.strategies.ema_cross_twap:EMACrossTWAP' }],
        exec_algorithms: [
          { source: 'nautilus_trader.examples.algorithms.twap:TWAPExecAlgorithm', config: {} },
        ],
        data: [
          { file: 'data/quotes.csv', as: 'quotes', instrument },
          { file: 'data/trades.csv', as: 'trades', instrument },
        ],
      }),
    );
  });

  it('from the catalog, through both APIs, streamed and whole', async () => {
    await client.call('import_data', { items: [barsItem()] });
    const data = [
      {
        data_type: 'Bar',
        instrument_id: 'EUR/USD.SIM',
        bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL',
        end: '2024-01-01T20:00:00Z',
      },
    ];
    const streamed = emaCross({ data, chunk_size: 300, start: '2024-01-01T02:00:00Z' });
    expect(await expectSameFigures(streamed)).toContain('BacktestNode');
    expect(await expectSameFigures(emaCross({ data, api: 'engine' }))).toContain('catalog.query');
  });

  it('of the shipped samples, and says when code has changed since', async () => {
    const samples = path.join(packageRoot, 'python', 'samples', 'workspace');
    cpSync(samples, workspace.root, { recursive: true });
    await client.call('import_data', JSON.parse(readFileSync(path.join(samples, 'import.json'), 'utf8')));
    for (const name of readdirSync(path.join(samples, 'backtests'))) {
      await expectSameFigures(JSON.parse(readFileSync(path.join(samples, 'backtests', name), 'utf8')));
    }
    const { runs } = await client.call('list_runs', { limit: 1 });
    const [{ run_id }] = z.array(z.object({ run_id: z.string() })).parse(runs) as [{ run_id: string }];
    const strategy = path.join(workspace.root, 'strategies/trend.py');
    writeFileSync(strategy, `${readFileSync(strategy, 'utf8')}\n# changed\n`);
    const { warnings } = await client.call('export_run', { run_id, format: 'script', overwrite: true });
    expect(warnings).toMatchObject([{ code: 'CODE_CHANGED' }]);
  });
});

function ema(bar_type: string, more: Record<string, unknown> = {}) {
  return {
    source: 'nautilus_trader.examples.strategies.ema_cross:EMACross',
    config: {
      instrument_id: 'EUR/USD.SIM',
      bar_type,
      trade_size: '100000',
      fast_ema_period: 3,
      slow_ema_period: 7,
      ...more,
    },
  };
}

function interest(location: string, rate: string): string[] {
  return ['2023-12', '2024-01', '2024-02'].map((month) => `${location},x,IR3TIB,${month},${rate}`);
}
