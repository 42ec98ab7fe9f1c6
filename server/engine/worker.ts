import { setTimeout as sleep } from 'node:timers/promises';
import { execa, type ResultPromise } from 'execa';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
} from 'vscode-jsonrpc/node';
import { pythonHost } from '../paths.ts';
import type { LogLine, Progress } from '../protocol/engine.ts';
import {
  contractVersion,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
  engineErrorCode,
  engineMethods,
  engineNotifications,
  type WorkerRole,
} from '../protocol/engine.ts';
import { ErrorObject, QuarterdeckError } from '../protocol/errors.ts';
import type { NodeEvent } from '../protocol/node.ts';
import { exitReason, type WorkerExit } from './exitReason.ts';
import { FrameWriter } from './frameWriter.ts';

/** What a call may carry besides its parameters. */
export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  onLog?: (line: LogLine) => void;
}

export interface WorkerSettings {
  python: string;
  role: WorkerRole;
  memoryLimitBytes: number;
  env: NodeJS.ProcessEnv;
  /** Ends the worker when it aborts, ready or not. */
  signal: AbortSignal;
}

const readyTimeoutMs = 60_000;
/** A query worker always answers its heart; a run may hold Python's lock for long, so silence is no proof there. */
const silenceLimitMs = 30_000;
const pingTimeoutMs = 2_000;
const methodNotFound = -32601;
const stderrKept = 64 * 1024;

/** One Python child process and the typed channel to it. */
export class EngineWorker {
  readonly role: WorkerRole;
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<WorkerExit>;
  private readonly child: ResultPromise<{ reject: false; buffer: false }>;
  private readonly connection: MessageConnection;
  /** How to fail the calls under way, should the process end. */
  private readonly underWay = new Set<(reason: QuarterdeckError) => void>();
  /** Hears what a node worker says unasked, in order. */
  onNodeEvents: ((events: NodeEvent[]) => void) | undefined;
  private current: CallOptions = {};
  private ended: WorkerExit | undefined;
  private stderr = '';
  private lastBeat = Date.now();

