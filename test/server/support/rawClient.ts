import { connect, type Socket } from 'node:net';

type Message = {
  id?: number | string | null;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: unknown;
};

/** The local socket with nothing in between: any bytes may be sent, and reading can stop. */
export class RawClient {
  readonly messages: Message[] = [];
  closed = false;
  private held = '';
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (text) => this.receive(String(text)));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  /** Attached, introduced and ready. */
  static async open({ socket, token }: { socket: string; token: string }): Promise<RawClient> {
    const client = new RawClient(connect(socket));
    client.write(`${JSON.stringify({ token })}\n`);
    const clientInfo = { name: 'raw', version: '0' };
    client.send({
      id: 'hello',
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
    });
    await client.answer('hello');
    client.send({ method: 'notifications/initialized' });
    return client;
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  send(message: object): void {
    this.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  call(id: string, name: string, args: unknown = {}): void {
    this.send({ id, method: 'tools/call', params: { name, arguments: args } });
  }

  stopReading(): void {
    this.socket.pause();
  }

  readAgain(): void {
    this.socket.resume();
  }

  /** The message with this id, when it has come. @throws Error when the connection ends first */
  async answer(id: string): Promise<Message> {
    for (;;) {
      const found = this.messages.find((message) => message.id === id && message.method === undefined);
      if (found) return found;
      if (this.closed) throw new Error(`The connection ended before ${id} was answered.`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(text: string): void {
    const lines = (this.held + text).split('\n');
    this.held = lines.pop() ?? '';
    for (const line of lines) this.messages.push(JSON.parse(line));
    this.wake();
  }

  private wake(): void {
    for (const go of this.waiting) go();
    this.waiting.clear();
  }
}
