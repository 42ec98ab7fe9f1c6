import { one } from './fixed.ts';
import { type Market, markets } from './market.ts';
import { isOpen, type Order, type Side } from './order.ts';
import type { PracticeVenue } from './venue.ts';

/** Quotes both sides of every market around a price that wanders by the seed, with a crowd that trades. */
export class MarketMaker {
  private readonly random: () => number;
  private readonly quotes = new Map<string, Order[]>();
  private readonly mid = new Map<string, bigint>();
  private count = 0;

  constructor(
    private readonly venue: PracticeVenue,
    seed: number,
  ) {
    this.random = mulberry32(seed);
    for (const { symbol } of markets) this.mid.set(symbol, venue.matching.last.get(symbol) ?? 0n);
  }

  /** One move of every market: new quotes, then one small trade. */
  step(): void {
    for (const market of markets) {
      this.requote(market);
      const size = market.step * BigInt(50 + Math.floor(this.random() * 500));
      const order = this.send(market, 'crowd', this.random() < 0.5 ? 'BUY' : 'SELL', size);
      this.venue.matching.forget(order);
    }
  }

  private requote(market: Market): void {
    for (const order of this.quotes.get(market.symbol) ?? []) {
      if (isOpen(order)) this.venue.cancel(order);
      this.venue.matching.forget(order);
    }
    const unit = market.start / 100_000n;
    const moved = (this.mid.get(market.symbol) ?? 0n) + unit * BigInt(Math.floor(this.random() * 21) - 10);
    const mid = moved > market.start / 2n ? moved - (moved % market.tick) : market.start;
    this.mid.set(market.symbol, mid);
    const sizes = [1n, 2n, 4n, 8n, 16n];
    const fresh = sizes.flatMap((size, i) => {
      const away = market.tick * BigInt(50 * (i + 1));
      return (['BUY', 'SELL'] as const).map((side) =>
        this.send(market, 'maker', side, (size * one) / 4n, side === 'BUY' ? mid - away : mid + away),
      );
    });
    this.quotes.set(market.symbol, fresh);
  }

  private send(market: Market, account: string, side: Side, quantity: bigint, price?: bigint): Order {
    this.count += 1;
    return this.venue.submit(account, {
      symbol: market.symbol,
      side,
      type: price === undefined ? 'MARKET' : 'LIMIT',
      clientOrderId: `${account}-${this.count}`,
      timeInForce: 'GTC',
      quantity,
      ...(price !== undefined && { price }),
    });
  }
}

/** A small generator of numbers in [0, 1): the same seed, the same market. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
