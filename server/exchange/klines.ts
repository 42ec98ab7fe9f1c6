import { formatFixed, multiply } from './fixed.ts';
import type { Trade } from './order.ts';
import { Refusal } from './refusal.ts';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

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

/** Candles of a market's trades, oldest first; an interval without a trade has none. */
export function klines(trades: readonly Trade[], symbol: string, interval: string): Kline[] {
  const length = milliseconds(interval);
  const groups = new Map<number, Trade[]>();
  for (const trade of trades) {
    if (trade.symbol !== symbol) continue;
    const opening = trade.time - (trade.time % length);
    const group = groups.get(opening);
    if (group) group.push(trade);
    else groups.set(opening, [trade]);
  }
  return [...groups].map(([time, group]) => kline(time, length, group));
}

function milliseconds(interval: string): number {
  const match = /^(\d{1,2})([smhd])$/.exec(interval);
  const unit = match?.[2] as keyof typeof units | undefined;
  if (!match || !unit) throw new Refusal(-1120, 'Invalid interval.');
  return Number(match[1]) * units[unit];
}

function kline(time: number, length: number, trades: Trade[]): Kline {
  const prices = trades.map(({ price }) => price);
  const taken = trades.filter(({ buyerIsMaker }) => !buyerIsMaker);
  const volume = (rows: Trade[]) => formatFixed(rows.reduce((sum, { quantity }) => sum + quantity, 0n));
  const turnover = (rows: Trade[]) =>
    formatFixed(rows.reduce((sum, { price, quantity }) => sum + multiply(price, quantity), 0n));
  return [
    time,
    formatFixed(prices[0] ?? 0n),
    formatFixed(prices.reduce((a, b) => (a > b ? a : b))),
    formatFixed(prices.reduce((a, b) => (a < b ? a : b))),
    formatFixed(prices.at(-1) ?? 0n),
    volume(trades),
    time + length - 1,
    turnover(trades),
    trades.length,
    volume(taken),
    turnover(taken),
    '0',
  ];
}
