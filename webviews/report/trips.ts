import { sum } from '../decimals.ts';
import { fixed, missing } from '../format.ts';
import type { Trade } from './trade.ts';

/** Sum of the profits, to the last digit. */
export function exact(part: Trade[]): string {
  return sum(part.map(({ pnl = '0' }) => pnl));
}

export function wins(part: Trade[]): number[] {
  return part.map(({ value }) => value).filter((value) => value > 0);
}

export function losses(part: Trade[]): number[] {
  return part.map(({ value }) => value).filter((value) => value < 0);
}

export function sumOf(part: Trade[], sign: 1 | -1): number {
  return (sign > 0 ? wins(part) : losses(part)).reduce((so, value) => so + value, 0);
}

export function mean(values: number[]): number {
  return values.length ? values.reduce((so, value) => so + value, 0) / values.length : Number.NaN;
}

export function winRate(part: Trade[]): number {
  const [won, lost] = [wins(part).length, losses(part).length];
  return won + lost ? won / (won + lost) : 0;
}

export function payoff(part: Trade[]): number {
  return mean(wins(part)) / -mean(losses(part));
}

export function factor(part: Trade[]): number {
  return sumOf(part, 1) / -sumOf(part, -1);
}

export function holding(part: Trade[]): number {
  return mean(part.map(({ opened, closed }) => (closed ?? opened) - opened));
}

export function streak(part: Trade[], sign: 1 | -1): number {
  let [longest, now] = [0, 0];
  for (const { value } of part) {
    now = value * sign > 0 ? now + 1 : 0;
    longest = Math.max(longest, now);
  }
  return longest;
}

export function excursion(part: Trade[], which: 'mae' | 'mfe'): string {
  const known = part.map((trade) => trade[which]).filter((text) => text !== undefined);
  return known.length ? fixed(mean(known.map(Number)), 2) : missing;
}
