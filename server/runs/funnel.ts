import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { QuarterdeckError } from '../protocol/errors.ts';
import { Funnel } from '../protocol/funnel.ts';
import type { RunRecord } from '../protocol/run.ts';
import { requireCompleted } from './store.ts';

/** Why a run traded or did not; of one that raised, how far it came. @throws QuarterdeckError RUN_NOT_FINISHED */
export async function readFunnel(record: RunRecord, directory: string): Promise<Funnel> {
  const failed = record.status === 'failed';
  if (!failed) requireCompleted(record);
  const text = await readFile(path.join(directory, 'funnel.json'), 'utf8').catch(() => undefined);
  if (text !== undefined) return Funnel.parse(JSON.parse(text));
  if (failed) requireCompleted(record);
  throw new QuarterdeckError(
    'FILE_NOT_FOUND',
    `Run ${record.id} was made by an earlier version, which kept no funnel.`,
    'Run it again: get_run with detail "source" shows its request.',
    { path: 'run_id' },
  );
}
