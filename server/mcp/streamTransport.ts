import type { Duplex } from 'node:stream';
import {
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  type JSONRPCRequest,
} from '@modelcontextprotocol/sdk/types.js';
import type { ClientTransport } from './guardedTransport.ts';
import { RequestIdScan } from './requestId.ts';

/** The longest message a client may send. A longer one is answered with an error and dropped; the session lives. */
export const maxMessageBytes = 8 * 1024 * 1024;
/** So much of one that is too long is looked through for its id. */
export const scannedBytes = 8 * maxMessageBytes;
/** What is said of one that is too long. */
export const tooLongMessage = `A message may have at most ${maxMessageBytes} bytes; this one was dropped.`;

const newline = 10;
const parseError = -32700;
const invalidRequest = -32600;
/** More than this unread, and the client counts as one that does not read. */
const congestedBytes = 1024 * 1024;
/** More than this unread, and nothing more is read from it. */
const backlogBytes = 16 * 1024 * 1024;

/** MCP's stdio framing, one JSON message a line, over any byte stream. */
export class StreamTransport implements ClientTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private parts: Buffer[] = [];
  private held = 0;
  private tooLong: { scan: RequestIdScan; refused: boolean } | undefined;
  private open = true;
  private drained: Promise<void> | undefined;

  constructor(
    private readonly stream: Duplex,
    private readonly first: Buffer = Buffer.alloc(0),
  ) {}

  async start(): Promise<void> {
    this.stream.on('data', (chunk: Buffer) => this.receive(chunk));
    this.stream.on('error', (error) => this.onerror?.(error));
    this.stream.on('end', () => void this.close());
    this.stream.on('close', () => void this.close());
    if (this.first.length > 0) this.receive(this.first);
  }

  congested(): boolean {
    return this.stream.writableLength > congestedBytes;
  }

  /** Settles when the client has taken what was sent so far. */
  async send(message: JSONRPCMessage): Promise<void> {
    if (!this.open) throw new Error('The connection is closed.');
    if (!this.stream.write(`${JSON.stringify(message)}\n`)) await this.untilDrained();
  }

  async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    this.stream.end();
    this.onclose?.();
  }

  private untilDrained(): Promise<void> {
    if (this.stream.writableLength > backlogBytes) this.stream.pause();
    this.drained ??= new Promise((resolve) => {
      const go = () => {
        this.stream.off('drain', go).off('close', go).resume();
        this.drained = undefined;
        resolve();
      };
      this.stream.once('drain', go).once('close', go);
    });
    return this.drained;
  }

  private receive(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.hold(chunk.subarray(from, at));
      this.endLine();
      from = at + 1;
    }
    this.hold(chunk.subarray(from));
  }

  private hold(part: Buffer): void {
    if (part.length === 0) return;
    this.held += part.length;
    this.parts.push(part);
    if (this.held <= maxMessageBytes) return;
    this.tooLong ??= { scan: new RequestIdScan(), refused: false };
    for (const dropped of this.parts.splice(0)) this.drop(dropped);
  }

  /** Answered as soon as its id is known; without one, at its end. */
  private drop(part: Buffer): void {
    if (!this.tooLong || this.tooLong.refused) return;
    this.tooLong.scan.push(part);
    if (this.tooLong.scan.settled || this.held > scannedBytes) this.refuseTooLong();
  }

  private refuseTooLong(): void {
    if (!this.tooLong || this.tooLong.refused) return;
    this.tooLong.refused = true;
    this.refuse(invalidRequest, tooLongMessage, this.tooLong.scan.found);
  }

  private endLine(): void {
    const line = Buffer.concat(this.parts).toString('utf8').trim();
    this.parts = [];
    this.held = 0;
    if (this.tooLong) {
      this.refuseTooLong();
      this.tooLong = undefined;
      return;
    }
    if (line === '') return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.refuse(parseError, 'This line is not JSON.');
      return;
    }
    if (isPlainRequest(value)) return void this.onmessage?.(value);
    const message = JSONRPCMessageSchema.safeParse(value);
    if (message.success) this.onmessage?.(message.data);
    else this.refuse(invalidRequest, 'This is no JSON-RPC 2.0 message.', idOf(value));
  }

  /** JSON-RPC wants a null id where there is none, which the SDK's type of a message does not know. */
  private refuse(code: number, message: string, id: string | number | null = null): void {
    if (!this.open) return;
    const error = { jsonrpc: '2.0', id, error: { code, message } };
    if (!this.stream.write(`${JSON.stringify(error)}\n`)) void this.untilDrained();
  }
}

/** Whoever asked something malformed waits for an answer under its id. */
function idOf(value: unknown): string | number | null {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('method' in value)) return null;
  return typeof value.id === 'string' || typeof value.id === 'number' ? value.id : null;
}

/** What nearly every message is, told without the schema, which decides on all others. */
function isPlainRequest(value: unknown): value is JSONRPCRequest {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 4) return false;
  if (!('jsonrpc' in value && 'id' in value && 'method' in value && 'params' in value)) return false;
  const { jsonrpc, id, method, params } = value;
  const hasId = typeof id === 'string' || Number.isSafeInteger(id);
  const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
  return jsonrpc === '2.0' && hasId && typeof method === 'string' && isObject && !('_meta' in params);
}
