import * as z from 'zod';
import { DataItem } from './data.ts';
import { Count, InstrumentSpec, Json, Time } from './values.ts';

const limit = z.int().min(1).max(1000).default(50).describe('Rows of a page (1 to 1000, default 50).');
const after = Count.default(0).describe('Skip this many rows.');

const next = Count.optional().describe('Value of `after` for the next page; absent on the last.');

export const QueryDataParams = z
  .strictObject({
    catalog: z.string(),
    data_type: z.string().describe('As in list_data: "Bar", "QuoteTick", "TradeTick", …'),
    instrument_id: z.string().optional().describe('For example "EUR/USD.SIM"; not needed with bar_type.'),
    bar_type: z.string().optional().describe('For example "EUR/USD.SIM-1-MINUTE-BID-EXTERNAL".'),
    start: Time.optional(),
    end: Time.optional(),
    after,
    limit,
    points: z
      .int()
      .min(2)
      .max(4000)
      .optional()
      .describe(
        'Down-sample to at most this many rows (2 to 4000) instead of paging: bars are merged, of ticks the lowest and highest are kept.',
      ),
  })
  .meta({ id: 'QueryDataParams' });

export const QueryDataResult = z
  .strictObject({
    data_type: z.string(),
    instrument_id: z.string(),
    bar_type: z.string().optional(),
    rows: z.array(Json).describe('Prices and sizes as decimal strings, times as ISO-8601 UTC.'),
    total: Count.describe('Rows between start and end.'),
    next,
    sampled: z.boolean().describe('Whether rows stand for more rows than themselves.'),
  })
  .meta({ id: 'QueryDataResult' });

export const GetInstrumentParams = z
  .strictObject({ catalog: z.string(), instrument_id: z.string() })
  .meta({ id: 'GetInstrumentParams' });

export const GetInstrumentResult = z
  .strictObject({
    instrument: Json.describe('NautilusTrader’s to_dict() form, nanoseconds as strings.'),
    data: z.array(z.string()).describe('Data types and bar types the catalog holds of it.'),
  })
  .meta({ id: 'GetInstrumentResult' });

export const FindInstrumentsParams = z
  .strictObject({
    catalog: z.string(),
    symbol: z.string().optional().describe('Part of the symbol, or a pattern with * and ?.'),
    class: z
      .string()
      .optional()
      .describe(
        'Type ("CurrencyPair", "OptionContract", …), instrument class ("OPTION", "FUTURE", …) or asset class ("FX", "EQUITY", …).',
      ),
    venue: z.string().optional(),
    underlying: z.string().optional(),
    expires_after: Time.optional(),
    expires_before: Time.optional(),
    strike_min: z.string().optional().describe('Decimal as a string.'),
    strike_max: z.string().optional().describe('Decimal as a string.'),
    right: z.enum(['CALL', 'PUT']).optional(),
    after,
    limit,
  })
  .meta({ id: 'FindInstrumentsParams' });

export const FoundInstrument = z
  .strictObject({
    id: z.string(),
    type: z.string(),
    asset_class: z.string(),
    instrument_class: z.string(),
    quote_currency: z.string(),
    underlying: z.string().optional(),
    expiry: z.string().optional(),
    strike: z.string().optional(),
    right: z.string().optional(),
  })
  .meta({ id: 'FoundInstrument' });

export const FindInstrumentsResult = z
  .strictObject({ instruments: z.array(FoundInstrument), total: Count, next })
  .meta({ id: 'FindInstrumentsResult' });

export const CheckDataParams = z
  .strictObject({
    workspace: z.string(),
    catalog: z.string(),
    items: z.array(DataItem).min(1),
    instruments: z.array(InstrumentSpec).default([]),
  })
  .meta({ id: 'CheckDataParams' });

export const DataFinding = z
  .strictObject({
    code: z.string(),
    severity: z.enum(['error', 'warning', 'info']),
    count: Count,
    message: z.string(),
    next_step: z.string(),
    examples: z.array(Json).describe('The first few.'),
  })
  .meta({ id: 'DataFinding' });

export const CheckedSeries = z
  .strictObject({
    item: Count.describe('Index of the item.'),
    data_type: z.string(),
    instrument_id: z.string(),
    bar_type: z.string().optional(),
    rows: Count,
    start: z.string().optional(),
    end: z.string().optional(),
    detected: Json.optional().describe('How a file is read.'),
    findings: z.array(DataFinding),
  })
  .meta({ id: 'CheckedSeries' });

export const CheckDataResult = z
  .strictObject({
    ok: z.boolean().describe('Whether nothing of severity error was found.'),
    series: z.array(CheckedSeries),
  })
  .meta({ id: 'CheckDataResult' });
