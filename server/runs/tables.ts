import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { RunRecord } from '../protocol/run.ts';
import { type RunTable, RunTables } from '../protocol/statistics.ts';
import { requireCompleted } from './store.ts';

/** A page of one of the tables of a run's daily returns. @throws QuarterdeckError RUN_NOT_FINISHED, FILE_NOT_FOUND */
export async function readRunTable(
  record: RunRecord,
  directory: string,
  table: RunTable,
  after: number,
  limit: number,
): Promise<{ rows: Record<string, unknown>[]; total: number; next?: number }> {
  requireCompleted(record);
  const text = await readFile(path.join(directory, 'tables.json'), 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new QuarterdeckError(
      'FILE_NOT_FOUND',
      `Run ${record.id} was made by an earlier version, which kept no tables of returns.`,
      'Run it again: get_run with detail "source" shows its request.',
      { path: 'run_id' },
    );
  }
  const all = RunTables.parse(JSON.parse(text))[table];
  const rows = all.slice(after, after + limit);
  const next = after + rows.length;
  return { rows, total: all.length, ...(next < all.length ? { next } : {}) };
}
