import type { WebSocket } from 'ws';
import * as z from 'zod';
import { formatFixed } from './fixed.ts';
import { type Change, marketOf } from './matching.ts';
import { Refusal } from './refusal.ts';
import { parseJson } from './streams.ts';
import type { PracticeVenue } from './venue.ts';
import { executionReport } from './wire.ts';

const Request = z.object({
  id: z.union([z.int(), z.string(), z.null()]),
  method: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

/** The WebSocket API: log-on and the reports of an account's orders and balances. */
export class UserStreams {
  private readonly accounts = new Map<WebSocket, string>();
  private readonly subscribed = new Map<WebSocket, string>();
  private held: { account: string; event: object } | undefined;

  constructor(private readonly venue: PracticeVenue) {
    venue.listen((change, request) => this.tell(change, request));
  }

  add(socket: WebSocket): void {
    socket.on('close', () => {
      this.accounts.delete(socket);
      this.subscribed.delete(socket);
    });
    socket.on('message', (data) => {
      const request = Request.safeParse(parseJson(String(data)));
      const id = request.success ? request.data.id : null;
      try {
        if (!request.success) throw new Refusal(-1100, 'Illegal request.');
        const result = this.handle(socket, request.data.method, request.data.params);
        socket.send(JSON.stringify({ id, status: 200, result }));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { code, message: msg, status } = error;
        socket.send(JSON.stringify({ id, status, error: { code, msg } }));
      }
    });
  }

  disconnect(): void {
    for (const socket of [...this.subscribed.keys()]) socket.terminate();
  }

  private handle(
    socket: WebSocket,
    method: string,
    params: Record<string, string | number | boolean>,
  ): object {
    if (method === 'session.logon' || method === 'userDataStream.subscribe.signature') {
      const account = this.logOn(params);
      this.accounts.set(socket, account);
      if (method !== 'session.logon') return this.subscribe(socket);
      const now = this.venue.now();
      return {
        apiKey: String(params.apiKey),
        authorizedSince: now,
        connectedSince: now,
        returnRateLimits: false,
        serverTime: now,
        userDataStream: false,
      };
    }
    if (method === 'userDataStream.subscribe') return this.subscribe(socket);
    if (method === 'userDataStream.unsubscribe') {
      this.subscribed.delete(socket);
      return {};
    }
    throw new Refusal(-1000, `${method} is not served here.`);
  }

  private subscribe(socket: WebSocket): object {
    const account = this.accounts.get(socket);
    if (!account) throw new Refusal(-2015, 'The session is not authenticated.', 401);
    this.subscribed.set(socket, account);
    return { subscriptionId: 0 };
  }

  /** What is signed here are the parameters in the order of their names. */
  private logOn(params: Record<string, string | number | boolean>): string {
    const names = Object.keys(params).sort();
    const payload = names
      .filter((name) => name !== 'signature')
      .map((name) => `${name}=${params[name]}`)
      .join('&');
    const values = new URLSearchParams(names.map((name) => [name, String(params[name])]));
    return this.venue.account({ apiKey: values.get('apiKey') ?? undefined, payload, params: values });
  }

  private tell(change: Change, request: string | undefined): void {
    const now = this.venue.now();
    for (const step of change.steps)
      this.report(step.order.account, executionReport(step, marketOf(step.order.symbol), now, request));
    for (const account of new Set(change.orders.map((order) => order.account))) {
      const B = this.venue.matching
        .balances(account)
        .map(({ asset, free, locked }) => ({ a: asset, f: formatFixed(free), l: formatFixed(locked) }));
      this.send(account, { e: 'outboundAccountPosition', E: now, u: now, B });
    }
  }

  /** Sends a report, unless the faults asked for say otherwise. */
  private report(account: string, event: object): void {
    if (![...this.subscribed.values()].includes(account)) return;
    const { faults } = this.venue;
    if (faults.drop_reports > 0) {
      faults.drop_reports -= 1;
      return;
    }
    if (faults.reorder_reports > 0 && !this.held) {
      faults.reorder_reports -= 1;
      this.held = { account, event };
      return;
    }
    this.send(account, event);
    if (faults.duplicate_reports > 0) {
      faults.duplicate_reports -= 1;
      this.send(account, event);
    }
    const held = this.held;
    this.held = undefined;
    if (held) this.send(held.account, held.event);
  }

  private send(account: string, event: object): void {
    if (this.venue.faults.silent > 0) return;
    const text = JSON.stringify({ subscriptionId: 0, event });
    for (const [socket, owner] of this.subscribed) {
      if (owner === account) setTimeout(() => socket.send(text), this.venue.faults.latency_ms);
    }
  }
}
