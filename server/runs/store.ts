import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { QuarterdeckError } from '../protocol/errors.ts';
import { type RunKind, RunRecord } from '../protocol/run.ts';

/** The runs of a workspace, each a folder with `run.json` in it. This process is their only writer. */
export class RunStore {
  private readonly known = new Map<string, { mtimeMs: number; record: RunRecord }>();
  private readonly turns = new Map<string, Promise<void>>();
  private readonly listeners = new Set<(id: string) => void>();

  constructor(private readonly folder: string) {}

  /** The folder that holds a run's frames and log. */
  directory(id: string): string {
    return path.join(this.folder, id);
  }

  /** Calls `listener` with the id of every run that changes; returns how to stop. */
  onChange(listener: (id: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Makes a run with a folder of its own: an empty one, or one that is there already and is moved to its place. */
  async create(
    fields: Pick<RunRecord, 'request' | 'catalog' | 'tags' | 'note' | 'node'>,
    directory?: string,
    kind: RunKind = 'backtest',
  ): Promise<RunRecord> {
    const now = new Date();
    const record: RunRecord = {
      id: newId(kind === 'backtest' ? 'bt' : kind, now),
      kind,
      status: 'queued',
      created_at: now.toISOString(),
      ...fields,
    };
    await mkdir(directory === undefined ? this.directory(record.id) : this.folder, { recursive: true });
    if (directory !== undefined) await rename(directory, this.directory(record.id));
    await ignoreByGit(path.dirname(this.folder));
    return this.save(record);
  }

  /**
   * Makes a run known that was made elsewhere, under its own id.
   *
   * @param fill puts what belongs to it into the folder it is given.
   */
  async adopt(record: RunRecord, fill: (directory: string) => Promise<void>): Promise<RunRecord> {
    const arriving = path.join(this.folder, `.arriving-${record.id}-${randomBytes(4).toString('hex')}`);
    await mkdir(arriving, { recursive: true });
    await ignoreByGit(path.dirname(this.folder));
    try {
      await fill(arriving);
      await writeFile(path.join(arriving, 'run.json'), textOf(record));
      await rename(arriving, this.directory(record.id));
    } catch (error) {
      await rm(arriving, { recursive: true, force: true });
      // Somebody else may have brought it meanwhile.
      const there = await this.find(record.id);
      if (there) return there;
      throw error;
    }
    this.tell(record.id);
    return this.get(record.id);
  }

  /** One change of a run after the other, so that none is lost. */
  async update(
    id: string,
    changes: Partial<RunRecord> | ((record: RunRecord) => Partial<RunRecord>),
  ): Promise<RunRecord> {
    const before = this.turns.get(id) ?? Promise.resolve();
    const turn = before.then(async () => {
      const record = await this.get(id);
      return this.save({ ...record, ...(typeof changes === 'function' ? changes(record) : changes) });
    });
    const settled = turn.then(
      () => {},
      () => {},
    );
    this.turns.set(id, settled);
    void settled.then(() => {
      if (this.turns.get(id) === settled) this.turns.delete(id);
    });
    return turn;
  }

  /** Removes a run with all it left. */
  async remove(id: string): Promise<void> {
    const folder = this.directory((await this.get(id)).id);
    // Out of sight at once; what an interruption leaves behind is no run.
    const condemned = path.join(this.folder, `.removed-${id}`);
    await rename(folder, condemned);
    this.known.delete(id);
    this.tell(id);
    await rm(condemned, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Remembers what changes many times a second without writing it to disk. */
  note(id: string, changes: Pick<RunRecord, 'progress'>): void {
    const entry = this.known.get(id);
    if (!entry) return;
    entry.record = { ...entry.record, ...changes };
    this.tell(id);
  }

  /** The run of this id, if there is one. */
  async find(id: string): Promise<RunRecord | undefined> {
    return isRunId(id) ? this.read(id) : undefined;
  }

  /** @throws QuarterdeckError RUN_NOT_FOUND */
  async get(id: string): Promise<RunRecord> {
    const record = await this.find(id);
    if (record) return record;
    throw new QuarterdeckError(
      'RUN_NOT_FOUND',
      `There is no run "${id}" in this workspace.`,
      'list_runs shows the runs there are.',
      {
        path: 'run_id',
      },
    );
  }

  /** All runs, newest first. A folder whose run.json cannot be read is left out. */
  async list(): Promise<RunRecord[]> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    const records = await Promise.all(names.filter(isRunId).map((id) => this.read(id)));
    return records.filter((record) => record !== undefined).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** Marks runs that a server left unfinished when it died. */
  async closeUnfinished(): Promise<void> {
    for (const record of await this.list()) {
      if (record.status !== 'queued' && record.status !== 'running') continue;
      const error = new QuarterdeckError(
        'ENGINE_LOST',
        'The server ended while this run was under way, and the run with it.',
        'Run it again: the request is kept with the run.',
      );
      await this.update(record.id, {
        status: 'failed',
        finished_at: new Date().toISOString(),
        error: error.toObject(),
      });
    }
  }

  private async read(id: string): Promise<RunRecord | undefined> {
    const file = path.join(this.directory(id), 'run.json');
    const mtimeMs = await stat(file).then(
      (s) => s.mtimeMs,
      () => undefined,
    );
    if (mtimeMs === undefined) return undefined;
    const entry = this.known.get(id);
    if (entry && entry.mtimeMs === mtimeMs) return entry.record;
    const parsed = RunRecord.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (!parsed.success) return undefined;
    this.known.set(id, { mtimeMs, record: parsed.data });
    return parsed.data;
  }

  private async save(record: RunRecord): Promise<RunRecord> {
    const file = path.join(this.directory(record.id), 'run.json');
    const temporary = `${file}.${randomBytes(4).toString('hex')}`;
    await writeFile(temporary, textOf(record));
    await rename(temporary, file);
    this.known.set(record.id, { mtimeMs: (await stat(file)).mtimeMs, record });
    this.tell(record.id);
    return record;
  }

  private tell(id: string): void {
    for (const listener of this.listeners) listener(id);
  }
}

/** @throws QuarterdeckError RUN_NOT_FINISHED: what a run leaves behind is written when it completes */
export function requireCompleted({ id, status }: RunRecord): void {
  if (status === 'completed') return;
  throw new QuarterdeckError(
    'RUN_NOT_FINISHED',
    `Run ${id} is ${status}; its frames are written when it completes.`,
    'get_run with detail "summary" says how far it is or why it failed; "log" shows what it logged.',
    { path: 'run_id' },
  );
}

function textOf(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Sorts by time of creation; the random end keeps two of one moment apart. */
export function newId(kind: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:T]/g, '').slice(0, 17).replace('.', '-');
  return `${kind}-${stamp.slice(0, 8)}-${stamp.slice(8)}-${randomBytes(3).toString('hex')}`;
}

export function isRunId(name: string): boolean {
  return /^[a-z]+-\d{8}-[\d-]+-[0-9a-f]{6}$/.test(name);
}

/** `.quarterdeck/` ignores itself, so that nobody has to think of it. */
async function ignoreByGit(folder: string): Promise<void> {
  await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => {});
}
