import * as z from 'zod';
import { ReadFrameResult } from '../../server/protocol/engine.ts';
import type { ErrorObject } from '../../server/protocol/errors.ts';
import { Funnel } from '../../server/protocol/funnel.ts';
import { ReadPricesResult } from '../../server/protocol/prices.ts';
import { RunRecord } from '../../server/protocol/run.ts';
import { runTables } from '../../server/protocol/statistics.ts';
import type { Candles } from '../charts/price.ts';
import { toErrorObject } from '../errors.ts';
import type { Host } from '../host.ts';
import { milliseconds } from '../time.ts';
import { type EquityLine, toEquityLines } from './equity.ts';
import { type Trade, toTrades } from './trade.ts';

/** All the report can be showing. */
export type ReportState =
  | { kind: 'loading' }
  | { kind: 'error'; error: ErrorObject }
  | { kind: 'running'; run: RunRecord; live: Live }
  | { kind: 'failed'; run: RunRecord; error: ErrorObject }
  | { kind: 'done'; run: RunRecord; results: Results };

/** A run under way, as far as it is. */
export interface Live {
  time: number | undefined;
  lines: EquityLine[];
  trades: Trade[];
  counts: { orders: number; positions: number; open: number };
}

/** What the money would have become in the benchmark, in the currency and at the times it is priced. */
export interface BenchmarkLine {
  instrument: string;
  times: number[];
  values: number[];
}

export interface Results {
  lines: EquityLine[];
  benchmark?: BenchmarkLine | undefined;
  trades: Trade[];
  /** What kept the run from trading; read only when it did not. */
  funnel: Funnel | undefined;
  /** Over a window of days that moves through the run; empty where it has fewer days than the window. */
  rolling: Rolling[];
}

const RollingRow = runTables.rolling;
export type Rolling = z.infer<typeof RollingRow>;

/** Rows asked for at once: an answer holds a megabyte, and rows of orders are the longest, with over a kilobyte. */
export const page = 400;
const mostRows = 100_000;
export const equityPoints = 4000;

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
      tell({ kind: 'done', run, results: await readResults(host, uri, run) });
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

export async function readResults(host: Host, uri: string, run: RunRecord): Promise<Results> {
  const [equity, trades, funnel, prices, rolling] = await Promise.all([
    host.read(`${uri}/equity?points=${equityPoints}`),
    readRows(host, `${uri}/trades`),
    run.summary?.counts.fills === 0 ? readFunnel(host, uri) : undefined,
    run.request.benchmark ? readBenchmark(host, uri) : undefined,
    readRolling(host, uri),
  ]);
  const lines = toEquityLines(ReadFrameResult.parse(equity).rows);
  return { lines, trades: toTrades(trades.rows), funnel, benchmark: scaled(prices, lines[0]), rolling };
}

/** The first rows of a frame, and how many it has. */
export async function readRows(
  host: Host,
  uri: string,
  most = mostRows,
): Promise<{ rows: Record<string, unknown>[]; total: number }> {
  const read = async (after: number) =>
    ReadFrameResult.parse(await host.read(`${uri}?after=${after}&limit=${page}`));
  const { rows, total } = await read(0);
  const later: number[] = [];
  for (let after = page; after < Math.min(total, most); after += page) later.push(after);
  const pages = await Promise.all(later.map(read));
  return { rows: [...rows, ...pages.flatMap((one) => one.rows)], total };
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
  const query = new URLSearchParams({ points: String(points) });
  if (barType) query.set('bar_type', barType);
  if (window) {
    query.set('start', nanoseconds(window.from));
    query.set('end', nanoseconds(window.to));
  }
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
  return {
    time: ts_event === null ? undefined : milliseconds(ts_event),
    counts,
    lines: toEquityLines(equity),
    trades: toTrades(trades),
  };
}

async function readRolling(host: Host, uri: string): Promise<Rolling[]> {
  try {
    const { rows } = z
      .object({ rows: z.array(RollingRow) })
      .parse(await host.read(`${uri}/rolling?limit=1000`));
    return rows;
  } catch {
    // A run made by an earlier version has no such table.
    return [];
  }
}

const BenchmarkRow = z.object({ ts_event: z.string(), instrument_id: z.string(), price: z.string() });

async function readBenchmark(host: Host, uri: string): Promise<z.infer<typeof BenchmarkRow>[]> {
  try {
    const { rows } = ReadFrameResult.parse(await host.read(`${uri}/benchmark?points=${equityPoints}`));
    return z.array(BenchmarkRow).parse(rows);
  } catch {
    // Without its prices the curve stands alone; the statistics of the run say what there is.
    return [];
  }
}

/** The start of the equity put into the benchmark at its first price and held. */
function scaled(
  rows: z.infer<typeof BenchmarkRow>[] = [],
  line: EquityLine | undefined,
): BenchmarkLine | undefined {
  const [first] = rows;
  const start = line?.values[0];
  if (!first || start === undefined || Number(first.price) <= 0) return undefined;
  const from = line?.times[0] ?? 0;
  return {
    instrument: first.instrument_id,
    times: rows.map(({ ts_event }) => Math.max(from, milliseconds(ts_event))),
    values: rows.map(({ price }) => (Number(price) / Number(first.price)) * start),
  };
}

async function readFunnel(host: Host, uri: string): Promise<Funnel | undefined> {
  try {
    return Funnel.parse(await host.read(`${uri}/funnel`));
  } catch {
    // A run made by an earlier version has none; the warning of the run says what it can.
    return undefined;
  }
}

function nanoseconds(time: number): string {
  return `${Math.round(time)}000000`;
}
