import * as z from 'zod';
import { BacktestRequest } from './backtest.ts';
import { Count, Decimal, Time } from './values.ts';

export const KeepPricesParams = z
  .strictObject({
    workspace: z.string(),
    catalog: z.string(),
    run_directory: z.string(),
    request: BacktestRequest.describe('With every path absolute.'),
    instrument_id: z.string(),
    bar_type: z.string().optional().describe('Bars the strategy saw: their side and length are followed.'),
  })
  .meta({ id: 'KeepPricesParams' });

export const KeepPricesResult = z.strictObject({ rows: Count }).meta({ id: 'KeepPricesResult' });

export const ReadPricesParams = z
  .strictObject({
    run_directory: z.string(),
    instrument_id: z.string(),
    start: Time.optional(),
    end: Time.optional(),
    points: z.int().min(2).max(10_000).default(1000),
  })
  .meta({ id: 'ReadPricesParams' });

/** Columns of open, high, low and close in steps of time; `ts_event` is where a step ends. */
export const ReadPricesResult = z
  .strictObject({
    instrument_id: z.string(),
    source: z.string().describe('Bar, QuoteTick or TradeTick.'),
    of: z.string().describe('Bar type or instrument.'),
    side: z.string().describe('BID, ASK, MID or LAST.'),
    rows_total: Count.describe('Data of the whole run.'),
    precision: Count,
    step_seconds: z.number().describe('0: every row for itself.'),
    ts_event: z.array(z.string()),
    open: z.array(Decimal),
    high: z.array(Decimal),
    low: z.array(Decimal),
    close: z.array(Decimal),
  })
  .meta({ id: 'ReadPricesResult' });
export type ReadPricesResult = z.infer<typeof ReadPricesResult>;
