import * as z from 'zod';
import { ImportDataResult } from '../protocol/data.ts';
import { Progress } from '../protocol/engine.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { RunStatus } from '../protocol/run.ts';
import type { ImportRecord } from '../runs/imports.ts';

/** How an import is told to a client. */
export const ImportAnswer = ImportDataResult.extend({
  run_id: z.string().describe('Id of the import, for get_run and cancel_run while it runs.'),
  status: RunStatus,
  progress: Progress.optional(),
  next_step: z.string().optional(),
});
export type ImportAnswer = z.infer<typeof ImportAnswer>;

/** @throws QuarterdeckError why the import failed or was cancelled */
export function importAnswer({ id, status, progress, result, error }: ImportRecord): ImportAnswer {
  if (error) throw QuarterdeckError.fromObject({ ...error, details: { run_id: id, ...error.details } });
  return {
    run_id: id,
    status,
    ...(result ?? { imported: [], warnings: [] }),
    ...(progress ? { progress } : {}),
    ...(result
      ? {}
      : { next_step: `Call get_run with run_id "${id}" for the result, cancel_run to end the import.` }),
  };
}
