import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ed25519Key, missing } from './access.ts';
import { formatFixed, parseFixed } from './fixed.ts';
import { candles } from './klines.ts';
import { markets } from './market.ts';
import { marketOf } from './matching.ts';
import { isOpen, type Order, type OrderRequest, type Trade } from './order.ts';
import { Refusal } from './refusal.ts';
import type { PracticeVenue } from './venue.ts';
import { aggregateJson, exchangeInfo, levels, orderJson, ownTradeJson, tradeJson } from './wire.ts';

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
  'GET /api/v3/exchangeInfo': (venue, params) => {
    const symbol = params.get('symbol');
    return exchangeInfo(venue.now(), symbol ? [marketOf(symbol)] : markets);
  },
  'GET /api/v3/depth': (venue, params) => {
    const { symbol } = marketOf(need(params, 'symbol'));
    const limit = whole(params, 'limit') || 100;
    const side = (name: 'BUY' | 'SELL') => levels(venue.matching.book(symbol, name), limit);
    return { lastUpdateId: venue.updates.get(symbol) ?? 0, bids: side('BUY'), asks: side('SELL') };
  },
  'GET /api/v3/trades': (venue, params) => page(tradesOf(venue, params), params).map(tradeJson),
  'GET /api/v3/historicalTrades': (venue, params) => page(tradesOf(venue, params), params).map(tradeJson),
  'GET /api/v3/aggTrades': (venue, params) => page(tradesOf(venue, params), params).map(aggregateJson),
  'GET /api/v3/klines': (venue, params) => {
    const rows = candles(tradesOf(venue, params), need(params, 'interval'));
    const timed = rows.map((candle) => ({ id: candle.first, time: candle.start, candle }));
    return page(timed, params).map(({ candle }) => candle.kline());
  },
  'GET /api/v3/ticker/price': (venue, params) => {
    const { symbol } = marketOf(need(params, 'symbol'));
    return { symbol, price: formatFixed(venue.matching.last.get(symbol) ?? 0n) };
  },
  'GET /api/v3/ticker/bookTicker': (venue, params) => {
    const { symbol } = marketOf(need(params, 'symbol'));
    const best = (side: 'BUY' | 'SELL') => levels(venue.matching.book(symbol, side), 1)[0] ?? ['0', '0'];
    const [[bidPrice, bidQty], [askPrice, askQty]] = [best('BUY'), best('SELL')];
    return { symbol, bidPrice, bidQty, askPrice, askQty };
  },
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
    const from = whole(params, 'orderId') ?? 0;
    const own = [...venue.matching.orders.values()].filter(
      (order) => order.account === account && order.symbol === symbol && order.id >= from,
    );
    return page(own, params).map(orderJson);
  },
  'GET /api/v3/myTrades': (venue, params, account) => {
    const market = marketOf(need(params, 'symbol'));
    const order = whole(params, 'orderId');
    const own = tradesOf(venue, params).filter(
      ({ buyer, seller }) => buyer.account === account || seller.account === account,
    );
    const meant = order
      ? own.filter(({ buyer, seller }) => [buyer.order, seller.order].includes(order))
      : own;
    return page(meant, params)
      .flatMap((trade) => [
        ...(trade.buyer.account === account ? [{ trade, isBuyer: true }] : []),
        ...(trade.seller.account === account ? [{ trade, isBuyer: false }] : []),
      ])
      .filter(({ trade, isBuyer }) => !order || (isBuyer ? trade.buyer : trade.seller).order === order)
      .map(({ trade, isBuyer }) => ownTradeJson(trade, market, isBuyer));
  },
  'GET /api/v3/order': (venue, params, account) => {
    const order = find(venue, params, account);
    if (!order) throw new Refusal(-2013, 'Order does not exist.');
    return orderJson(order);
  },
  'POST /api/v3/order': (venue, params, account) => orderJson(venue.submit(account, orderRequest(params))),
  'POST /api/v3/order/test': (venue, params) => {
    venue.matching.checkFilters(orderRequest(params));
    return {};
  },
  'POST /api/v3/order/cancelReplace': cancelReplace,
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

