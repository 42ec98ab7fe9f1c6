import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { maxMessageBytes } from './streamTransport.ts';

/** One HTTP client's session. */
interface HttpSession {
  transport: StreamableHTTPServerTransport;
  openRequests: number;
  lastSeen: number;
}

export interface HttpSettings {
  /** True when the bearer token is the right one. */
  authorize: (token: string) => boolean;
  /** Connects a new session's transport to the application. */
  connect: (transport: StreamableHTTPServerTransport) => Promise<void>;
}

const path = '/mcp';
const drainedBytes = 8 * maxMessageBytes;
/** VS Code does not end its session when a window closes: one that is silent this long is let go. */
const sessionIdleMs = 10 * 60_000;

/** MCP's Streamable HTTP on loopback: token, Host and Origin are checked before a body is read. */
export class HttpFront {
  private readonly sessions = new Map<string, HttpSession>();
  private readonly server: Server;

  constructor(private readonly settings: HttpSettings) {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        process.stderr.write(`http: ${error instanceof Error ? error.stack : String(error)}\n`);
        if (!response.headersSent) refuse(response, 500, 'Internal error.');
      });
    });
  }

  /** Lets silent sessions go. @returns how many have a client behind them: a stream open, or heard of lately. */
  pruneSessions(): number {
    for (const session of this.sessions.values()) {
      if (session.openRequests === 0 && Date.now() - session.lastSeen > sessionIdleMs)
        void session.transport.close();
    }
    return this.sessions.size;
  }

  /** Listens on loopback, on the port of last time when it is free. @returns the URL */
  async listen(preferredPort: number): Promise<{ url: string; port: number }> {
    const port = await this.bind(preferredPort).catch(() => this.bind(0));
    return { url: `http://127.0.0.1:${port}${path}`, port };
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions.values()].map(({ transport }) => transport.close()));
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private bind(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        const address = this.server.address();
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('The listener has no address.'));
      });
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLoopback(hostOf(request.headers.host)) || !isAllowedOrigin(request.headers.origin)) {
      return refuse(response, 403, 'Only this machine may call this server.');
    }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (!token || !this.settings.authorize(token)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      return refuse(response, 401, 'The bearer token is missing or wrong.');
    }
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== path)
      return refuse(response, 404, `Use ${path}.`);

    const id = request.headers['mcp-session-id'];
    const existing = typeof id === 'string' ? this.sessions.get(id) : undefined;
    if (id !== undefined && !existing) return refuse(response, 404, 'Session not found.', -32001);
    if (!existing && request.method !== 'POST') return refuse(response, 405, 'Initialize a session first.');

    const body = request.method === 'POST' ? await readBody(request) : undefined;
    if (body === 'too large')
      return refuse(response, 413, `A message may have at most ${maxMessageBytes} bytes.`);
    if (body === 'not json') return refuse(response, 400, 'The body is not JSON.', -32700);

    const session = existing ?? (await this.openSession());
    session.openRequests++;
    session.lastSeen = Date.now();
    response.on('close', () => {
      session.openRequests--;
      session.lastSeen = Date.now();
    });
    await session.transport.handleRequest(request, response, body);
    // What never became a session (no initialize) has nobody to close it.
    if (!existing && session.transport.sessionId === undefined) await session.transport.close();
  }

  private async openSession(): Promise<HttpSession> {
    const session: HttpSession = {
      transport: new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => void this.sessions.set(id, session),
      }),
      openRequests: 0,
      lastSeen: Date.now(),
    };
    session.transport.onclose = () => {
      const id = session.transport.sessionId;
      if (id !== undefined) this.sessions.delete(id);
    };
    await this.settings.connect(session.transport);
    return session;
  }
}

/** Reads to the end even what is too large (up to a bound), so that the client gets to see the answer. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxMessageBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (size > drainedBytes) break;
  }
  if (size > maxMessageBytes) return 'too large';
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'string' ? 'not json' : value;
  } catch {
    return 'not json';
  }
}

function hostOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '').toLowerCase();
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}

/** A browser page sends its origin; a client does not. Only pages of this machine may call. */
function isAllowedOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  try {
    const { protocol, hostname } = new URL(origin);
    return (protocol === 'http:' || protocol === 'https:') && isLoopback(hostname);
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse, status: number, message: string, code = -32000): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }));
}
