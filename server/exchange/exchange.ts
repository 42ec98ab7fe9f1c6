import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { MarketMaker } from './maker.ts';
import { Refusal } from './refusal.ts';
import { administer, answer } from './rest.ts';
import { MarketStreams, parseJson } from './streams.ts';
import { UserStreams } from './userStream.ts';
import { PracticeVenue } from './venue.ts';

export interface ExchangeOptions {
  port: number;
  /** Where `ledger.jsonl` lives; without it nothing outlives the process. */
  ledger?: string | undefined;
  seed: number;
  /** Milliseconds between two moves of the market. */
  interval?: number;
}

export interface Exchange {
  base_url_http: string;
  /** Of market data. */
  base_url_ws: string;
  /** Of the WebSocket API, which tells an account of its orders. */
  base_url_ws_api: string;
  /** Milliseconds since somebody last asked or was connected. */
  idleFor(): number;
  close(): Promise<void>;
}

/** Binance's spot interface on loopback, with play money and a market of its own. */
export async function startExchange(options: ExchangeOptions): Promise<Exchange> {
  const venue = new PracticeVenue(options.ledger);
  const streams = new MarketStreams(venue);
  const users = new UserStreams(venue);
  const maker = new MarketMaker(venue, options.seed);
  const sockets = new WebSocketServer({ noServer: true });
  let asked = Date.now();
  const server = createServer((request, response) => {
    asked = Date.now();
    void respond(venue, sockets, request).then(({ status, body }) => {
      const isLost =
        venue.faults.drop_answers > 0 && request.headers['x-mbx-apikey'] && request.method !== 'GET';
      if (isLost) {
        venue.faults.drop_answers -= 1;
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://loopback');
    sockets.handleUpgrade(request, socket, head, (client) => admit(client, url, streams, users));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  });
  maker.step();
  const timer = setInterval(() => maker.step(), options.interval ?? 250);
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address ? address.port : options.port}`;
  return {
    base_url_http: `http://${host}`,
    base_url_ws: `ws://${host}`,
    base_url_ws_api: `ws://${host}/ws-api/v3`,
    idleFor: () => {
      if (sockets.clients.size > 0) asked = Date.now();
      return Date.now() - asked;
    },
    close: () => {
      clearInterval(timer);
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function admit(client: WebSocket, url: URL, streams: MarketStreams, users: UserStreams): void {
  client.on('error', () => client.terminate());
  if (url.pathname.startsWith('/ws-api')) users.add(client);
  else {
    const inPath = /^\/ws\/(.+)$/.exec(url.pathname)?.[1];
    const names = (url.searchParams.get('streams') ?? inPath ?? '').split('/').filter(Boolean);
    streams.add(client, names, url.pathname === '/stream');
  }
}

async function respond(
  venue: PracticeVenue,
  sockets: WebSocketServer,
  request: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  try {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const body = await read(request);
    if (url.pathname === '/admin/disconnect') {
      for (const client of sockets.clients) client.terminate();
      return { status: 200, body: {} };
    }
    if (url.pathname.startsWith('/admin/'))
      return { status: 200, body: administer(venue, url.pathname, parseJson(body)) };
    if (venue.faults.latency_ms > 0) await delay(venue.faults.latency_ms);
    const raw = [url.search.slice(1), body].filter(Boolean).join('&');
    const payload = raw.split('&').filter((part) => !part.startsWith('signature='));
    const key = request.headers['x-mbx-apikey'];
    const result = answer(venue, {
      method: request.method ?? 'GET',
      path: url.pathname,
      params: new URLSearchParams(raw),
      payload: payload.join('&'),
      apiKey: typeof key === 'string' ? key : undefined,
    });
    return { status: 200, body: result };
  } catch (error) {
    if (error instanceof Refusal)
      return {
        status: error.status,
        body: { code: error.code, msg: error.message, ...(error.data && { data: error.data }) },
      };
    const msg = error instanceof Error ? error.message : String(error);
    return { status: 500, body: { code: -1000, msg } };
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 65_536) throw new Refusal(-1100, 'Too long.', 413);
  }
  return text;
}
