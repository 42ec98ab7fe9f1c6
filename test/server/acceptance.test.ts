import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RunAnswer } from '../../server/tools/runAnswer.ts';
import { python } from './support/python.ts';
import { expectScriptGives } from './support/script.ts';
import { TestWorkspace } from './support/workspace.ts';

/** The engine's own acceptance cases on real data, which this project does not ship. */
const folder = process.env.QUARTERDECK_TEST_DATA;

const Instruments = z.object({
  usdjpy: z.record(z.string(), z.unknown()),
  btcusdt: z.record(z.string(), z.unknown()),
});

let workspace: TestWorkspace;
let instruments: z.infer<typeof Instruments>;
beforeAll(() => {
  workspace = new TestWorkspace();
  if (!folder) return;
  const script = `
import json
from nautilus_trader.test_kit.providers import TestInstrumentProvider as P
form = lambda i: {k: str(v) if k.startswith(("ts_", "activation", "expiration")) else v for k, v in type(i).to_dict(i).items()}
print(json.dumps({"usdjpy": form(P.default_fx_ccy("USD/JPY")), "btcusdt": form(P.btcusdt_binance())}))`;
  instruments = Instruments.parse(JSON.parse(execFileSync(python(), ['-c', script], { encoding: 'utf8' })));
});
afterAll(() => workspace.close());

describe.skipIf(!folder)('acceptance cases (skipped without QUARTERDECK_TEST_DATA)', () => {
  const file = (name: string) => path.join(folder ?? '', name);

  async function call(request: object): Promise<RunAnswer> {
    const args = workspace.write('case.json', JSON.stringify({ ...request, mode: 'sync' }));
    const { code, stdout } = await workspace.cli('call', 'run_backtest', `@${args}`, '--root', folder ?? '');
    expect(code, stdout).toBe(0);
    const run = RunAnswer.parse(JSON.parse(stdout));
    const script = path.join(workspace.root, 'case.py');
    const how = { run_id: run.run_id, format: 'script', path: 'case.py', overwrite: true };
    const exported = await workspace.cli('call', 'export_run', JSON.stringify(how));
    expect(exported.code, exported.stdout).toBe(0);
    expectScriptGives(run, script);
    return run;
  }

  const binance = {
    name: 'BINANCE',
    oms_type: 'NETTING',
    account_type: 'CASH',
    starting_balances: ['10 BTC', '10000000 USDT'],
  };
  const emaCross = (config: object) => ({
    source: 'nautilus_trader.examples.strategies.ema_cross:EMACross',
    config: { fast_ema_period: 10, slow_ema_period: 20, ...config },
  });
  const total = (run: RunAnswer, currency: string) =>
    Number(run.balances?.find((balance) => balance.currency === currency)?.total);

  it('USD/JPY quotes from bid and ask bars, with overnight interest', async () => {
    const run = await call({
      strategies: [
        emaCross({
          instrument_id: 'USD/JPY.SIM',
          bar_type: 'USD/JPY.SIM-15-MINUTE-BID-INTERNAL',
          trade_size: '1000000',
        }),
      ],
      venues: [
        {
          name: 'SIM',
          oms_type: 'HEDGING',
          account_type: 'MARGIN',
          base_currency: 'USD',
          starting_balances: ['1000000 USD'],
          modules: [
            {
              source: 'nautilus_trader.backtest.modules:FXRolloverInterestModule',
              config: { rate_data: { file: file('short-term-interest.csv') } },
            },
          ],
        },
      ],
      instruments: [instruments.usdjpy],
      data: [
        {
          bid_file: file('usdjpy-m1-bid-2013.csv'),
          ask_file: file('usdjpy-m1-ask-2013.csv'),
          format: 'csv',
          as: 'quotes',
          instrument: 'USD/JPY.SIM',
        },
      ],
    });
    expect(run.counts).toMatchObject({
      iterations: 115_044,
      orders: 178,
      positions: 89,
      account_events: 207,
    });
    expect(total(run, 'USD')).toBe(996_813.68);
  });

  const bars = { format: 'csv', instrument: 'BTCUSDT.BINANCE', limit: 10_000 };

  it('BTC bars with TWAP, risk engine bypassed', async () => {
    const config = { trade_size: '0.01', twap_horizon_secs: 10, twap_interval_secs: 2.5 };
    const run = await call({
      strategies: [
        {
          source: 'nautilus_trader.examples.strategies.ema_cross_twap:EMACrossTWAP',
          config: {
            instrument_id: 'BTCUSDT.BINANCE',
            bar_type: 'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL',
            fast_ema_period: 10,
            slow_ema_period: 20,
            ...config,
          },
        },
      ],
      exec_algorithms: [{ source: 'nautilus_trader.examples.algorithms.twap:TWAPExecAlgorithm', config: {} }],
      venues: [binance],
      instruments: [instruments.btcusdt],
      data: [
        {
          ...bars,
          file: file('btc-perp-20211231-20220201_1m.csv'),
          as: 'bars',
          bar_type: 'BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL',
        },
      ],
      engine: { risk_engine: { bypass: true } },
    });
    expect(run.counts).toMatchObject({
      iterations: 10_000,
      orders: 2255,
      positions: 1,
      account_events: 2256,
    });
    expect([total(run, 'BTC'), total(run, 'USDT')]).toEqual([10, 9_999_549.43133]);
  });

  it('BTC quotes from one file as bid and ask', async () => {
    const btc = file('btc-perp-20211231-20220201_1m.csv');
    const run = await call({
      strategies: [
        emaCross({
          instrument_id: 'BTCUSDT.BINANCE',
          bar_type: 'BTCUSDT.BINANCE-1-MINUTE-BID-INTERNAL',
          trade_size: '0.001',
        }),
      ],
      venues: [binance],
      instruments: [instruments.btcusdt],
      data: [{ ...bars, bid_file: btc, ask_file: btc, as: 'quotes' }],
    });
    expect(run.counts).toMatchObject({ iterations: 40_000, orders: 902, positions: 1, account_events: 903 });
    expect([total(run, 'BTC'), total(run, 'USDT')]).toEqual([10, 9_999_954.943133]);
  });

  it('Databento trades with their definitions', async () => {
    const run = await call({
      strategies: [
        {
          source: 'nautilus_trader.examples.strategies.blank:MyStrategy',
          config: { instrument_id: 'ESU4.GLBX' },
        },
      ],
      venues: [
        { name: 'GLBX', oms_type: 'NETTING', account_type: 'MARGIN', starting_balances: ['1000000 USD'] },
      ],
      instruments: [{ file: file('databento/futures_definition.dbn.zst') }],
      data: [{ file: file('databento/futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst') }],
    });
    expect(run.counts?.iterations).toBeGreaterThan(0);
  });
});
