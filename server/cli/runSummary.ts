import type { RunAnswer } from '../tools/runAnswer.ts';

/** A run in a few lines for a terminal. A number the engine did not give is shown as "—". */
export function runSummaryLines(run: RunAnswer): string[] {
  const { counts, statistics, balances, commissions } = run;
  const pnl = Object.entries(statistics?.pnl ?? {});
  const lines = [
    row(
      'trades',
      `${counts?.trades ?? '—'} round trips, ${counts?.orders ?? '—'} orders, ${counts?.fills ?? '—'} fills`,
    ),
    ...pnl.map(([currency, values]) =>
      row('PnL', `${number(values['PnL (total)'], 2)} ${currency}  (${number(values['PnL% (total)'], 2)} %)`),
    ),
    row(
      'drawdown',
      `${percent(statistics?.returns['Max Drawdown'])}   Sharpe ${number(statistics?.returns['Sharpe Ratio (252 days)'], 2)}`,
    ),
    row('fees', list(Object.entries(commissions ?? {}).map(([currency, amount]) => `${amount} ${currency}`))),
    row(
      'balance',
      list((balances ?? []).map(({ venue, total, currency }) => `${total} ${currency} at ${venue}`)),
    ),
    row(
      'time',
      `${number(run.elapsed_seconds, 2)} s, ${run.events_per_second?.toLocaleString('en') ?? '—'} events/s, api "${run.api ?? '—'}"`,
    ),
    ...run.warnings.map(({ message, next_step }) => row('warning', `${message} ${next_step}`)),
    row('stored in', run.directory),
  ];
  return lines;
}

function row(name: string, value: string): string {
  return `${name.padEnd(10)} ${value}`;
}

function number(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '—' : value.toFixed(digits);
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '—' : `${(value * 100).toFixed(2)} %`;
}

function list(values: string[]): string {
  return values.length === 0 ? '—' : values.join(', ');
}
