import * as z from 'zod';
import { BacktestApi, BacktestRequest, Balance, RunCounts, Statistics } from './backtest.ts';
import { CodeIdentity } from './code.ts';
import { Progress } from './engine.ts';
import { ErrorObject } from './errors.ts';
import { RunStatus } from './runStatus.ts';
import { Decimal, Warning } from './values.ts';

export { RunStatus, runStatuses } from './runStatus.ts';

/** A session of a trading node is kept as a run of the node’s kind. */
export const runKinds = ['backtest', 'demo', 'replay', 'sandbox', 'testnet', 'live'] as const;
export type RunKind = (typeof runKinds)[number];

/** What a finished run came to. */
export const RunSummary = z.strictObject({
  api: BacktestApi,
  elapsed_seconds: z.number(),
  engine_seconds: z.number(),
  events_per_second: z.number().nullable(),
  counts: RunCounts,
  balances: z.array(Balance),
  commissions: z.record(z.string(), Decimal),
  statistics: Statistics,
  backtest_start: z.string().optional(),
  backtest_end: z.string().optional(),
  warnings: z.array(Warning),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** `run.json`: everything known of a run, readable without Python. Written only by the server. */
export const RunRecord = z.strictObject({
  id: z.string(),
  kind: z.enum(runKinds),
  status: RunStatus,
  created_at: z.string(),
  started_at: z.string().optional(),
  finished_at: z.string().optional(),
  request: BacktestRequest,
  catalog: z.string(),
  tags: z.array(z.string()),
  note: z.string().optional(),
  baseline: z.boolean().optional().describe('The run others are measured against; never removed unasked.'),
  fingerprint: z
    .string()
    .optional()
    .describe(
      'Hash of request, data and engine; with the same code, runs with the same one give the same figures.',
    ),
  code: CodeIdentity.optional(),
  versions: z.record(z.string(), z.string()).optional(),
  progress: Progress.optional(),
  summary: RunSummary.optional(),
  more_runs: z.array(z.string()).optional().describe('Runs of the same script after this, the first.'),
  first_run: z.string().optional().describe('The run whose script made this one too.'),
  node: z.string().optional().describe('The trading node whose session this is.'),
  imported_from: z.string().optional().describe('The bundle this run was read from.'),
  error: ErrorObject.optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;
