import * as z from 'zod';
import { catalogPath, catalogTarget, resolveInstrument, resolveItem } from '../files.ts';
import { DataItem, ListDataParams, ListDataResult } from '../protocol/data.ts';
import { CatalogName, InstrumentSpec, Mode } from '../protocol/values.ts';
import { ImportAnswer, importAnswer } from './importAnswer.ts';
import { endOfPatience } from './patience.ts';
import { defineTool } from './tool.ts';

export const dataTools = [
  defineTool({
    name: 'list_data',
    pages: ['data', 'instruments'],
    title: 'Data catalog',
    description:
      'Market data in a NautilusTrader Parquet data catalog: instruments, and per data type and bar type the files and the time they cover.',
    toolset: 'data',
    policy: 'read',
    input: z.strictObject({
      catalog: CatalogName,
      instrument_id: z.string().optional().describe('Only this instrument, for example "AAPL.XNAS".'),
      data_type: DataItem.shape.data_type,
      after: ListDataParams.shape.after.unwrap().optional().describe('Skip this many.'),
      limit: ListDataParams.shape.limit.unwrap().optional().describe('Per page (default 40).'),
    }),
    output: ListDataResult,
    async handler({ catalog, ...filter }, context) {
      const params = { catalog: catalogPath(catalog, context), ...filter };
      return context.engine.call('list_data', params, { signal: context.signal });
    },
  }),
  defineTool({
    name: 'import_data',
    brief: {
      items:
        'File items {file | bid_file + ask_file, format?, as?, preset?, instrument, bar_type?, columns?, timestamp: "open" or "close" for bars, timezone?, time_unit?, decimal?, limit?}. Each field: run_backtest’s data, or resource nautilus://schemas/import_data.',
    },
    title: 'Data import',
    description:
      'Import market data files into a NautilusTrader Parquet data catalog, checked and in one piece: an import that fails or is cancelled leaves the catalog as it was. Bars, quotes, trades and order book deltas from CSV and Parquet (TradingView, MetaTrader, yfinance, Binance, Bybit, Dukascopy, Interactive Brokers and Databento exports are recognised), Databento DBN, Tardis CSV, Betfair streams. With dry_run nothing is written, and the first rows and what was detected show how the file is read. What the catalog holds already is not added twice.',
    toolset: 'data',
    policy: 'write',
    input: z.strictObject({
      items: z.array(DataItem).min(1).describe('File items.'),
      instruments: z.array(InstrumentSpec).optional().describe('More instruments to write into the catalog.'),
      catalog: CatalogName,
      dry_run: z.boolean().optional(),
      mode: Mode.default('auto'),
    }),
    output: ImportAnswer,
    async handler({ items, instruments, catalog, dry_run, mode }, context) {
      const { workspace, imports, onProgress, onLog } = context;
      const params = {
        workspace,
        catalog: catalogTarget(catalog, context),
        items: items.map((item, i) => resolveItem(item, `items[${i}]`, context)),
        instruments: (instruments ?? []).map((spec, i) =>
          resolveInstrument(spec, `instruments[${i}]`, context),
        ),
        dry_run: dry_run ?? false,
      };
      const record = imports.start(params);
      await imports.wait(record, { signal: endOfPatience(mode, context), onProgress, onLog });
      // A client that cancels wants the import gone; one that merely went away does not.
      if (context.signal.aborted && !context.disconnected()) await imports.cancel(record);
      return importAnswer(record);
    },
  }),
];
