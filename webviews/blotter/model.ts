import type { Column } from '../grid/columns.ts';
import { type Filterable, parseFilter } from '../grid/filter.ts';
import { plural, t } from '../strings.ts';
import { type Fill, type Order, toFill, toOrder } from './order.ts';
import { type Group, groupNames, groups } from './states.ts';

/** One line of the grid. */
export type Line =
  | { kind: 'group'; key: string; title: string; note: string; open: boolean }
  | { kind: 'order'; key: string; order: Order; level: number; open: boolean | undefined }
  | { kind: 'reason'; key: string; order: Order; level: number }
  | { kind: 'fill'; key: string; order: Order; fill: Fill; level: number; at: number; of: number };

export type Grouping = 'state' | 'instrument' | 'strategy' | 'none';

/**
 * All orders of a source and how they are shown: in trees under their entry, grouped, filtered, sorted. Changes of an
 * order that stays where it is cost nothing here; what moves is laid out anew at most as often as it is asked for.
 */
export class BlotterModel {
  readonly orders = new Map<string, Order>();
  private readonly fills = new Map<string, Fill[]>();
  private readonly allFills: Fill[] = [];
  private readonly children = new Map<string, Order[]>();
  private newest: Order[] = [];
  private lines: Line[] = [];
  private readonly lineAt = new Map<string, number>();
  private readonly openOrders = new Set<string>();
  private readonly closedGroups = new Set<string>();
  private dirty = true;
  private sorted = true;
  grouping: Grouping = 'state';
  shownGroups = new Set<Group>();
  private test: ((row: Filterable) => boolean) | undefined;
  private sort: { column: Column<Line>; ascending: boolean } | undefined;

  /** Takes rows as they come from a run or a node. Returns the orders that changed. */
  take(rows: readonly Record<string, unknown>[]): Order[] {
    return rows.map((row) => {
      const id = String(row.client_order_id);
      const before = this.orders.get(id);
      const order = toOrder(row, before);
      if (!before) this.add(order);
      else this.replace(before, order);
      return order;
    });
  }

  takeFills(rows: readonly Record<string, unknown>[]): void {
    for (const row of rows) {
      const fill = toFill(row);
      const known = this.fills.get(fill.order) ?? [];
      if (known.some(({ id }) => id === fill.id)) continue;
      this.fills.set(fill.order, [...known, fill]);
      this.allFills.push(fill);
      if (this.openOrders.has(fill.order) || known.length === 0) this.dirty = true;
    }
  }

  fillsOf(id: string): readonly Fill[] {
    return this.fills.get(id) ?? [];
  }

  everyFill(): readonly Fill[] {
    return this.allFills;
  }

  counts(): Record<Group, number> {
    const found: Record<Group, number> = { working: 0, inflight: 0, failed: 0, done: 0 };
    for (const { group } of this.orders.values()) found[group] += 1;
    return found;
  }

  setFilter(text: string): void {
    this.test = text.trim() === '' ? undefined : parseFilter(text);
    this.dirty = true;
  }

  setSort(sort: { column: Column<Line>; ascending: boolean } | undefined): void {
    this.sort = sort;
    this.dirty = true;
  }

  touch(): void {
    this.dirty = true;
  }

  toggle(line: Line, open: boolean): void {
    if (line.kind === 'group') {
      if (open) this.closedGroups.delete(line.key);
      else this.closedGroups.add(line.key);
    } else if (open) this.openOrders.add(line.order.id);
    else this.openOrders.delete(line.order.id);
    this.dirty = true;
  }

  get needsLayout(): boolean {
    return this.dirty;
  }

