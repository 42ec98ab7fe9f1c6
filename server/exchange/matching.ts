import { formatFixed, multiply, one } from './fixed.ts';
import { feeDivisor, type Market, markets } from './market.ts';
import {
  isOpen,
  isStop,
  type Order,
  type OrderRequest,
  remaining,
  type Side,
  type Trade,
  visible,
} from './order.ts';
import { Refusal } from './refusal.ts';

/** What one command did, in the order it happened; kept in the ledger as one line. */
export interface Change {
  steps: Step[];
  orders: Order[];
  trades: Trade[];
  /** Totals afterwards of what changed, per account and asset. */
  totals: { account: string; asset: string; total: bigint }[];
}

export type Step =
  | { kind: 'NEW' | 'CANCELED' | 'EXPIRED'; order: Order }
  | { kind: 'TRADE'; order: Order; trade: Trade };

/** Who the commissions go to, so that no amount is ever lost. */
export const feeAccount = 'venue';

/** Price-time matching and balances of one venue. Locks are not kept but follow from the open orders. */
export class Matching {
  readonly orders = new Map<number, Order>();
  readonly trades: Trade[] = [];
  readonly last = new Map<string, bigint>(markets.map(({ symbol, start }) => [symbol, start]));
  private readonly totals = new Map<string, Map<string, bigint>>();
  private readonly clientIds = new Map<string, Order>();
  private readonly open = new Map<string, Set<Order>>(markets.map(({ symbol }) => [symbol, new Set()]));
  private nextOrder = 1;
  private nextTrade = 1;
  private change: Change = { steps: [], orders: [], trades: [], totals: [] };

  /** @returns every asset the account ever had. */
  balances(account: string): { asset: string; free: bigint; locked: bigint }[] {
    return [...(this.totals.get(account) ?? [])].map(([asset, total]) => {
      const locked = this.locked(account, asset);
      return { asset, free: total - locked, locked };
    });
  }

  deposit(account: string, asset: string, amount: bigint): void {
    this.add(account, asset, amount);
    this.change = { steps: [], orders: [], trades: [], totals: [] };
  }

  find(account: string, key: { id?: number; clientOrderId?: string }): Order | undefined {
    const order =
      key.id !== undefined
        ? this.orders.get(key.id)
        : this.clientIds.get(`${account} ${key.clientOrderId ?? ''}`);
    return order?.account === account ? order : undefined;
  }

  openOrders(symbol: string): Order[] {
    return [...(this.open.get(symbol) ?? [])];
  }

  /** @returns best first, in the order of arrival at each price. */
  book(symbol: string, side: Side): Order[] {
    const sign = side === 'BUY' ? -1 : 1;
    return this.openOrders(symbol)
      .filter((order) => order.side === side && order.working)
      .sort((a, b) => sign * Number((a.price ?? 0n) - (b.price ?? 0n)) || place(a) - place(b));
  }

  /** @throws Refusal with Binance's number; nothing has changed then. */
  submit(account: string, asked: OrderRequest, time: number): { order: Order; change: Change } {
    const market = marketOf(asked.symbol);
    const request = this.sized(asked, market);
    this.checkFilters(request);
    this.check(account, request, market);
    const order: Order = {
      ...request,
      id: this.nextOrder++,
      account,
      status: 'NEW',
      filled: 0n,
      turnover: 0n,
      working: false,
      time,
      updated: time,
    };
    this.orders.set(order.id, order);
    this.clientIds.set(`${account} ${order.clientOrderId}`, order);
    this.open.get(order.symbol)?.add(order);
    this.step({ kind: 'NEW', order });
    if (!isStop(order)) this.execute(order, market, time);
    this.trigger(market, time);
    return { order, change: this.take() };
  }

  cancel(order: Order, time: number): Change {
    if (!isOpen(order)) throw new Refusal(-2011, 'Unknown order sent.');
    this.close(order, 'CANCELED', time);
    return this.take();
  }

  /** Closed orders nobody will ask for again. */
  forget(order: Order): void {
    if (isOpen(order)) return;
    this.orders.delete(order.id);
    this.clientIds.delete(`${order.account} ${order.clientOrderId}`);
  }

  /** Takes over what a ledger says; the numbers go on after its own. */
  restore(change: Pick<Change, 'orders' | 'trades' | 'totals'>): void {
    for (const order of change.orders) {
      const before = this.orders.get(order.id);
      if (before) this.open.get(order.symbol)?.delete(before);
      this.orders.set(order.id, order);
      this.clientIds.set(`${order.account} ${order.clientOrderId}`, order);
      if (isOpen(order)) this.open.get(order.symbol)?.add(order);
      this.nextOrder = Math.max(this.nextOrder, order.id + 1, (order.queued ?? 0) + 1);
    }
    for (const trade of change.trades) {
      this.trades.push(trade);
      this.last.set(trade.symbol, trade.price);
      this.nextTrade = Math.max(this.nextTrade, trade.id + 1);
    }
    for (const { account, asset, total } of change.totals) this.assets(account).set(asset, total);
  }

