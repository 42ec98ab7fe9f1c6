import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CallContext } from '../context.ts';
import type { frames, ReadFrameResult } from '../protocol/engine.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { runTableNames } from '../protocol/statistics.ts';
import { keptEquity } from '../runs/equity.ts';
import { readFunnel } from '../runs/funnel.ts';
import { readLog } from '../runs/log.ts';
import { readRunTable } from '../runs/tables.ts';
import { instrumentOfBarType } from './barType.ts';
import { readPrices } from './prices.ts';
import type { Resource } from './resource.ts';
import { countFrom, pageFrom } from './uri.ts';

const listed = 50;
const complete = { id: completeRunId };

export const runResources: Resource[] = [
  {
    uriTemplate: 'nautilus://runs',
    name: 'runs',
    title: 'Runs',
    description: 'Runs of this workspace, newest first.',
    async read(_variables, query, context) {
      const { after, limit } = pageFrom(query, { usual: 100, most: 500 });
      const all = await context.runs.list();
      const runs = all
        .slice(after, after + limit)
        .map(({ id, status, created_at, tags, summary, error }) => ({
          run_id: id,
          status,
          created_at,
          tags,
          counts: summary?.counts,
          balances: summary?.balances,
          error: error?.code,
          uri: runUri(id),
        }));
      return { runs, total: all.length };
    },
  },
  {
    uriTemplate: 'nautilus://runs/{id}',
    name: 'run',
    title: 'Run',
    description: 'A run: request, status, progress, summary, code identity and versions.',
    complete,
    async list(context) {
      const runs = await context.runs.list();
      return runs
        .slice(0, listed)
        .map(({ id, status }) => ({ uri: runUri(id), name: `Run ${id} (${status})` }));
    },
    read: ({ id }, _query, context) => context.runs.get(id ?? ''),
  },
  ...(['orders', 'fills', 'positions', 'trades', 'account'] as const).map(
    (frame): Resource => ({
      uriTemplate: `nautilus://runs/{id}/${frame}{?after,limit}`,
      name: `run-${frame}`,
      title: `Run ${frame}`,
      description: `The ${frame} of a run, a page at a time: ?after=<rows to skip>&limit=<rows>.`,
      complete,
      async read({ id }, query, context) {
        const directory = await finishedRun(id ?? '', context);
        const { after, limit } = pageFrom(query, { usual: 100, most: 10_000 });
        return readFrame({ run_directory: directory, frame, after, limit }, context);
      },
    }),
  ),
  ...(['equity', 'benchmark'] as const).map(
    (frame): Resource => ({
      uriTemplate: `nautilus://runs/{id}/${frame}{?points}`,
      name: `run-${frame}`,
      title: `Run ${frame}`,
      description: `${frame === 'equity' ? 'Equity' : 'The price of the benchmark'} over time, down-sampled to ?points (2 to 4000, default 1000).`,
      complete,
      async read({ id }, query, context) {
        const directory = await finishedRun(id ?? '', context);
        const points = countFrom(query, 'points', { min: 2, max: 4000 }) ?? 1000;
        const kept = frame === 'equity' ? await keptEquity(directory, points) : undefined;
        return kept ?? readFrame({ run_directory: directory, frame, points }, context);
      },
    }),
  ),
  ...runTableNames.map(
    (table): Resource => ({
      uriTemplate: `nautilus://runs/{id}/${table}{?after,limit}`,
      name: `run-${table}`,
      title: `Run returns: ${table}`,
      description: `Daily returns of a run, ${table}: ?after=<rows to skip>&limit=<rows>.`,
      complete,
      async read({ id }, query, context) {
        const run = await context.runs.get(id ?? '');
        const { after, limit } = pageFrom(query, { usual: 1000, most: 10_000 });
        return readRunTable(run, context.runs.directory(run.id), table, after, limit);
      },
    }),
  ),
  {
    uriTemplate: 'nautilus://runs/{id}/prices/{instrument}{?bar_type,start,end,points}',
    name: 'run-prices',
    title: 'Run prices',
    description:
      'What the instrument cost in the run: open, high, low and close in as many steps as ?points (2 to 10000, default 1000) allow between ?start and ?end. ?bar_type says whose side and length are followed.',
    complete: { ...complete, instrument: instrumentsOf },
    read: ({ id, instrument }, query, context) => readPrices(id ?? '', instrument ?? '', query, context),
  },
  {
    uriTemplate: 'nautilus://runs/{id}/indicators{?start,end,points}',
    name: 'run-indicators',
    title: 'Run indicators',
    description:
      'Values of the indicators of a run’s strategies as the engine computed them, each down-sampled to ?points (2 to 4000, default 1000) between ?start and ?end. A run without indicators has no series.',
    complete,
    async read({ id }, query, context) {
      const directory = await finishedRun(id ?? '', context);
      const [start, end] = [query.get('start'), query.get('end')];
      const params = {
        run_directory: directory,
        ...(start === null ? {} : { start }),
        ...(end === null ? {} : { end }),
        points: countFrom(query, 'points', { min: 2, max: 4000 }) ?? 1000,
      };
      return context.engine.call('read_indicators', params, { signal: context.signal });
    },
  },
  {
    uriTemplate: 'nautilus://runs/{id}/live',
    name: 'run-live',
    title: 'Run so far',
    description: 'A run under way: equity, counts and latest trades up to now.',
    complete,
    async read({ id }, _query, context) {
      const run = await context.runs.get(id ?? '');
      const file = path.join(context.runs.directory(run.id), 'live.json');
      const text = await readFile(file, 'utf8').catch(() => undefined);
      return text === undefined ? { ts_event: null } : JSON.parse(text);
    },
  },
  {
    uriTemplate: 'nautilus://runs/{id}/funnel',
    name: 'run-funnel',
    title: 'Run funnel',
    description:
      'Why a run traded or did not: data delivered, handler calls, indicators, orders and reasons.',
    complete,
    async read({ id }, _query, context) {
      const run = await context.runs.get(id ?? '');
      return readFunnel(run, context.runs.directory(run.id));
    },
  },
  {
    uriTemplate: 'nautilus://runs/{id}/log{?after,limit}',
    name: 'run-log',
    title: 'Run log',
    description: 'The engine’s log lines of a run: ?after=<lines to skip>&limit=<lines>.',
    complete,
    async read({ id }, query, context) {
      const run = await context.runs.get(id ?? '');
      const { after, limit } = pageFrom(query, { usual: 200, most: 10_000 });
      return readLog(context.runs.directory(run.id), after, limit);
    },
  },
];

