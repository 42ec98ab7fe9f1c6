import * as z from 'zod';
import { ReadFrameResult } from '../../server/protocol/engine.ts';
import { type ErrorObject, QuarterdeckError } from '../../server/protocol/errors.ts';
import { RunRecord } from '../../server/protocol/run.ts';
import type { Host } from '../host.ts';

/** All the report can be showing. */
export type ReportState =
  | { kind: 'loading' }
  | { kind: 'error'; error: ErrorObject }
  | { kind: 'run'; run: RunRecord; equity: Equity };

export type Equity =
  | { kind: 'unfinished' }
  | { kind: 'absent'; reason: string }
  | { kind: 'lines'; lines: EquityLine[] };

/** The value of one account in one currency over time. */
export interface EquityLine {
  venue: string;
  currency: string;
  points: { milliseconds: number; value: number }[];
}

/** Reads a run, and again whenever it changes until it has finished. Returns how to stop. */
export function followRun(host: Host, uri: string, onState: (state: ReportState) => void): () => void {
  let stopped = false;
  const tell = (state: ReportState) => {
    if (!stopped) onState(state);
  };
  const look = async () => {
    try {
      const run = RunRecord.parse(await host.read(uri));
      if (isUnfinished(run)) return tell({ kind: 'run', run, equity: { kind: 'unfinished' } });
      unwatch();
      tell({ kind: 'run', run, equity: await readEquity(host, uri, run) });
    } catch (error) {
      tell({ kind: 'error', error: toErrorObject(error) });
    }
  };
  tell({ kind: 'loading' });
  const unwatch = host.watch(uri, () => void look());
  void look();
  return () => {
    stopped = true;
    unwatch();
  };
}

export function isUnfinished({ status }: RunRecord): boolean {
  return status === 'queued' || status === 'running';
}

const EquityRow = z.object({
  ts_event: z.string().regex(/^\d+$/),
  venue: z.string(),
  currency: z.string(),
  equity: z.union([z.string(), z.number()]).transform(Number),
});

async function readEquity(host: Host, uri: string, { status }: RunRecord): Promise<Equity> {
  if (status !== 'completed') return { kind: 'absent', reason: 'Only a completed run has its equity.' };
  try {
    const { rows } = ReadFrameResult.parse(await host.read(`${uri}/equity?points=1000`));
    const lines = new Map<string, EquityLine>();
    for (const row of z.array(EquityRow).parse(rows)) {
      const { venue, currency } = row;
      const key = `${venue} ${currency}`;
      const line = lines.get(key) ?? { venue, currency, points: [] };
      lines.set(key, line);
      line.points.push(toPoint(row));
    }
    if (lines.size === 0) return { kind: 'absent', reason: 'The account did not change in this run.' };
    return { kind: 'lines', lines: [...lines.values()] };
  } catch (error) {
    return { kind: 'absent', reason: toErrorObject(error).message };
  }
}

/** A screen shows milliseconds: the exact nanoseconds are only divided here. */
function toPoint({ ts_event, equity }: z.output<typeof EquityRow>) {
  return { milliseconds: Number(BigInt(ts_event) / 1_000_000n), value: equity };
}

export function toErrorObject(error: unknown): ErrorObject {
  if (error instanceof QuarterdeckError) return error.toObject();
  return new QuarterdeckError(
    'INTERNAL',
    `The run could not be shown: ${error instanceof Error ? error.message : String(error)}`,
    'This is a defect of Quarterdeck; please report it with the log.',
  ).toObject();
}
