import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunRecord } from '../protocol/run.ts';
import type { RunStore } from './store.ts';

const defaultBudgetMb = 5 * 1024;

/** The disk runs may take, in bytes: `QUARTERDECK_RUN_BUDGET_MB`, else 5 GB. */
export function runBudget(env: NodeJS.ProcessEnv): number {
  const megabytes = Number(env.QUARTERDECK_RUN_BUDGET_MB);
  return (megabytes > 0 ? megabytes : defaultBudgetMb) * 1024 * 1024;
}

/** Whether somebody has said of a run that it matters. */
export function isKept({ tags, note, baseline }: RunRecord): boolean {
  return tags.length > 0 || note !== undefined || baseline === true;
}

export function isUnderWay({ status }: RunRecord): boolean {
  return status === 'queued' || status === 'running';
}

/** Keeps the runs of a workspace within their disk budget. */
export class Retention {
  /** A finished run no longer changes, so its size is measured once. */
  private readonly sizes = new Map<string, number>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: RunStore,
    private readonly budget: number,
  ) {}

  /**
   * Removes the oldest runs nobody annotated, tagged or made a baseline, until the budget holds.
   * The newest run stays, however large it is.
   */
  enforce(): Promise<string[]> {
    const removed = this.turn.then(() => this.remove());
    this.turn = removed.catch(() => {});
    return removed;
  }

  /** Bytes a run takes on disk. */
  async size(run: RunRecord): Promise<number> {
    const known = this.sizes.get(run.id);
    if (known !== undefined) return known;
    const size = await folderSize(this.store.directory(run.id));
    if (!isUnderWay(run)) this.sizes.set(run.id, size);
    return size;
  }

  private async remove(): Promise<string[]> {
    const runs = await this.store.list();
    let total = 0;
    for (const run of runs) total += await this.size(run);
    const removed: string[] = [];
    for (const run of runs.slice(1).reverse()) {
      if (total <= this.budget) break;
      if (isKept(run) || isUnderWay(run)) continue;
      total -= await this.size(run);
      await this.store.remove(run.id);
      this.sizes.delete(run.id);
      removed.push(run.id);
    }
    return removed;
  }
}

async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(path.join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
