import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ed25519Key, missing } from './access.ts';
import { formatFixed, parseFixed } from './fixed.ts';
import { klines } from './klines.ts';
import { markets } from './market.ts';
import { marketOf } from './matching.ts';
import { isOpen, type Order, type OrderRequest } from './order.ts';
import { Refusal } from './refusal.ts';
import type { PracticeVenue } from './venue.ts';
import { exchangeInfo, levels, orderJson, ownTradeJson } from './wire.ts';

export interface RestRequest {
  method: string;
  path: string;
  params: URLSearchParams;
  /** Query and body as they were sent, without the signature. */
  payload: string;
  apiKey: string | undefined;
}

type Handler = (venue: PracticeVenue, params: URLSearchParams, account: string) => unknown;

const open: Record<string, Handler> = {
  'GET /api/v3/ping': () => ({}),
  'GET /api/v3/time': (venue) => ({ serverTime: venue.now() }),
  'GET /api/v3/exchangeInfo': (venue) => exchangeInfo(venue.now()),
  'GET /api/v3/depth': (venue, params) => {
    const { symbol } = marketOf(need(params, 'symbol'));
    const limit = Number(params.get('limit') ?? 100);
    const side = (name: 'BUY' | 'SELL') => levels(venue.matching.book(symbol, name), limit);
    return { lastUpdateId: venue.updates.get(symbol) ?? 0, bids: side('BUY'), asks: side('SELL') };
  },
  'GET /api/v3/trades': (venue, params) => {
    const { symbol } = marketOf(need(params, 'symbol'));
    return latest(venue.matching.trades, symbol, params).map((trade) => ({
      id: trade.id,
      price: formatFixed(trade.price),
      qty: formatFixed(trade.quantity),
      quoteQty: formatFixed((trade.price * trade.quantity) / 100_000_000n),
      time: trade.time,
      isBuyerMaker: trade.buyerIsMaker,
      isBestMatch: true,
    }));
  },
  'GET /api/v3/klines': (venue, params) =>
    klines(venue.matching.trades, marketOf(need(params, 'symbol')).symbol, need(params, 'interval')).slice(
      -Number(params.get('limit') ?? 500),
    ),
};

const signed: Record<string, Handler> = {
  'GET /api/v3/account': (venue, _, account) => ({
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    canTrade: true,
    canWithdraw: false,
    canDeposit: false,
    updateTime: venue.now(),
    accountType: 'SPOT',
    balances: venue.matching.balances(account).map(({ asset, free, locked }) => ({
      asset,
      free: formatFixed(free),
      locked: formatFixed(locked),
    })),
    permissions: ['SPOT'],
  }),
  'GET /sapi/v1/asset/tradeFee': (_, params) =>
    markets
      .filter(({ symbol }) => symbol === (params.get('symbol') ?? symbol))
      .map(({ symbol }) => ({ symbol, makerCommission: '0.001', takerCommission: '0.001' })),
  'GET /api/v3/openOrders': (venue, params, account) => openOf(venue, params, account).map(orderJson),
  'GET /api/v3/allOrders': (venue, params, account) => {
    const { symbol } = marketOf(need(params, 'symbol'));
    const own = [...venue.matching.orders.values()].filter((order) => order.account === account);
    return latest(own, symbol, params).map(orderJson);
  },
  'GET /api/v3/myTrades': (venue, params, account) => {
    const market = marketOf(need(params, 'symbol'));
    const order = params.get('orderId');
    const own = venue.matching.trades.filter(
      ({ buyer, seller }) => buyer.account === account || seller.account === account,
    );
    return latest(own, market.symbol, params)
      .flatMap((trade) => [
        ...(trade.buyer.account === account ? [{ trade, isBuyer: true }] : []),
        ...(trade.seller.account === account ? [{ trade, isBuyer: false }] : []),
      ])
      .filter(
        ({ trade, isBuyer }) => !order || (isBuyer ? trade.buyer : trade.seller).order === Number(order),
      )
      .map(({ trade, isBuyer }) => ownTradeJson(trade, market, isBuyer));
  },
  'GET /api/v3/order': (venue, params, account) => {
    const order = find(venue, params, account);
    if (!order) throw new Refusal(-2013, 'Order does not exist.');
    return orderJson(order);
  },
  'POST /api/v3/order': (venue, params, account) => orderJson(venue.submit(account, orderRequest(params))),
  'DELETE /api/v3/order': (venue, params, account) => {
    const order = find(venue, params, account);
    if (!order) throw new Refusal(-2011, 'Unknown order sent.');
    venue.cancel(order, params.get('newClientOrderId') ?? undefined);
    return orderJson(order);
  },
  'DELETE /api/v3/openOrders': (venue, params, account) => {
    need(params, 'symbol');
    const orders = openOf(venue, params, account);
    if (orders.length === 0) throw new Refusal(-2011, 'Unknown order sent.');
    for (const order of orders) venue.cancel(order);
    return orders.map(orderJson);
  },
};

