import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Takes an exclusive lock file that holds our pid; a lock whose process is gone is taken over.
 *
 * @returns how to release it, or undefined when a living process has it.
 */
export function tryLock(file: string): (() => void) | undefined {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const mine = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(mine, String(process.pid), { mode: 0o600 });
  try {
    // A link appears whole or not at all, so nobody ever reads half a lock.
    if (!link(mine, file)) {
      const holder = readPid(file);
      if (holder !== undefined && isAlive(holder)) return undefined;
      if (!removeStale(file, holder) || !link(mine, file)) return undefined;
    }
    return () => {
      if (readPid(file) === process.pid) rmSync(file, { force: true });
    };
  } finally {
    rmSync(mine, { force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Moves the dead holder's lock away; puts it back when it turns out to be another's by now. */
function removeStale(file: string, holder: number | undefined): boolean {
  const aside = `${file}.stale.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch {
    return true;
  }
  const moved = readPid(aside);
  const another = moved !== holder && moved !== undefined && isAlive(moved);
  if (another) link(aside, file);
  rmSync(aside, { force: true });
  return !another;
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

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
