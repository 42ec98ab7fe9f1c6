import { one } from './fixed.ts';

/** A pair of the venue. Prices are in quote, quantities in base, all in 10⁻⁸. */
export interface Market {
  symbol: string;
  base: string;
  quote: string;
  tick: bigint;
  step: bigint;
  minNotional: bigint;
  /** Where the practice price starts. */
  start: bigint;
}

/** Tick times step is a whole number of 10⁻⁸, so a notional is never rounded. */
export const markets: readonly Market[] = [
  {
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    tick: one / 100n,
    step: one / 100_000n,
    minNotional: 5n * one,
    start: 60_000n * one,
  },
  {
    symbol: 'ETHUSDT',
    base: 'ETH',
    quote: 'USDT',
    tick: one / 100n,
    step: one / 10_000n,
    minNotional: 5n * one,
    start: 3_000n * one,
  },
];

/** Commission of maker and taker alike: 0.1 % of what is received. */
export const feeDivisor = 1000n;
