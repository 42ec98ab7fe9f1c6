import { formatFixed, multiply } from './fixed.ts';
import type { Trade } from './order.ts';
import { Refusal } from './refusal.ts';

const lengths = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const intervals = /^(1s|1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M)$/;
/** Weeks begin on Mondays; the first one of all began on 5 January 1970. */
const firstMonday = 345_600_000;

export type Kline = [
  openTime: number,
  open: string,
  high: string,
  low: string,
  close: string,
  volume: string,
  closeTime: number,
  turnover: string,
  trades: number,
  takerVolume: string,
  takerTurnover: string,
  unused: '0',
];

/** What was traded in one interval. */
export class Candle {
  readonly first: number;
  last: number;
  private high: bigint;
  private low: bigint;
  private close: bigint;
  private count = 0;
  private volume = 0n;
  private turnover = 0n;
  private takerVolume = 0n;
  private takerTurnover = 0n;
  private readonly open: bigint;

  /** @param end the first millisecond after it. */
  constructor(
    readonly start: number,
    readonly end: number,
    trade: Trade,
  ) {
    this.first = this.last = trade.id;
    this.open = this.high = this.low = this.close = trade.price;
    this.add(trade);
  }

  add({ id, price, quantity, buyerIsMaker }: Trade): void {
    const amount = multiply(price, quantity);
    this.last = id;
    this.high = price > this.high ? price : this.high;
    this.low = price < this.low ? price : this.low;
    this.close = price;
    this.count += 1;
    this.volume += quantity;
    this.turnover += amount;
    if (buyerIsMaker) return;
    this.takerVolume += quantity;
    this.takerTurnover += amount;
  }

  kline(): Kline {
    return [
      this.start,
      formatFixed(this.open),
      formatFixed(this.high),
      formatFixed(this.low),
      formatFixed(this.close),
      formatFixed(this.volume),
      this.end - 1,
      formatFixed(this.turnover),
      this.count,
      formatFixed(this.takerVolume),
      formatFixed(this.takerTurnover),
      '0',
    ];
  }
}

/** Candles of one market's trades, oldest first; an interval without a trade has none. */
export function candles(trades: readonly Trade[], interval: string): Candle[] {
  const found: Candle[] = [];
  for (const trade of trades) {
    const candle = found.at(-1);
    if (candle && trade.time < candle.end) candle.add(trade);
    else found.push(new Candle(...bounds(trade.time, interval), trade));
  }
  return found;
}

export const isInterval = (text: string): boolean => intervals.test(text);

/** @throws Refusal −1120. */
export function bounds(time: number, interval: string): [start: number, end: number] {
  if (!isInterval(interval)) throw new Refusal(-1120, 'Invalid interval.');
  if (interval === '1M') {
    const date = new Date(time);
    const month = (later: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later);
    return [month(0), month(1)];
  }
  const length = Number(interval.slice(0, -1)) * lengths[interval.slice(-1) as keyof typeof lengths];
  const offset = interval === '1w' ? firstMonday : 0;
  const start = time - ((time - offset) % length);
  return [start, start + length];
}
