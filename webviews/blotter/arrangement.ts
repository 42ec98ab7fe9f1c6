import type { Column } from '../grid/columns.ts';
import type { Fill, Order } from './order.ts';
import type { Orders } from './orders.ts';
import { type Group, groups } from './states.ts';

/** One line of the grid. */
export type Line =
  | { kind: 'group'; key: string; title: string; note: string; open: boolean }
  | { kind: 'order'; key: string; order: Order; level: number; open: boolean | undefined }
  | { kind: 'reason'; key: string; order: Order; level: number }
  | { kind: 'fill'; key: string; order: Order; fill: Fill; level: number; at: number; of: number };

export const groupings = ['state', 'instrument', 'strategy', 'none'] as const;
export type Grouping = (typeof groupings)[number];
export type Sort = { column: Column<Line>; ascending: boolean } | undefined;

/** By what the arrangement asks for: changing any of it arranges everything anew. */
export interface Wish {
  grouping: Grouping;
  sort: Sort;
  passes(order: Order): boolean;
}

/** An order that stands on its own or has others below it, and where its lines are now. */
export interface Tree {
  readonly order: Order;
  /** Where it stands; undefined when it is not shown. */
  bucket: string | undefined;
  value: number | string;
  lines: Line[] | undefined;
  /** Members of its group that are shown here, under another group's head. */
  away: Group[];
  /** To be taken from where it was before it is put where it belongs. */
  leaving: boolean;
}

/**
 * Trees in buckets, each bucket in order. What changed is taken out and merged back in one pass over the buckets it
 * concerns, so that a burst of changes among a hundred thousand orders costs little more than a single one.
 */
export class Arrangement {
  private readonly trees = new Map<string, Tree>();
  private readonly stale = new Set<Tree>();
  private readonly buckets = new Map<string, Tree[]>();
  /** Orders of a group that are shown under another group's head. */
  readonly elsewhere: Record<Group, number> = { working: 0, inflight: 0, failed: 0, done: 0 };

  constructor(
    private readonly orders: Orders,
    private readonly isOpen: (order: Order) => boolean,
  ) {}

  /** What became of an order may move its tree. */
  touch(order: Order): void {
    const root = this.orders.rootOf(order);
    let tree = this.trees.get(root.id);
    if (!tree) {
      tree = { order: root, bucket: undefined, value: 0, lines: undefined, away: [], leaving: false };
      this.trees.set(root.id, tree);
    }
    this.stale.add(tree);
    // Members that came before their entry stood on their own until now.
    for (const child of this.orders.childrenOf(order.id)) {
      const alone = this.trees.get(child.id);
      if (alone) this.stale.add(alone);
    }
  }

  /** What is asked for is another: everything is put in its place anew. */
  touchAll(): void {
    this.buckets.clear();
    for (const tree of this.trees.values()) {
      tree.bucket = undefined;
      this.stale.add(tree);
    }
  }

  /** Puts everything touched where it belongs. */
  settle(wish: Wish): void {
    if (this.stale.size === 0) return;
    const left = new Map<string, Tree[]>();
    const arriving = new Map<string, Tree[]>();
    for (const tree of this.stale) {
      const { order, bucket, value } = tree;
      const isRoot = this.orders.rootOf(order) === order;
      const shown = isRoot && this.passes(order, wish);
      const nextBucket = shown ? this.bucketOf(order, wish) : undefined;
      const nextValue = this.valueOf(order, wish);
      for (const group of tree.away) this.elsewhere[group] -= 1;
      tree.away = shown && wish.grouping === 'state' ? this.awayFrom(order, nextBucket) : [];
      for (const group of tree.away) this.elsewhere[group] += 1;
      tree.lines = undefined;
      if (!isRoot) this.trees.delete(order.id);
      if (nextBucket === bucket && nextValue === value) continue;
      if (bucket !== undefined) {
        tree.leaving = true;
        const leaving = left.get(bucket);
        if (leaving) leaving.push(tree);
        else left.set(bucket, [tree]);
      }
      tree.bucket = nextBucket;
      tree.value = nextValue;
      if (nextBucket === undefined) continue;
      const there = arriving.get(nextBucket);
      if (there) there.push(tree);
      else arriving.set(nextBucket, [tree]);
    }
    this.stale.clear();
    for (const [name, trees] of left) {
      const kept = (this.buckets.get(name) ?? []).filter(({ leaving }) => !leaving);
      for (const tree of trees) tree.leaving = false;
      if (kept.length > 0) this.buckets.set(name, kept);
      else this.buckets.delete(name);
    }
    const compare = comparison(wish.sort);
    for (const [name, trees] of arriving)
      this.buckets.set(name, merged(this.buckets.get(name) ?? [], trees.sort(compare), compare));
  }

