import { randomUUID } from 'node:crypto';
import type { EventId, EventStore, StreamId } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

interface Event {
  number: number;
  stream: StreamId;
  message: JSONRPCMessage;
  bytes: number;
  at: number;
}

const keptBytes = 4 * 1024 * 1024;
const keptEvents = 256;
const keptMs = 2 * 60_000;

/** What was sent on a session's streams lately: a client whose connection broke asks for what it has missed. */
export class RecentEvents implements EventStore {
  private readonly session = randomUUID().slice(0, 8);
  private readonly events: Event[] = [];
  private bytes = 0;
  private last = 0;

  async storeEvent(stream: StreamId, message: JSONRPCMessage): Promise<EventId> {
    const number = ++this.last;
    const bytes = JSON.stringify(message).length;
    this.events.push({ number, stream, message, bytes, at: Date.now() });
    this.bytes += bytes;
    // The last one stays, however long: it may be the answer someone waits for.
    while (this.events.length > 1 && (this.bytes > keptBytes || this.events.length > keptEvents)) this.drop();
    return `${this.session}.${number}.${stream}`;
  }

  async getStreamIdForEventId(id: EventId): Promise<StreamId | undefined> {
    return this.parse(id)?.stream;
  }

  async replayEventsAfter(
    id: EventId,
    { send }: { send: (id: EventId, message: JSONRPCMessage) => Promise<void> },
  ): Promise<StreamId> {
    const from = this.parse(id);
    if (!from) throw new Error('This event is not of this session.');
    for (const { number, stream, message } of [...this.events]) {
      // The event that opens a stream is no message.
      if (stream === from.stream && number > from.number && 'jsonrpc' in message)
        await send(`${this.session}.${number}.${stream}`, message);
    }
    return from.stream;
  }

  /** Forgets what nobody has come back for. */
  forgetOld(): void {
    const before = Date.now() - keptMs;
    while (this.events[0] && this.events[0].at < before) this.drop();
  }

  private drop(): void {
    this.bytes -= this.events.shift()?.bytes ?? 0;
  }

  private parse(id: EventId): { number: number; stream: StreamId } | undefined {
    const [, session, number, stream] = /^([^.]+)\.(\d+)\.(.+)$/.exec(id) ?? [];
    return session === this.session && stream ? { number: Number(number), stream } : undefined;
  }
}
