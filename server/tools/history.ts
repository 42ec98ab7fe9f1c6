import * as z from 'zod';
import type { CallContext } from '../context.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { type RunRecord, RunStatus } from '../protocol/run.ts';
import { runFigures } from '../runs/figures.ts';
import { isUnderWay } from '../runs/retention.ts';
import { matches, RunFilter, runOrders, sorted, sourcesOf } from '../runs/selection.ts';
import { defineTool } from './tool.ts';

const figure = z.number().nullable().optional();
const shown = 100;

export const historyTools = [
  defineTool({
    name: 'list_runs',
    pages: ['runs'],
    title: 'Backtest runs',
    description:
      'NautilusTrader backtest runs of this workspace with status, PnL, Sharpe ratio, drawdown, orders and final balances: filtered by status, tag, strategy or date, sorted by date or by a figure.',
    toolset: 'backtest',
    policy: 'read',
    input: RunFilter.extend({
      sort: z.enum(runOrders).default('created').describe('created, pnl, sharpe, drawdown or orders.'),
      ascending: z.boolean().default(false).describe('Default: newest or largest first.'),
      after: z.int().min(0).default(0).describe('Skip this many runs.'),
      limit: z.int().min(1).max(200).default(20).describe('Runs of a page, 1 to 200.'),
    }),
    output: z.strictObject({
      runs: z.array(
        z.strictObject({
          run_id: z.string(),
          kind: z.string(),
          status: RunStatus,
          created_at: z.string(),
          strategies: z.array(z.string()),
          orders: z.int().optional(),
          pnl: figure,
          pnl_currency: z.string().nullable().optional(),
          sharpe: figure,
          max_drawdown: figure,
          balances: z.array(z.string()).optional(),
          elapsed_seconds: z.number().optional(),
          error: z.string().optional(),
          tags: z.array(z.string()),
          note: z.string().optional(),
          baseline: z.boolean().optional(),
        }),
      ),
      total: z.int(),
      next: z.int().optional(),
    }),
    async handler({ sort, ascending, after, limit, ...filter }, context) {
      const all = await context.runs.list();
      const wanted = sorted(
        all.filter((run) => matches(run, filter)),
        sort,
        ascending,
      );
      return {
        runs: wanted.slice(after, after + limit).map(describe),
        total: wanted.length,
        ...(after + limit < wanted.length ? { next: after + limit } : {}),
      };
    },
  }),
  defineTool({
    name: 'annotate_run',
    usual: false,
    hints: { idempotent: true },
    title: 'Annotate a backtest run',
    description:
      'Backtest run notes: give a NautilusTrader run a note and tags, or make it the baseline others are measured against. Such runs are not removed when the disk budget is used up.',
    toolset: 'backtest',
    policy: 'write',
    input: z.strictObject({
      run_id: z.string(),
      note: z.string().max(4000).optional().describe('Replaces the note; an empty one removes it.'),
      tags: z.array(z.string().min(1).max(100)).max(50).optional().describe('Replaces all tags.'),
      add_tags: z.array(z.string().min(1).max(100)).max(50).default([]),
      remove_tags: z.array(z.string()).default([]),
      baseline: z.boolean().optional(),
    }),
    output: z.strictObject({
      run_id: z.string(),
      tags: z.array(z.string()),
      note: z.string().optional(),
      baseline: z.boolean(),
    }),
    async handler({ run_id, note, tags, add_tags, remove_tags, baseline }, context) {
      const changed = await context.runs.update(run_id, (record) => ({
        tags: [...new Set([...(tags ?? record.tags), ...add_tags])].filter(
          (tag) => !remove_tags.includes(tag),
        ),
        ...(note === undefined ? {} : { note: note === '' ? undefined : note }),
        ...(baseline === undefined ? {} : { baseline }),
      }));
      return {
        run_id,
        tags: changed.tags,
        ...(changed.note === undefined ? {} : { note: changed.note }),
        baseline: changed.baseline ?? false,
      };
    },
  }),
  defineTool({
    name: 'delete_runs',
    usual: false,
    hints: { destructive: true, idempotent: true },
    title: 'Delete backtest runs',
    description:
      'Backtest runs removed with all their files: by id or by filter, with dry_run to see first which. Runs under way and baselines are refused unless force is set.',
    toolset: 'backtest',
    policy: 'write',
    input: z.strictObject({
      run_ids: z.array(z.string()).min(1).max(1000).optional(),
      filter: RunFilter.optional().describe(
        'All conditions must hold; tags and notes do not protect a run here.',
      ),
      dry_run: z.boolean().default(false).describe('Only say what would be removed.'),
      force: z.boolean().default(false).describe('Cancel runs under way, and remove baselines too.'),
    }),
    output: z.strictObject({
      dry_run: z.boolean(),
      deleted: z.array(z.string()).describe(`At most ${shown} of them.`),
      deleted_count: z.int(),
      bytes: z.int().describe('Disk space of the runs deleted.'),
      refused: z
        .array(z.strictObject({ run_id: z.string(), reason: z.string() }))
        .describe(`At most ${shown}.`),
      refused_count: z.int(),
    }),
    async handler({ run_ids, filter, dry_run, force }, context) {
      const { found, missing } = await chosen(run_ids, filter, context);
      const refused = [
        ...missing.map((run_id) => ({ run_id, reason: 'There is no such run.' })),
        ...(force ? [] : found.flatMap(refusal)),
      ];
      const kept = new Set(refused.map(({ run_id }) => run_id));
      const doomed = found.filter(({ id }) => !kept.has(id));
      let bytes = 0;
      for (const run of doomed) {
        bytes += await context.runner.retention.size(run);
        if (dry_run) continue;
        await context.runner.cancel(run.id);
        await context.runs.remove(run.id);
      }
      return {
        dry_run,
        deleted: doomed.slice(0, shown).map(({ id }) => id),
        deleted_count: doomed.length,
        bytes,
        refused: refused.slice(0, shown),
        refused_count: refused.length,
      };
    },
  }),
];

