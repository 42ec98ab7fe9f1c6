import * as z from 'zod';
import { catalogPath, resolveInstrument, resolveItem } from '../files.ts';
import { DataItem } from '../protocol/data.ts';
import {
  CheckDataResult,
  FindInstrumentsParams,
  FindInstrumentsResult,
  GetInstrumentResult,
  QueryDataParams,
  QueryDataResult,
} from '../protocol/dataQueries.ts';
import { CatalogName, InstrumentSpec } from '../protocol/values.ts';
import { defineTool } from './tool.ts';

export const dataQueryTools = [
  defineTool({
    name: 'query_data',
    pages: ['rows'],
    title: 'Query data',
    description:
      'Market data of a NautilusTrader catalog: bars, quotes, trades, order book deltas or depth between two times, a page at a time or down-sampled to at most 4000 points.',
    toolset: 'data',
    policy: 'read',
    input: z.strictObject({ ...QueryDataParams.shape, catalog: CatalogName }),
    output: QueryDataResult,
    async handler({ catalog, ...query }, context) {
      const params = { ...query, catalog: catalogPath(catalog, context) };
      return context.engine.call('query_data', params, { signal: context.signal });
    },
  }),
  defineTool({
    name: 'check_data',
    brief: {
      items:
        'File items as in import_data, or catalog items {data_type, instrument_id, bar_type?, start?, end?}.',
    },
    title: 'Check data',
    description:
      'Check market data of files or of a catalog before a backtest relies on it: gaps, duplicates, rows out of order, crossed or zero quotes, OHLC bars that contradict themselves, time zone doubts, mixed precisions; each with a count and examples.',
    toolset: 'data',
    policy: 'read',
    input: z.strictObject({
      items: z.array(DataItem).min(1).describe('File items or catalog items.'),
      instruments: z.array(InstrumentSpec).optional(),
      catalog: CatalogName,
    }),
    output: CheckDataResult,
    async handler({ items, instruments, catalog }, context) {
      const { workspace, signal, onProgress, onLog } = context;
      const params = {
        workspace,
        catalog: catalogPath(catalog, context),
        items: items.map((item, i) => resolveItem(item, `items[${i}]`, context)),
        instruments: (instruments ?? []).map((spec, i) =>
          resolveInstrument(spec, `instruments[${i}]`, context),
        ),
      };
      return context.engine.call('check_data', params, { signal, onProgress, onLog });
    },
  }),
  defineTool({
    name: 'find_instruments',
    pages: ['instruments'],
    title: 'Find instruments',
    description:
      'Instruments of a NautilusTrader catalog by symbol, class, venue, underlying, expiry, strike and right: equities, FX, futures, options, perpetuals and the rest.',
    toolset: 'data',
    policy: 'read',
    input: z.strictObject({ ...FindInstrumentsParams.shape, catalog: CatalogName }),
    output: FindInstrumentsResult,
    async handler({ catalog, ...filter }, context) {
      const params = { ...filter, catalog: catalogPath(catalog, context) };
      return context.engine.call('find_instruments', params, { signal: context.signal });
    },
  }),
  defineTool({
    name: 'get_instrument',
    title: 'Get instrument',
    description:
      'Definition of an instrument in a NautilusTrader catalog (price and size increments, multiplier, fees, margins, expiry) in its to_dict() form, and the data the catalog holds of it.',
    toolset: 'data',
    policy: 'read',
    input: z.strictObject({
      instrument_id: z.string().describe('For example "EUR/USD.SIM".'),
      catalog: CatalogName,
    }),
    output: GetInstrumentResult,
    async handler({ instrument_id, catalog }, context) {
      const params = { instrument_id, catalog: catalogPath(catalog, context) };
      return context.engine.call('get_instrument', params, { signal: context.signal });
    },
  }),
];
