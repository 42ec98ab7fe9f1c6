import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js';
import type {
  JSONRPCMessage,
  JSONRPCNotification,
  MessageExtraInfo,
  RequestId,
} from '@modelcontextprotocol/sdk/types.js';

/** Requests of one client that may be unanswered at a moment; one more is refused. */
export const maxRequestsAtOnce = 64;
/** The longest answer; a longer one becomes an error that says so. There are clients that take no more than 1 MiB. */
export const maxResultBytes = 1_000_000;

/** A transport that knows whether its client has stopped reading. */
export interface ClientTransport extends Transport {
  /** True while what was sent before lies unread where this message would go. */
  congested?(related?: RequestId): boolean;
}

const requestRefused = -32600;
const serverBusy = -32000;
const retryMs = 200;
const owedAtMost = 1000;

/**
 * The limits of a session, the same on every transport: so many requests at once, each id once, answers of bounded
 * length, and notifications that are not piled up for a client that does not read.
 *
 * What was held back is told when the client reads again: which resources and lists changed, and how many log and
 * progress notifications were dropped. Answers are never dropped.
 */
export class GuardedTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <T extends JSONRPCMessage>(message: T, extra?: MessageExtraInfo) => void;
  private readonly underWay = new Set<RequestId>();
  private readonly owed = new Map<string, JSONRPCNotification>();
  private dropped = 0;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly inner: ClientTransport) {}

  get sessionId(): string | undefined {
    return this.inner.sessionId;
  }

  async start(): Promise<void> {
    const before = this.inner.onclose;
    this.inner.onclose = () => {
      if (this.closed) return;
      this.closed = true;
      clearTimeout(this.retry);
      before?.();
      this.onclose?.();
    };
    this.inner.onerror = (error) => this.onerror?.(error);
    this.inner.onmessage = (message, extra) => this.receive(message, extra);
    await this.inner.start();
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (!('method' in message)) {
      try {
        await this.inner.send(bounded(message), options);
      } finally {
        if (message.id !== undefined) this.underWay.delete(message.id);
      }
    } else if ('id' in message) {
      await this.inner.send(message, options);
    } else if (this.inner.congested?.(options?.relatedRequestId)) {
      this.holdBack(message);
    } else {
      await this.inner.send(message, options);
    }
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private receive(message: JSONRPCMessage, extra?: MessageExtraInfo): void {
    if ('method' in message && 'id' in message) {
      const error = this.refusal(message.id);
      if (error) {
        this.inner.send({ jsonrpc: '2.0', id: message.id, error }).catch(() => {});
        return;
      }
      this.underWay.add(message.id);
    } else if ('method' in message && message.method === 'notifications/cancelled') {
      // A cancelled request gets no answer.
      const cancelled = message.params?.requestId;
      if (typeof cancelled === 'string' || typeof cancelled === 'number') this.underWay.delete(cancelled);
    }
    this.onmessage?.(message, extra);
  }

  private refusal(id: RequestId): { code: number; message: string } | undefined {
    // Its answer could not be told from the first one's.
    if (this.underWay.has(id))
      return { code: requestRefused, message: 'A request with this id is under way.' };
    if (this.underWay.size < maxRequestsAtOnce) return undefined;
    const message = `At most ${maxRequestsAtOnce} requests at once; wait for an answer.`;
    return { code: serverBusy, message };
  }

  /** Of changes the last word is enough; log and progress only count. */
  private holdBack(message: JSONRPCNotification): void {
    const { method, params } = message;
    const isChange = method.endsWith('/updated') || method.endsWith('/list_changed');
    if (isChange && this.owed.size < owedAtMost) {
      // The address itself is the key: putting long ones together for each change costs more than the changes.
      this.owed.set(typeof params?.uri === 'string' ? params.uri : method, message);
    } else {
      this.dropped++;
    }
    this.retry ??= setTimeout(() => this.settleDebts(), retryMs).unref();
  }

  private settleDebts(): void {
    this.retry = undefined;
    if (this.closed) return;
    if (this.inner.congested?.()) {
      this.retry = setTimeout(() => this.settleDebts(), retryMs).unref();
      return;
    }
    const told = [...this.owed.values()];
    this.owed.clear();
    if (this.dropped > 0) told.push(announcement(this.dropped));
    this.dropped = 0;
    for (const message of told) this.inner.send(message).catch(() => {});
  }
}

function announcement(dropped: number): JSONRPCNotification {
  const message = `${dropped} log and progress notifications were dropped because this client did not read them.`;
  const params = { level: 'warning', logger: 'quarterdeck', data: { message, dropped } };
  return { jsonrpc: '2.0', method: 'notifications/message', params };
}

type Answer = Exclude<JSONRPCMessage, { method: string }>;

function bounded(answer: Answer): Answer {
  // What is long in an answer is a text; only where the texts are long, the whole is measured.
  if (!('result' in answer) || textBytes(answer.result) < maxResultBytes / 4) return answer;
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  if (bytes <= maxResultBytes) return answer;
  const message = `The answer would have ${bytes} bytes, more than ${maxResultBytes}. Ask for a smaller page or a shorter range.`;
  return { jsonrpc: '2.0', id: answer.id, error: { code: serverBusy, message } };
}

function textBytes(result: Record<string, unknown>): number {
  const blocks = [result.content, result.contents].flat();
  return blocks.reduce<number>((sum, block) => sum + lengthOf(block), 0);
}

function lengthOf(block: unknown): number {
  if (typeof block !== 'object' || block === null) return 0;
  return Object.values(block).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
}
