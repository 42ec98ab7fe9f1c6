import { describe, expect, test } from 'vitest';
import { formatFixed, one } from '../../server/exchange/fixed.ts';
import { bounds, candles } from '../../server/exchange/klines.ts';
import type { Side, Trade } from '../../server/exchange/order.ts';
import { Refusal } from '../../server/exchange/refusal.ts';
import { PracticeVenue, practice } from '../../server/exchange/venue.ts';
import { levels } from '../../server/exchange/wire.ts';
import { ask } from './support/exchangeClient.ts';

const limit = (side: Side, price: string, quantity: string, more: Record<string, string> = {}) => ({
  symbol: 'BTCUSDT',
  side,
  type: 'LIMIT',
  timeInForce: 'GTC',
  price,
  quantity,
  ...more,
});
const market = (side: Side, more: Record<string, string>) => ({
  symbol: 'BTCUSDT',
  side,
  type: 'MARKET',
  ...more,
});

describe('an iceberg', () => {
  test('shows one part at a time, and each new part waits behind the others at its price', () => {
    const venue = new PracticeVenue(undefined);
    order(venue, limit('SELL', '60000', '1', { icebergQty: '0.4', newClientOrderId: 'ice' }));
    order(venue, limit('SELL', '60000', '0.5', { newClientOrderId: 'plain' }));
    expect(asks(venue)).toEqual([['60000.00000000', '0.90000000']]);
    order(venue, market('BUY', { quantity: '0.6' }));
    // 0.4 of the iceberg, then 0.2 of the plain order that was behind it and is now before it.
    expect(status(venue, 'plain')).toMatchObject({ executedQty: '0.20000000' });
    expect(asks(venue)).toEqual([['60000.00000000', '0.70000000']]);
    order(venue, market('BUY', { quantity: '0.9' }));
    expect(status(venue, 'plain')).toMatchObject({ status: 'FILLED' });
    expect(status(venue, 'ice')).toMatchObject({ status: 'FILLED', icebergQty: '0.40000000' });
  });

  test.each([
    [{ icebergQty: '0.05' }, -1013],
    [{ icebergQty: '0.400001' }, -1013],
    [{ icebergQty: '0.4', timeInForce: 'IOC' }, -1106],
  ])('%o is refused', (more, code) => {
    expect(() => order(new PracticeVenue(undefined), limit('SELL', '60000', '1', more))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('a market order for an amount of quote', () => {
  test.each(['BUY', 'SELL'] as const)('%s: its quantity is what the book gives for the amount', (side) => {
    const venue = new PracticeVenue(undefined);
    const other = side === 'BUY' ? 'SELL' : 'BUY';
    order(venue, limit(other, '60000', '0.01', { newClientOrderId: 'best' }));
    order(venue, limit(other, side === 'BUY' ? '60100' : '59900', '0.5'));
    // 600 at the best price, then as many whole steps as 400 pays at the next.
    expect(order(venue, market(side, { quoteOrderQty: '1000' }))).toMatchObject({
      status: 'FILLED',
      origQuoteOrderQty: '1000.00000000',
      executedQty: side === 'BUY' ? '0.01665000' : '0.01667000',
      cummulativeQuoteQty: side === 'BUY' ? '999.66500000' : '999.53300000',
    });
  });

  test.each([
    [{ quoteOrderQty: '1' }, -1013],
    [{ quoteOrderQty: '1000', quantity: '1' }, -1106],
    [{ quoteOrderQty: '1000' }, -1013],
  ])('%o on an empty book is refused', (more, code) => {
    expect(() => order(new PracticeVenue(undefined), market('BUY', more))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('cancel and replace', () => {
  const replace = (venue: PracticeVenue, more: Record<string, string>) =>
    ask(venue, 'POST', '/api/v3/order/cancelReplace', {
      ...limit('BUY', '51000', '0.01'),
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrigClientOrderId: 'first',
      ...more,
    });
  const opened = () => {
    const venue = new PracticeVenue(undefined);
    order(venue, limit('BUY', '50000', '0.01', { newClientOrderId: 'first' }));
    return venue;
  };

  test('cancels one order and sends the other', () => {
    const venue = opened();
    expect(replace(venue, { newClientOrderId: 'second' })).toMatchObject({
      cancelResult: 'SUCCESS',
      newOrderResult: 'SUCCESS',
      cancelResponse: { clientOrderId: 'first', status: 'CANCELED' },
      newOrderResponse: { clientOrderId: 'second', status: 'NEW', price: '51000.00000000' },
    });
  });

  test('an unknown order stops it, or does not, as was asked', () => {
    const venue = opened();
    const cancelOrigClientOrderId = 'nobody';
    expect(refusal(() => replace(venue, { cancelOrigClientOrderId }))).toMatchObject({
      code: -2022,
      data: { cancelResult: 'FAILURE', newOrderResult: 'NOT_ATTEMPTED', newOrderResponse: null },
    });
    expect(
      refusal(() => replace(venue, { cancelOrigClientOrderId, cancelReplaceMode: 'ALLOW_FAILURE' })),
    ).toMatchObject({
      code: -2021,
      status: 409,
      data: { cancelResult: 'FAILURE', newOrderResult: 'SUCCESS', cancelResponse: { code: -2011 } },
    });
  });

  test('an order that cannot be paid is refused after the other one was cancelled', () => {
    const venue = opened();
    expect(refusal(() => replace(venue, { quantity: '100' }))).toMatchObject({
      code: -2021,
      data: { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE', newOrderResponse: { code: -2010 } },
    });
    expect(status(venue, 'first')).toMatchObject({ status: 'CANCELED' });
  });

  test('an order against the rules of the market leaves the other one alone', () => {
    const venue = opened();
    expect(refusal(() => replace(venue, { price: '0.001' }))).toMatchObject({ code: -1013 });
    expect(status(venue, 'first')).toMatchObject({ status: 'NEW' });
  });
});

describe('pages of trades, orders and candles', () => {
  test('begin where asked, or end with the newest', () => {
    const venue = new PracticeVenue(undefined);
    order(venue, limit('SELL', '60000', '1'));
    for (let i = 0; i < 5; i += 1) order(venue, market('BUY', { quantity: '0.01' }));
    const ids = (query: Record<string, string>, key = 'a') =>
      (
        ask(venue, 'GET', '/api/v3/aggTrades', { symbol: 'BTCUSDT', ...query }) as Record<string, number>[]
      ).map((row) => row[key]);
    expect(ids({})).toEqual([1, 2, 3, 4, 5]);
    expect(ids({ limit: '2' })).toEqual([4, 5]);
    expect(ids({ fromId: '2', limit: '2' })).toEqual([2, 3]);
    expect(ids({ startTime: String(Date.now() + 60_000) })).toEqual([]);
    expect(refusal(() => ids({ limit: 'many' }))).toMatchObject({ code: -1100 });
    const klines = (query: Record<string, string>) =>
      ask(venue, 'GET', '/api/v3/klines', { symbol: 'BTCUSDT', ...query });
    expect(refusal(() => klines({ interval: '7m' }))).toMatchObject({ code: -1120 });
    expect(klines({ interval: '1M', startTime: String(Date.now()) })).toEqual([]);
  });
});

describe('candles', () => {
  const trade = (time: number, price: bigint, buyerIsMaker = false): Trade => {
    const side = { account: 'a', order: 1, commission: 0n };
    const sides = { buyer: side, seller: side, buyerIsMaker };
    return { id: time, symbol: 'BTCUSDT', price: price * one, quantity: one, time, ...sides };
  };

  test('have what was traded in their interval', () => {
    const trades = [trade(61_000, 5n), trade(62_000, 9n, true), trade(119_999, 4n), trade(180_000, 6n)];
    expect(candles(trades, '1m').map((candle) => candle.kline())).toEqual([
      [60_000, ...prices(5, 9, 4, 4, 3), 119_999, formatFixed(18n * one), 3, ...prices(2, 9), '0'],
      [180_000, ...prices(6, 6, 6, 6, 1), 239_999, formatFixed(6n * one), 1, ...prices(1, 6), '0'],
    ]);
  });

  test.each([
    ['1w', '2026-11-26T12:00:00Z', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z'],
    ['1M', '2024-02-29T23:59:59Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['4h', '2026-11-26T07:59:59Z', '2026-11-26T04:00:00Z', '2026-11-26T08:00:00Z'],
  ])('%s begin and end where the calendar says', (interval, at, start, end) => {
    expect(bounds(Date.parse(at), interval)).toEqual([Date.parse(start), Date.parse(end)]);
  });

  const prices = (...rows: number[]) => rows.map((price) => formatFixed(BigInt(price) * one));
});

function order(venue: PracticeVenue, params: Record<string, string>): unknown {
  return ask(venue, 'POST', '/api/v3/order', params);
}

function status(venue: PracticeVenue, origClientOrderId: string): unknown {
  return ask(venue, 'GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId });
}

function asks(venue: PracticeVenue): [string, string][] {
  return levels(venue.matching.book('BTCUSDT', 'SELL'), 10);
}

function refusal(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`${practice.account} was not refused.`);
}
