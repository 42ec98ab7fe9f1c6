import * as z from 'zod';
import type { ErrorObject } from '../../server/protocol/errors.ts';
import { ReadPricesResult } from '../../server/protocol/prices.ts';
import { RunRecord } from '../../server/protocol/run.ts';
import type { Candles } from '../charts/price.ts';
import { toErrorObject } from '../errors.ts';
import type { Host } from '../host.ts';
import { milliseconds } from '../time.ts';
import { type EquityLine, toEquityLines } from './equity.ts';
import type { Basis } from './figures.ts';
import { type Results, readResults } from './results.ts';
import { type Trade, toTrades } from './trade.ts';

/** All the report can be showing. */
export type ReportState =
  | { kind: 'loading' }
  | { kind: 'error'; error: ErrorObject }
  | { kind: 'running'; run: RunRecord; live: Live }
  | { kind: 'failed'; run: RunRecord; error: ErrorObject }
  /** It has ended, and what it left is on its way. */
  | { kind: 'arriving'; run: RunRecord; results: Partial<Results> }
  | { kind: 'done'; run: RunRecord; results: Results };

/** A run under way, as far as it is. */
export interface Live {
  time: number | undefined;
  lines: EquityLine[];
  trades: Trade[];
  counts: { orders: number; positions: number; open: number };
}

/** Reads a run, and again whenever it changes until it has finished. Returns how to stop. */
export function followRun(host: Host, uri: string, onState: (state: ReportState) => void): () => void {
  let stopped = false;
  let looking = false;
  let again = false;
  const tell = (state: ReportState) => {
    if (!stopped) onState(state);
  };
  const look = async () => {
    try {
      const run = RunRecord.parse(await host.read(uri));
      if (isUnfinished(run)) return tell({ kind: 'running', run, live: await readLive(host, uri) });
      unwatch();
      if (run.status !== 'completed') {
        const error = run.error ?? {
          type: 'cancelled' as const,
          code: 'CANCELLED' as const,
          message: 'The run was cancelled.',
          next_step: 'Run it again.',
        };
        return tell({ kind: 'failed', run, error });
      }
      tell({ kind: 'arriving', run, results: {} });
      const results = await readResults(host, uri, run, (results) =>
        tell({ kind: 'arriving', run, results }),
      );
      tell({ kind: 'done', run, results });
      // What was said of it meanwhile is in what was just read.
      again = false;
    } catch (error) {
      tell({ kind: 'error', error: toErrorObject(error) });
    }
  };
  /** One look after the other: a run tells of itself ten times a second. */
  const lookInTurn = async () => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    await look();
    looking = false;
    if (again && !stopped) {
      again = false;
      void lookInTurn();
    }
  };
  const unwatch = host.watch(uri, () => void lookInTurn());
  const loading = setTimeout(() => tell({ kind: 'loading' }), 150);
  void lookInTurn().finally(() => clearTimeout(loading));
  return () => {
    stopped = true;
    clearTimeout(loading);
    unwatch();
  };
}

export function isUnfinished({ status }: RunRecord): boolean {
  return status === 'queued' || status === 'running';
}

export interface Window {
  from: number;
  to: number;
}

export interface Prices extends Candles {
  source: string;
  side: string;
  of: string;
  stepSeconds: number;
  total: number;
}

/** The prices of a stretch of a run, or of all of it. */
export async function readPrices(
  host: Host,
  uri: string,
  instrument: string,
  barType: string | undefined,
  window: Window | undefined,
  points: number,
): Promise<Prices> {
  const query = windowQuery(window, points);
  if (barType) query.set('bar_type', barType);
  const answer = await host.read(`${uri}/prices/${encodeURIComponent(instrument)}?${query}`);
  const found = ReadPricesResult.parse(answer);
  const numbers = (texts: string[]) => texts.map(Number);
  return {
    times: found.ts_event.map(milliseconds),
    open: numbers(found.open),
    high: numbers(found.high),
    low: numbers(found.low),
    close: numbers(found.close),
    precision: found.precision,
    source: found.source,
    side: found.side,
    of: found.of,
    stepSeconds: found.step_seconds,
    total: found.rows_total,
  };
}

const LiveRecord = z.object({
  ts_event: z.string().nullable(),
  counts: z
    .object({ orders: z.number(), positions: z.number(), open: z.number() })
    .default({ orders: 0, positions: 0, open: 0 }),
  equity: z.array(z.unknown()).default([]),
  trades: z.array(z.unknown()).default([]),
});

async function readLive(host: Host, uri: string): Promise<Live> {
  const { ts_event, counts, equity, trades } = LiveRecord.parse(await host.read(`${uri}/live`));
  const latest = toTrades(trades);
  return {
    time: ts_event === null ? undefined : milliseconds(ts_event),
    counts,
    lines: toEquityLines(equity),
    // What those before them came to is not told.
    trades: tellsAll(latest, counts) ? latest : latest.map((one) => ({ ...one, cumulative: Number.NaN })),
  };
}

function tellsAll(trades: Trade[], counts: Live['counts']): boolean {
  return trades.length >= counts.positions;
}

/** What the figures of a run so far are made of. */
export function basisOf(run: RunRecord, { lines, trades, counts }: Live): Basis {
  return {
    run,
    lines,
    trades: tellsAll(trades, counts) ? trades : undefined,
    live: { orders: counts.orders, open: counts.open, closed: counts.positions - counts.open },
  };
}

export function windowQuery(window: Window | undefined, points: number): URLSearchParams {
  const query = new URLSearchParams({ points: String(points) });
  if (window) {
    query.set('start', nanoseconds(window.from));
    query.set('end', nanoseconds(window.to));
  }
  return query;
}

function nanoseconds(time: number): string {
  return `${Math.round(time)}000000`;
}