  /** @throws Refusal −1013 for what the rules of the market forbid whoever asks. */
  checkFilters(asked: OrderRequest): void {
    const market = marketOf(asked.symbol);
    const request = this.sized(asked, market);
    const price = request.price ?? request.stopPrice ?? this.last.get(request.symbol) ?? 0n;
    if ((request.quoteQuantity ?? multiply(price, request.quantity)) < market.minNotional)
      throw new Refusal(-1013, 'Filter failure: NOTIONAL');
    for (const quantity of [request.quantity, request.iceberg]) {
      if (quantity !== undefined && (quantity <= 0n || quantity % market.step !== 0n))
        throw new Refusal(-1013, 'Filter failure: LOT_SIZE');
    }
    for (const limit of [request.price, request.stopPrice]) {
      if (limit !== undefined && (limit <= 0n || limit % market.tick !== 0n))
        throw new Refusal(-1013, 'Filter failure: PRICE_FILTER');
    }
    if (request.iceberg !== undefined && request.quantity > request.iceberg * icebergParts)
      throw new Refusal(-1013, 'Filter failure: ICEBERG_PARTS');
  }

  /** A market order for an amount of quote, with the quantity that comes to on the book as it is. */
  private sized(request: OrderRequest, market: Market): OrderRequest {
    if (request.quoteQuantity === undefined) return request;
    let rest = request.quoteQuantity;
    let quantity = 0n;
    for (const other of this.book(request.symbol, opposite(request))) {
      const price = other.price ?? 0n;
      const most = (rest * one) / price;
      const part = least(most - (most % market.step), remaining(other));
      if (part === 0n) break;
      quantity += part;
      rest -= multiply(price, part);
    }
    return { ...request, quantity };
  }

  private check(account: string, request: OrderRequest, market: Market): void {
    const used = this.clientIds.get(`${account} ${request.clientOrderId}`);
    if (used && isOpen(used)) throw new Refusal(-2010, 'Duplicate order sent.');
    if (isStop(request) && this.isTriggered(request))
      throw new Refusal(-2010, 'Stop price would trigger immediately.');
    const others = this.book(request.symbol, opposite(request));
    if (request.type === 'LIMIT_MAKER' && others[0] && crosses(request, others[0]))
      throw new Refusal(-2010, 'Order would immediately match and take.');
    const asset = request.side === 'BUY' ? market.quote : market.base;
    const free = (this.assets(account).get(asset) ?? 0n) - this.locked(account, asset);
    if (this.cost(request, others) > free)
      throw new Refusal(-2010, 'Account has insufficient balance for requested action.');
  }

  /** The most an order can take of the asset it gives. */
  private cost(request: OrderRequest, others: Order[]): bigint {
    if (request.side === 'SELL') return request.quantity;
    const price = request.price ?? request.stopPrice;
    if (price !== undefined) return multiply(price, request.quantity);
    let rest = request.quantity;
    let sum = 0n;
    for (const order of others) {
      const quantity = least(rest, remaining(order));
      sum += multiply(order.price ?? 0n, quantity);
      rest -= quantity;
    }
    return sum;
  }

  private locked(account: string, asset: string): bigint {
    let sum = 0n;
    for (const market of markets) {
      for (const order of this.open.get(market.symbol) ?? []) {
        if (order.account !== account) continue;
        if (order.side === 'SELL' && market.base === asset) sum += remaining(order);
        if (order.side === 'BUY' && market.quote === asset)
          sum += multiply(order.price ?? order.stopPrice ?? 0n, remaining(order));
      }
    }
    return sum;
  }

  private execute(order: Order, market: Market, time: number): void {
    const available = this.book(order.symbol, opposite(order))
      .filter((other) => crosses(order, other))
      .reduce((sum, other) => sum + remaining(other), 0n);
    if (order.timeInForce === 'FOK' && available < order.quantity) {
      this.close(order, 'EXPIRED', time);
      return;
    }
    while (isOpen(order)) {
      const [other] = this.book(order.symbol, opposite(order));
      if (!other || !crosses(order, other)) break;
      const quantity = least(remaining(order), visible(other));
      if (!this.canPay(order, other, quantity, market)) break;
      this.fill(order, other, quantity, market, time);
    }
    if (!isOpen(order)) return;
    if (order.price === undefined || order.timeInForce !== 'GTC') this.close(order, 'EXPIRED', time);
    else {
      order.working = true;
      if (order.iceberg !== undefined) order.shown = least(order.iceberg, remaining(order));
    }
  }

  /** The next part of an iceberg comes into sight behind all others at its price. */
  private surface(order: Order, taken: bigint): void {
    if (order.iceberg === undefined || order.shown === undefined) return;
    order.shown -= taken;
    if (order.shown > 0n) return;
    order.shown = least(order.iceberg, remaining(order));
    order.queued = this.nextOrder++;
  }

