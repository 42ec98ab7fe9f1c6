import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const execute = promisify(execFile);

/** One after the other, `rounds` times. */
export async function inTurns(rounds, measures) {
  for (let i = 0; i < rounds; i++) for (const one of measures) await one();
}

export async function timed(samples, run) {
  const started = performance.now();
  const answer = await run();
  samples.whole.push(performance.now() - started);
  samples.engine.push(answer.engine_seconds * 1000);
  return answer;
}

export async function plainScript({ python, data, folder, env }, kind, ...logs) {
  const args = [path.join(here, 'plain_backtest.py'), kind, data.bid, data.ask, ...logs];
  const { stdout } = await execute(python, args, { cwd: folder, env });
  return JSON.parse(stdout);
}

/** Where a number of the plain script is not in our answer to the last digit; ours may hold more. */
export function differing(answer, plain, place = '') {
  if (typeof plain !== 'object' || plain === null) {
    return answer === plain
      ? []
      : [`${place}: ${JSON.stringify(answer)} instead of ${JSON.stringify(plain)}`];
  }
  return Object.entries(plain)
    .filter(([name]) => place !== '' || name !== 'engine_seconds')
    .flatMap(([name, value]) => differing(answer?.[name], value, place ? `${place}.${name}` : name));
}

const instrument = { template: 'fx', id: 'USD/JPY.SIM' };

/** The backtests that ours and the plain script run; plain_backtest.py has the same table. */
const kinds = {
  bars: {
    bar: '1-MINUTE-LAST-EXTERNAL',
    size: '100000',
    periods: [50, 100],
    currency: 'JPY',
    oms: 'HEDGING',
  },
  quotes: {
    bar: '15-MINUTE-BID-INTERNAL',
    size: '1000000',
    periods: [10, 20],
    currency: 'USD',
    oms: 'HEDGING',
  },
  orders: { bar: '1-MINUTE-BID-INTERNAL', size: '10000', periods: [3, 7], currency: 'USD', oms: 'NETTING' },
};

export function request({ workspaces, data }, kind) {
  const { bar, size, periods, currency, oms } = kinds[kind];
  const bar_type = `${instrument.id}-${bar}`;
  const [bid, ask] = [data.bid, data.ask].map((file) => path.relative(workspaces.warm, file));
  return backtest(
    {
      source: 'nautilus_trader.examples.strategies.ema_cross:EMACross',
      config: {
        instrument_id: instrument.id,
        bar_type,
        trade_size: size,
        fast_ema_period: periods[0],
        slow_ema_period: periods[1],
      },
    },
    kind === 'bars'
      ? { file: bid, as: 'bars', instrument, bar_type, limit: 6000 }
      : { bid_file: bid, ask_file: ask, as: 'quotes', instrument },
    { oms_type: oms, base_currency: currency },
  );
}

/** A million data of one kind for a strategy that only takes them. */
export function replayRequest({ workspaces }, kind, file) {
  const bar_type = `${instrument.id}-1-MINUTE-LAST-EXTERNAL`;
  return backtest(
    { source: 'onlooker.py:Onlooker', config: { instrument_id: instrument.id, bar_type, kind } },
    {
      file: path.relative(workspaces.warm, file),
      as: kind,
      instrument,
      ...(kind === 'bars' ? { bar_type } : {}),
    },
    { oms_type: 'NETTING', base_currency: 'JPY' },
  );
}

function backtest(strategy, data, { oms_type, base_currency }) {
  const balance = base_currency === 'JPY' ? '100000000 JPY' : '1000000 USD';
  return {
    api: 'engine',
    mode: 'sync',
    strategies: [strategy],
    venues: [{ name: 'SIM', oms_type, account_type: 'MARGIN', base_currency, starting_balances: [balance] }],
    data: [data],
  };
}
