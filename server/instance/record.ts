import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { workspaceHash } from '../paths.ts';
import { QuarterdeckError } from '../protocol/errors.ts';

/** What a running server publishes about itself: `servers/<workspace hash>.json` in the user data folder. */
export const ServerRecord = z.object({
  pid: z.int(),
  version: z.string(),
  workspace: z.string(),
  url: z.string(),
  socket: z.string(),
  token_file: z.string(),
  started_at: z.string(),
});
export type ServerRecord = z.infer<typeof ServerRecord>;

/** The files of one workspace's server. */
export interface InstanceFiles {
  record: string;
  lock: string;
  token: string;
  port: string;
  socket: string;
  log: string;
}

export function instanceFiles(home: string, workspace: string): InstanceFiles {
  const hash = workspaceHash(workspace);
  const base = path.join(home, 'servers', hash);
  return {
    record: `${base}.json`,
    lock: `${base}.lock`,
    token: `${base}.token`,
    port: `${base}.port`,
    socket: socketPath(base, hash),
    log: path.join(home, 'logs', `server-${hash}.log`),
  };
}

export function readRecord(files: InstanceFiles): ServerRecord | undefined {
  try {
    return ServerRecord.parse(JSON.parse(readFileSync(files.record, 'utf8')));
  } catch {
    return undefined;
  }
}

export function publish(files: InstanceFiles, record: ServerRecord): void {
  writePrivate(files.record, `${JSON.stringify(record, null, 2)}\n`);
}

export function unpublish(files: InstanceFiles): void {
  rmSync(files.record, { force: true });
  if (process.platform !== 'win32') rmSync(files.socket, { force: true });
}

/** The token of this workspace's server: 256 random bits, the same over restarts so that clients reconnect. */
export function ensureToken(files: InstanceFiles): string {
  const token = readToken(files.token);
  if (token !== undefined && /^[0-9a-f]{64}$/.test(token)) return token;
  const fresh = randomBytes(32).toString('hex');
  writePrivate(files.token, fresh);
  return fresh;
}

/**
 * The token in a file of the user's choice; the file is made, with 256 random bits, when it is not there.
 *
 * @throws QuarterdeckError INSECURE_TOKEN for one that others may read or that is too short to be a secret
 */
export function tokenOf(file: string): string {
  const token = readToken(file);
  if (token === undefined) {
    const fresh = randomBytes(32).toString('hex');
    writePrivate(file, fresh);
    return fresh;
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw insecure(file, 'may be read by other users', `Run: chmod 600 ${file}`);
  }
  // 43 characters of base64, or 64 of hexadecimal, are 256 bits.
  if (/^[0-9a-f]{64,}$/i.test(token) || /^(?![0-9a-f]*$)[\w+/=.~-]{43,}$/i.test(token)) return token;
  throw insecure(file, 'is shorter than 256 bits', 'Remove the file: Quarterdeck makes a new one.');
}

function insecure(file: string, what: string, step: string): QuarterdeckError {
  return new QuarterdeckError('INSECURE_TOKEN', `The token in ${file} ${what}.`, step, {
    path: '--token-file',
  });
}

export function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

export function readPort(files: InstanceFiles): number {
  try {
    return Number.parseInt(readFileSync(files.port, 'utf8'), 10) || 0;
  } catch {
    return 0;
  }
}

export function writePort(files: InstanceFiles, port: number): void {
  writePrivate(files.port, String(port));
}

function writePrivate(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** A Unix socket's path may have about 100 bytes; a home that is deeper gets it in the temp folder. */
function socketPath(base: string, hash: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\quarterdeck-${os.userInfo().username}-${hash}`;
  const beside = `${base}.sock`;
  if (Buffer.byteLength(beside) <= 100) return beside;
  const folder = path.join(os.tmpdir(), `quarterdeck-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return path.join(folder, `${hash}.sock`);
}