export function runUri(id: string): string {
  return `nautilus://runs/${encodeURIComponent(id)}`;
}

type ReadFrame = { run_directory: string; frame: (typeof frames)[number] } & Record<string, unknown>;

function readFrame(params: ReadFrame, context: CallContext): Promise<ReadFrameResult> {
  return context.engine.call('read_frame', params, { signal: context.signal });
}

async function finishedRun(id: string, context: CallContext): Promise<string> {
  const run = await context.runs.get(id);
  if (run.status === 'completed') return context.runs.directory(id);
  throw new QuarterdeckError(
    'RUN_NOT_FINISHED',
    `Run ${id} is ${run.status}; its frames are written when it completes.`,
    `Read ${runUri(id)} for its status.`,
  );
}

export async function completeRunId(prefix: string, context: CallContext): Promise<string[]> {
  const runs = await context.runs.list();
  return runs.map((run) => run.id).filter((id) => id.startsWith(prefix));
}

/** Instruments whose data were delivered in the run that was chosen. */
async function instrumentsOf(prefix: string, context: CallContext, { id = '' }: Record<string, string>) {
  const run = await context.runs.get(id);
  const { data } = await readFunnel(run, context.runs.directory(run.id));
  const ids = new Set(data.map(({ of }) => instrumentOfBarType(of)));
  return [...ids].filter((each) => each.startsWith(prefix));
}
