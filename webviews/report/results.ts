import * as z from 'zod';
import { ReadFrameResult } from '../../server/protocol/engine.ts';
import { Funnel } from '../../server/protocol/funnel.ts';
import type { RunRecord } from '../../server/protocol/run.ts';
import { runTables } from '../../server/protocol/statistics.ts';
import { readRows } from '../frame.ts';
import type { Host } from '../host.ts';
import { milliseconds } from '../time.ts';
import { type EquityLine, toEquityLines } from './equity.ts';
import { type Trade, toTrades } from './trade.ts';

/** What the money would have become in the benchmark, in the currency and at the times it is priced. */
export interface BenchmarkLine {
  instrument: string;
  times: number[];
  values: number[];
}

/** What a run that has ended left. */
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

const equityPoints = 4000;

/** Reads what a run left, and tells of the curve as soon as it is there: trades can be many. */
export async function readResults(
  host: Host,
  uri: string,
  run: RunRecord,
  tell: (soFar: Partial<Results>) => void = () => {},
): Promise<Results> {
  // Asked for first, so that it does not wait behind the trades.
  const curve = readCurve(host, uri, run);
  const rest = Promise.all([
    readRows(host, `${uri}/trades`, { expected: run.summary?.counts.trades }),
    run.summary?.counts.fills === 0 ? readFunnel(host, uri) : undefined,
    readRolling(host, uri),
  ]);
  const [{ lines, benchmark }, [trades, funnel, rolling]] = await Promise.all([
    curve.then((found) => {
      tell(found);
      return found;
    }),
    rest,
  ]);
  return { lines, benchmark, trades: toTrades(trades.rows), funnel, rolling };
}

async function readCurve(
  host: Host,
  uri: string,
  run: RunRecord,
): Promise<Pick<Results, 'lines' | 'benchmark'>> {
  const [equity, prices] = await Promise.all([
    host.read(`${uri}/equity?points=${equityPoints}`),
    run.request.benchmark ? readBenchmark(host, uri) : undefined,
  ]);
  const lines = toEquityLines(ReadFrameResult.parse(equity).rows);
  return { lines, benchmark: scaled(prices, lines[0]) };
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
