import * as z from 'zod';
import type { CallContext } from '../context.ts';
import type { ReadFrameResult } from '../protocol/engine.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { RunRecord } from '../protocol/run.ts';
import { SessionComparison } from '../protocol/session.ts';
import { differingPaths, firstDivergence, sourceDifferences } from '../runs/differences.ts';
import { requireCompleted } from '../runs/store.ts';
import { compareSession, isReplayable } from './sessionReplay.ts';
import { defineTool } from './tool.ts';

const mostParameters = 25;
const diffCharacters = 2400;
const pointsByDefault = 48;

const columns = {
  fills: ['ts_event', 'instrument_id', 'order_side', 'order_type', 'last_qty', 'last_px', 'commission'],
  trades: ['ts_opened', 'ts_closed', 'instrument_id', 'side', 'quantity', 'entry_price', 'exit_price', 'pnl'],
} as const;

const row = z.record(z.string(), z.unknown()).nullable();
const Divergence = z.strictObject({
  index: z.int().describe('Rows alike before it.'),
  first: row.describe('Of the first run; null when it has no more.'),
  other: row.describe('Of this run; null when it has no more.'),
});

export const compareTools = [
  defineTool({
    name: 'compare_runs',
    title: 'Compare backtest runs',
    description:
      'Backtest comparison of 2 to 6 NautilusTrader runs: statistics side by side, parameters that differ, source diff, equity curves, and the first trade and fill in which they diverge. All against the first run.',
    toolset: 'backtest',
    policy: 'read',
    input: z.strictObject({
      run_ids: z
        .array(z.string())
        .min(2)
        .max(6)
        .describe('2 to 6 completed runs; the first is the reference.'),
      equity_points: z
        .int()
        .min(0)
        .max(200)
        .optional()
        .describe('Points of each equity curve, 0 to 200; a few by default.'),
    }),
    output: z.strictObject({
      runs: z.array(
        z.strictObject({
          run_id: z.string(),
          created_at: z.string(),
          tags: z.array(z.string()),
          note: z.string().optional(),
          baseline: z.boolean().optional(),
        }),
      ),
      statistics: z
        .record(z.string(), z.array(z.union([z.number(), z.string(), z.null()])))
        .describe('Statistic → its value in each run, for those that differ.'),
      equal_statistics: z.int(),
      parameters: z
        .array(z.strictObject({ path: z.string(), values: z.array(z.string().nullable()) }))
        .describe('JSON paths of the requests that differ, with the value of each run as JSON.'),
      parameters_left_out: z.int(),
      source: z
        .array(
          z.strictObject({
            run_id: z.string(),
            files: z.array(
              z.strictObject({
                file: z.string(),
                change: z.enum(['added', 'removed', 'changed']),
                diff: z.string().optional(),
              }),
            ),
            files_left_out: z.int(),
          }),
        )
        .describe('Against the first run; none for runs with the same sources.'),
      versions: z.array(z.strictObject({ path: z.string(), values: z.array(z.string().nullable()) })),
      equity: z.array(
        z.strictObject({
          run_id: z.string(),
          currency: z.string(),
          venue: z.string(),
          points: z.array(z.array(z.string()).length(2)).describe('[nanoseconds, equity]'),
        }),
      ),
      divergence: z.array(
        z.strictObject({
          run_id: z.string(),
          trade: Divergence.optional().describe('Absent when the round trips are alike.'),
          fill: Divergence.optional().describe('Absent when the fills are alike.'),
          session: SessionComparison.optional().describe('When the first run is the session of a node.'),
        }),
      ),
      next_step: z.string(),
    }),
    async handler({ run_ids, equity_points }, context) {
      const runs = await Promise.all(run_ids.map((id) => context.runs.get(id)));
      if (new Set(run_ids).size < run_ids.length) throw sameRunTwice();
      runs.forEach(requireCompleted);
      const parameters = differingPaths(runs.map(({ request, catalog }) => ({ ...request, catalog })));
      const points = equity_points ?? Math.floor(pointsByDefault / runs.length);
      return {
        runs: runs.map(({ id, created_at, tags, note, baseline }) => ({
          run_id: id,
          created_at,
          tags: tags.slice(0, 10),
          ...(note === undefined ? {} : { note: note.slice(0, 200) }),
          ...(baseline ? { baseline } : {}),
        })),
        ...statisticsSideBySide(runs),
        parameters: parameters.slice(0, mostParameters),
        parameters_left_out: Math.max(0, parameters.length - mostParameters),
        source: await sourcesAgainstFirst(runs, context),
        versions: differingPaths(runs.map(({ versions }) => versions ?? {})),
        equity:
          points < 2 ? [] : (await Promise.all(runs.map((run) => equityOf(run, points, context)))).flat(),
        divergence: await divergences(runs, context),
        next_step: 'get_run shows the rows of either run: detail "trades" or "fills", after = index.',
      };
    },
  }),
];

