import { renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../instance/lock.ts';
import { QuarterdeckError } from '../protocol/errors.ts';

const heartbeatMs = 2_000;
/** A holder that shows no life for so long is gone, whoever has its process id by now. */
const lifelessMs = 60_000;

/** Does `work` while no other process does the same; waits for one that does. */
export async function inTurn<T>(
  lockFile: string,
  options: { signal?: AbortSignal | undefined; onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  const release = await takeLock(lockFile, options);
  const heartbeat = setInterval(() => touch(lockFile), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
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
    if (isLifeless(lockFile)) removeLifeless(lockFile);
    else await delay(200);
    if (signal?.aborted) throw cancelled();
  }
}

/** Moved aside first: of two that find the same lifeless lock, only one gets it, and nobody deletes a new one. */
function removeLifeless(lockFile: string): void {
  const aside = `${lockFile}.lifeless.${process.pid}`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return;
  }
  if (isLifeless(aside)) rmSync(aside, { force: true });
  else renameSync(aside, lockFile);
}

function isLifeless(file: string): boolean {
  const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return changed !== undefined && Date.now() - changed > lifelessMs;
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Taken over after a long sleep of this machine; the other one finds or builds the environment too.
  }
}
