import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { BacktestRequest, MoreRun } from '../protocol/backtest.ts';
import type { LogLine, Progress } from '../protocol/engine.ts';
import { QuarterdeckError, toQuarterdeckError } from '../protocol/errors.ts';
import type { RunRecord } from '../protocol/run.ts';
import { hasSameCode } from './fingerprint.ts';
import { Job, type Listener } from './job.ts';
import { completed } from './outcome.ts';
import type { Retention } from './retention.ts';
import type { RunStore } from './store.ts';

export interface RunOrder {
  workspace: string;
  catalog: string;
  /** As the caller wrote it: kept with the run. */
  request: BacktestRequest;
  /** The same with every path absolute: what the engine gets. */
  resolved: BacktestRequest;
  tags: string[];
  note?: string;
  /** Found beside the run, which does not wait for it; see fingerprint.ts. */
  fingerprint: Promise<string | undefined>;
  timeoutSeconds?: number;
}

/** Starts, follows and ends runs. A run belongs to the server, not to the client that asked for it. */
export class Runner {
  private readonly active = new Map<string, Job<RunRecord>>();

  constructor(
    private readonly engine: Engine,
    private readonly store: RunStore,
    readonly retention: Retention,
  ) {}

  get activeCount(): number {
    return this.active.size;
  }

  async start(order: RunOrder): Promise<RunRecord> {
    const { request, catalog, tags, note } = order;
    const record = await this.store.create({
      request,
      catalog,
      tags,
      ...(note === undefined ? {} : { note }),
    });
    const job = new Job<RunRecord>((started) =>
      this.execute(record.id, order, started).finally(() => {
        this.active.delete(record.id);
        // Nobody waits for it, and a folder that cannot be removed is no failure of this run.
        this.retention
          .enforce()
          .catch((error: unknown) => process.stderr.write(`Runs over budget stay: ${String(error)}\n`));
      }),
    );
    this.active.set(record.id, job);
    return record;
  }

  /** The newest completed run of the same request, data, code and engine, if there is one. */
  async find(order: RunOrder): Promise<RunRecord | undefined> {
    const fingerprint = await order.fingerprint.catch(() => undefined);
    if (fingerprint === undefined) return undefined;
    const runs = await this.store.list();
    for (const run of runs) {
      if (run.status !== 'completed' || run.fingerprint !== fingerprint) continue;
      if (await hasSameCode(run, order.workspace)) return run;
    }
    return undefined;
  }

  /**
   * Waits until the run has ended, or until `signal` aborts; then answers the record as it stands.
   * Stopping to wait does not stop the run.
   */
  async wait(id: string, options: Listener & { signal?: AbortSignal }): Promise<RunRecord> {
    await this.active.get(id)?.follow(options);
    return this.store.get(id);
  }

  /** Ends the run's process and waits until the run says so. A finished run stays as it is. */
  async cancel(id: string): Promise<RunRecord> {
    const job = this.active.get(id);
    if (!job) return this.store.get(id);
    job.end();
    return job.finished;
  }

  async close(): Promise<void> {
    await Promise.all([...this.active.keys()].map((id) => this.cancel(id)));
  }

  /** Gives each further run of a script a folder and a record of its own; answers their ids. */
  private async keepMore(id: string, order: RunOrder, runs: MoreRun[], elapsed: number): Promise<string[]> {
    const { request, catalog, tags, note } = order;
    const ids: string[] = [];
    for (const { directory, ...outcome } of runs) {
      const kept = { request, catalog, tags, ...(note === undefined ? {} : { note }) };
      const record = await this.store.create(kept, directory);
      await this.store.update(record.id, { ...completed(outcome, elapsed), first_run: id });
      ids.push(record.id);
      await rmdir(path.dirname(directory)).catch(() => {});
    }
    return ids;
  }

  private async execute(id: string, order: RunOrder, job: Job<RunRecord>): Promise<RunRecord> {
    const { workspace, catalog, resolved, timeoutSeconds } = order;
    let timedOut = false;
    let timer: NodeJS.Timeout | undefined;
    let startedAt = Date.now();
    let starting: Promise<unknown> = Promise.resolve();
    const onStart = () => {
      startedAt = Date.now();
      starting = this.store.update(id, { status: 'running', started_at: new Date().toISOString() });
      if (timeoutSeconds === undefined) return;
      timer = setTimeout(() => {
        timedOut = true;
        job.end();
      }, timeoutSeconds * 1000);
    };
    const onProgress = (progress: Progress) => {
      this.store.note(id, { progress });
      job.progress(progress);
    };
    const onLog = (line: LogLine) => job.log(line);
    try {
      const result = await this.engine.call(
        'run_backtest',
        { workspace, catalog, run_id: id, run_directory: this.store.directory(id), request: resolved },
        { signal: job.signal, onStart, onProgress, onLog },
      );
      await starting;
      const elapsed = (Date.now() - startedAt) / 1000;
      const more = await this.keepMore(id, order, result.more_runs, elapsed);
      return await this.store.update(id, {
        ...completed(result, elapsed),
        ...(more.length === 0 ? {} : { more_runs: more }),
        fingerprint: await order.fingerprint.catch(() => undefined),
      });
    } catch (error) {
      await starting;
      const failure = timedOut ? timeout(timeoutSeconds ?? 0) : toQuarterdeckError(error);
      return await this.store.update(id, {
        status: failure.code === 'CANCELLED' ? 'cancelled' : 'failed',
        finished_at: new Date().toISOString(),
        error: failure.toObject(),
        progress: undefined,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

function timeout(seconds: number): QuarterdeckError {
  return new QuarterdeckError(
    'RUN_TIMEOUT',
    `The run did not finish within ${seconds} s and was ended.`,
    'Raise timeout_seconds, or look for an endless loop in the strategy.',
    { path: 'timeout_seconds' },
  );
}
