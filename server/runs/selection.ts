import * as z from 'zod';
import { type RunRecord, RunStatus, runKinds } from '../protocol/run.ts';
import { runFigures } from './figures.ts';

/** Which runs: every condition given must hold. */
export const RunFilter = z.strictObject({
  status: RunStatus.optional(),
  tag: z.string().optional(),
  strategy: z.string().optional().describe('Part of the source of a strategy, for example "EMACross".'),
  kind: z.enum(runKinds).optional(),
  baseline: z.boolean().optional(),
  created_from: z.iso.datetime({ offset: true }).optional().describe('ISO-8601, included.'),
  created_to: z.iso.datetime({ offset: true }).optional().describe('ISO-8601, not included.'),
});
export type RunFilter = z.infer<typeof RunFilter>;

export const runOrders = ['created', 'pnl', 'sharpe', 'drawdown', 'orders'] as const;
export type RunOrderBy = (typeof runOrders)[number];

export function matches(run: RunRecord, filter: RunFilter): boolean {
  const { status, tag, strategy, kind, baseline, created_from, created_to } = filter;
  const created = Date.parse(run.created_at);
  return (
    (status === undefined || run.status === status) &&
    (tag === undefined || run.tags.includes(tag)) &&
    (strategy === undefined || sourcesOf(run.request).some((source) => source.includes(strategy))) &&
    (kind === undefined || run.kind === kind) &&
    (baseline === undefined || (run.baseline ?? false) === baseline) &&
    (created_from === undefined || created >= Date.parse(created_from)) &&
    (created_to === undefined || created < Date.parse(created_to))
  );
}

/** The best or newest first, or the other way round; runs without the figure come last either way. */
export function sorted(runs: RunRecord[], by: RunOrderBy, ascending: boolean): RunRecord[] {
  const keyed = runs.map((run) => ({ run, key: sortKey(run, by) }));
  const sign = ascending ? 1 : -1;
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    if (a.key === b.key) return a.run.id < b.run.id ? 1 : -1;
    return a.key < b.key ? -sign : sign;
  });
  return keyed.map(({ run }) => run);
}

function sortKey(run: RunRecord, by: RunOrderBy): number | string | null {
  if (by === 'created') return run.id;
  const figures = runFigures(run);
  return by === 'drawdown' ? figures.max_drawdown : figures[by];
}

/** The classes a run was made of, or the script or config that said so. */
export function sourcesOf({ strategies, script, run_config }: RunRecord['request']): string[] {
  const own = script ?? run_config;
  return own === undefined ? strategies.map((strategy) => strategy.source) : [own];
}
