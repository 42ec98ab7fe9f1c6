import type { RunRecord, RunSummary } from '../protocol/run.ts';

/** The figures runs are listed and sorted by; null where a run has none. */
export interface RunFigures {
  pnl: number | null;
  pnl_currency: string | null;
  sharpe: number | null;
  max_drawdown: number | null;
  orders: number | null;
}

/** Reads a run's figures off the engine's statistics. PnL is that of the first currency in which there is any. */
export function runFigures({ summary }: RunRecord): RunFigures {
  const [currency, pnl] =
    Object.entries(summary?.statistics.pnl ?? {}).find(([, values]) => values['PnL (total)']) ??
    Object.entries(summary?.statistics.pnl ?? {})[0] ??
    [];
  return {
    pnl: pnl?.['PnL (total)'] ?? null,
    pnl_currency: currency ?? null,
    sharpe: returnsStatistic(summary, /^Sharpe Ratio/),
    max_drawdown: returnsStatistic(summary, /^Max Drawdown/),
    orders: summary?.counts.orders ?? null,
  };
}

function returnsStatistic(summary: RunSummary | undefined, name: RegExp): number | null {
  const found = Object.entries(summary?.statistics.returns ?? {}).find(([key]) => name.test(key));
  return found?.[1] ?? null;
}
