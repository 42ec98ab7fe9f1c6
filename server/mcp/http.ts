import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isJSONRPCRequest, type RequestId } from '@modelcontextprotocol/sdk/types.js';
import type { Identity } from '../protocol/identity.ts';
import { type ClientTransport, maxRequestsAtOnce } from './guardedTransport.ts';
import { foreign } from './httpGuard.ts';
import type { HttpSession, SseSession } from './httpSession.ts';
import { RequestIdScan } from './requestId.ts';
import { maxMessageBytes, scannedBytes, tooLongMessage } from './streamTransport.ts';

export interface HttpSettings {
  /** True when the bearer token is the right one; without it everyone of this machine may come in. */
  authorize?: (token: string) => boolean;
  /** Connects a new session's transport to the application. */
  connect: (transport: ClientTransport, asked: Asked) => Promise<void>;
  /** The address to listen on; default 127.0.0.1. */
  host?: string;
  /** Also serves the older HTTP+SSE pair, at /sse and /messages. */
  sse?: boolean;
  /** PEM texts; without them it is plain HTTP. */
  tls?: { cert: string; key: string };
  /** A session that is silent this long is let go: not every client ends its own. */
  sessionIdleMs?: number;
}

/** What the address a session begins with asks for. */
export interface Asked {
  transport: Extract<Identity['transport'], 'http' | 'sse'>;
  /** `?read_only=true` */
  readOnly: boolean;
}

const serverBusy = -32000;
const path = '/mcp';
const ssePath = '/sse';
const messagesPath = '/messages';
const sessionIdleDefaultMs = 10 * 60_000;
const maxSessions = 1024;
const pruneMs = 15_000;

/** Loaded with the first session: a server that only has local ones starts without an HTTP framework. */
const sessionKinds = () => import('./httpSession.ts');

/** MCP over HTTP: Host, Origin and token are checked before a body is read. */
export class HttpFront {
  private readonly sessions = new Map<string, HttpSession | SseSession>();
  private readonly server: Server;
  private readonly host: string;
  private readonly idleMs: number;
  private pruning: NodeJS.Timeout | undefined;

