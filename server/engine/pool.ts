import os from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { NodeEvent } from '../protocol/node.ts';
import { forClients, forNode, type NodeClients, withoutSecrets } from './inheritance.ts';
import { cancelled, EngineWorker } from './worker.ts';

export interface PoolSettings {
  /** Finds (or builds) the environment; called for the first worker, and again after it failed. */
  python: () => Promise<string>;
  env: NodeJS.ProcessEnv;
  /** Credentials that were handed over; a node's process gets those of its own clients. */
  credentials?: () => Record<string, string>;
  /** Runs at once; default one per core. */
  slots?: number;
  /** Workers kept ready once a run has been asked for. */
  warm?: number;
  /** Warm workers and the query worker are let go after this long without use. */
  idleMs?: number;
}

/** A run worker for one request, and the way to give its slot back. */
export interface Lease {
  worker: EngineWorker;
  release(): void;
}

const restartWindowMs = 3 * 60_000;
const restartLimit = 4;
/** Nothing but a node was asked for so long: its start is over, and so is what is done with it at once. */
const spareAfterMs = 5_000;
const answerFirstMs = 20;

/** The engine's processes: one for queries, a few warm ones for runs, and the queue in front of them. */
export class EnginePool {
  private readonly slots: number;
  private readonly warmTarget: number;
  private readonly idleMs: number;
  private readonly memoryLimitBytes: number;
  private readonly waiting: (() => void)[] = [];
  private readonly failures: number[] = [];
  private readonly live = new Set<EngineWorker>();
  private query: Promise<EngineWorker> | undefined;
  private warm: Promise<EngineWorker>[] = [];
  private busy = 0;
  private refilling = false;
  private idle: NodeJS.Timeout | undefined;
  private spare: { env: NodeJS.ProcessEnv; worker: Promise<EngineWorker> } | undefined;
  private spareTimer: NodeJS.Timeout | undefined;
  private readonly closing = new AbortController();

  constructor(private readonly settings: PoolSettings) {
    this.slots = settings.slots ?? os.availableParallelism();
    this.warmTarget = settings.warm ?? Math.min(2, this.slots);
    this.idleMs = settings.idleMs ?? 5 * 60_000;
    this.memoryLimitBytes = Math.floor(Math.max(2 * 2 ** 30, (os.totalmem() * 0.75) / this.slots));
  }

  /** How many requests wait for a slot. */
  get queued(): number {
    return this.waiting.length;
  }

  get running(): number {
    return this.busy;
  }

  /** The worker that answers questions and runs no user code; started when first needed. */
  async queryWorker(): Promise<EngineWorker> {
    this.touch();
    const existing = this.query && (await this.query.catch(() => undefined));
    if (existing?.alive && this.query) return existing;
    const starting = this.start('query');
    this.query = starting;
    starting.catch(() => {
      if (this.query === starting) this.query = undefined;
    });
    return starting;
  }

  /** Waits for a slot, then hands out a fresh worker that nobody used before. */
  async lease(signal?: AbortSignal): Promise<Lease> {
    await this.admit(signal);
    try {
      const worker = await this.freshWorker();
      return { worker, release: () => this.release(worker) };
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  /**
   * A worker that nobody shares and that takes no slot: a trading node runs beside everything else.
   *
   * @param clients what it will be connected with, and so may sign in with.
   */
  async nodeWorker(
    signal: AbortSignal,
    clients: NodeClients,
    onNodeEvents: (events: NodeEvent[]) => void,
  ): Promise<EngineWorker> {
    const python = await this.settings.python();
    if (signal.aborted || this.closing.signal.aborted) throw cancelled();
    const env = forNode(this.settings.env, clients, this.settings.credentials?.() ?? {});
    const { memoryLimitBytes } = this;
    const worker =
      (await this.takeSpare(env)) ??
      (await EngineWorker.start({ ...{ python, role: 'node', env, signal, memoryLimitBytes } }));
    worker.onNodeEvents = onNodeEvents;
    const end = () => worker.kill();
    signal.addEventListener('abort', end, { once: true });
    void worker.exited.then(() => signal.removeEventListener('abort', end));
    if (signal.aborted) end();
    this.touch();
    this.spareLater();
    return worker;
  }

  /** What a client that is added to a running node may sign in with. */
  signInOf(clients: NodeClients): Record<string, string> {
    return forClients(this.settings.env, clients, this.settings.credentials?.() ?? {});
  }

  /** The spare node worker, if it sees what this node is to see; it belongs to the caller then. */
  private async takeSpare(env: NodeJS.ProcessEnv): Promise<EngineWorker | undefined> {
    const spare = this.spare;
    this.spare = undefined;
    const worker = await spare?.worker.catch(() => undefined);
    if (!spare || !worker) return undefined;
    this.live.delete(worker);
    if (isDeepStrictEqual(spare.env, env) && (await worker.responds())) return worker;
    worker.kill();
    return undefined;
  }

  /** Who started one node starts others: when nothing else wants the cores, the next one's worker is made ready. */
  private spareLater(): void {
    clearTimeout(this.spareTimer);
    this.spareTimer = setTimeout(() => {
      if (this.closing.signal.aborted || this.spare) return;
      if (this.busy > 0 || this.refilling) this.spareLater();
      else this.startSpare();
    }, spareAfterMs);
    this.spareTimer.unref();
  }

  private startSpare(): void {
    const env = forNode(this.settings.env, { adapters: [], hasOwn: false }, {});
    const { memoryLimitBytes } = this;
    const start = async () => {
      const python = await this.settings.python();
      // It outlives the pool once a node has it.
      const signal = new AbortController().signal;
      const worker = await EngineWorker.start({ ...{ python, role: 'node', env, signal, memoryLimitBytes } });
      this.live.add(worker);
      void worker.exited.then(() => this.live.delete(worker));
      if (this.closing.signal.aborted) worker.kill();
      return worker;
    };
    const spare = { env, worker: start() };
    this.spare = spare;
    spare.worker.catch(() => {
      if (this.spare === spare) this.spare = undefined;
    });
  }

  /** Ends every process of the pool and waits until they are gone. */
  async close(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.idle);
    clearTimeout(this.spareTimer);
    const spare = await this.spare?.worker.catch(() => undefined);
    spare?.kill();
    await Promise.allSettled([...this.warm, this.query]);
    await Promise.all([...this.live].map((worker) => worker.exited));
  }

  private async admit(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw cancelled();
    if (this.busy < this.slots) {
      this.busy++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        const index = this.waiting.indexOf(turn);
        if (index >= 0) this.waiting.splice(index, 1);
        reject(cancelled());
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(turn);
    });
  }

