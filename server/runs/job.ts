import type { LogLine, Progress } from '../protocol/engine.ts';

export interface Listener {
  onProgress?: (progress: Progress) => void;
  onLog?: (line: LogLine) => void;
}

/** Work that belongs to the server rather than to the client that asked for it, and whoever wants to hear of it. */
export class Job<T> {
  readonly finished: Promise<T>;
  private readonly abort = new AbortController();
  private readonly listeners = new Set<Listener>();

  /** @param work begins at once, and gets what ends it. */
  constructor(work: (job: Job<T>) => Promise<T>) {
    this.finished = work(this);
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  progress(progress: Progress): void {
    for (const listener of this.listeners) listener.onProgress?.(progress);
  }

  log(line: LogLine): void {
    for (const listener of this.listeners) listener.onLog?.(line);
  }

  /** Waits until the work has ended, or until `signal` aborts; stopping to wait does not stop the work. */
  async follow({ signal, ...listener }: Listener & { signal?: AbortSignal }): Promise<void> {
    this.listeners.add(listener);
    try {
      await Promise.race([this.finished, aborted(signal)]);
    } finally {
      this.listeners.delete(listener);
    }
  }

  /** Ends the work: whoever does it was given {@link signal}. */
  end(): void {
    this.abort.abort();
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
