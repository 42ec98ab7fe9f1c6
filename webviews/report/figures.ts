import type { RunRecord, RunSummary } from '../../server/protocol/run.ts';
import { equityDrawdown } from '../../server/protocol/statistics.ts';
import { count, decimal, fixed, missing, percent, signed, signedPercent } from '../format.ts';
import { t } from '../strings.ts';
import { duration } from '../time.ts';
import type { EquityLine } from './equity.ts';
import type { Trade } from './trade.ts';

/** One headline figure; `below` is its second line. */
export interface Figure {
  id: string;
  label: string;
  value: string;
  below: string;
  mood?: 'gain' | 'loss';
}

/** What the figures are made of, complete or so far. */
export interface Basis {
  run: RunRecord;
  /** Empty while it is on its way, as it is where no equity was kept. */
  lines: EquityLine[];
  /** Undefined while they are on their way. */
  trades: Trade[] | undefined;
  /** Counts so far; `trades` are undefined where there are more of them than are told. */
  live?: { orders: number; open: number; closed: number };
}

export const afterRun = () => t('after the run');

/** The headline of a run: each figure as the engine computed it, or absent with the reason. */
export function headline({ run, lines, trades, live }: Basis): Figure[] {
  const { summary } = run;
  const [currency, pnl] = mainCurrency(summary);
  const line = lines.find((one) => one.currency === currency) ?? lines[0];
  const unit = currency ?? line?.currency;
  const found = live ? tripsOf(trades ?? []) : (keptTrips(summary, currency) ?? tripsOf(trades ?? []));
  const money = found.currency ?? unit;
  const engine = summary?.statistics.returns;
  const [start, end] = [line?.values[0], line?.values.at(-1)];
  const net = pnl?.['PnL (total)'] ?? (start === undefined || end === undefined ? undefined : end - start);
  const soFar = live ? ` ${t('so far')}` : '';
  const fees = Object.entries(summary?.commissions ?? {});
  const periods = summary?.statistics.further?.periods_per_year ?? 252;
  return [
    {
      id: 'pnl',
      label: unit ? t('Net PnL · {0}', unit) : t('Net PnL'),
      value: signed(net, 2),
      below: start ? t('{0} of {1}', signedPercent((net ?? 0) / start), fixed(start, 0)) + soFar : '',
      ...(net ? { mood: net > 0 ? ('gain' as const) : ('loss' as const) } : {}),
    },
    drawdown(summary, line),
    {
      id: 'sharpe',
      label: t('Sharpe · {0} d', periods),
      value: fixed(find(engine, 'Sharpe Ratio'), 2),
      below: summary ? t('Sortino {0}', fixed(find(engine, 'Sortino Ratio'), 2)) : afterRun(),
    },
    {
      id: 'factor',
      label: t('Profit factor'),
      value: fixed(found.factor, 2),
      below:
        live && !trades
          ? afterRun()
          : found.lost === 0
            ? t('no losing trade')
            : `${fixed(found.gained, 0)} / ${fixed(found.lost, 0)} ${money ?? ''}`,
    },
    {
      id: 'wins',
      label: t('Win rate'),
      value: found.closed === 0 ? missing : percent(found.winRate ?? 0, 1),
      below: trades ? wonAndLost(trades) : '',
    },
    {
      id: 'expectancy',
      label: money ? t('Expectancy · {0}', money) : t('Expectancy'),
      value: signed(found.expectancy, 2),
      below:
        found.payoff === undefined
          ? t('payoff –')
          : t(
              'payoff {0} ({1} / {2})',
              fixed(found.payoff, 2),
              fixed(found.averageWin, 0),
              fixed(found.averageLoss, 0),
            ),
    },
    {
      id: 'trades',
      label: t('Trades'),
      value: count(live ? live.closed : (summary?.counts.trades ?? trades?.length)),
      below: trades ? bothSides(trades) + (live?.open ? `, ${t('{0} open', live.open)}` : '') : '',
    },
    {
      id: 'fees',
      label: fees.length === 1 ? t('Fees · {0}', fees[0]?.[0] ?? '') : t('Fees'),
      value: live ? missing : fees.length === 0 ? '0' : decimal(fees[0]?.[1] ?? ''),
      below: live
        ? t('{0} orders', count(live.orders))
        : t('{0} orders, {1} fills', count(summary?.counts.orders), count(summary?.counts.fills)),
    },
  ];
}

