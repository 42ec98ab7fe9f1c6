import * as z from 'zod';
import { frames } from '../protocol/engine.ts';
import { Funnel } from '../protocol/funnel.ts';
import { RunStatus } from '../protocol/run.ts';
import { isRunTable, runTableNames } from '../protocol/statistics.ts';
import { readFunnel } from '../runs/funnel.ts';
import { readLog } from '../runs/log.ts';
import { requireCompleted } from '../runs/store.ts';
import { readRunTable } from '../runs/tables.ts';
import { ImportAnswer, importAnswer } from './importAnswer.ts';
import { describeRun, RunAnswer } from './runAnswer.ts';
import { defineTool } from './tool.ts';

const runId = z
  .string()
  .describe('Id of a run or an import, as run_backtest, import_data and list_runs give it.');
const details = ['summary', 'funnel', ...frames, ...runTableNames, 'log', 'source'] as const;

export const runTools = [
  defineTool({
    name: 'get_run',
    pages: ['rows'],
    title: 'Backtest result',
    description:
      'Result of a NautilusTrader backtest run: its summary (default), or a page of its orders, fills, positions, trades (round trips with MAE/MFE), account events, equity, benchmark or log, tables of its daily returns (monthly, rolling, distribution, histogram), its source identity, or detail "funnel": why it traded or not (data delivered, handler calls, indicators, orders denied and rejected with reasons and source lines). Says how far a running backtest has come.',
    toolset: 'backtest',
    policy: 'read',
    page: 'report',
    input: z.strictObject({
      run_id: runId,
      detail: z.enum(details).default('summary'),
      after: z.int().min(0).default(0).describe('Skip this many rows (the `next` of the page before).'),
      limit: z.int().min(1).max(500).default(20).describe('Rows of a page, 1 to 500.'),
    }),
    output: RunAnswer.partial().extend({
      run_id: z.string(),
      request: z.record(z.string(), z.unknown()).optional(),
      code: z.record(z.string(), z.unknown()).optional(),
      versions: z.record(z.string(), z.string()).optional(),
      tags: z.array(z.string()).optional(),
      note: z.string().optional(),
      baseline: z.boolean().optional(),
      funnel: Funnel.optional(),
      rows: z.array(z.record(z.string(), z.unknown())).optional(),
      total: z.int().optional(),
      next: z.int().optional(),
      origin: z.string().optional().describe('Who wrote the text of a log’s rows.'),
      ...ImportAnswer.pick({ imported: true, instruments: true }).partial().shape,
    }),
    async handler({ run_id, detail, after, limit }, context) {
      const imported = context.imports.find(run_id);
      if (imported) return importAnswer(imported);
      const record = await context.runs.get(run_id);
      if (detail === 'summary') {
        const { tags, note, baseline } = record;
        return {
          ...describeRun(record, context),
          tags,
          ...(note === undefined ? {} : { note }),
          ...(baseline ? { baseline } : {}),
        };
      }
      if (detail === 'source') {
        const { code, versions, request } = record;
        return { run_id, request, ...(code ? { code } : {}), ...(versions ? { versions } : {}) };
      }
      const directory = context.runs.directory(run_id);
      if (detail === 'funnel') return { run_id, funnel: await readFunnel(record, directory) };
      if (detail === 'log') return { run_id, ...(await readLog(directory, after, limit)) };
      if (isRunTable(detail)) {
        return { run_id, ...(await readRunTable(record, directory, detail, after, limit)) };
      }
      requireCompleted(record);
      const params = { run_directory: directory, frame: detail, after, limit };
      return { run_id, ...(await context.engine.call('read_frame', params, { signal: context.signal })) };
    },
  }),
  defineTool({
    name: 'cancel_run',
    hints: { destructive: true, idempotent: true },
    title: 'Backtest cancellation',
    description:
      'Cancel a NautilusTrader backtest run that is queued or still running; its process ends at once.',
    toolset: 'backtest',
    policy: 'write',
    input: z.strictObject({ run_id: runId }),
    output: z.strictObject({ run_id: z.string(), status: RunStatus, message: z.string() }),
    async handler({ run_id }, context) {
      const imported = context.imports.find(run_id);
      if (imported) {
        await context.imports.cancel(imported);
        const { status } = imported;
        return { run_id, status, message: `The import is ${status}.` };
      }
      const before = await context.runs.get(run_id);
      const { status } = await context.runner.cancel(run_id);
      const message = before.finished_at
        ? `The run had already ended (${status}).`
        : `The run is now ${status}.`;
      return { run_id, status, message };
    },
  }),
];
