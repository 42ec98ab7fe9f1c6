import * as z from 'zod';
import { milliseconds } from '../time.ts';

const text = z.string().nullish();

/** A row of the trades of a run, or of a run so far. */
const TradeRow = z.object({
  trade: z.number(),
  position_id: z.string(),
  instrument_id: z.string(),
  side: z.enum(['LONG', 'SHORT']),
  quantity: z.string(),
  ts_opened: z.string(),
  ts_closed: text,
  entry_price: text,
  exit_price: text,
  pnl: text,
  currency: z.string(),
  base_pnl: text,
  base_currency: text,
  commissions: text,
  return: z.number().nullish(),
  mae: text,
  mfe: text,
  entry_order_id: text,
  exit_order_id: text,
  entry_line: text,
  exit_line: text,
});

/** A round trip. Money is in the account's currency where the portfolio booked it there. */
export interface Trade {
  number: number;
  key: string;
  instrument: string;
  side: 'LONG' | 'SHORT';
  quantity: string;
  opened: number;
  closed: number | undefined;
  entryPrice: string | undefined;
  exitPrice: string | undefined;
  pnl: string | undefined;
  value: number;
  currency: string;
  /** In the currency of the position, in which excursions are given. */
  own: { pnl: string | undefined; currency: string };
  return: number | undefined;
  mae: string | undefined;
  mfe: string | undefined;
  fees: string[];
  entryOrder: string | undefined;
  exitOrder: string | undefined;
  entryLine: string | undefined;
  exitLine: string | undefined;
  /** Sum of all trades up to this one, in the same currency. */
  cumulative: number;
}

export function toTrades(rows: unknown[]): Trade[] {
  const parsed = z.array(TradeRow).parse(rows);
  const inBase = parsed.every((row) => row.base_pnl || !row.ts_closed);
  let cumulative = 0;
  return parsed.map((row) => {
    const booked = inBase && row.base_pnl ? row.base_pnl : row.pnl;
    const pnl = booked ?? undefined;
    const value = pnl === undefined ? 0 : Number(pnl);
    cumulative += row.ts_closed ? value : 0;
    return {
      number: row.trade,
      key: String(row.trade),
      instrument: row.instrument_id,
      side: row.side,
      quantity: row.quantity,
      opened: milliseconds(row.ts_opened),
      closed: row.ts_closed ? milliseconds(row.ts_closed) : undefined,
      entryPrice: row.entry_price ?? undefined,
      exitPrice: row.exit_price ?? undefined,
      pnl,
      value,
      currency: (inBase && row.base_currency) || row.currency,
      own: { pnl: row.pnl ?? undefined, currency: row.currency },
      return: row.return ?? undefined,
      mae: row.mae ?? undefined,
      mfe: row.mfe ?? undefined,
      fees: row.commissions ? z.array(z.string()).parse(JSON.parse(row.commissions)) : [],
      entryOrder: row.entry_order_id ?? undefined,
      exitOrder: row.exit_order_id ?? undefined,
      entryLine: row.entry_line ?? undefined,
      exitLine: row.exit_line ?? undefined,
      cumulative,
    };
  });
}
