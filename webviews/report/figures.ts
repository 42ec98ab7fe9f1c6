import type { RunRecord, RunSummary } from '../../server/protocol/run.ts';
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
  lines: EquityLine[];
  trades: Trade[];
  live?: { orders: number; open: number };
}

export const afterRun = () => t('after the run');

/** The headline of a run: each figure as the engine computed it, or absent with the reason. */
export function headline({ run, lines, trades, live }: Basis): Figure[] {
  const { summary } = run;
  const [currency, pnl] = mainCurrency(summary);
  const line = lines.find((one) => one.currency === currency) ?? lines[0];
  const unit = currency ?? line?.currency;
  const closed = trades.filter(({ closed }) => closed !== undefined);
  const money = closed[0]?.currency ?? unit;
  const engine = summary?.statistics.returns;
  const [start, end] = [line?.values[0], line?.values.at(-1)];
  const net = pnl?.['PnL (total)'] ?? (start === undefined || end === undefined ? undefined : end - start);
  const soFar = live ? ` ${t('so far')}` : '';
  const sides = sideCounts(trades);
  const wins = closed.filter(({ value }) => value > 0);
  const losses = closed.filter(({ value }) => value < 0);
  const [gained, lost] = [total(wins), total(losses)];
  const [averageWin, averageLoss] = [gained / wins.length, lost / losses.length];
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
    {
      id: 'drawdown',
      label: t('Max drawdown'),
      value: line?.deepest ? percent(line.deepest.depth, 2) : line ? percent(0, 2) : missing,
      below: line?.deepest
        ? t(
            '{0} {1} over {2}',
            signed(line.deepest.amount, 0),
            line.currency,
            duration(line.deepest.end - line.deepest.peak),
          )
        : line
          ? t('equity never fell')
          : t('no equity kept'),
    },
    {
      id: 'sharpe',
      label: t('Sharpe · {0} d', periods),
      value: fixed(find(engine, 'Sharpe Ratio'), 2),
      below: summary ? t('Sortino {0}', fixed(find(engine, 'Sortino Ratio'), 2)) : afterRun(),
    },
    {
      id: 'factor',
      label: t('Profit factor'),
      value: losses.length === 0 ? missing : fixed(gained / -lost, 2),
      below: losses.length === 0 ? t('no losing trade') : `${fixed(gained, 0)} / ${fixed(lost, 0)} ${money}`,
    },
    {
      id: 'wins',
      label: t('Win rate'),
      value: closed.length === 0 ? missing : percent(wins.length / (wins.length + losses.length || 1), 1),
      below: t('{0} won, {1} lost', count(wins.length), count(losses.length)),
    },
    {
      id: 'expectancy',
      label: money ? t('Expectancy · {0}', money) : t('Expectancy'),
      value: closed.length === 0 ? missing : signed(total(closed) / closed.length, 2),
      below:
        wins.length > 0 && losses.length > 0
          ? t(
              'payoff {0} ({1} / {2})',
              fixed(averageWin / -averageLoss, 2),
              fixed(averageWin, 0),
              fixed(averageLoss, 0),
            )
          : t('payoff –'),
    },
    {
      id: 'trades',
      label: t('Trades'),
      value: count(live ? closed.length : (summary?.counts.trades ?? trades.length)),
      below:
        t('{0} long, {1} short', count(sides.long), count(sides.short)) +
        (live?.open ? `, ${t('{0} open', live.open)}` : ''),
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

function sideCounts(trades: Trade[]): { long: number; short: number } {
  const long = trades.filter(({ side }) => side === 'LONG').length;
  return { long, short: trades.length - long };
}

export function total(trades: Trade[]): number {
  return trades.reduce((so, { value }) => so + value, 0);
}
