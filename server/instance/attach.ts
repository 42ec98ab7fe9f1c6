import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { isAlive } from '../lock.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { type Hello, type Listen, Opened } from './hello.ts';
import { type InstanceFiles, instanceFiles, readRecord, readToken, type ServerRecord } from './record.ts';

export interface AttachSettings {
  workspace: string;
  home: string;
  /** Interpreter for a server that has to be started. */
  python?: string;
}

const startPatienceMs = 30_000;
const pollMs = 5;

/** The workspace's server as it is published, started first when there is none. @throws QuarterdeckError */
export async function ensureServer(settings: AttachSettings): Promise<ServerRecord> {
  const files = instanceFiles(settings.home, settings.workspace);
  if (await canConnect(files)) {
    const record = readRecord(files);
    if (record) return record;
  }
  const ended = startDetached(settings, files);
  const deadline = Date.now() + startPatienceMs;
  let failed = false;
  void ended.then((code) => {
    failed = code !== 0;
  });
  while (Date.now() < deadline && !failed) {
    const record = readRecord(files);
    if (record && (await canConnect(files))) return record;
    await sleep(pollMs);
  }
  throw unreachable(`The server of this workspace did not start. ${lastLines(files.log)}`.trim(), files.log);
}

function unreachable(what: string, log?: string): QuarterdeckError {
  const where = log === undefined ? '' : `Its log is ${log}; `;
  return new QuarterdeckError('SERVER_UNREACHABLE', what, `${where}"quarterdeck doctor" checks the rest.`);
}

/** Attaches to the workspace's server; after the greeting the socket speaks MCP. @throws QuarterdeckError */
export async function attach(settings: AttachSettings, hello: Omit<Hello, 'token'>): Promise<Socket> {
  const { socket: address, token_file } = await ensureServer(settings);
  return greet(address, { ...hello, token: readToken(token_file) ?? '' });
}

/**
 * Asks the workspace's server for one more HTTP entrance.
 *
 * @returns where it is, and a promise that settles when it is gone; `close` gives it up. @throws QuarterdeckError
 */
export async function openRemoteEntrance(
  settings: AttachSettings,
  hello: Omit<Hello, 'token' | 'command'> & { listen: Listen },
): Promise<{ opened: Opened; gone: Promise<void>; close(): void }> {
  const socket = await attach(settings, { ...hello, command: 'listen' });
  const gone = new Promise<void>((resolve) => socket.on('error', () => {}).once('close', () => resolve()));
  const answer = Opened.safeParse(JSON.parse((await firstLine(socket)) || 'null'));
  if (!answer.success) throw unreachable('The server closed the connection.');
  if ('code' in answer.data) throw QuarterdeckError.fromObject(answer.data);
  return { opened: answer.data, gone, close: () => socket.destroy() };
}

/**
 * Makes who knows `secret` the operator of the workspace's server.
 *
 * @returns false when another one is already.
 */
export async function appointOperator(settings: AttachSettings, operator: string): Promise<boolean> {
  const socket = await attach(settings, { command: 'appoint', operator, roots: [], read_only: false });
  const answer = Appointed.safeParse(JSON.parse((await firstLine(socket)) || 'null'));
  if (!answer.success) throw unreachable('The server closed the connection.');
  return answer.data.accepted;
}

const Appointed = z.strictObject({ accepted: z.boolean() });

async function firstLine(socket: Socket): Promise<string> {
  for await (const line of createInterface({ input: socket })) return line;
  return '';
}

/** Asks a running server to end and waits until it has. @returns its pid, or undefined when there was none. */
export async function stopServer(settings: AttachSettings): Promise<number | undefined> {
  const files = instanceFiles(settings.home, settings.workspace);
  const record = readRecord(files);
  const token = readToken(files.token);
  if (!record || token === undefined || !(await canConnect(files))) return undefined;
  const socket = await greet(record.socket, { command: 'stop', token, roots: [], read_only: false });
  socket.resume();
  const deadline = Date.now() + startPatienceMs;
  while (isAlive(record.pid) && Date.now() < deadline) await sleep(20);
  return record.pid;
}

export async function canConnect(files: InstanceFiles): Promise<boolean> {
  const socket = await open(files.socket).catch(() => undefined);
  socket?.destroy();
  return socket !== undefined;
}

async function greet(address: string, hello: Hello): Promise<Socket> {
  const socket = await open(address);
  socket.write(`${JSON.stringify(hello)}\n`);
  return socket;
}

function open(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Starts a server that outlives us. @returns its exit code, should it end while we wait. */
function startDetached({ workspace, python }: AttachSettings, files: InstanceFiles): Promise<number | null> {
  mkdirSync(path.dirname(files.log), { recursive: true });
  const log = openSync(files.log, 'a', 0o600);
  const main = process.argv[1] ?? '';
  const args = [
    main,
    'serve',
    '--workspace',
    workspace,
    ...(python === undefined ? [] : ['--python', python]),
  ];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
    cwd: workspace,
    env: { ...process.env, ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
  });
  closeSync(log);
  child.unref();
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(1));
  });
}

function lastLines(log: string): string {
  try {
    return readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' | ').slice(-500);
  } catch {
    return '';
  }
}