type Value = number | string | null;

function statisticsSideBySide(runs: RunRecord[]) {
  const tables = runs.map(flatStatistics);
  const names = new Set(tables.flatMap((table) => [...table.keys()]));
  const rows = [...names].map((name): [string, Value[]] => [
    name,
    tables.map((table) => table.get(name) ?? null),
  ]);
  const differing = rows.filter(([, values]) => values.some((value) => value !== values[0]));
  return { statistics: Object.fromEntries(differing), equal_statistics: rows.length - differing.length };
}

/** The figures of a run under one name each: "orders", "balance.SIM.USD", "pnl.USD.PnL (total)", "returns.…". */
function flatStatistics({ summary }: RunRecord): Map<string, Value> {
  const flat = new Map<string, Value>();
  if (!summary) return flat;
  const { counts, balances, commissions, statistics } = summary;
  for (const [name, value] of Object.entries(counts)) flat.set(name, value);
  for (const { venue, currency, total } of balances) flat.set(`balance.${venue}.${currency}`, total);
  for (const [currency, paid] of Object.entries(commissions)) flat.set(`commissions.${currency}`, paid);
  for (const [currency, values] of Object.entries(statistics.pnl)) {
    for (const [name, value] of Object.entries(values)) flat.set(`pnl.${currency}.${name}`, value);
  }
  for (const [name, value] of Object.entries(statistics.returns)) flat.set(`returns.${name}`, value);
  for (const [name, value] of Object.entries(statistics.general)) flat.set(`general.${name}`, value);
  return flat;
}

async function sourcesAgainstFirst([first, ...others]: RunRecord[], { runs }: CallContext) {
  if (!first) return [];
  const found = await Promise.all(
    others.map(async ({ id }) => {
      const most = Math.floor(diffCharacters / others.length);
      const files = await sourceDifferences(runs.directory(first.id), runs.directory(id), most);
      return { run_id: id, files: files.slice(0, 10), files_left_out: Math.max(0, files.length - 10) };
    }),
  );
  return found.filter(({ files }) => files.length > 0);
}

async function equityOf({ id }: RunRecord, points: number, context: CallContext) {
  const params = { run_directory: context.runs.directory(id), frame: 'equity' as const, points };
  const { rows } = await context.engine.call('read_frame', params, { signal: context.signal });
  const series = new Map<string, { venue: string; currency: string; points: [string, string][] }>();
  for (const each of rows) {
    const [venue, currency] = [String(each.venue), String(each.currency)];
    const key = `${venue} ${currency}`;
    const one = series.get(key) ?? { venue, currency, points: [] };
    one.points.push([String(each.ts_event), String(each.equity)]);
    series.set(key, one);
  }
  return [...series.values()].map((one) => ({ run_id: id, ...one }));
}

async function divergences([first, ...others]: RunRecord[], context: CallContext) {
  if (!first) return [];
  const pages =
    (id: string, frame: keyof typeof columns) =>
    (after: number, limit: number): Promise<ReadFrameResult> => {
      const params = { run_directory: context.runs.directory(id), frame, after, limit };
      return context.engine.call('read_frame', params, { signal: context.signal });
    };
  const found = [];
  for (const { id, kind } of others) {
    const trade = await firstDivergence(pages(first.id, 'trades'), pages(id, 'trades'), columns.trades);
    const fill = await firstDivergence(pages(first.id, 'fills'), pages(id, 'fills'), columns.fills);
    const session =
      isReplayable(first) && kind === 'backtest' ? await compareSession(first.id, id, context) : undefined;
    found.push({
      run_id: id,
      ...(trade ? { trade } : {}),
      ...(fill ? { fill } : {}),
      ...(session ? { session } : {}),
    });
  }
  return found;
}

function sameRunTwice(): QuarterdeckError {
  return new QuarterdeckError(
    'INVALID_ARGUMENTS',
    'A run is compared with itself.',
    'Name each run once; list_runs shows the runs there are.',
    { path: 'run_ids' },
  );
}
