import type { WebSocket } from 'ws';
import * as z from 'zod';
import { formatFixed } from './fixed.ts';
import { bounds, Candle, candles, isInterval } from './klines.ts';
import { markets } from './market.ts';
import type { Change } from './matching.ts';
import type { Trade } from './order.ts';
import type { PracticeVenue } from './venue.ts';
import { aggregateJson, levels } from './wire.ts';

const Request = z.object({
  id: z.union([z.int(), z.string(), z.null()]).optional(),
  method: z.enum(['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS']),
  params: z.array(z.string()).default([]),
});

/** Public market data: `<symbol>@bookTicker`, `@trade`, `@aggTrade`, `@depth[N]`, `@kline_<interval>`. */
export class MarketStreams {
  private readonly sockets = new Map<WebSocket, { names: Set<string>; wrapped: boolean }>();
  private readonly before = new Map<string, Map<string, string>>();
  /** The candle each kline stream somebody listens to is in. */
  private readonly running = new Map<string, Candle>();

  constructor(private readonly venue: PracticeVenue) {
    for (const { symbol } of markets) this.before.set(symbol, this.sides(symbol));
    venue.listen((change) => this.tell(change));
  }

  /** @param wrapped each message names its stream, as at `/stream`. */
  add(socket: WebSocket, names: string[], wrapped: boolean): void {
    const entry = { names: new Set(names), wrapped };
    this.sockets.set(socket, entry);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('message', (data) => {
      const request = Request.safeParse(parseJson(String(data)));
      if (!request.success) {
        socket.send(JSON.stringify({ error: { code: 2, msg: 'Invalid request' } }));
        return;
      }
      const unknown = request.data.params.find((name) => !isStream(name));
      if (unknown !== undefined) {
        const msg = `Invalid request: ${unknown} is not served here`;
        socket.send(JSON.stringify({ error: { code: 2, msg }, id: request.data.id ?? null }));
        return;
      }
      for (const name of request.data.params) {
        if (request.data.method === 'SUBSCRIBE') entry.names.add(name);
        else entry.names.delete(name);
      }
      const result = request.data.method === 'LIST_SUBSCRIPTIONS' ? [...entry.names] : null;
      socket.send(JSON.stringify({ result, id: request.data.id ?? null }));
    });
  }

  private tell(change: Change): void {
    for (const symbol of new Set(change.orders.map((order) => order.symbol))) {
      const update = (this.venue.updates.get(symbol) ?? 0) + 1;
      this.venue.updates.set(symbol, update);
      const wanted = new Set(
        [...this.sockets.values()].flatMap(({ names }) =>
          [...names].filter((name) => name.toUpperCase().startsWith(`${symbol}@`)),
        ),
      );
      for (const name of this.running.keys())
        if (name.toUpperCase().startsWith(`${symbol}@`) && !wanted.has(name)) this.running.delete(name);
      const delta = this.delta(symbol);
      for (const name of wanted)
        for (const data of this.messages(symbol, name, update, change, delta)) this.send(name, data);
    }
  }

  private messages(
    symbol: string,
    name: string,
    update: number,
    change: Change,
    delta: { b: string[][]; a: string[][] },
  ): object[] {
    const [, stream = ''] = name.split('@');
    const now = this.venue.now();
    const trades = change.trades.filter((trade) => trade.symbol === symbol);
    if (stream === 'bookTicker') {
      const [bid, ask] = [this.level(symbol, 'BUY', 1)[0], this.level(symbol, 'SELL', 1)[0]];
      return bid && ask ? [{ u: update, s: symbol, b: bid[0], B: bid[1], a: ask[0], A: ask[1] }] : [];
    }
    if (stream === 'trade') {
      return trades.map((trade) => ({
        e: 'trade',
        E: now,
        s: symbol,
        t: trade.id,
        p: formatFixed(trade.price),
        q: formatFixed(trade.quantity),
        T: trade.time,
        m: trade.buyerIsMaker,
        M: true,
      }));
    }
    if (stream === 'depth') return [{ e: 'depthUpdate', E: now, s: symbol, U: update, u: update, ...delta }];
    const depth = /^depth(\d+)$/.exec(stream);
    if (depth) {
      const limit = Number(depth[1]);
      const [bids, asks] = [this.level(symbol, 'BUY', limit), this.level(symbol, 'SELL', limit)];
      return [{ lastUpdateId: update, bids, asks }];
    }
    if (stream === 'aggTrade')
      return trades.map((trade) => ({ e: 'aggTrade', E: now, s: symbol, ...aggregateJson(trade) }));
    const interval = /^kline_(.+)$/.exec(stream)?.[1];
    return interval ? this.klines(symbol, name, interval, trades) : [];
  }