  names(): string[] {
    return [...this.buckets.keys()];
  }

  bucket(name: string): readonly Tree[] {
    return this.buckets.get(name) ?? [];
  }

  /** A tree's lines, kept until something in it changes. */
  linesOf(tree: Tree): readonly Line[] {
    if (!tree.lines) {
      tree.lines = [];
      this.addLines(tree.lines, tree.order, 1);
    }
    return tree.lines;
  }

  private addLines(lines: Line[], order: Order, level: number): void {
    const children = this.orders.childrenOf(order.id);
    const fills = this.orders.fillsOf(order.id);
    const showFills = this.isOpen(order);
    const open = fills.length > 0 ? showFills : children.length > 0 ? true : undefined;
    lines.push({ kind: 'order', key: order.id, order, level, open });
    if (order.group === 'failed' && order.reason)
      lines.push({ kind: 'reason', key: `reason ${order.id}`, order, level });
    if (showFills) {
      for (const [i, fill] of fills.entries()) {
        const key = `fill ${fill.id}`;
        lines.push({ kind: 'fill', key, order, fill, level: level + 1, at: i + 1, of: fills.length });
      }
    }
    for (const child of children) this.addLines(lines, child, level + 1);
  }

  private passes(order: Order, wish: Wish): boolean {
    return wish.passes(order) || this.orders.childrenOf(order.id).some((child) => this.passes(child, wish));
  }

  private bucketOf(order: Order, { grouping }: Wish): string {
    if (grouping === 'none') return '';
    if (grouping === 'instrument') return order.instrument;
    return grouping === 'strategy' ? order.strategy : this.mostAlive(order);
  }

  /** A tree stands where its most alive member belongs. */
  private mostAlive(order: Order): Group {
    let best = groups.indexOf(order.group);
    for (const child of this.orders.childrenOf(order.id))
      best = Math.min(best, groups.indexOf(this.mostAlive(child)));
    return groups[best] ?? order.group;
  }

  private awayFrom(order: Order, bucket: string | undefined): Group[] {
    return this.orders
      .childrenOf(order.id)
      .flatMap((child) => [
        ...(child.group === bucket ? [] : [child.group]),
        ...this.awayFrom(child, bucket),
      ]);
  }

  private valueOf(order: Order, { sort }: Wish): number | string {
    if (!sort) return 0;
    const read = sort.column.order ?? sort.column.text;
    return read({ kind: 'order', key: order.id, order, level: 1, open: undefined });
  }
}

type Compare = (a: Tree, b: Tree) => number;

/** By the column asked for, then newest first. */
function comparison(sort: Sort): Compare {
  const sign = sort?.ascending === false ? -1 : 1;
  return (a, b) => {
    if (a.value < b.value) return -sign;
    if (a.value > b.value) return sign;
    return b.order.time - a.order.time || (a.order.id < b.order.id ? 1 : -1);
  };
}

function merged(there: Tree[], arriving: Tree[], compare: Compare): Tree[] {
  if (there.length === 0) return arriving;
  const all: Tree[] = [];
  let next = 0;
  for (const tree of there) {
    for (; next < arriving.length; next++) {
      const one = arriving[next];
      if (!one || compare(one, tree) > 0) break;
      all.push(one);
    }
    all.push(tree);
  }
  for (; next < arriving.length; next++) {
    const one = arriving[next];
    if (one) all.push(one);
  }
  return all;
}