  private constructor(settings: WorkerSettings) {
    this.role = settings.role;
    const args = ['-u', '-m', 'quarterdeck', '--role', settings.role];
    const child = execa(settings.python, [...args, '--memory-limit', String(settings.memoryLimitBytes)], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      buffer: false,
      reject: false,
      extendEnv: false,
      env: workerEnvironment(settings.env),
      // Its own process group, so that what user code started ends with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.child = child;
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-stderrKept);
    });
    this.connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new FrameWriter(child.stdin),
      // The peer is ours: what it says out of protocol is already on stderr.
      { error: () => {}, warn: () => {}, info: () => {}, log: () => {} },
    );
    this.connection.onError(() => {});
    this.exited = child.then((result) => {
      this.ended = { exitCode: result.exitCode, signal: result.signal, stderr: this.stderr };
      for (const fail of this.underWay) fail(exitReason(this.ended));
      this.connection.dispose();
      return this.ended;
    });
    this.listen();
    const kill = () => this.kill();
    settings.signal.addEventListener('abort', kill, { once: true });
    void this.exited.then(() => settings.signal.removeEventListener('abort', kill));
  }

  /** Starts a worker and waits until it says it is ready and speaks our contract. */
  static async start(settings: WorkerSettings): Promise<EngineWorker> {
    const worker = new EngineWorker(settings);
    let timer: NodeJS.Timeout | undefined;
    try {
      const ready = new Promise<number>((resolve) => {
        worker.connection.onNotification('ready', (value: unknown) => {
          resolve(engineNotifications.ready.parse(value).contract);
        });
      });
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(unresponsive('did not become ready within 60 s')), readyTimeoutMs);
      });
      worker.connection.listen();
      const contract = await Promise.race([
        ready,
        late,
        worker.exited.then((exit) => Promise.reject(notStarted(exit))),
      ]);
      if (contract !== contractVersion) throw contractMismatch(contract);
      worker.lastBeat = Date.now();
      return worker;
    } catch (error) {
      worker.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Settles with the reason when the process has ended; never rejects. */
  get lost(): Promise<QuarterdeckError> {
    return this.exited.then(exitReason);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get alive(): boolean {
    return this.ended === undefined;
  }

  /** What the process wrote to stderr last, user `print()` included. */
  get output(): string {
    return this.stderr;
  }

  /**
   * Calls a method and waits for its typed result.
   *
   * @throws QuarterdeckError what the worker answered, or why it could not: its end fails the call at once.
   */
  async call<M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    options: CallOptions = {},
  ): Promise<EngineResult<M>> {
    if (this.ended) throw exitReason(this.ended);
    const cancellation = new CancellationTokenSource();
    const cancel = () => cancellation.cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    this.current = options;
    const watch = this.role === 'query' ? this.watchSilence() : undefined;
    let fail: (reason: QuarterdeckError) => void = () => {};
    const lost = new Promise<never>((_, reject) => {
      fail = reject;
    });
    this.underWay.add(fail);
    try {
      const answer = this.connection.sendRequest<unknown>(method, params, cancellation.token);
      const result = await Promise.race([answer.catch((error) => this.translate(error)), lost]);
      return engineMethods[method].result.parse(result) as EngineResult<M>;
    } finally {
      clearInterval(watch);
      this.underWay.delete(fail);
      options.signal?.removeEventListener('abort', cancel);
      this.current = {};
      cancellation.dispose();
    }
  }

  /** Whether the process still answers; one that was just killed may be gone before we hear of it. */
  async responds(): Promise<boolean> {
    if (this.ended) return false;
    const silent = new AbortController();
    const late = sleep(pingTimeoutMs, false, { signal: silent.signal, ref: false }).catch(() => false);
    // No worker knows this method: that it says so is the answer.
    const answer = this.connection.sendRequest('ping').then(
      () => true,
      (error) => error instanceof ResponseError && error.code === methodNotFound,
    );
    const alive = await Promise.race([answer, late, this.exited.then(() => false)]);
    silent.abort();
    return alive;
  }

  /** Ends the process and all it started, now. */
  kill(): void {
    const { pid } = this.child;
    if (pid === undefined || this.ended) return;
    try {
      if (process.platform === 'win32') this.child.kill('SIGKILL');
      else process.kill(-pid, 'SIGKILL');
    } catch {
      this.child.kill('SIGKILL');
    }
  }

  private listen(): void {
    const { heartbeat, progress, log, node_events } = engineNotifications;
    this.connection.onNotification('heartbeat', (value: unknown) => {
      heartbeat.parse(value);
      this.lastBeat = Date.now();
    });
    this.connection.onNotification('progress', (value: unknown) =>
      this.current.onProgress?.(progress.parse(value)),
    );
    this.connection.onNotification('log', (value: unknown) => {
      for (const line of log.parse(value).lines) this.current.onLog?.(line);
    });
    this.connection.onNotification('node_events', (value: unknown) =>
      this.onNodeEvents?.(node_events.parse(value).events),
    );
  }

  private watchSilence(): NodeJS.Timeout {
    this.lastBeat = Date.now();
    return setInterval(() => {
      if (Date.now() - this.lastBeat > silenceLimitMs) this.kill();
    }, 1000);
  }

  /** A dead worker closes its channel before its exit is known: wait for the exit, it has the reason. */
  private async translate(error: unknown): Promise<never> {
    if (error instanceof ResponseError && error.code === engineErrorCode) {
      throw QuarterdeckError.fromObject(ErrorObject.parse(error.data));
    }
    if (error instanceof ResponseError && error.code === -32800) throw cancelled();
    if (error instanceof ResponseError && error.code === -32602) {
      throw new QuarterdeckError(
        'ENGINE_CONTRACT',
        error.message,
        'This is a defect of Quarterdeck; please report it.',
      );
    }
    const exit = await Promise.race([
      this.exited,
      new Promise<undefined>((r) => setTimeout(r, 2000, undefined)),
    ]);
    throw exit ? exitReason(exit) : error;
  }
}

export function cancelled(): QuarterdeckError {
  return new QuarterdeckError('CANCELLED', 'The call was cancelled.', 'Nothing; call again to start over.');
}

/** The child's environment: the user's, with our host on the import path and Electron's Node switch gone. */
function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _, PYTHONHOME: __, ...rest } = env;
  return {
    ...rest,
    PYTHONPATH: pythonHost,
    PYTHONUTF8: '1',
    // The engine walks sets of orders: with Python's random hashes the same run can end differently.
    PYTHONHASHSEED: rest.PYTHONHASHSEED ?? '0',
  };
}

function unresponsive(what: string): QuarterdeckError {
  return new QuarterdeckError(
    'ENGINE_UNRESPONSIVE',
    `The engine process ${what}.`,
    'Run "quarterdeck doctor".',
  );
}

function notStarted(exit: WorkerExit): QuarterdeckError {
  const reason = exitReason(exit);
  return new QuarterdeckError(
    reason.code,
    `The engine process ended before it was ready. ${lastLine(exit.stderr)}`.trim(),
    'Run "quarterdeck doctor" to check the Python environment, then "quarterdeck setup".',
    reason.extra,
  );
}

function contractMismatch(contract: number): QuarterdeckError {
  return new QuarterdeckError(
    'ENGINE_CONTRACT',
    `The engine host speaks contract ${contract}, this server ${contractVersion}.`,
    'Reinstall Quarterdeck: its parts come from different versions.',
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
