import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { RequestId } from '@modelcontextprotocol/sdk/types.js';
import type { ClientTransport } from './guardedTransport.ts';
import { RecentEvents } from './recentEvents.ts';

/** After this long, in milliseconds, a client whose connection broke should come back. */
const retryInterval = 500;

/** What both HTTP transports have in common: which responses are open, and when the client was last heard of. */
class OpenResponses {
  lastSeen = Date.now();
  /** The response that carries what belongs to no request. */
  stream: ServerResponse | undefined;
  readonly #open = new Set<ServerResponse>();
  readonly #byRequest = new Map<RequestId, ServerResponse>();
  #stuckSince: number | undefined;

  get count(): number {
    return this.#open.size;
  }

  has(id: RequestId): boolean {
    return this.#byRequest.has(id);
  }

  add(response: ServerResponse, ids: RequestId[]): void {
    this.lastSeen = Date.now();
    this.#open.add(response);
    for (const id of ids) this.#byRequest.set(id, response);
    response.once('close', () => {
      this.lastSeen = Date.now();
      this.#open.delete(response);
      for (const id of ids) this.#byRequest.delete(id);
      if (this.stream === response) this.stream = undefined;
    });
  }

  congested(related?: RequestId): boolean {
    const response = related === undefined ? this.stream : this.#byRequest.get(related);
    return response?.writableNeedDrain === true;
  }

  /** True when nothing is open and nothing was heard for so long, or when what is open was not read for so long. */
  silentFor(ms: number): boolean {
    const now = Date.now();
    this.#stuckSince = this.congested() ? (this.#stuckSince ?? now) : undefined;
    if (this.#stuckSince !== undefined && now - this.#stuckSince > ms) return true;
    return this.#open.size === 0 && now - this.lastSeen > ms;
  }
}

/** One client of Streamable HTTP. */
export class HttpSession extends StreamableHTTPServerTransport implements ClientTransport {
  readonly kind = 'http';
  readonly responses = new OpenResponses();

  constructor(
    opened: (session: HttpSession, id: string) => void,
    readonly recent = new RecentEvents(),
  ) {
    super({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => opened(this, id),
      eventStore: recent,
      retryInterval,
    });
  }

  congested(related?: RequestId): boolean {
    return this.responses.congested(related);
  }
}

/** One client of the older pair: a stream down, single posts up. */
export class SseSession extends SSEServerTransport implements ClientTransport {
  readonly kind = 'sse';
  readonly responses = new OpenResponses();

  constructor(endpoint: string, stream: ServerResponse) {
    super(endpoint, stream);
    this.responses.add(stream, []);
    this.responses.stream = stream;
  }

  congested(): boolean {
    return this.responses.congested();
  }
}
