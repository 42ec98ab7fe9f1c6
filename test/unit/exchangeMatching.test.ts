import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { one } from '../../server/exchange/fixed.ts';
import { markets } from '../../server/exchange/market.ts';
import { Matching } from '../../server/exchange/matching.ts';
import type { OrderRequest } from '../../server/exchange/order.ts';
import { Refusal } from '../../server/exchange/refusal.ts';
import { answer } from '../../server/exchange/rest.ts';
import { PracticeVenue, practice } from '../../server/exchange/venue.ts';

const command = fc.record({
  account: fc.constantFrom('a', 'b', 'c'),
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  type: fc.constantFrom(
    'LIMIT' as const,
    'LIMIT_MAKER' as const,
    'MARKET' as const,
    'STOP_LOSS' as const,
    'STOP_LOSS_LIMIT' as const,
    'TAKE_PROFIT' as const,
    'TAKE_PROFIT_LIMIT' as const,
  ),
  timeInForce: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const),
  quantity: fc.integer({ min: 1, max: 200_000 }),
  price: fc.integer({ min: -500, max: 500 }),
  stopPrice: fc.integer({ min: -500, max: 500 }),
  /** Of the quantity, in sight at once. */
  shown: fc.option(fc.double({ min: 0.05, max: 1, noNaN: true })),
  isForQuote: fc.boolean(),
  cancels: fc.boolean(),
});

describe('the book of the practice venue', () => {
  test('no balance is negative, no book crossed, no amount lost', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const matching = funded();
        const before = sums(matching);
        commands.forEach((row, i) => {
          send(matching, row, `o${i}`);
          const [order] = matching.openOrders('BTCUSDT');
          if (row.cancels && order) matching.cancel(order, i);
          for (const account of ['a', 'b', 'c'])
            for (const { free, locked } of matching.balances(account)) {
              expect(free).toBeGreaterThanOrEqual(0n);
              expect(locked).toBeGreaterThanOrEqual(0n);
            }
          const [bid, ask] = [matching.book('BTCUSDT', 'BUY')[0], matching.book('BTCUSDT', 'SELL')[0]];
          if (bid && ask) expect(bid.price ?? 0n).toBeLessThan(ask.price ?? 0n);
          expect(sums(matching)).toEqual(before);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('the better price first, then the earlier order', () => {
    const matching = funded();
    const limit = (account: string, id: string, price: bigint) =>
      matching.submit(account, request('SELL', id, price), 0).order.id;
    const [late, early] = [limit('a', 'x', 60_001n), limit('b', 'y', 60_000n)];
    const second = limit('c', 'z', 60_000n);
    const { change } = matching.submit('a', { ...request('BUY', 'w', 60_001n), quantity: 3n * unit }, 1);
    expect(change.trades.map(({ seller }) => seller.order)).toEqual([early, second, late]);
    expect(change.trades.map(({ price }) => price / one)).toEqual([60_000n, 60_000n, 60_001n]);
  });

  test('the same client order id is refused while its order is open', () => {
    const matching = funded();
    matching.submit('a', request('BUY', 'same', 50_000n), 0);
    expect(() => matching.submit('a', request('BUY', 'same', 50_000n), 0)).toThrow('Duplicate order sent.');
  });
});

describe('the ledger of the practice venue', () => {
  test('orders, trades and balances are there again', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-ledger-'));
    try {
      const venue = new PracticeVenue(folder);
      venue.submit('maker', request('SELL', 'm', 60_000n));
      venue.submit(practice.account, request('BUY', 'filled', 60_000n));
      const open = venue.submit(practice.account, request('BUY', 'open', 50_000n));
      const again = new PracticeVenue(folder);
      expect(again.matching.find(practice.account, { clientOrderId: 'open' })).toEqual(open);
      expect(again.matching.trades).toEqual(venue.matching.trades);
      expect(again.matching.balances(practice.account)).toEqual(venue.matching.balances(practice.account));
      expect(readFileSync(path.join(folder, 'ledger.jsonl'), 'utf8').trim().split('\n')).toHaveLength(3);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('signed requests', () => {
  const signature = (payload: string) => createHmac('sha256', practice.secret).update(payload).digest('hex');
  const account = (payload: string, apiKey: string | undefined, sign = signature(payload)) =>
    answer(new PracticeVenue(undefined), {
      method: 'GET',
      path: '/api/v3/account',
      params: new URLSearchParams(`${payload}&signature=${sign}`),
      payload,
      apiKey,
    });

  test('are answered when key, time and signature are right', () => {
    expect(account(`timestamp=${Date.now()}`, practice.apiKey)).toMatchObject({ accountType: 'SPOT' });
  });

  test.each([
    ['no key', `timestamp=${Date.now()}`, undefined, undefined, -2014],
    ['an unknown key', `timestamp=${Date.now()}`, 'other', undefined, -2015],
    ['no time', 'a=1', practice.apiKey, undefined, -1102],
    ['an old time', 'timestamp=1', practice.apiKey, undefined, -1021],
    ['another signature', `timestamp=${Date.now()}`, practice.apiKey, 'ab'.repeat(32), -1022],
  ])('are refused for %s', (_, payload, key, sign, code) => {
    expect(() => account(payload, key, sign)).toThrow(expect.objectContaining({ code }));
  });
});

const step = markets[0]?.step ?? 0n;
const unit = step * 1000n;

function request(side: 'BUY' | 'SELL', clientOrderId: string, price: bigint): OrderRequest {
  const rest = { type: 'LIMIT', timeInForce: 'GTC', quantity: unit } as const;
  return { symbol: 'BTCUSDT', side, clientOrderId, price: price * one, ...rest };
}

function funded(): Matching {
  const matching = new Matching();
  const totals = ['a', 'b', 'c'].flatMap((account) => [
    { account, asset: 'BTC', total: 2n * one },
    { account, asset: 'USDT', total: 100_000n * one },
  ]);
  matching.restore({ orders: [], trades: [], totals });
  return matching;
}

/** Refusals are the venue's good right; anything else fails the test. */
function send(matching: Matching, row: typeof command extends fc.Arbitrary<infer T> ? T : never, id: string) {
  const cents = (offset: number) => 60_000n * one + (BigInt(offset) * one) / 100n;
  const order: OrderRequest = {
    symbol: 'BTCUSDT',
    side: row.side,
    type: row.type,
    clientOrderId: id,
    timeInForce: row.timeInForce,
    quantity: BigInt(row.quantity) * step,
    ...(row.type === 'MARKET' && row.isForQuote && { quoteQuantity: BigInt(row.quantity) * one }),
    ...(row.type === 'LIMIT' && row.shown && { iceberg: BigInt(Math.ceil(row.quantity * row.shown)) * step }),
    ...(row.type.includes('LIMIT') && { price: cents(row.price) }),
    ...(/^(STOP|TAKE)/.test(row.type) && { stopPrice: cents(row.stopPrice) }),
  };
  try {
    matching.submit(row.account, order, 0);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function sums(matching: Matching): Record<string, bigint> {
  const result: Record<string, bigint> = {};
  for (const account of ['a', 'b', 'c', 'venue'])
    for (const { asset, free, locked } of matching.balances(account))
      result[asset] = (result[asset] ?? 0n) + free + locked;
  return result;
}
