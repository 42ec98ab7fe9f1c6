import type { RunRecord, RunSummary } from '../protocol/run.ts';
import { equityDrawdown } from '../protocol/statistics.ts';

/** The figures runs are listed and sorted by; null where a run has none. */
export interface RunFigures {
  pnl: number | null;
  pnl_currency: string | null;
  sharpe: number | null;
  max_drawdown: number | null;
  orders: number | null;
}

/**
 * Reads a run's figures off its statistics. PnL is that of the first currency in which there is any; the drawdown is of
 * that account's equity, open positions valued, or of the daily balance where an earlier version kept no other.
 */
export function runFigures({ summary }: RunRecord): RunFigures {
  const [currency, pnl] =
    Object.entries(summary?.statistics.pnl ?? {}).find(([, values]) => values['PnL (total)']) ??
    Object.entries(summary?.statistics.pnl ?? {})[0] ??
    [];
  return {
    pnl: pnl?.['PnL (total)'] ?? null,
    pnl_currency: currency ?? null,
    sharpe: returnsStatistic(summary, /^Sharpe Ratio/),
    max_drawdown:
      equityDrawdown(summary?.statistics.further, currency) ?? returnsStatistic(summary, /^Max Drawdown/),
    orders: summary?.counts.orders ?? null,
  };
}

function returnsStatistic(summary: RunSummary | undefined, name: RegExp): number | null {
  const found = Object.entries(summary?.statistics.returns ?? {}).find(([key]) => name.test(key));
  return found?.[1] ?? null;
}
