import { formatFixed, multiply, one } from './fixed.ts';
import { type Market, markets } from './market.ts';
import { icebergParts, type Step } from './matching.ts';
import { type Order, type Trade, visible } from './order.ts';

/** An order as REST answers it. */
export function orderJson(order: Order): object {
  return {
    symbol: order.symbol,
    orderId: order.id,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    price: formatFixed(order.price ?? 0n),
    origQty: formatFixed(order.quantity),
    executedQty: formatFixed(order.filled),
    cummulativeQuoteQty: formatFixed(order.turnover),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    stopPrice: formatFixed(order.stopPrice ?? 0n),
    icebergQty: formatFixed(order.iceberg ?? 0n),
    time: order.time,
    updateTime: order.updated,
    transactTime: order.updated,
    isWorking: order.working,
    workingTime: order.time,
    origQuoteOrderQty: formatFixed(order.quoteQuantity ?? 0n),
    selfTradePreventionMode: 'NONE',
  };
}

/** Orders here are small, so that each trade is an aggregate of its own. */
export function aggregateJson({ id, price, quantity, time, buyerIsMaker }: Trade): object {
  const [p, q] = [formatFixed(price), formatFixed(quantity)];
  return { a: id, p, q, f: id, l: id, T: time, m: buyerIsMaker, M: true };
}

export function tradeJson({ id, price, quantity, time, buyerIsMaker }: Trade): object {
  const quoteQty = formatFixed(multiply(price, quantity));
  const [p, qty] = [formatFixed(price), formatFixed(quantity)];
  return { id, price: p, qty, quoteQty, time, isBuyerMaker: buyerIsMaker, isBestMatch: true };
}

/** A trade as one side sees it: `myTrades`. */
export function ownTradeJson(trade: Trade, market: Market, isBuyer: boolean): object {
  const side = isBuyer ? trade.buyer : trade.seller;
  return {
    symbol: trade.symbol,
    id: trade.id,
    orderId: side.order,
    orderListId: -1,
    price: formatFixed(trade.price),
    qty: formatFixed(trade.quantity),
    quoteQty: formatFixed(multiply(trade.price, trade.quantity)),
    commission: formatFixed(side.commission),
    commissionAsset: isBuyer ? market.base : market.quote,
    time: trade.time,
    isBuyer,
    isMaker: isBuyer === trade.buyerIsMaker,
    isBestMatch: true,
  };
}

export function executionReport(step: Step, market: Market, now: number, request?: string): object {
  const { order } = step;
  const trade = step.kind === 'TRADE' ? step.trade : undefined;
  const isBuyer = order.side === 'BUY';
  const side = trade && (isBuyer ? trade.buyer : trade.seller);
  return {
    e: 'executionReport',
    E: now,
    s: order.symbol,
    c: request ?? order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: formatFixed(order.quantity),
    p: formatFixed(order.price ?? 0n),
    P: formatFixed(order.stopPrice ?? 0n),
    F: formatFixed(order.iceberg ?? 0n),
    g: -1,
    C: step.kind === 'CANCELED' ? order.clientOrderId : '',
    x: step.kind,
    X: order.status,
    r: 'NONE',
    i: order.id,
    l: formatFixed(trade?.quantity ?? 0n),
    z: formatFixed(order.filled),
    L: formatFixed(trade?.price ?? 0n),
    n: formatFixed(side?.commission ?? 0n),
    N: trade ? (isBuyer ? market.base : market.quote) : null,
    T: order.updated,
    t: trade?.id ?? -1,
    I: 0,
    w: order.working,
    m: trade ? isBuyer === trade.buyerIsMaker : false,
    M: false,
    O: order.time,
    Z: formatFixed(order.turnover),
    Y: formatFixed(trade ? multiply(trade.price, trade.quantity) : 0n),
    Q: formatFixed(order.quoteQuantity ?? 0n),
    W: order.time,
    V: 'NONE',
  };
}

/** @param symbols those asked for. */
export function exchangeInfo(now: number, symbols: readonly Market[] = markets): object {
  return {
    timezone: 'UTC',
    serverTime: now,
    rateLimits: [],
    exchangeFilters: [],
    symbols: symbols.map((market) => ({
      symbol: market.symbol,
      status: 'TRADING',
      baseAsset: market.base,
      baseAssetPrecision: 8,
      quoteAsset: market.quote,
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      baseCommissionPrecision: 8,
      quoteCommissionPrecision: 8,
      orderTypes: [
        'LIMIT',
        'LIMIT_MAKER',
        'MARKET',
        'STOP_LOSS',
        'STOP_LOSS_LIMIT',
        'TAKE_PROFIT',
        'TAKE_PROFIT_LIMIT',
      ],
      icebergAllowed: true,
      ocoAllowed: false,
      quoteOrderQtyMarketAllowed: true,
      allowTrailingStop: false,
      isSpotTradingAllowed: true,
      isMarginTradingAllowed: false,
      permissions: ['SPOT'],
      filters: [
        {
          filterType: 'PRICE_FILTER',
          minPrice: short(market.tick),
          maxPrice: '1000000.00',
          tickSize: short(market.tick),
        },
        { filterType: 'LOT_SIZE', minQty: short(market.step), maxQty: '9000', stepSize: short(market.step) },
        {
          filterType: 'NOTIONAL',
          minNotional: short(market.minNotional),
          applyMinToMarket: true,
          maxNotional: short(9_000_000n * one),
          applyMaxToMarket: false,
          avgPriceMins: 5,
        },
        { filterType: 'ICEBERG_PARTS', limit: Number(icebergParts) },
      ],
    })),
  };
}

/** Price and quantity of each level, best first. */
export function levels(orders: Order[], limit: number): [string, string][] {
  const sums = new Map<bigint, bigint>();
  for (const order of orders) {
    const { price = 0n } = order;
    sums.set(price, (sums.get(price) ?? 0n) + visible(order));
  }
  return [...sums].slice(0, limit).map(([price, size]) => [formatFixed(price), formatFixed(size)]);
}

function short(value: bigint): string {
  return formatFixed(value).replace(/\.?0+$/, '');
}
