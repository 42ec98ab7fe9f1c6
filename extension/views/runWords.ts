import type { RunRow } from './runs.ts';

export function nameOf({ strategies, run_id }: RunRow): string {
  const names = strategies.map((source) => source.split(':').at(-1) ?? source);
  return names.join(', ') || run_id;
}

/** The engine's figure in the currency it is in; nothing where there is none. */
export function pnlOf({ pnl, pnl_currency, status, error }: RunRow): string {
  if (status === 'failed') return error?.split(':')[0] ?? 'failed';
  if (pnl === null || pnl === undefined || !pnl_currency) return status === 'completed' ? '' : status;
  const amount = Math.abs(pnl).toLocaleString('en-US', { maximumFractionDigits: 2 });
  return `${pnl < 0 ? '−' : '+'}${amount} ${pnl_currency}`;
}

export function shortTime(iso: string): string {
  return `${iso.slice(5, 10)} ${iso.slice(11, 16)} UTC`;
}
