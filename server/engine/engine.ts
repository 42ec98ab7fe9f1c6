import type { EngineParams, EngineResult, PooledMethod } from '../protocol/engine.ts';
import { engineMethods } from '../protocol/engine.ts';
import { EnginePool, type PoolSettings } from './pool.ts';
import type { CallOptions, EngineWorker } from './worker.ts';
import { cancelled } from './worker.ts';

/** The engine as the rest of the server sees it: typed calls, processes out of sight. */
export class Engine {
  private readonly pool: EnginePool;
  private readonly environments = new WeakMap<EngineWorker, EngineResult<'environment'>>();

  constructor(settings: PoolSettings) {
    this.pool = new EnginePool(settings);
  }

  /** Runs waiting for a slot and runs under way. */
  get load(): { queued: number; running: number } {
    return { queued: this.pool.queued, running: this.pool.running };
  }

  /**
   * Calls a method of the engine in the process that suits it.
   *
   * A `run` method gets a worker of its own: aborting `signal` ends that process, whatever it is doing.
   * @throws QuarterdeckError
   */
  async call<M extends PooledMethod>(
    method: M,
    params: EngineParams<M>,
    options: CallOptions & { onStart?: () => void } = {},
  ): Promise<EngineResult<M>> {
    if (options.signal?.aborted) throw cancelled();
    if (engineMethods[method].role === 'query') {
      const worker = await this.pool.queryWorker();
      return worker.call(method, params, options);
    }
    const lease = await this.pool.lease(options.signal);
    try {
      options.onStart?.();
      return await callAndEnd(lease.worker, method, params, options);
    } finally {
      lease.release();
    }
  }

  /**
   * Versions and places, as the process that answers questions has them: asked once of each process, because a package
   * does not change under a running one.
   */
  async environment(options: CallOptions = {}): Promise<EngineResult<'environment'>> {
    if (options.signal?.aborted) throw cancelled();
    const worker = await this.pool.queryWorker();
    const known = this.environments.get(worker);
    if (known) return known;
    const environment = await worker.call('environment', {}, options);
    this.environments.set(worker, environment);
    return environment;
  }

  /** Starts a process for one trading node; it belongs to the caller, who ends it by aborting `signal`. */
  signInOf(...clients: Parameters<EnginePool['signInOf']>): Record<string, string> {
    return this.pool.signInOf(...clients);
  }

  nodeWorker(...order: Parameters<EnginePool['nodeWorker']>): Promise<EngineWorker> {
    return this.pool.nodeWorker(...order);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

async function callAndEnd<M extends PooledMethod>(
  worker: EngineWorker,
  method: M,
  params: EngineParams<M>,
  options: CallOptions,
): Promise<EngineResult<M>> {
  const { signal, ...rest } = options;
  if (signal?.aborted) throw cancelled();
  const kill = () => worker.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await worker.call(method, params, rest);
  } catch (error) {
    throw signal?.aborted ? cancelled() : error;
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}
