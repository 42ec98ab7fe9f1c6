import { randomBytes } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const heartbeatMs = 2_000;
/** A holder that shows no life for so long is gone, whoever has its process id by now. */
const lifelessMs = 60_000;

/**
 * Takes an exclusive lock file that holds our pid and is touched while we live. The lock of a process that is gone,
 * or that shows no life, is taken over.
 *
 * @returns how to release it, or undefined when a living process has it.
 */
export function tryLock(file: string): (() => void) | undefined {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const mine = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(mine, String(process.pid), { mode: 0o600 });
  try {
    // A link appears whole or not at all, so nobody ever reads half a lock.
    if (!link(mine, file) && !(isStale(file) && removeStale(file) && link(mine, file))) return undefined;
  } finally {
    rmSync(mine, { force: true });
  }
  const heartbeat = setInterval(() => touch(file), heartbeatMs);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    if (readPid(file) === process.pid) rmSync(file, { force: true });
  };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isStale(file: string): boolean {
  const holder = readPid(file);
  const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return (
    holder === undefined || !isAlive(holder) || (changed !== undefined && Date.now() - changed > lifelessMs)
  );
}

/** Moved aside first: of two that find the same stale lock only one gets it, and nobody deletes a new one. */
function removeStale(file: string): boolean {
  const aside = `${file}.stale.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch {
    return true;
  }
  const stale = isStale(aside);
  if (!stale) link(aside, file);
  rmSync(aside, { force: true });
  return stale;
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Taken over after a long sleep of this machine; who took it finds us by our socket, or does our work again.
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
