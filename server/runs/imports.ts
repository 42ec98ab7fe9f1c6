import type { Engine } from '../engine/engine.ts';
import type { ImportDataResult } from '../protocol/data.ts';
import type { EngineParams, Progress } from '../protocol/engine.ts';
import { type ErrorObject, toQuarterdeckError } from '../protocol/errors.ts';
import type { RunStatus } from '../protocol/run.ts';
import { Job, type Listener } from './job.ts';
import { newId } from './store.ts';

/** Ended imports that are remembered: long enough for whoever asked to hear of it. */
const remembered = 100;

/** An import of data: under way, or what it came to. */
export interface ImportRecord {
  id: string;
  status: RunStatus;
  progress?: Progress;
  result?: ImportDataResult;
  error?: ErrorObject;
}

interface Import {
  record: ImportRecord;
  job: Job<void>;
}

/** The imports of a server. What they wrote is in the catalog; how they went is forgotten when the server ends. */
export class Imports {
  private readonly known = new Map<string, Import>();

  constructor(private readonly engine: Engine) {}

  get activeCount(): number {
    return [...this.known.values()].filter(({ record }) => isUnderWay(record)).length;
  }

  start(params: EngineParams<'import_data'>): ImportRecord {
    const record: ImportRecord = { id: newId('im', new Date()), status: 'queued' };
    this.known.set(record.id, { record, job: new Job((job) => this.execute(record, params, job)) });
    this.forget();
    return record;
  }

  /** The import of this id, if there is one. */
  find(id: string): ImportRecord | undefined {
    return this.known.get(id)?.record;
  }

  /** Waits until the import has ended, or until `signal` aborts. */
  async wait(record: ImportRecord, options: Listener & { signal?: AbortSignal }): Promise<void> {
    await this.known.get(record.id)?.job.follow(options);
  }

  /** Ends the import's process; the catalog stays as it was. A finished import stays as it is. */
  async cancel(record: ImportRecord): Promise<void> {
    const job = this.known.get(record.id)?.job;
    job?.end();
    await job?.finished;
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map(({ record }) => this.cancel(record)));
  }

  private async execute(
    record: ImportRecord,
    params: EngineParams<'import_data'>,
    job: Job<void>,
  ): Promise<void> {
    try {
      record.result = await this.engine.call('import_data', params, {
        signal: job.signal,
        onStart: () => {
          record.status = 'running';
        },
        onProgress: (progress) => {
          record.progress = progress;
          job.progress(progress);
        },
        onLog: (line) => job.log(line),
      });
      record.status = 'completed';
    } catch (error) {
      const failure = toQuarterdeckError(error);
      record.error = failure.toObject();
      record.status = failure.code === 'CANCELLED' ? 'cancelled' : 'failed';
    } finally {
      delete record.progress;
    }
  }

  private forget(): void {
    const ended = [...this.known.values()].filter(({ record }) => !isUnderWay(record));
    for (const { record } of ended.slice(0, Math.max(0, ended.length - remembered)))
      this.known.delete(record.id);
  }
}

function isUnderWay({ status }: ImportRecord): boolean {
  return status === 'queued' || status === 'running';
}
