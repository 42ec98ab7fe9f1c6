import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { type Exchange, startExchange } from '../../server/exchange/exchange.ts';
import { practice } from '../../server/exchange/venue.ts';
import { signed } from './support/exchangeClient.ts';

const Message = z.record(z.string(), z.unknown());
type Message = z.infer<typeof Message>;

let venue: Exchange;

/** The market stands still after its first move. */
beforeAll(async () => {
  venue = await startExchange({ port: 0, seed: 1, interval: 3_600_000 });
});

afterAll(() => venue.close());

beforeEach(() => faults({}));

describe('market data', () => {
  test.each(['trade', 'aggTrade', 'kline_1m', 'bookTicker', 'depth@100ms', 'depth5@100ms'])(
    '%s is told as it happens',
    async (stream) => {
      const listener = await connect(`${venue.base_url_ws}/stream?streams=btcusdt@${stream}`);
      await send('POST', '/api/v3/order', buy('MARKET', { quantity: '0.01' }));
      const { stream: name, data } = await listener.next((message) => 'data' in message);
      expect(name).toBe(`btcusdt@${stream}`);
      expect(data).toMatchObject(shapes[stream] ?? {});
      listener.close();
    },
  );

  test('a candle is told once more when it is over', async () => {
    const listener = await connect(`${venue.base_url_ws}/ws/btcusdt@kline_1m`);
    // The venue's clock will be a minute ahead of the request's.
    const order = buy('MARKET', { quantity: '0.01', recvWindow: '90000' });
    const trade = () => send('POST', '/api/v3/order', order);
    const candle = async () => (await listener.next((message) => message.e === 'kline')).k;
    await trade();
    const first = z.object({ t: z.int(), n: z.int(), x: z.boolean() }).parse(await candle());
    expect(first.x).toBe(false);
    await faults({ skew_ms: 60_000 });
    await trade();
    expect(await candle()).toMatchObject({ t: first.t, n: first.n, x: true });
    expect(await candle()).toMatchObject({ n: 1, x: false });
    listener.close();
  });

  test('an unknown stream is refused', async () => {
    const listener = await connect(`${venue.base_url_ws}/stream`);
    listener.send({ id: 1, method: 'SUBSCRIBE', params: ['btcusdt@kline_7m'] });
    expect(await listener.next(() => true)).toMatchObject({ id: 1, error: { code: 2 } });
    listener.close();
  });

  test('levels told one by one come to the book that is asked for', async () => {
    const listener = await connect(`${venue.base_url_ws}/ws/ethusdt@depth@100ms`);
    const before = Book.parse(
      await (await fetch(`${venue.base_url_http}/api/v3/depth?symbol=ETHUSDT`)).json(),
    );
    const bids = new Map(before.bids);
    for (const price of ['2500', '2400'])
      await send('POST', '/api/v3/order', {
        ...buy('LIMIT', { quantity: '0.1', price, timeInForce: 'GTC' }),
        symbol: 'ETHUSDT',
        newClientOrderId: price,
      });
    await send('DELETE', '/api/v3/order', { symbol: 'ETHUSDT', origClientOrderId: '2400' });
    for (let update = before.lastUpdateId + 1; update <= before.lastUpdateId + 3; update += 1) {
      const { b } = Delta.parse(await listener.next(({ u }) => u === update));
      for (const [price, size] of b) Number(size) === 0 ? bids.delete(price) : bids.set(price, size);
    }
    const after = Book.parse(
      await (await fetch(`${venue.base_url_http}/api/v3/depth?symbol=ETHUSDT`)).json(),
    );
    expect(Object.fromEntries(bids)).toEqual(Object.fromEntries(after.bids));
    listener.close();
  });
});

describe('what goes wrong on demand', () => {
  test('latency: nothing is done and nothing told before it has passed', async () => {
    const user = await logOn();
    await faults({ latency_ms: 300 });
    const sent = Date.now();
    const answer = send('POST', '/api/v3/order', buy('MARKET', { quantity: '0.01' }));
    await user.next(({ x }) => x === 'TRADE');
    await answer;
    // Once to the venue and once back.
    expect(Date.now() - sent).toBeGreaterThanOrEqual(590);
    user.close();
  });

  test('disconnect: every connection ends, and a new one is taken', async () => {
    const user = await logOn();
    const ended = new Promise((resolve) => user.socket.once('close', resolve));
    await fetch(`${venue.base_url_http}/admin/disconnect`, { method: 'POST' });
    await ended;
    const again = await logOn();
    await send('POST', '/api/v3/order', buy('MARKET', { quantity: '0.01' }));
    expect(await again.next(({ x }) => x === 'NEW')).toMatchObject({ X: 'NEW' });
    again.close();
  });

  test('reject: so many orders and no more', async () => {
    await faults({ reject_next: 1 });
    const order = buy('MARKET', { quantity: '0.01' });
    expect(await send('POST', '/api/v3/order', order)).toMatchObject({
      code: -2010,
      msg: 'Rejected on demand.',
    });
    expect(await send('POST', '/api/v3/order', order)).toMatchObject({ status: 'FILLED' });
  });

  test.each([
    ['as they happen', {}, ['NEW', 'TRADE']],
    ['twice', { duplicate_reports: 2 }, ['NEW', 'NEW', 'TRADE', 'TRADE']],
    ['out of order', { reorder_reports: 1 }, ['TRADE', 'NEW']],
    ['never', { drop_reports: 1 }, ['TRADE']],
  ])('reports %s', async (_, asked, told) => {
    const user = await logOn();
    await faults(asked);
    await send('POST', '/api/v3/order', buy('MARKET', { quantity: '0.01' }));
    const seen: unknown[] = [];
    await user.next(({ e, x }) => {
      if (x) seen.push(x);
      return e === 'outboundAccountPosition';
    });
    expect(seen).toEqual(told);
    user.close();
  });

  test('a lost answer: the order is there, and the connection ends without a word', async () => {
    await faults({ drop_answers: 1 });
    const order = { ...buy('MARKET', { quantity: '0.01' }), newClientOrderId: 'lost' };
    await expect(send('POST', '/api/v3/order', order)).rejects.toThrow();
    const asked = { symbol: 'BTCUSDT', origClientOrderId: 'lost' };
    expect(await send('GET', '/api/v3/order', asked)).toMatchObject({ status: 'FILLED' });
  });

  test('a fault nobody knows is refused', async () => {
    const answer = await fetch(`${venue.base_url_http}/admin/faults`, { method: 'POST', body: '{"nope":1}' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: -1100 });
  });
});

