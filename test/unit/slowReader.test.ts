import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { afterEach, expect, it } from 'vitest';
import { type ClientTransport, GuardedTransport } from '../../server/mcp/guardedTransport.ts';
import { HttpFront } from '../../server/mcp/http.ts';
import { StreamTransport } from '../../server/mcp/streamTransport.ts';

/** As many events as a minute of a hundred a second has, and more bytes than any buffer of the system takes. */
const events = 6000;
const text = 'x'.repeat(5000);
const info = { name: 'slow', version: '0' };
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info },
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function serve(transport: ClientTransport): Server {
  const server = new Server(info, { capabilities: { logging: {} } });
  void server.connect(new GuardedTransport(transport));
  return server;
}

async function flood(server: Server): Promise<void> {
  for (let i = 0; i < events; i++) {
    // Not waited for: whoever logs does not wait for who reads.
    void server.sendLoggingMessage({ level: 'info', data: { i, text } });
    if (i % 100 === 0) await sleep(0);
  }
}

/** What came over, counted: log lines, and how many were announced as dropped. */
function reader() {
  let held = '';
  const counts = { lines: 0, dropped: 0 };
  const read = (chunk: Buffer) => {
    const parts = (held + chunk.toString()).split('\n');
    held = parts.pop() ?? '';
    for (const part of parts) {
      counts.dropped += Number(/"dropped":(\d+)/.exec(part)?.[1] ?? 0);
      if (part.includes(text)) counts.lines++;
    }
  };
  return { counts, read };
}

async function settle(counts: { lines: number; dropped: number }) {
  while (counts.lines + counts.dropped < events) await sleep(10);
  expect(counts.dropped).toBeGreaterThan(events / 10);
  expect(counts.lines + counts.dropped).toBe(events);
}

it('a stream that is not read: what lies unread is bounded, and what is dropped is announced', async () => {
  const accepted: Socket[] = [];
  const listener = createServer((socket) => void accepted.push(socket)).listen(0, '127.0.0.1');
  closers.push(() => listener.close());
  await once(listener, 'listening');
  const client = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  closers.push(() => client.destroy());
  client.pause();
  while (!accepted[0]) await sleep(1);
  const server = serve(new StreamTransport(accepted[0]));
  await flood(server);
  expect(accepted[0].writableLength).toBeLessThan(2 * 1024 * 1024);
  const { counts, read } = reader();
  client.on('data', read).resume();
  await settle(counts);
});

it('an HTTP stream that is not read: the same', async () => {
  let server: Server | undefined;
  const front = new HttpFront({
    connect: async (transport) => {
      server = serve(transport);
    },
  });
  closers.push(() => front.close());
  const { url } = await front.listen(0);
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const session = await new Promise<string>((resolve) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(String(response.headers['mcp-session-id'])));
    });
    sent.end(JSON.stringify(initialize));
  });
  const stream = await new Promise<IncomingMessage>((resolve) => {
    get(url, { headers: { ...headers, 'mcp-session-id': session }, agent: false }, resolve);
  });
  closers.push(() => stream.destroy());
  stream.pause();
  if (!server) throw new Error('No session was opened.');
  const before = process.memoryUsage().rss;
  await flood(server);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  const { counts, read } = reader();
  stream.on('data', read).resume();
  await settle(counts);
});

it('a session that is silent is let go, one with an open stream is not', async () => {
  let closed = 0;
  const front = new HttpFront({
    sessionIdleMs: 50,
    connect: async (transport) => {
      serve(transport).onclose = () => void closed++;
    },
  });
  closers.push(() => front.close());
  const { url } = await front.listen(0);
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const open = async () => {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(initialize) });
    await response.text();
    return { ...headers, 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
  };
  const [silent, listening] = [await open(), await open()];
  const stream = await fetch(url, { headers: listening });
  while (closed === 0) await sleep(10);
  await sleep(200);
  expect(closed).toBe(1);
  const ping = (session: Record<string, string>, id: number) =>
    fetch(url, {
      method: 'POST',
      headers: session,
      body: JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' }),
    });
  expect((await ping(silent, 2)).status).toBe(404);
  expect((await ping(listening, 3)).status).toBe(200);
  await stream.body?.cancel();
});
