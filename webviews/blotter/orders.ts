import { type Fill, type Order, toFill, toOrder } from './order.ts';
import type { Group } from './states.ts';

export type Row = Record<string, unknown>;

/** Who is told what became of which order: only what must be laid out anew. */
export interface OrdersListener {
  /** An order that was not there before. */
  added(order: Order): void;
  /** An order as it is now; `moved` when it may stand elsewhere than before. */
  changed(order: Order, moved: boolean): void;
  filled(order: string): void;
}

/** All orders of a source, their fills, and who is under whom. An order is one object for as long as the page lives. */
export class Orders {
  private readonly known = new Map<string, Order>();
  private readonly fills = new Map<string, Fill[]>();
  private readonly children = new Map<string, Order[]>();
  /** How many there are of each group, kept with each change: there may be a hundred thousand. */
  readonly counts: Record<Group, number> = { working: 0, inflight: 0, failed: 0, done: 0 };
  readonly everyFill: Fill[] = [];
  /** Times of the first and the last order. */
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;

  constructor(private readonly listener: OrdersListener) {}

  get size(): number {
    return this.known.size;
  }

  get(id: string): Order | undefined {
    return this.known.get(id);
  }

  all(): IterableIterator<Order> {
    return this.known.values();
  }

  take(row: Row): Order {
    const before = this.known.get(String(row.client_order_id));
    const next = toOrder(row, before);
    if (!before) {
      this.add(next);
      return next;
    }
    const moved = before.group !== next.group || before.reason !== next.reason;
    this.counts[before.group] -= 1;
    this.counts[next.group] += 1;
    Object.assign(before, next);
    this.listener.changed(before, moved);
    return before;
  }

  takeFill(row: Row): void {
    const fill = toFill(row);
    const known = this.fills.get(fill.order);
    if (known?.some(({ id }) => id === fill.id)) return;
    if (known) known.push(fill);
    else this.fills.set(fill.order, [fill]);
    this.everyFill.push(fill);
    this.listener.filled(fill.order);
  }

  fillsOf(id: string): readonly Fill[] {
    return this.fills.get(id) ?? [];
  }

  childrenOf(id: string): readonly Order[] {
    return this.children.get(id) ?? [];
  }

  /** The entry of the list or bracket that an order belongs to; the order itself when it stands alone. */
  rootOf(order: Order): Order {
    const parent = order.parent === undefined ? undefined : this.known.get(order.parent);
    return parent && parent !== order ? this.rootOf(parent) : order;
  }

  private add(order: Order): void {
    this.known.set(order.id, order);
    this.counts[order.group] += 1;
    if (order.time < this.first) this.first = order.time;
    if (order.time > this.last) this.last = order.time;
    if (order.parent) {
      const siblings = this.children.get(order.parent);
      if (siblings) siblings.push(order);
      else this.children.set(order.parent, [order]);
    }
    this.listener.added(order);
  }
}