describe('Ed25519 keys', () => {
  test('sign requests and log on', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = { account: practice.account, api_key: 'ed', public_key: pem(publicKey) };
    await fetch(`${venue.base_url_http}/admin/keys`, { method: 'POST', body: JSON.stringify(key) });
    const query = `timestamp=${Date.now()}`;
    const signature = (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64');
    const account = (given: string) =>
      fetch(`${venue.base_url_http}/api/v3/account?${query}&signature=${encodeURIComponent(given)}`, {
        headers: { 'x-mbx-apikey': 'ed' },
      });
    expect((await account(signature(query))).status).toBe(200);
    expect(await (await account(signature('other'))).json()).toMatchObject({ code: -1022 });
    const socket = await connect(venue.base_url_ws_api);
    const timestamp = Date.now();
    const params = { apiKey: 'ed', timestamp, signature: signature(`apiKey=ed&timestamp=${timestamp}`) };
    socket.send({ id: 1, method: 'session.logon', params });
    expect(await socket.next(() => true)).toMatchObject({ id: 1, status: 200 });
    socket.close();
  });

  const pem = (key: ReturnType<typeof generateKeyPairSync>['publicKey'] | object) =>
    String((key as { export(options: object): string }).export({ type: 'spki', format: 'pem' }));
});

const Level = z.tuple([z.string(), z.string()]);
const Book = z.object({ lastUpdateId: z.int(), bids: z.array(Level) });
const Delta = z.object({ b: z.array(Level) });

const shapes: Record<string, object> = {
  trade: { e: 'trade', s: 'BTCUSDT', q: '0.01000000' },
  aggTrade: { e: 'aggTrade', s: 'BTCUSDT', q: '0.01000000' },
  kline_1m: { e: 'kline', k: { i: '1m', x: false } },
  bookTicker: { s: 'BTCUSDT' },
  'depth@100ms': { e: 'depthUpdate', s: 'BTCUSDT' },
  'depth5@100ms': { bids: { length: 5 }, asks: { length: 5 } },
};

function buy(type: string, more: Record<string, string>): Record<string, string> {
  return { symbol: 'BTCUSDT', side: 'BUY', type, ...more };
}

async function send(method: string, path: string, params: Record<string, string>): Promise<unknown> {
  const headers = { 'x-mbx-apikey': practice.apiKey };
  return (await fetch(`${venue.base_url_http}${path}?${signed(params)}`, { method, headers })).json();
}

/** Without a fault named, all is well again. */
async function faults(asked: Record<string, number>): Promise<void> {
  const well = {
    latency_ms: 0,
    skew_ms: 0,
    reject_next: 0,
    duplicate_reports: 0,
    reorder_reports: 0,
    drop_reports: 0,
    drop_answers: 0,
  };
  const body = JSON.stringify({ ...well, ...asked });
  const answer = await fetch(`${venue.base_url_http}/admin/faults`, { method: 'POST', body });
  expect(answer.status).toBe(200);
}

/** A connection that is told of the practice account's orders. */
async function logOn(): Promise<Listener> {
  const user = await connect(venue.base_url_ws_api);
  const timestamp = Date.now();
  const query = new URLSearchParams(signed({ apiKey: practice.apiKey }));
  const params = Object.fromEntries(query);
  expect(Number(params.timestamp)).toBeGreaterThanOrEqual(timestamp);
  user.send({ id: 1, method: 'userDataStream.subscribe.signature', params });
  await user.next(({ status }) => status === 200);
  return user;
}

interface Listener {
  socket: WebSocket;
  send(message: object): void;
  /** The next message that is wanted, the others left out; events of an account without their wrapping. */
  next(isWanted: (message: Message) => boolean): Promise<Message>;
  close(): void;
}

async function connect(url: string): Promise<Listener> {
  const socket = new WebSocket(url);
  const queue: Message[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    const message = Message.parse(JSON.parse(String(data)));
    queue.push(message.event ? Message.parse(message.event) : message);
    wake();
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    socket,
    send: (message) => socket.send(JSON.stringify(message)),
    next: async (isWanted) => {
      for (;;) {
        const message = queue.shift();
        if (message && isWanted(message)) return message;
        if (!message) await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    close: () => socket.terminate(),
  };
}
