import { type Filterable, parseFilter } from '../grid/filter.ts';
import { plural, t } from '../strings.ts';
import { Arrangement, type Grouping, type Line, type Sort } from './arrangement.ts';
import type { Order } from './order.ts';
import { Orders } from './orders.ts';
import { type Group, groupNames, groups } from './states.ts';

/**
 * All orders of a source as they are shown: in trees under their entry, grouped, filtered, sorted. Changes of an order
 * that stays where it is cost nothing here; what moves is laid out anew at most as often as it is asked for.
 */
export class BlotterModel {
  readonly orders: Orders;
  private readonly arrangement: Arrangement;
  private readonly openOrders = new Set<string>();
  private readonly closedGroups = new Set<string>();
  private lines: Line[] = [];
  private dirty = true;
  private test: ((row: Filterable) => boolean) | undefined;
  private sort: Sort;
  private groupedBy: Grouping = 'state';
  readonly shownGroups = new Set<Group>();

  constructor() {
    this.orders = new Orders({
      added: (order) => this.move(order),
      changed: (order, moved) => {
        if (moved || this.test || this.sort) this.move(order);
      },
      filled: (id) => {
        const order = this.orders.get(id);
        if (order && (this.openOrders.has(id) || this.orders.fillsOf(id).length === 1)) this.move(order);
      },
    });
    this.arrangement = new Arrangement(this.orders, ({ id }) => this.openOrders.has(id));
  }

  get grouping(): Grouping {
    return this.groupedBy;
  }

  setGrouping(grouping: Grouping): void {
    this.groupedBy = grouping;
    this.touch();
  }

  setFilter(text: string): void {
    this.test = text.trim() === '' ? undefined : parseFilter(text);
    this.touch();
  }

  setSort(sort: Sort): void {
    this.sort = sort;
    this.touch();
  }

  setShownGroups(shown: Iterable<Group>): void {
    this.shownGroups.clear();
    for (const group of shown) this.shownGroups.add(group);
    this.touch();
  }

  toggle(line: Line, open: boolean): void {
    const [set, key] =
      line.kind === 'group' ? [this.closedGroups, line.key] : [this.openOrders, line.order.id];
    if (open === (line.kind !== 'group')) set.add(key);
    else set.delete(key);
    if (line.kind !== 'group') this.move(line.order);
    this.dirty = true;
  }

  get needsLayout(): boolean {
    return this.dirty;
  }

  /** The lines as they are to be shown now. */
  layout(): readonly Line[] {
    if (!this.dirty) return this.lines;
    this.dirty = false;
    this.arrangement.settle({
      grouping: this.groupedBy,
      sort: this.sort,
      passes: (order) => this.passes(order),
    });
    this.lines = [];
    for (const name of this.names()) {
      const bucket = this.arrangement.bucket(name);
      const open = !this.closedGroups.has(`group ${name}`);
      if (this.groupedBy !== 'none') this.lines.push(this.groupLine(name, bucket.length, open));
      if (!open) continue;
      for (const tree of bucket) for (const line of this.arrangement.linesOf(tree)) this.lines.push(line);
    }
    return this.lines;
  }

  private touch(): void {
    this.arrangement.touchAll();
    this.dirty = true;
  }

  private move(order: Order): void {
    this.arrangement.touch(order);
    this.dirty = true;
  }

  private names(): string[] {
    const names = this.arrangement.names();
    if (this.groupedBy !== 'state') return names.sort();
    const isFiltered = this.test !== undefined || this.shownGroups.size > 0;
    return groups.filter(
      (group) => names.includes(group) || (!isFiltered && this.arrangement.elsewhere[group] > 0),
    );
  }

  private groupLine(name: string, length: number, open: boolean): Line {
    const group = this.groupedBy === 'state' ? groups.find((one) => one === name) : undefined;
    const away = group ? this.arrangement.elsewhere[group] : 0;
    const number = group && !this.test ? this.orders.counts[group] : length;
    const note = away > 0 ? ` · ${t('{0} of them shown under their bracket', away)}` : '';
    return {
      kind: 'group',
      key: `group ${name}`,
      title: group ? groupNames[group].word : name,
      note: `${number.toLocaleString('en-US')}${note}`,
      open,
    };
  }

  private passes(order: Order): boolean {
    const inGroup = this.shownGroups.size === 0 || this.shownGroups.has(order.group);
    return inGroup && (!this.test || this.test(filterable(order)));
  }
}

export function filterable(order: Order): Filterable {
  const { id, instrument, side, type, quantity, filled, price, strategy, source, flags, reason } = order;
  const status = order.status.replaceAll('_', ' ');
  return {
    fields: {
      ...{ id, instrument, side, type, qty: quantity, filled, price, strategy, source, status },
      limit: price,
      trigger: order.trigger,
      avg: order.average,
      state: status,
      group: order.group,
      line: source,
      tags: flags.join(' '),
      tif: order.timeInForce,
      venue: order.venueId,
      position: order.position,
    },
    text: [id, instrument, side, type, order.status, strategy, source, reason, ...flags].join(' '),
  };
}

export function describe(order: Order): string {
  const { side, type, quantity, instrument } = order;
  return `${side === 'BUY' ? t('Buy') : t('Sell')} ${type.toLowerCase().replaceAll('_', ' ')} ${quantity} ${instrument}`;
}

export function summary({ orders }: BlotterModel): string {
  return `${plural(orders.size, 'order', 'orders')}, ${t('{0} working', orders.counts.working)}`;
}
