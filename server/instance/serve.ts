import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionOptions } from '../context.ts';
import { tryLock } from '../lock.ts';
import { toErrorObject } from '../mcp/callTool.ts';
import { HttpFront } from '../mcp/http.ts';
import type { Session } from '../mcp/session.ts';
import { StreamTransport } from '../mcp/streamTransport.ts';
import { Application, type ApplicationSettings, version } from './application.ts';
import { canConnect } from './attach.ts';
import { openEntrance } from './entrance.ts';
import { type Listen, readHello, sameSecret } from './hello.ts';
import {
  ensureToken,
  type InstanceFiles,
  instanceFiles,
  publish,
  readPort,
  unpublish,
  writePort,
} from './record.ts';

const idleLimitMs = 10 * 60_000;
const idleCheckMs = 15_000;
const lockPatienceMs = 15_000;

/**
 * The workspace's server: takes the lock, publishes where it can be reached, serves until it is stopped or idle.
 *
 * @returns once it has ended; at once when another server has the workspace.
 */
export async function serve(settings: ApplicationSettings): Promise<void> {
  const files = instanceFiles(settings.home, settings.workspace);
  const release = await lockOrYield(files);
  if (!release) return;
  try {
    await new WorkspaceServer(files, new Application(settings)).run();
  } finally {
    release();
  }
}

/** A server that is just ending still has the lock: wait for it, unless a living one answers. */
async function lockOrYield(files: InstanceFiles): Promise<(() => void) | undefined> {
  const deadline = Date.now() + lockPatienceMs;
  for (;;) {
    if (await canConnect(files)) return undefined;
    const release = tryLock(files.lock);
    if (release) return release;
    if (Date.now() > deadline) return undefined;
    await sleep(50);
  }
}

class WorkspaceServer {
  private readonly token: string;
  private readonly http: HttpFront;
  private readonly local: Server;
  private readonly sessions = new Set<Session>();
  private readonly entrances = new Set<Socket>();
  private stop: () => void = () => {};

  constructor(
    private readonly files: InstanceFiles,
    private readonly application: Application,
  ) {
    this.token = ensureToken(files);
    this.http = new HttpFront({
      authorize: (token) => sameSecret(token, this.token),
      connect: (transport, asked) =>
        application.session({ roots: [], readOnly: asked.readOnly }, asked.transport).connect(transport),
    });
    this.local = createServer((socket) => void this.greet(socket));
  }

  async run(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.stop = resolve;
    });
    // `on`, not `once`: with no listener left, a second signal would end us before our children are gone.
    process.on('SIGTERM', this.stop).on('SIGINT', this.stop);
    await this.application.recover();
    // The port of last time when it is free, so that clients find us again.
    const { url, port } = await this.http.listen(readPort(this.files)).catch(() => this.http.listen(0));
    writePort(this.files, port);
    unpublish(this.files);
    await new Promise<void>((resolve, reject) => {
      this.local.once('error', reject);
      this.local.listen(this.files.socket, resolve);
    });
    publish(this.files, {
      pid: process.pid,
      version,
      workspace: this.application.context.workspace,
      url,
      socket: this.files.socket,
      token_file: this.files.token,
      started_at: new Date().toISOString(),
    });
    const idle = this.watchIdle();
    await stopped;
    clearInterval(idle);
    await this.end();
  }

  private async end(): Promise<void> {
    unpublish(this.files);
    this.local.close();
    for (const socket of this.entrances) socket.destroy();
    await Promise.all([...this.sessions].map((session) => session.close()));
    await this.http.close();
    await this.application.close();
  }

  private async greet(socket: Socket): Promise<void> {
    const greeting = await readHello(socket, this.token);
    if (!greeting) return;
    const { hello, rest } = greeting;
    if (hello.command === 'stop') {
      socket.end(`${JSON.stringify({ pid: process.pid })}\n`);
      this.stop();
      return;
    }
    if (hello.command === 'appoint') {
      const { key } = this.application.context.approvals;
      const accepted = hello.operator !== undefined && key.appoint(hello.operator);
      socket.end(`${JSON.stringify({ accepted })}\n`);
      return;
    }
    const options: SessionOptions = {
      roots: hello.roots,
      readOnly: hello.read_only,
      ...(hello.catalog === undefined ? {} : { catalog: hello.catalog }),
      ...(hello.selection === undefined ? {} : { selection: hello.selection }),
    };
    if (hello.command === 'listen') return this.listen(socket, options, hello.listen);
    const session = this.application.session(options, 'local');
    const transport = new StreamTransport(socket, rest);
    this.sessions.add(session);
    transport.onclose = () => this.sessions.delete(session);
    await session.connect(transport);
    socket.resume();
  }

  /** One more HTTP entrance, until the one who asked for it lets go. */
  private async listen(socket: Socket, options: SessionOptions, listen: Listen | undefined): Promise<void> {
    const gone = new Promise<void>((resolve) => socket.on('error', () => {}).once('close', resolve));
    socket.resume();
    if (!listen) return void socket.destroy();
    this.entrances.add(socket);
    try {
      const { front, opened } = await openEntrance(listen, ({ transport, readOnly }) =>
        this.application.session({ ...options, readOnly: options.readOnly || readOnly }, transport),
      );
      socket.write(`${JSON.stringify(opened)}\n`);
      await gone;
      await front.close();
    } catch (error) {
      socket.end(`${JSON.stringify(toErrorObject(error))}\n`);
    } finally {
      this.entrances.delete(socket);
    }
  }

  private watchIdle(): NodeJS.Timeout {
    let since = Date.now();
    return setInterval(() => {
      const clients = this.sessions.size + this.entrances.size + this.http.sessionCount;
      const inUse = this.application.busy || clients > 0;
      if (inUse) since = Date.now();
      else if (Date.now() - since > idleLimitMs) this.stop();
    }, idleCheckMs);
  }
}