const Faults = z.strictObject({
  latency_ms: z.int().min(0).max(60_000).optional(),
  skew_ms: z.int().optional(),
  reject_next: z.int().min(0).optional(),
  duplicate_reports: z.int().min(0).optional(),
  reorder_reports: z.int().min(0).optional(),
  drop_reports: z.int().min(0).optional(),
});
const NewKey = z.strictObject({ account: z.string(), api_key: z.string(), public_key: z.string() });

/** @throws Refusal with Binance's number for everything the venue refuses. */
export function answer(venue: PracticeVenue, request: RestRequest): unknown {
  const name = `${request.method} ${request.path}`;
  const handler = open[name];
  if (handler) return handler(venue, request.params, '');
  const guarded = signed[name];
  if (!guarded) throw new Refusal(-1000, `${name} is not served here.`, 404);
  return guarded(venue, request.params, venue.account(request));
}

/** @param body parsed JSON of `POST /admin/faults` or `POST /admin/keys`. */
export function administer(venue: PracticeVenue, path: string, body: unknown): unknown {
  if (path === '/admin/faults') return Object.assign(venue.faults, Faults.parse(body));
  if (path !== '/admin/keys') throw new Refusal(-1000, `${path} is not served here.`, 404);
  const key = NewKey.parse(body);
  venue.keys.set(key.api_key, ed25519Key(key.account, key.public_key));
  return {};
}

function orderRequest(params: URLSearchParams): OrderRequest {
  const type = z
    .enum([
      'LIMIT',
      'LIMIT_MAKER',
      'MARKET',
      'STOP_LOSS',
      'STOP_LOSS_LIMIT',
      'TAKE_PROFIT',
      'TAKE_PROFIT_LIMIT',
    ])
    .safeParse(need(params, 'type'));
  if (!type.success) throw new Refusal(-1116, 'Invalid orderType.');
  const side = z.enum(['BUY', 'SELL']).safeParse(need(params, 'side'));
  if (!side.success) throw new Refusal(-1117, 'Invalid side.');
  const force = z.enum(['GTC', 'IOC', 'FOK']).safeParse(params.get('timeInForce') ?? 'GTC');
  if (!force.success) throw new Refusal(-1115, 'Invalid timeInForce.');
  const hasLimit = type.data.includes('LIMIT');
  if (['LIMIT', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'].includes(type.data)) need(params, 'timeInForce');
  return {
    symbol: marketOf(need(params, 'symbol')).symbol,
    side: side.data,
    type: type.data,
    clientOrderId: params.get('newClientOrderId') ?? randomUUID(),
    timeInForce: force.data,
    quantity: amount(params, 'quantity'),
    ...(hasLimit && { price: amount(params, 'price') }),
    ...(/^(STOP|TAKE)/.test(type.data) && { stopPrice: amount(params, 'stopPrice') }),
  };
}

function find(venue: PracticeVenue, params: URLSearchParams, account: string): Order | undefined {
  const { symbol } = marketOf(need(params, 'symbol'));
  const id = params.get('orderId');
  const key = id ? { id: Number(id) } : { clientOrderId: need(params, 'origClientOrderId') };
  const order = venue.matching.find(account, key);
  return order?.symbol === symbol ? order : undefined;
}

function openOf(venue: PracticeVenue, params: URLSearchParams, account: string): Order[] {
  const symbol = params.get('symbol');
  const symbols = symbol ? [marketOf(symbol).symbol] : markets.map((market) => market.symbol);
  return symbols
    .flatMap((name) => venue.matching.openOrders(name))
    .filter((order) => order.account === account && isOpen(order));
}

/** Of one market, within the times asked for, the last `limit`. */
function latest<T extends { symbol: string; time: number }>(
  rows: T[],
  symbol: string,
  params: URLSearchParams,
): T[] {
  const start = Number(params.get('startTime') ?? 0);
  const end = Number(params.get('endTime') ?? Number.MAX_SAFE_INTEGER);
  const within = rows.filter((row) => row.symbol === symbol && row.time >= start && row.time <= end);
  return within.slice(-Number(params.get('limit') ?? 500));
}

function need(params: URLSearchParams, name: string): string {
  const value = params.get(name);
  if (!value) throw missing(name);
  return value;
}

function amount(params: URLSearchParams, name: string): bigint {
  const value = parseFixed(need(params, name));
  if (value === undefined) throw new Refusal(-1100, `Illegal characters found in parameter '${name}'.`);
  return value;
}
