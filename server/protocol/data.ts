import * as z from 'zod';
import { Count, InstrumentSpec, Json, Time, Warning } from './values.ts';

/** What files the engine's own loaders and wranglers are used for. */
export const fileFormats = ['csv', 'parquet', 'dbn', 'tardis', 'betfair', 'binance', 'bybit'] as const;

/** Exports recognised by their header. */
export const presets = [
  'tradingview',
  'metatrader',
  'yfinance',
  'binance',
  'bybit',
  'dukascopy',
  'interactive_brokers',
  'databento',
] as const;

/** The engine's own types of data that its catalog keeps and a backtest replays. */
export const dataTypes = [
  'Bar',
  'QuoteTick',
  'TradeTick',
  'OrderBookDelta',
  'OrderBookDepth10',
  'MarkPriceUpdate',
  'FundingRateUpdate',
  'InstrumentStatus',
  'InstrumentClose',
  'OptionGreeks',
] as const;

const customClass = String.raw`.+:[A-Za-z_]\w*`;
const oneOf = (names: readonly string[]) => new RegExp(`^(?:${names.join('|')}|${customClass})$`);

/**
 * One piece of data: a file item (`file`, or `bid_file` with `ask_file`) or a catalog item (`data_type`).
 * One object rather than a union, because several hosts drop unions from what a model sees.
 */
export const DataItem = z
  .strictObject({
    file: z.string().optional().describe('File item: path relative to the workspace.'),
    bid_file: z.string().optional().describe('Bid bars, turned into quotes together with ask_file.'),
    ask_file: z.string().optional().describe('Ask bars, turned into quotes together with bid_file.'),
    format: z
      .enum(fileFormats)
      .optional()
      .describe('Format of the file; found from its name and content when left out.'),
    as: z
      .string()
      .regex(oneOf(['bars', 'quotes', 'trades', 'deltas', 'depth']))
      .optional()
      .describe(
        'What the rows of the file are: "bars", "quotes", "trades", "deltas", "depth", or a class of custom data as ' +
          '"package.module:Class" or "file.py:Class"; found from its columns when left out.',
      ),
    preset: z
      .enum(presets)
      .optional()
      .describe('Whose export a CSV or Parquet file is; found from its header when left out.'),
    instrument: InstrumentSpec.optional().describe(
      `Instrument of a file item. ${InstrumentSpec.description ?? ''}`,
    ),
    bar_type: z.string().optional().describe('Bar type, for example "AAPL.XNAS-1-DAY-LAST-EXTERNAL".'),
    columns: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        'Our name → the column in the file, for example {"timestamp": "Date", "close": "Adj Close"}.',
      ),
    timestamp: z
      .enum(['open', 'close'])
      .optional()
      .describe(
        'Whether a bar is stamped at its open or its close (default close, or what the preset does). The engine acts at the close.',
      ),
    timezone: z.string().optional().describe('IANA zone of times that name none (default UTC).'),
    time_unit: z.enum(['s', 'ms', 'us', 'ns']).optional().describe('Unit of numeric times.'),
    decimal: z.enum(['.', ',']).optional().describe('Decimal mark of a CSV file; found when left out.'),
    limit: z.int().min(1).optional().describe('Take the first n rows.'),
    data_type: z
      .string()
      .regex(oneOf(dataTypes))
      .optional()
      .describe(
        `Catalog item: type of the data in the catalog: ${dataTypes.join(', ')}, or a class of custom data as ` +
          '"package.module:Class" or "file.py:Class".',
      ),
    instrument_id: z.string().optional().describe('Catalog item: instrument id.'),
    client_id: z
      .string()
      .optional()
      .describe('Custom data: id of the data client whose subscribers get it, as in subscribe_data.'),
    metadata: Json.optional().describe('Custom data of the catalog: metadata of its DataType.'),
    filter_expr: z
      .string()
      .optional()
      .describe(
        'Catalog item: a pyarrow filter such as \'field("value") > 1\'. The engine heeds it for custom data and for ' +
          'FundingRateUpdate, InstrumentStatus and InstrumentClose.',
      ),
    optimize_file_loading: z
      .boolean()
      .optional()
      .describe('Catalog item: read whole folders of the catalog instead of file by file.'),
    catalog: z
      .string()
      .optional()
      .describe('Catalog item: its catalog, when it is another than that of the call.'),
    start: Time.optional(),
    end: Time.optional(),
  })
  .meta({ id: 'DataItem' });
export type DataItem = z.infer<typeof DataItem>;

export const CatalogData = z
  .strictObject({
    data_type: z.string(),
    instrument_id: z.string(),
    bar_type: z.string().optional(),
    files: Count,
    start: z.string().optional().describe('First time held, ISO-8601 UTC.'),
    end: z.string().optional().describe('Last time held, ISO-8601 UTC.'),
  })
  .meta({ id: 'CatalogData' });

export const ListDataParams = z
  .strictObject({
    catalog: z.string(),
    instrument_id: z.string().optional(),
    data_type: z.string().optional(),
    after: Count.default(0),
    limit: z.int().min(1).max(1000).default(40),
  })
  .meta({ id: 'ListDataParams' });

export const ListDataResult = z
  .strictObject({
    catalog: z.string(),
    exists: z.boolean(),
    instruments: z.array(z.strictObject({ id: z.string(), type: z.string() }).meta({ id: 'InstrumentRow' })),
    instruments_total: Count,
    data: z.array(CatalogData),
    total: Count.describe('Series of data there are.'),
    next: Count.optional().describe('Value of `after` for the next page; absent on the last.'),
  })
  .meta({ id: 'ListDataResult' });

export const ImportDataParams = z
  .strictObject({
    workspace: z.string(),
    catalog: z.string(),
    items: z.array(DataItem).min(1),
    instruments: z.array(InstrumentSpec).default([]),
    dry_run: z.boolean().default(false),
  })
  .meta({ id: 'ImportDataParams' });

export const ImportedRow = z
  .strictObject({
    data_type: z.string(),
    instrument_id: z.string(),
    bar_type: z.string().optional(),
    rows: Count,
    start: z.string(),
    end: z.string(),
    preview: z
      .array(Json)
      .optional()
      .describe('With dry_run: the first rows as original time, ts_event, ts_init.'),
    detected: Json.optional().describe(
      'With dry_run: how the file is read: format, preset, columns, separator, decimal mark, time zone, time unit, bar stamp.',
    ),
  })
  .meta({ id: 'ImportedRow' });

export const ImportDataResult = z
  .strictObject({
    imported: z.array(ImportedRow),
    instruments: z
      .array(z.string())
      .optional()
      .describe('Ids of the instruments that came with the files (the first 50).'),
    warnings: z.array(Warning),
  })
  .meta({ id: 'ImportDataResult' });
export type ImportDataResult = z.infer<typeof ImportDataResult>;