  constructor(private readonly settings: HttpSettings) {
    this.host = settings.host ?? '127.0.0.1';
    this.idleMs = settings.sessionIdleMs ?? sessionIdleDefaultMs;
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      this.handle(request, response).catch((error: unknown) => {
        process.stderr.write(`http: ${error instanceof Error ? error.stack : String(error)}\n`);
        if (!response.headersSent) refuse(response, 500, 'Internal error.');
      });
    };
    this.server = settings.tls ? createTlsServer(settings.tls, answer) : createServer(answer);
  }

  /** How many clients there are: a stream open, or heard of lately. */
  get sessionCount(): number {
    return this.sessions.size;
  }

  /** Listens on the port given. @returns the URL */
  async listen(port: number): Promise<{ url: string; port: number }> {
    const bound = await this.bind(port);
    this.pruning = setInterval(() => this.prune(), Math.min(pruneMs, this.idleMs)).unref();
    const host = this.host.includes(':') ? `[${this.host}]` : this.host;
    return { url: `${this.settings.tls ? 'https' : 'http'}://${host}:${bound}${path}`, port: bound };
  }

  async close(): Promise<void> {
    clearInterval(this.pruning);
    await Promise.all([...this.sessions.values()].map((session) => session.close()));
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private bind(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, this.host, () => {
        this.server.off('error', reject);
        const address = this.server.address();
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('The listener has no address.'));
      });
    });
  }

  private prune(): void {
    for (const session of this.sessions.values()) {
      if (session.kind === 'http') session.recent.forgetOld();
      if (session.responses.silentFor(this.idleMs)) void session.close();
    }
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stranger = foreign(request, { host: this.host });
    if (stranger !== undefined) return refuse(response, 403, stranger);
    if (!this.isAuthorized(request)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      return refuse(response, 401, 'The bearer token is missing or wrong.');
    }
    const url = addressOf(request);
    if (url?.pathname === path) return this.handleStreamable(request, response, url);
    if (this.settings.sse && url?.pathname === ssePath) return this.openStream(request, response, url);
    if (this.settings.sse && url?.pathname === messagesPath) return this.handlePosted(request, response, url);
    refuse(response, 404, `Use ${path}${this.settings.sse ? ` or ${ssePath}` : ''}.`);
  }

  private isAuthorized(request: IncomingMessage): boolean {
    const { authorize } = this.settings;
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return authorize === undefined || (token !== undefined && authorize(token));
  }

  private async handleStreamable(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const existing = typeof id === 'string' ? this.sessions.get(id) : undefined;
    if (id !== undefined && existing?.kind !== 'http') {
      return refuse(response, 404, 'Session not found.', -32001);
    }
    if (!existing && request.method !== 'POST') return refuse(response, 405, 'Initialize a session first.');
    if (!existing && !this.makeRoom()) return refuse(response, 503, 'There are too many sessions.');

    const body = request.method === 'POST' ? await readBody(request, response) : undefined;
    if (response.writableEnded) return;
    const ids = requestIds(body);
    const refused = existing?.kind === 'http' ? refusal(existing, ids) : undefined;
    if (refused) return refuse(response, ...refused);
    const session = existing?.kind === 'http' ? existing : await this.openSession(url);
    session.responses.add(response, ids);
    const isStream = request.method === 'GET' && session.responses.stream === undefined;
    if (isStream) session.responses.stream = response;
    await session.handleRequest(request, response, body);
    // What never became a session (no initialize) has nobody to close it.
    if (!existing && session.sessionId === undefined) await session.close();
  }

  private async openSession(url: URL): Promise<HttpSession> {
    const { HttpSession } = await sessionKinds();
    const session = new HttpSession((opened, id) => void this.sessions.set(id, opened));
    session.onclose = () => {
      if (session.sessionId !== undefined) this.sessions.delete(session.sessionId);
    };
    await this.settings.connect(session, { transport: 'http', readOnly: asksReadOnly(url) });
    return session;
  }

  private async openStream(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method !== 'GET') return refuse(response, 405, `GET ${ssePath} opens the stream.`);
    if (!this.makeRoom()) return refuse(response, 503, 'There are too many sessions.');
    const { SseSession } = await sessionKinds();
    const session = new SseSession(messagesPath, response);
    const { sessionId } = session;
    session.onclose = () => void this.sessions.delete(sessionId);
    this.sessions.set(sessionId, session);
    await this.settings.connect(session, { transport: 'sse', readOnly: asksReadOnly(url) });
  }

  private async handlePosted(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const session = this.sessions.get(url.searchParams.get('sessionId') ?? '');
    if (session?.kind !== 'sse') return refuse(response, 404, 'Session not found.', -32001);
    if (request.method !== 'POST') return refuse(response, 405, `Messages are posted to ${messagesPath}.`);
    const body = await readBody(request, response);
    if (response.writableEnded) return;
    session.responses.lastSeen = Date.now();
    await session.handlePostMessage(request, response, body);
  }

  /** When there are too many sessions, who has been silent longest goes. @returns false when all are in use */
  private makeRoom(): boolean {
    if (this.sessions.size < maxSessions) return true;
    const silent = [...this.sessions.values()].filter(({ responses }) => responses.count === 0);
    const [oldest] = silent.sort((a, b) => a.responses.lastSeen - b.responses.lastSeen);
    void oldest?.close();
    return oldest !== undefined;
  }
}

function refusal(session: HttpSession, ids: RequestId[]): [number, string, number] | undefined {
  // Answers are routed by id: a second one under way would take the first one's.
  if (new Set(ids).size < ids.length || ids.some((id) => session.responses.has(id))) {
    return [400, 'A request with this id is under way.', -32600];
  }
  // One more than requests may be open: the stream of notifications.
  if (session.responses.count <= maxRequestsAtOnce) return undefined;
  return [429, `At most ${maxRequestsAtOnce} requests at once; wait for an answer.`, serverBusy];
}

function requestIds(body: unknown): RequestId[] {
  return [body].flat().flatMap((message) => (isJSONRPCRequest(message) ? [message.id] : []));
}

/** The JSON value of a body; refused, and undefined, when it is none or too long. */
async function readBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const { bytes, id } = await readBytes(request);
  if (bytes === undefined) {
    refuse(response, 413, tooLongMessage, serverBusy, id);
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
    refuse(response, 400, 'The body is no JSON-RPC message.', -32600);
  } catch {
    refuse(response, 400, 'The body is not JSON.', -32700);
  }
  return undefined;
}

/** Reads to the end even what is too long (up to a bound), so that the client gets to see the answer. */
async function readBytes(request: IncomingMessage): Promise<{ bytes?: Buffer; id?: RequestId | undefined }> {
  const chunks: Buffer[] = [];
  const scan = new RequestIdScan();
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= maxMessageBytes) continue;
    for (const dropped of chunks.splice(0)) scan.push(dropped);
    if (size > scannedBytes) break;
  }
  return size > maxMessageBytes ? { id: scan.found } : { bytes: Buffer.concat(chunks) };
}

function addressOf(request: IncomingMessage): URL | undefined {
  try {
    return new URL(request.url ?? '/', 'http://localhost');
  } catch {
    return undefined;
  }
}

function asksReadOnly(url: URL): boolean {
  return /^(1|true)$/.test(url.searchParams.get('read_only') ?? '');
}

function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  code = serverBusy,
  id: RequestId | null = null,
): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }));
}
