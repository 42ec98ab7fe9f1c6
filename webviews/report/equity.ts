import * as z from 'zod';
import { milliseconds } from '../time.ts';

/** The value of one account in one currency over time, with how far it stood below its high. */
export interface EquityLine {
  venue: string;
  currency: string;
  times: number[];
  values: number[];
  drawdown: number[];
  deepest: Fall | undefined;
  falls: Fall[];
}

/** From a high to its recovery. */
export interface Fall {
  peak: number;
  valley: number;
  recovered: number | undefined;
  depth: number;
  amount: number;
  end: number;
}

const EquityRow = z.object({
  ts_event: z.string().regex(/^\d+$/),
  venue: z.string(),
  currency: z.string(),
  equity: z.union([z.string(), z.number()]).transform(Number),
});

export function toEquityLines(rows: unknown[]): EquityLine[] {
  const lines = new Map<string, EquityLine>();
  for (const { ts_event, venue, currency, equity } of z.array(EquityRow).parse(rows)) {
    const key = `${venue} ${currency}`;
    const line = lines.get(key) ?? newLine(venue, currency);
    lines.set(key, line);
    line.times.push(milliseconds(ts_event));
    line.values.push(equity);
  }
  for (const line of lines.values()) measure(line);
  return [...lines.values()];
}

function newLine(venue: string, currency: string): EquityLine {
  return { venue, currency, times: [], values: [], drawdown: [], deepest: undefined, falls: [] };
}

/** Running high, distance from it, and each fall from a high to its recovery. */
function measure(line: EquityLine): void {
  let high = Number.NEGATIVE_INFINITY;
  let fall: Fall | undefined;
  let highAt = 0;
  for (const [i, value] of line.values.entries()) {
    const time = line.times[i] ?? 0;
    if (value >= high) {
      if (fall) line.falls.push({ ...fall, recovered: time, end: time });
      fall = undefined;
      high = value;
      highAt = time;
    } else {
      const depth = high > 0 ? value / high - 1 : 0;
      if (!fall || depth < fall.depth) {
        fall = { peak: highAt, valley: time, recovered: undefined, depth, amount: value - high, end: time };
      }
      fall.end = time;
    }
    line.drawdown.push(high > 0 ? value / high - 1 : 0);
  }
  if (fall) line.falls.push(fall);
  line.falls.sort((a, b) => a.depth - b.depth);
  line.deepest = line.falls[0];
}
