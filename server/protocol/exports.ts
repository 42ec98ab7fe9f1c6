import * as z from 'zod';
import { BacktestRequest } from './backtest.ts';
import { Count, Json, Warning } from './values.ts';

/** What a kept run can be written as. */
export const exportFormats = ['csv', 'parquet', 'json', 'script', 'html', 'tearsheet', 'qdrun'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What a report leaves out unless it is asked for. */
export const ExportInclude = z.enum(['config', 'source', 'paths', 'accounts']);

export const ExportRunParams = z
  .strictObject({
    workspace: z.string(),
    run_directory: z.string(),
    record: Json.describe('The run.json of the run.'),
    format: z.enum(['csv', 'parquet', 'json', 'html', 'tearsheet', 'qdrun']),
    target: z.string().describe('Absolute path of the file, or of the folder for csv and parquet.'),
    include: z.array(ExportInclude).default([]),
  })
  .meta({ id: 'ExportRunParams' });

export const ExportScriptParams = z
  .strictObject({
    workspace: z.string(),
    catalog: z.string(),
    run_id: z.string(),
    request: BacktestRequest,
    modules: z.record(z.string(), z.string()).describe('File of the code that ran → its SHA-256.'),
    target: z.string().describe('Absolute path of the script.'),
  })
  .meta({ id: 'ExportScriptParams' });

export const ExportedFile = z.strictObject({ path: z.string(), bytes: Count }).meta({ id: 'ExportedFile' });

export const ExportResult = z
  .strictObject({ files: z.array(ExportedFile), warnings: z.array(Warning) })
  .meta({ id: 'ExportResult' });
