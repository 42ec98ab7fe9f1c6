import * as z from 'zod';
import { milliseconds } from '../time.ts';
import { type Group, lookOf } from './states.ts';

/** An order as the grid shows it. Numbers stay the text they came as. */
export interface Order {
  id: string;
  time: number;
  updated: number;
  instrument: string;
  side: string;
  type: string;
  role: string;
  quantity: string;
  filled: string;
  price: string | undefined;
  trigger: string | undefined;
  average: string | undefined;
  timeInForce: string;
  status: string;
  group: Group;
  flags: string[];
  source: string | undefined;
  strategy: string;
  reason: string | undefined;
  venueId: string | undefined;
  position: string | undefined;
  account: string | undefined;
  parent: string | undefined;
  list: string | undefined;
  linked: string[];
  commission: string | undefined;
  slippage: string | undefined;
  events: OrderEvent[];
  raw: Record<string, unknown>;
  /** Raised at every change: what is drawn is compared with it. */
  version: number;
}

export interface OrderEvent {
  name: string;
  time: number;
  note?: string;
}

export interface Fill {
  id: string;
  order: string;
  time: number;
  quantity: string;
  price: string;
  liquidity: string;
  commission: string;
  instrument: string;
  side: string;
}

const anyText = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined || value === '' ? undefined : String(value)));
const when = z.union([z.string(), z.number()]).transform((value) => parseTime(String(value)));
/** A list, or the JSON of one in a table. */
const list = z
  .unknown()
  .optional()
  .transform((value): string[] => {
    const parsed: unknown = typeof value === 'string' && value.startsWith('[') ? JSON.parse(value) : value;
    if (Array.isArray(parsed)) return parsed.map(String);
    return typeof parsed === 'string' && parsed !== '' ? [parsed] : [];
  });

const OrderRow = z.object({
  client_order_id: z.string(),
  ts_init: when,
  ts_last: when.nullish(),
  instrument_id: z.string(),
  side: z.string(),
  type: z.string(),
  quantity: z.string(),
  filled_qty: z.string().default('0'),
  price: anyText,
  trigger_price: anyText,
  activation_price: anyText,
  avg_px: anyText,
  time_in_force: z.string(),
  status: z.string(),
  is_reduce_only: z.boolean().nullish(),
  is_post_only: z.boolean().nullish(),
  is_quote_quantity: z.boolean().nullish(),
  emulation_trigger: anyText,
  contingency_type: anyText,
  tags: list,
  line: anyText,
  strategy_id: z.string().default(''),
  reason: anyText,
  venue_order_id: anyText,
  position_id: anyText,
  account_id: anyText,
  parent_order_id: anyText,
  order_list_id: anyText,
  linked_order_ids: list,
  commissions: list,
  slippage: anyText,
  exec_algorithm_id: anyText,
  events: anyText,
  event: anyText,
});

/** Reads a row of the orders of a run or of a node; `before` is the same order as it was known. */
export function toOrder(row: Record<string, unknown>, before?: Order): Order {
  const found = OrderRow.parse(row);
  const updated = found.ts_last ?? found.ts_init;
  return {
    id: found.client_order_id,
    time: found.ts_init,
    updated,
    instrument: found.instrument_id,
    side: found.side,
    type: found.type,
    role: roleOf(found),
    quantity: found.quantity,
    filled: found.filled_qty,
    price: found.price,
    trigger: found.trigger_price ?? found.activation_price,
    average: Number(found.filled_qty) === 0 ? undefined : averageText(found.avg_px),
    timeInForce: found.time_in_force,
    status: found.status,
    group: lookOf(found.status).group,
    flags: flagsOf(found),
    source: found.line,
    strategy: found.strategy_id,
    reason: found.reason ?? before?.reason,
    venueId: found.venue_order_id,
    position: found.position_id,
    account: found.account_id,
    parent: found.parent_order_id,
    list: found.order_list_id,
    linked: found.linked_order_ids,
    commission: found.commissions.join(', ') || undefined,
    slippage: found.slippage,
    events: eventsOf(found.events) ?? heard(before, found.event, updated, found.reason),
    raw: row,
    version: (before?.version ?? 0) + 1,
  };
}

const FillRow = z.object({
  trade_id: z.string(),
  client_order_id: z.string(),
  ts_event: when,
  last_qty: z.string(),
  last_px: z.string(),
  liquidity_side: z.string().default(''),
  commission: anyText,
  instrument_id: z.string(),
  order_side: z.string(),
});

export function toFill(row: Record<string, unknown>): Fill {
  const found = FillRow.parse(row);
  return {
    id: found.trade_id,
    order: found.client_order_id,
    time: found.ts_event,
    quantity: found.last_qty,
    price: found.last_px,
    liquidity: found.liquidity_side,
    commission: found.commission ?? '',
    instrument: found.instrument_id,
    side: found.order_side,
  };
}

/** Nanoseconds as a run keeps them, ISO-8601 as a node says them. */
export function parseTime(text: string): number {
  return /^\d+$/.test(text) ? milliseconds(text) : Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
}

function roleOf({ contingency_type, parent_order_id, type }: z.output<typeof OrderRow>): string {
  if (contingency_type === 'OTO') return 'bracket entry';
  if (parent_order_id === undefined) return '';
  return type.includes('STOP') ? 'stop loss' : 'take profit';
}

function flagsOf(row: z.output<typeof OrderRow>): string[] {
  const named = [
    row.is_post_only && 'post-only',
    row.is_reduce_only && 'reduce-only',
    row.is_quote_quantity && 'quote quantity',
    row.emulation_trigger && row.emulation_trigger !== 'NO_TRIGGER' && 'emulated',
    row.exec_algorithm_id,
  ];
  return [...named.filter((flag) => typeof flag === 'string'), ...row.tags] as string[];
}

function eventsOf(text: string | undefined): OrderEvent[] | undefined {
  return text?.split(';').map((one) => {
    const [name = '', time = '0'] = one.split(' ');
    return { name, time: milliseconds(time) };
  });
}

/** What a node said of an order since the page is open: its states one after the other. */
function heard(
  before: Order | undefined,
  event: string | undefined,
  time: number,
  reason: string | undefined,
): OrderEvent[] {
  const known = before?.events ?? [];
  if (!event) return known;
  const name = event.replace(/^Order/, '');
  const last = known.at(-1);
  if (last?.name === name && last.time === time) return known;
  return [...known, { name, time, ...(reason ? { note: reason } : {}) }].slice(-50);
}

/** An average of fills is a binary number: six decimals of it say what there is to say. */
function averageText(text: string | undefined): string | undefined {
  return text !== undefined && (text.split('.')[1]?.length ?? 0) > 6
    ? String(Number(Number(text).toFixed(6)))
    : text;
}
