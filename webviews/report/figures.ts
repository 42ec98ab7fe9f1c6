import type { RunRecord, RunSummary } from '../../server/protocol/run.ts';
import { count, decimal, fixed, missing, percent, seconds, signed } from '../format.ts';

/** One headline figure; `below` is its second line. */
export interface Figure {
  label: string;
  value: string;
  below: string;
  mood?: 'gain' | 'loss';
}

/** The headline of a run, each as the engine computed it or absent with the reason. */
export function headline({ summary }: RunRecord): Figure[] {
  const [currency, pnl] = mainCurrency(summary);
  const returns = summary?.statistics.returns;
  const total = pnl?.['PnL (total)'];
  const afterRun = summary ? '' : 'after the run';
  const fees = Object.entries(summary?.commissions ?? {});
  const sharpe = find(returns, 'Sharpe Ratio');
  return [
    {
      label: currency ? `Net PnL · ${currency}` : 'Net PnL',
      value: signed(total, 2),
      below: afterRun || signedPercent(pnl?.['PnL% (total)']) || otherCurrencies(summary, currency),
      ...(total ? { mood: total > 0 ? 'gain' : 'loss' } : {}),
    },
    {
      label: 'Max drawdown',
      value: percent(find(returns, 'Max Drawdown'), 2),
      below:
        afterRun || (find(returns, 'Max Drawdown') === undefined ? 'not computed' : 'of the daily balance'),
    },
    {
      label: 'Sharpe',
      value: fixed(sharpe, 2),
      below: afterRun || `Sortino ${fixed(find(returns, 'Sortino Ratio'), 2)}`,
    },
    { label: 'Profit factor', value: fixed(find(returns, 'Profit Factor'), 2), below: afterRun },
    {
      label: 'Win rate',
      value: percent(pnl?.['Win Rate'], 1),
      below: afterRun || `expectancy ${signed(pnl?.Expectancy, 2)}`,
    },
    {
      label: 'Round trips',
      value: count(summary?.counts.trades),
      below: afterRun || `${count(summary?.counts.orders)} orders, ${count(summary?.counts.fills)} fills`,
    },
    {
      label: fees.length === 1 ? `Fees · ${fees[0]?.[0]}` : 'Fees',
      value: fees.length === 0 ? (summary ? '0' : missing) : decimal(fees[0]?.[1] ?? ''),
      below:
        afterRun ||
        fees
          .slice(1)
          .map(([unit, amount]) => `${decimal(amount)} ${unit}`)
          .join(', '),
    },
    {
      label: 'Data points',
      value: count(summary?.counts.iterations),
      below: afterRun || speed(summary),
    },
  ];
}

/** The currency with the most to say: the first in which the engine reports a result. */
function mainCurrency(summary: RunSummary | undefined) {
  const all = Object.entries(summary?.statistics.pnl ?? {});
  return all.find(([, pnl]) => pnl['PnL (total)']) ?? all[0] ?? [];
}

function otherCurrencies(summary: RunSummary | undefined, main: string | undefined): string {
  return Object.entries(summary?.statistics.pnl ?? {})
    .filter(([currency]) => currency !== main)
    .map(([currency, pnl]) => `${signed(pnl['PnL (total)'], 2)} ${currency}`)
    .join(', ');
}

/** The engine puts a statistic's parameters behind its name: "Sharpe Ratio (252 days)". */
function find(statistics: Record<string, number | null> | undefined, name: string) {
  return Object.entries(statistics ?? {}).find(([key]) => key.startsWith(name))?.[1];
}

function signedPercent(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : `${signed(value, 2)}% of start`;
}

function speed(summary: RunSummary | undefined): string {
  if (!summary) return '';
  const rate = summary.events_per_second;
  return `${seconds(summary.elapsed_seconds)}${rate === null ? '' : ` · ${count(rate)}/s`}`;
}
