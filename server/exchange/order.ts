export type Side = 'BUY' | 'SELL';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
export type OrderType =
  | 'LIMIT'
  | 'LIMIT_MAKER'
  | 'MARKET'
  | 'STOP_LOSS'
  | 'STOP_LOSS_LIMIT'
  | 'TAKE_PROFIT'
  | 'TAKE_PROFIT_LIMIT';

export interface OrderRequest {
  symbol: string;
  side: Side;
  type: OrderType;
  clientOrderId: string;
  timeInForce: TimeInForce;
  quantity: bigint;
  price?: bigint;
  stopPrice?: bigint;
  /** Of a market order: the quote to spend or get; its quantity then follows from the book. */
  quoteQuantity?: bigint;
  /** The most that is shown on the book at once. */
  iceberg?: bigint;
}

export interface Order extends OrderRequest {
  id: number;
  account: string;
  status: 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
  filled: bigint;
  /** Quote paid or received so far. */
  turnover: bigint;
  /** A stop that waits for its price is not on the book. */
  working: boolean;
  /** Of an iceberg on the book: what is left of the part in sight, and its place behind others at its price. */
  shown?: bigint;
  queued?: number;
  time: number;
  updated: number;
}

export interface Trade {
  id: number;
  symbol: string;
  price: bigint;
  quantity: bigint;
  time: number;
  /** The buyer's order stood on the book. */
  buyerIsMaker: boolean;
  /** Of each side: who, which order, and what it paid of what it received. */
  buyer: TradeSide;
  seller: TradeSide;
}

export interface TradeSide {
  account: string;
  order: number;
  commission: bigint;
}

export const isOpen = (order: Order): boolean =>
  order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

export const remaining = (order: Order): bigint => order.quantity - order.filled;

/** What of an order stands on the book for all to see. */
export const visible = (order: Order): bigint => order.shown ?? remaining(order);

export const isStop = (order: OrderRequest): boolean => /^(STOP|TAKE)/.test(order.type);