  /** A stop without a limit may meet a price above what was locked for it. */
  private canPay(order: Order, other: Order, quantity: bigint, market: Market): boolean {
    if (order.side === 'SELL' || order.price !== undefined) return true;
    const own = multiply(order.stopPrice ?? 0n, remaining(order));
    const total = this.assets(order.account).get(market.quote) ?? 0n;
    const free = total - this.locked(order.account, market.quote) + own;
    return multiply(other.price ?? 0n, quantity) <= free;
  }

  private fill(taker: Order, maker: Order, quantity: bigint, market: Market, time: number): void {
    const price = maker.price ?? 0n;
    const amount = multiply(price, quantity);
    const [buy, sell] = taker.side === 'BUY' ? [taker, maker] : [maker, taker];
    const commission = { buyer: quantity / feeDivisor, seller: amount / feeDivisor };
    this.add(buy.account, market.quote, -amount);
    this.add(buy.account, market.base, quantity - commission.buyer);
    this.add(sell.account, market.base, -quantity);
    this.add(sell.account, market.quote, amount - commission.seller);
    this.add(feeAccount, market.base, commission.buyer);
    this.add(feeAccount, market.quote, commission.seller);
    const trade: Trade = {
      id: this.nextTrade++,
      symbol: market.symbol,
      price,
      quantity,
      time,
      buyerIsMaker: maker.side === 'BUY',
      buyer: { account: buy.account, order: buy.id, commission: commission.buyer },
      seller: { account: sell.account, order: sell.id, commission: commission.seller },
    };
    this.trades.push(trade);
    this.change.trades.push(trade);
    this.last.set(market.symbol, price);
    for (const order of [maker, taker]) {
      order.filled += quantity;
      order.turnover += amount;
      order.updated = time;
      order.status = remaining(order) === 0n ? 'FILLED' : 'PARTIALLY_FILLED';
      this.surface(order, quantity);
      if (!isOpen(order)) this.leave(order);
      this.step({ kind: 'TRADE', order, trade });
    }
  }

  /** Stops whose price was traded become orders, oldest first, until none is left to trigger. */
  private trigger(market: Market, time: number): void {
    for (;;) {
      const stop = this.openOrders(market.symbol).find(
        (order) => isStop(order) && !order.working && this.isTriggered(order),
      );
      if (!stop) return;
      this.execute(stop, market, time);
      if (isOpen(stop)) this.note(stop);
    }
  }

  private isTriggered(order: OrderRequest): boolean {
    const last = this.last.get(order.symbol) ?? 0n;
    const stop = order.stopPrice ?? 0n;
    const rising = order.type.startsWith('STOP') === (order.side === 'BUY');
    return rising ? last >= stop : last <= stop;
  }

  private close(order: Order, status: 'CANCELED' | 'EXPIRED', time: number): void {
    order.status = status;
    order.updated = time;
    this.leave(order);
    this.step({ kind: status, order });
  }

  private leave(order: Order): void {
    order.working = false;
    this.open.get(order.symbol)?.delete(order);
  }

  /** A step keeps the order as it was at that moment. */
  private step(step: Step): void {
    this.note(step.order);
    this.change.steps.push({ ...step, order: { ...step.order } });
  }

  private note(order: Order): void {
    if (!this.change.orders.includes(order)) this.change.orders.push(order);
  }

  private add(account: string, asset: string, amount: bigint): void {
    const total = (this.assets(account).get(asset) ?? 0n) + amount;
    if (total < 0n) throw new Error(`${account} would have ${formatFixed(total)} ${asset}.`);
    this.assets(account).set(asset, total);
    this.change.totals = this.change.totals.filter((row) => row.account !== account || row.asset !== asset);
    this.change.totals.push({ account, asset, total });
  }

  private assets(account: string): Map<string, bigint> {
    const known = this.totals.get(account) ?? new Map<string, bigint>();
    this.totals.set(account, known);
    return known;
  }

  private take(): Change {
    const change = this.change;
    this.change = { steps: [], orders: [], trades: [], totals: [] };
    return change;
  }
}

/** @throws Refusal −1121. */
export function marketOf(symbol: string): Market {
  const market = markets.find((row) => row.symbol === symbol);
  if (!market) throw new Refusal(-1121, 'Invalid symbol.');
  return market;
}

/** The most parts an iceberg may come to. */
export const icebergParts = 10n;

const opposite = ({ side }: OrderRequest): Side => (side === 'BUY' ? 'SELL' : 'BUY');

const place = ({ id, queued }: Order): number => queued ?? id;

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function crosses(order: OrderRequest, other: Order): boolean {
  if (order.price === undefined || other.price === undefined) return true;
  return order.side === 'BUY' ? other.price <= order.price : other.price >= order.price;
}