/**
 * The deepest fall of the equity as the run measured it, open positions valued; of the curve shown while it goes on, and
 * where an earlier version left no such figure.
 */
export function deepestFall(
  summary: RunSummary | undefined,
  line: EquityLine | undefined,
): number | undefined {
  const [currency] = mainCurrency(summary);
  const measured = equityDrawdown(summary?.statistics.further, currency ?? line?.currency);
  return measured ?? (line ? (line.deepest?.depth ?? 0) : undefined);
}

function drawdown(summary: RunSummary | undefined, line: EquityLine | undefined): Figure {
  const depth = deepestFall(summary, line);
  const deepest = line?.deepest;
  const below = deepest
    ? t('{0} {1} over {2}', signed(deepest.amount, 0), line.currency, duration(deepest.end - deepest.peak))
    : line
      ? t('equity never fell')
      : depth === undefined
        ? t('no equity kept')
        : '';
  return { id: 'drawdown', label: t('Max drawdown'), value: percent(depth, 2), below };
}

/** What closed round trips came to; what there is none of is undefined. */
interface Trips {
  currency: string | undefined;
  closed: number;
  winRate: number | undefined;
  gained: number;
  lost: number;
  factor: number | undefined;
  expectancy: number | undefined;
  payoff: number | undefined;
  averageWin: number | undefined;
  averageLoss: number | undefined;
}

/** As the run measured them; undefined where an earlier version did not, or none was closed. */
function keptTrips(summary: RunSummary | undefined, currency: string | undefined): Trips | undefined {
  const whole = summary?.statistics.further?.trades.filter(({ side }) => side === 'all') ?? [];
  const all = whole.find((one) => one.currency === currency) ?? whole[0];
  if (!all) return undefined;
  const of = (name: string) => all.values[name] ?? undefined;
  return {
    currency: all.currency,
    closed: of('trades') ?? 0,
    winRate: of('win_rate'),
    gained: Number(all.gross_profit),
    lost: Number(all.gross_loss),
    factor: of('profit_factor'),
    expectancy: of('expectancy'),
    payoff: of('payoff_ratio'),
    averageWin: of('average_win'),
    averageLoss: of('average_loss'),
  };
}

function tripsOf(trades: Trade[]): Trips {
  const closed = trades.filter(({ closed }) => closed !== undefined);
  const wins = closed.filter(({ value }) => value > 0);
  const losses = closed.filter(({ value }) => value < 0);
  const [gained, lost] = [total(wins), total(losses)];
  const ratio = (above: number, below: number) => (below === 0 ? undefined : above / below);
  const [averageWin, averageLoss] = [ratio(gained, wins.length), ratio(lost, losses.length)];
  return {
    currency: closed[0]?.currency,
    closed: closed.length,
    winRate: ratio(wins.length, wins.length + losses.length),
    gained,
    lost,
    factor: ratio(gained, -lost),
    expectancy: ratio(total(closed), closed.length),
    payoff: averageWin === undefined || averageLoss === undefined ? undefined : averageWin / -averageLoss,
    averageWin,
    averageLoss,
  };
}

function wonAndLost(trades: Trade[]): string {
  const closed = trades.filter(({ closed }) => closed !== undefined);
  const [won, lost] = [closed.filter(({ value }) => value > 0), closed.filter(({ value }) => value < 0)];
  return t('{0} won, {1} lost', count(won.length), count(lost.length));
}

function bothSides(trades: Trade[]): string {
  const long = trades.filter(({ side }) => side === 'LONG').length;
  return t('{0} long, {1} short', count(long), count(trades.length - long));
}

/** The currency with the most to say: the first in which the engine reports a result. */
export function mainCurrency(summary: RunSummary | undefined) {
  const all = Object.entries(summary?.statistics.pnl ?? {});
  return all.find(([, pnl]) => pnl['PnL (total)']) ?? all[0] ?? [];
}

/** The engine puts a statistic's parameters behind its name: "Sharpe Ratio (252 days)". */
export function find(
  statistics: Record<string, number | null> | undefined,
  name: string,
): number | null | undefined {
  return Object.entries(statistics ?? {}).find(([key]) => key.startsWith(name))?.[1];
}

export function total(trades: Trade[]): number {
  return trades.reduce((so, { value }) => so + value, 0);
}