  /** The lines as they are to be shown now. */
  layout(): readonly Line[] {
    if (!this.dirty) return this.lines;
    this.dirty = false;
    if (!this.sorted) {
      this.newest.sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1));
      this.sorted = true;
    }
    this.lines = this.grouped();
    this.lineAt.clear();
    for (const [i, line] of this.lines.entries()) this.lineAt.set(line.key, i);
    return this.lines;
  }

  /** Where a line is now, if it is shown. */
  indexOf(key: string): number | undefined {
    return this.lineAt.get(key);
  }

  private add(order: Order): void {
    this.orders.set(order.id, order);
    // Put in order when next laid out: one sort of nearly sorted rows is cheaper than many insertions at the front.
    this.newest.push(order);
    this.sorted = false;
    if (order.parent) this.children.set(order.parent, [...(this.children.get(order.parent) ?? []), order]);
    this.dirty = true;
  }

  /** An order keeps its place in every list: it is the same object with other values. */
  private replace(before: Order, next: Order): void {
    if (before.group !== next.group || before.reason !== next.reason) this.dirty = true;
    if (this.test || this.sort) this.dirty = true;
    Object.assign(before, next);
  }

  private grouped(): Line[] {
    const buckets = new Map<string, Order[]>();
    const elsewhere = new Map<string, number>();
    for (const order of this.newest) {
      if (order.parent && this.orders.has(order.parent)) continue;
      if (!this.passes(order)) continue;
      const key = this.bucketOf(order);
      const bucket = buckets.get(key);
      if (bucket) bucket.push(order);
      else buckets.set(key, [order]);
    }
    if (this.grouping === 'state') {
      for (const order of this.newest) {
        if (!order.parent) continue;
        const root = this.rootOf(order);
        if (root !== order && this.bucketOf(root) !== order.group)
          elsewhere.set(order.group, (elsewhere.get(order.group) ?? 0) + 1);
      }
    }
    const isFiltered = this.test !== undefined || this.shownGroups.size > 0;
    const names =
      this.grouping === 'state'
        ? groups.filter((group) => buckets.has(group) || (!isFiltered && elsewhere.has(group)))
        : [...buckets.keys()].sort();
    const lines: Line[] = [];
    const counts = this.grouping === 'state' ? this.counts() : undefined;
    for (const name of names) {
      const bucket = buckets.get(name) ?? [];
      const open = !this.closedGroups.has(`group ${name}`);
      if (this.grouping !== 'none')
        lines.push(this.groupLine(name, bucket, counts, elsewhere.get(name) ?? 0, open));
      if (!open) continue;
      if (this.sort) this.sortBucket(bucket);
      for (const order of bucket) this.addTree(lines, order, 1);
    }
    return lines;
  }

  private groupLine(
    name: string,
    bucket: Order[],
    counts: Record<Group, number> | undefined,
    elsewhere: number,
    open: boolean,
  ): Line {
    const group = groups.find((one) => one === name);
    const number = group && counts && !this.test ? counts[group] : bucket.length;
    const note = elsewhere > 0 ? ` · ${t('{0} of them shown under their bracket', elsewhere)}` : '';
    return {
      kind: 'group',
      key: `group ${name}`,
      title: group ? groupNames[group].word : name,
      note: `${number.toLocaleString('en-US')}${note}`,
      open,
    };
  }

  private addTree(lines: Line[], order: Order, level: number): void {
    const children = this.children.get(order.id) ?? [];
    const fills = this.fills.get(order.id) ?? [];
    const showFills = this.openOrders.has(order.id);
    const open = fills.length > 0 || children.length > 0 ? showFills || children.length > 0 : undefined;
    lines.push({ kind: 'order', key: order.id, order, level, open: fills.length > 0 ? showFills : open });
    if (order.group === 'failed' && order.reason)
      lines.push({ kind: 'reason', key: `reason ${order.id}`, order, level });
    if (showFills) {
      for (const [i, fill] of fills.entries()) {
        lines.push({
          kind: 'fill',
          key: `fill ${fill.id}`,
          order,
          fill,
          level: level + 1,
          at: i + 1,
          of: fills.length,
        });
      }
    }
    for (const child of children) this.addTree(lines, child, level + 1);
  }

  private bucketOf(order: Order): string {
    if (this.grouping === 'none') return '';
    if (this.grouping === 'instrument') return order.instrument;
    if (this.grouping === 'strategy') return order.strategy;
    return this.mostAlive(order);
  }

  /** A tree stands where its most alive member belongs. */
  private mostAlive(order: Order): Group {
    let best = groups.indexOf(order.group);
    for (const child of this.children.get(order.id) ?? [])
      best = Math.min(best, groups.indexOf(this.mostAlive(child)));
    return groups[best] ?? order.group;
  }

  private rootOf(order: Order): Order {
    const parent = order.parent === undefined ? undefined : this.orders.get(order.parent);
    return parent ? this.rootOf(parent) : order;
  }

  private passes(order: Order): boolean {
    const inGroup = this.shownGroups.size === 0 || this.shownGroups.has(order.group);
    const own = inGroup && (!this.test || this.test(filterable(order)));
    return own || (this.children.get(order.id) ?? []).some((child) => this.passes(child));
  }

  private sortBucket(bucket: Order[]): void {
    const { column, ascending } = this.sort ?? {};
    if (!column) return;
    const read = column.order ?? column.text;
    const sign = ascending ? 1 : -1;
    const keyed = bucket.map((order) => ({
      order,
      value: read({ kind: 'order', key: order.id, order, level: 1, open: undefined }),
    }));
    keyed.sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : 0));
    for (const [i, { order }] of keyed.entries()) bucket[i] = order;
  }
}

export function filterable(order: Order): Filterable {
  const {
    id,
    instrument,
    side,
    type,
    quantity,
    filled,
    price,
    status,
    strategy,
    source,
    flags,
    reason,
    venueId,
    position,
  } = order;
  return {
    fields: {
      id,
      instrument,
      side,
      type,
      qty: quantity,
      filled,
      price,
      limit: price,
      trigger: order.trigger,
      avg: order.average,
      status: status.replaceAll('_', ' '),
      state: status.replaceAll('_', ' '),
      group: order.group,
      strategy,
      source,
      line: source,
      tags: flags.join(' '),
      tif: order.timeInForce,
      venue: venueId,
      position,
    },
    text: [id, instrument, side, type, status, strategy, source, reason, ...flags].join(' '),
  };
}

export function describe(order: Order): string {
  const { side, type, quantity, instrument } = order;
  return `${side === 'BUY' ? t('Buy') : t('Sell')} ${type.toLowerCase().replaceAll('_', ' ')} ${quantity} ${instrument}`;
}

export function summary(model: BlotterModel): string {
  const { working } = model.counts();
  return `${plural(model.orders.size, 'order', 'orders')}, ${t('{0} working', working)}`;
}