/** Cancels an order and sends another: Binance's substitute for changing one. */
function cancelReplace(venue: PracticeVenue, params: URLSearchParams, account: string): unknown {
  const mode = z.enum(['STOP_ON_FAILURE', 'ALLOW_FAILURE']).safeParse(need(params, 'cancelReplaceMode'));
  if (!mode.success) throw new Refusal(-1128, 'Combination of optional parameters invalid.');
  const request = orderRequest(params);
  venue.matching.checkFilters(request);
  const cancelled = attempt(() => {
    const order = find(venue, params, account, { id: 'cancelOrderId', own: 'cancelOrigClientOrderId' });
    if (!order) throw new Refusal(-2011, 'Unknown order sent.');
    venue.cancel(order, params.get('cancelNewClientOrderId') ?? undefined);
    return orderJson(order);
  });
  const isOver = cancelled.result === 'FAILURE' && mode.data === 'STOP_ON_FAILURE';
  const sent = isOver ? undefined : attempt(() => orderJson(venue.submit(account, request)));
  const answered = {
    cancelResult: cancelled.result,
    newOrderResult: sent?.result ?? 'NOT_ATTEMPTED',
    cancelResponse: cancelled.response,
    newOrderResponse: sent?.response ?? null,
  };
  if (cancelled.result === 'SUCCESS' && sent?.result === 'SUCCESS') return answered;
  if (cancelled.result === sent?.result || !sent)
    throw new Refusal(-2022, 'Order cancel-replace failed.', 400, answered);
  throw new Refusal(-2021, 'Order cancel-replace partially failed.', 409, answered);
}

function attempt(work: () => object): { result: 'SUCCESS' | 'FAILURE'; response: object } {
  try {
    return { result: 'SUCCESS', response: work() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { result: 'FAILURE', response: { code: error.code, msg: error.message } };
  }
}

const Faults = z.strictObject({
  latency_ms: z.int().min(0).max(60_000).optional(),
  skew_ms: z.int().optional(),
  reject_next: z.int().min(0).optional(),
  reject_with: z.string().optional(),
  duplicate_reports: z.int().min(0).optional(),
  reorder_reports: z.int().min(0).optional(),
  drop_reports: z.int().min(0).optional(),
  drop_answers: z.int().min(0).optional(),
  silent: z.int().min(0).max(1).optional(),
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

/**
 * @param body parsed JSON of `POST /admin/faults` or `POST /admin/keys`.
 * @throws Refusal −1100 for anything else.
 */
export function administer(venue: PracticeVenue, path: string, body: unknown): unknown {
  if (path === '/admin/faults') return Object.assign(venue.faults, parsed(Faults, body));
  if (path !== '/admin/keys') throw new Refusal(-1000, `${path} is not served here.`, 404);
  const key = parsed(NewKey, body);
  venue.keys.set(key.api_key, ed25519Key(key.account, key.public_key));
  return {};
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Refusal(-1100, z.prettifyError(result.error));
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
  const isForQuote = params.has('quoteOrderQty');
  if (isForQuote && (type.data !== 'MARKET' || params.has('quantity'))) throw unwanted('quoteOrderQty');
  if (params.has('icebergQty') && (!hasLimit || force.data !== 'GTC')) throw unwanted('icebergQty');
  return {
    symbol: marketOf(need(params, 'symbol')).symbol,
    side: side.data,
    type: type.data,
    clientOrderId: params.get('newClientOrderId') ?? randomUUID(),
    timeInForce: force.data,
    quantity: isForQuote ? 0n : amount(params, 'quantity'),
    ...(isForQuote && { quoteQuantity: amount(params, 'quoteOrderQty') }),
    ...(params.has('icebergQty') && { iceberg: amount(params, 'icebergQty') }),
    ...(hasLimit && { price: amount(params, 'price') }),
    ...(/^(STOP|TAKE)/.test(type.data) && { stopPrice: amount(params, 'stopPrice') }),
  };
}

function find(
  venue: PracticeVenue,
  params: URLSearchParams,
  account: string,
  names = { id: 'orderId', own: 'origClientOrderId' },
): Order | undefined {
  const { symbol } = marketOf(need(params, 'symbol'));
  const id = whole(params, names.id);
  const key = id === undefined ? { clientOrderId: need(params, names.own) } : { id };
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

function tradesOf(venue: PracticeVenue, params: URLSearchParams): Trade[] {
  const { symbol } = marketOf(need(params, 'symbol'));
  return venue.matching.trades.filter((trade) => trade.symbol === symbol);
}

/** Within the times asked for, the first `limit` from `startTime` or `fromId` on, without these the last. */
function page<T extends { id: number; time: number }>(rows: T[], params: URLSearchParams): T[] {
  const [start, from] = [whole(params, 'startTime'), whole(params, 'fromId')];
  const end = whole(params, 'endTime') ?? Number.MAX_SAFE_INTEGER;
  const limit = Math.min(whole(params, 'limit') || 500, 1000);
  const within = rows.filter(
    ({ id, time }) => time >= (start ?? 0) && time <= end && (from === undefined || id >= from),
  );
  return start === undefined && from === undefined ? within.slice(-limit) : within.slice(0, limit);
}

/** @throws Refusal −1100 for what is no whole number. */
function whole(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  if (text === null || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refusal(-1100, `Illegal characters found in parameter '${name}'.`);
}

function unwanted(name: string): Refusal {
  return new Refusal(-1106, `Parameter '${name}' sent when not required.`);
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
