/** One thing that changed, as it is now. */
export interface Change {
  seq: number;
  key: string;
  data: Record<string, unknown>;
}

export interface Page {
  rows: Record<string, unknown>[];
  /** Value of `after` that continues from here; whoever reads with it sees each later change once. */
  next: number;
  total: number;
  /** There is more than this page. */
  more: boolean;
}

/**
 * The latest state of each of many things, in the order they last changed. Reading from 0 is a snapshot, reading on
 * from `next` gives what changed since. What is done with is forgotten first when there are too many.
 */
export class ChangeFeed {
  private readonly changes = new Map<string, Change>();

  constructor(private readonly keep = 10_000) {}

  put(change: Change): void {
    this.changes.delete(change.key);
    this.changes.set(change.key, change);
    if (this.changes.size <= this.keep) return;
    const [oldest] = this.changes.keys();
    if (oldest !== undefined) this.changes.delete(oldest);
  }

  get(key: string): Change | undefined {
    return this.changes.get(key);
  }

  read(after: number, limit: number): Page {
    const rows: Record<string, unknown>[] = [];
    let next = after;
    let more = false;
    for (const { seq, data } of this.changes.values()) {
      if (seq <= after) continue;
      if (rows.length === limit) {
        more = true;
        break;
      }
      rows.push({ seq, ...data });
      next = seq;
    }
    return { rows, next, total: this.changes.size, more };
  }
}
