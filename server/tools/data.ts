import * as z from 'zod';
import { catalogPath, resolveItem } from '../files.ts';
import { DataItem, ImportDataResult, ListDataResult } from '../protocol/data.ts';
import { InstrumentSpec } from '../protocol/values.ts';
import { defineTool } from './tool.ts';

const catalog = z
  .string()
  .optional()
  .describe('Data catalog: path or fsspec URL; the workspace’s own when left out.');

export const dataTools = [
  defineTool({
    name: 'list_data',
    title: 'Data catalog',
    description:
      'Market data in a NautilusTrader Parquet data catalog: instruments, and per data type and bar type the files and the time they cover.',
    toolset: 'data',
    policy: 'read',
    input: z.strictObject({
      catalog,
      instrument_id: z.string().optional().describe('Only this instrument, for example "AAPL.XNAS".'),
      data_type: DataItem.shape.data_type,
    }),
    output: ListDataResult,
    async handler({ catalog, ...filter }, context) {
      const params = { catalog: catalogPath(catalog, context), ...filter };
      return context.engine.call('list_data', params, { signal: context.signal });
    },
  }),
  defineTool({
    name: 'import_data',
    title: 'Data import',
    description:
      'Import market data files (CSV bars or quotes) into a NautilusTrader Parquet data catalog, checked and in one piece: an import that fails or is cancelled leaves the catalog as it was. With dry_run nothing is written and the first rows show how times are read.',
    toolset: 'data',
    policy: 'write',
    input: z.strictObject({
      items: z.array(DataItem).min(1).describe('File items.'),
      instruments: z.array(InstrumentSpec).optional().describe('More instruments to write into the catalog.'),
      catalog,
      dry_run: z.boolean().optional(),
    }),
    output: ImportDataResult,
    async handler({ items, instruments, catalog, dry_run }, context) {
      const { workspace, signal, onProgress, onLog } = context;
      const params = {
        workspace,
        catalog: catalogPath(catalog, context),
        items: items.map((item, i) => resolveItem(item, `items[${i}]`, context)),
        instruments: instruments ?? [],
        dry_run: dry_run ?? false,
      };
      return context.engine.call('import_data', params, { signal, onProgress, onLog });
    },
  }),
];