  /** The candle there is after some trades, and before it those that they ended. */
  private klines(symbol: string, name: string, interval: string, trades: Trade[]): object[] {
    const told: object[] = [];
    for (const trade of trades) {
      const candle = this.running.get(name);
      if (candle && trade.time < candle.end) candle.add(trade);
      else if (candle) {
        told.push(this.kline(symbol, interval, candle, true));
        this.running.set(name, new Candle(...bounds(trade.time, interval), trade));
      } else this.running.set(name, this.candle(symbol, interval, trade));
    }
    const candle = this.running.get(name);
    return candle && trades.length > 0 ? [...told, this.kline(symbol, interval, candle, false)] : told;
  }

  /** The candle a trade is in, with what was traded in it before. */
  private candle(symbol: string, interval: string, trade: Trade): Candle {
    const [start, end] = bounds(trade.time, interval);
    const within = this.venue.matching.trades.filter(
      ({ symbol: other, time, id }) => other === symbol && time >= start && id <= trade.id,
    );
    return candles(within, interval).at(-1) ?? new Candle(start, end, trade);
  }

  private kline(symbol: string, i: string, candle: Candle, x: boolean): object {
    const [t, o, h, l, c, v, T, q, n, V, Q, B] = candle.kline();
    const k = { t, T, s: symbol, i, f: candle.first, L: candle.last, o, c, h, l, v, n, x, q, V, Q, B };
    return { e: 'kline', E: this.venue.now(), s: symbol, k };
  }

  private level(symbol: string, side: 'BUY' | 'SELL', limit: number): [string, string][] {
    return levels(this.venue.matching.book(symbol, side), limit);
  }

  private sides(symbol: string): Map<string, string> {
    return new Map(
      (['BUY', 'SELL'] as const).flatMap((side) =>
        this.level(symbol, side, 1000).map(([price, size]): [string, string] => [`${side} ${price}`, size]),
      ),
    );
  }

  /** Levels that changed since the last message; gone ones have size zero. */
  private delta(symbol: string): { b: string[][]; a: string[][] } {
    const [before, after] = [this.before.get(symbol) ?? new Map<string, string>(), this.sides(symbol)];
    this.before.set(symbol, after);
    const keys = [...new Set([...before.keys(), ...after.keys()])];
    const changed = keys.filter((key) => before.get(key) !== after.get(key));
    const of = (side: string) =>
      changed
        .filter((key) => key.startsWith(side))
        .map((key) => [key.slice(side.length + 1), after.get(key) ?? formatFixed(0n)]);
    return { b: of('BUY'), a: of('SELL') };
  }

  private send(name: string, data: object): void {
    if (this.venue.faults.silent > 0) return;
    for (const [socket, { names, wrapped }] of this.sockets)
      if (names.has(name)) socket.send(JSON.stringify(wrapped ? { stream: name, data } : data));
  }
}

function isStream(name: string): boolean {
  const [symbol = '', stream = ''] = name.split('@');
  const interval = /^kline_(.+)$/.exec(stream)?.[1];
  const isKnown = interval
    ? isInterval(interval)
    : /^(bookTicker|trade|aggTrade|depth(5|10|20)?)$/.test(stream);
  return isKnown && markets.some((market) => market.symbol === symbol.toUpperCase());
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
