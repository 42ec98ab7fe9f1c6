import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../lock.ts';
import { QuarterdeckError } from '../protocol/errors.ts';

/** Does `work` while no other process does the same; waits for one that does. */
export async function inTurn<T>(
  lockFile: string,
  options: { signal?: AbortSignal | undefined; onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  const release = await takeLock(lockFile, options);
  try {
    return await work();
  } finally {
    release();
  }
}

export function cancelled(): QuarterdeckError {
  return new QuarterdeckError('CANCELLED', 'The set-up was cancelled.', 'Run it again when you like.');
}

async function takeLock(
  lockFile: string,
  { signal, onWait }: { signal?: AbortSignal | undefined; onWait: () => void },
): Promise<() => void> {
  for (let told = false; ; told = true) {
    const release = tryLock(lockFile);
    if (release) return release;
    if (!told) onWait();
    await delay(200);
    if (signal?.aborted) throw cancelled();
  }
}