  /** Hands the slot to whoever waits longest. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.busy--;
  }

  private release(worker: EngineWorker): void {
    this.leave();
    // Ending a process and starting the next take longer than an answer, which goes first.
    setTimeout(() => {
      worker.kill();
      this.refill();
    }, answerFirstMs);
  }

  private async freshWorker(): Promise<EngineWorker> {
    let worker: EngineWorker | undefined;
    while (this.warm.length > 0 && !worker) {
      const candidate = await this.warm.shift()?.catch(() => undefined);
      if (await candidate?.responds()) worker = candidate;
      else candidate?.kill();
    }
    worker ??= await this.start('run');
    this.refill();
    return worker;
  }

  /** One start at a time, and none that would take a core from a run: a start costs one for a second or two. */
  private refill(): void {
    this.touch();
    const spareWhileBusy = this.slots - this.busy >= 2 ? Math.min(1, this.warmTarget) : 0;
    const target = this.busy > 0 ? spareWhileBusy : this.warmTarget;
    if (this.closing.signal.aborted || this.refilling || this.warm.length >= target) return;
    void this.warmUp();
  }

  private async warmUp(): Promise<void> {
    this.refilling = true;
    const starting = this.start('run');
    this.warm.push(starting);
    const worker = await starting.catch(() => undefined);
    this.refilling = false;
    if (worker) this.refill();
    else this.warm = this.warm.filter((other) => other !== starting);
  }

  private async start(role: 'query' | 'run'): Promise<EngineWorker> {
    this.checkRestarts();
    const python = await this.settings.python();
    if (this.closing.signal.aborted) throw cancelled();
    try {
      const env = withoutSecrets(this.settings.env);
      const { signal } = this.closing;
      const worker = await EngineWorker.start({
        python,
        role,
        env,
        signal,
        memoryLimitBytes: this.memoryLimitBytes,
      });
      this.live.add(worker);
      void worker.exited.then(() => this.live.delete(worker));
      if (role === 'query') void worker.exited.then(() => this.lostQueryWorker(worker));
      return worker;
    } catch (error) {
      if (this.closing.signal.aborted) throw cancelled();
      this.failures.push(Date.now());
      throw error;
    }
  }

  private lostQueryWorker(worker: EngineWorker): void {
    if (this.closing.signal.aborted || this.letGo.has(worker)) return;
    this.failures.push(Date.now());
    this.query = undefined;
  }

  private readonly letGo = new WeakSet<EngineWorker>();

  private checkRestarts(): void {
    const since = Date.now() - restartWindowMs;
    while (this.failures.length > 0 && (this.failures[0] ?? 0) < since) this.failures.shift();
    if (this.failures.length > restartLimit) {
      throw new QuarterdeckError(
        'ENGINE_RESTARTS',
        `The engine process failed ${this.failures.length} times in 3 minutes; it is not started again for now.`,
        'Run "quarterdeck doctor", then try again in three minutes or restart the server with "quarterdeck stop".',
      );
    }
  }

  /** Puts off the moment at which idle workers are let go. */
  private touch(): void {
    clearTimeout(this.idle);
    if (this.closing.signal.aborted) return;
    this.idle = setTimeout(() => void this.letIdleGo(), this.idleMs);
    this.idle.unref();
  }

  private async letIdleGo(): Promise<void> {
    if (this.busy > 0) return this.touch();
    const { spare } = this;
    const leaving = [...this.warm, ...(this.query ? [this.query] : []), ...(spare ? [spare.worker] : [])];
    this.spare = undefined;
    this.warm = [];
    this.query = undefined;
    for (const starting of leaving) {
      const worker = await starting.catch(() => undefined);
      if (!worker) continue;
      this.letGo.add(worker);
      worker.kill();
    }
  }
}