function describe(run: RunRecord) {
  const { orders: _, ...figures } = runFigures(run);
  return {
    run_id: run.id,
    kind: run.kind,
    status: run.status,
    created_at: run.created_at,
    strategies: sourcesOf(run.request),
    ...(run.summary
      ? {
          orders: run.summary.counts.orders,
          ...figures,
          balances: run.summary.balances.map((balance) => `${balance.total} ${balance.currency}`),
          elapsed_seconds: run.summary.elapsed_seconds,
        }
      : {}),
    ...(run.error ? { error: `${run.error.code}: ${run.error.message}` } : {}),
    tags: run.tags,
    ...(run.note === undefined ? {} : { note: run.note }),
    ...(run.baseline ? { baseline: true } : {}),
  };
}

async function chosen(
  ids: string[] | undefined,
  filter: RunFilter | undefined,
  context: CallContext,
): Promise<{ found: RunRecord[]; missing: string[] }> {
  const conditions = Object.values(filter ?? {}).filter((value) => value !== undefined);
  if (!ids && conditions.length === 0) {
    throw new QuarterdeckError(
      'INVALID_ARGUMENTS',
      'Nothing says which runs to delete.',
      'Give run_ids, or a filter with at least one condition.',
      { path: ids ? 'run_ids' : 'filter' },
    );
  }
  const all = await context.runs.list();
  const wanted = ids ? new Set(ids) : undefined;
  const found = all.filter((run) => (wanted?.has(run.id) ?? true) && (!filter || matches(run, filter)));
  const known = new Set(all.map(({ id }) => id));
  return { found, missing: (ids ?? []).filter((id) => !known.has(id)) };
}

function refusal(run: RunRecord): { run_id: string; reason: string }[] {
  if (isUnderWay(run)) return [{ run_id: run.id, reason: `It is ${run.status}; cancel_run ends it.` }];
  if (run.baseline) return [{ run_id: run.id, reason: 'It is a baseline; annotate_run changes that.' }];
  return [];
}
