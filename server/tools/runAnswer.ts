import * as z from 'zod';
import type { CallContext } from '../context.ts';
import { BacktestApi, Balance, RunCounts, Statistics } from '../protocol/backtest.ts';
import { Progress } from '../protocol/engine.ts';
import { ErrorObject, QuarterdeckError } from '../protocol/errors.ts';
import { type RunRecord, RunStatus } from '../protocol/run.ts';
import { SessionComparison } from '../protocol/session.ts';
import { Decimal, Warning } from '../protocol/values.ts';

/** How a run is told to a client: the summary and where the rest is, never the rest itself. */
export const RunAnswer = z.strictObject({
  run_id: z.string(),
  status: RunStatus,
  reused: z.boolean().optional().describe('An earlier run was found instead of running again.'),
  api: BacktestApi.optional(),
  elapsed_seconds: z.number().optional(),
  engine_seconds: z.number().optional(),
  events_per_second: z.number().nullable().optional(),
  backtest_start: z.string().optional(),
  backtest_end: z.string().optional(),
  counts: RunCounts.optional(),
  balances: z.array(Balance).optional(),
  commissions: z.record(z.string(), Decimal).optional(),
  statistics: Statistics.optional(),
  warnings: z.array(Warning),
  progress: Progress.optional(),
  session: SessionComparison.optional().describe(
    'Of a backtest of a session: what differs from the session.',
  ),
  error: ErrorObject.optional().describe('Why the run failed, when it did.'),
  next_step: z.string().optional(),
  more_runs: z
    .array(z.string())
    .optional()
    .describe('Ids of the runs of the same script after this one, the first; at most the first 20.'),
  more_runs_total: z.int().optional(),
  directory: z.string().describe('Folder of the run.'),
  resources: z.record(z.string(), z.string()),
});
export type RunAnswer = z.infer<typeof RunAnswer>;

/**
 * The answer of a tool that ran a backtest.
 *
 * @throws QuarterdeckError why the run failed or was cancelled, with its id in the details
 */
export function runAnswer(record: RunRecord, context: CallContext): RunAnswer {
  if (record.error) {
    const { error } = record;
    throw QuarterdeckError.fromObject({ ...error, details: { run_id: record.id, ...error.details } });
  }
  return describeRun(record, context);
}

/** The same for a run that may have failed: its error is part of the description. */
export function describeRun(record: RunRecord, context: CallContext): RunAnswer {
  return {
    run_id: record.id,
    status: record.status,
    ...record.summary,
    warnings: record.summary?.warnings ?? [],
    ...(record.progress ? { progress: record.progress } : {}),
    ...(record.error ? { error: record.error } : {}),
    ...nextStep(record),
    ...(record.more_runs
      ? { more_runs: record.more_runs.slice(0, 20), more_runs_total: record.more_runs.length }
      : {}),
    directory: context.runs.directory(record.id),
    resources: runResources(record.id),
  };
}

function nextStep({ id, status, summary }: RunRecord): { next_step?: string } {
  if (status === 'queued' || status === 'running') {
    return { next_step: `Call get_run with run_id "${id}" for the result, cancel_run to end it.` };
  }
  const why = summary?.warnings.find((warning) => warning.code === 'NO_TRADES');
  return why ? { next_step: `${why.message} ${why.next_step}` } : {};
}

export function runResources(id: string): Record<string, string> {
  const uri = `nautilus://runs/${encodeURIComponent(id)}`;
  const parts = ['orders', 'fills', 'positions', 'trades', 'equity', 'funnel', 'log'];
  return { run: uri, ...Object.fromEntries(parts.map((part) => [part, `${uri}/${part}`])) };
}
