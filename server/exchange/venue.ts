import { type ApiKey, authenticate } from './access.ts';
import { one } from './fixed.ts';
import { houseAccounts, Ledger } from './ledger.ts';
import { markets } from './market.ts';
import { type Change, Matching } from './matching.ts';
import type { Order, OrderRequest } from './order.ts';
import { Refusal } from './refusal.ts';

/** What goes wrong on demand. */
export interface Faults {
  latency_ms: number;
  /** Added to the venue's clock. */
  skew_ms: number;
  /** So many of the next orders are refused. */
  reject_next: number;
  /** In these words. */
  reject_with: string;
  /** So many of the next reports are sent twice, kept back until the next one, or never sent. */
  duplicate_reports: number;
  reorder_reports: number;
  drop_reports: number;
  /** So many of the next orders and cancels are carried out, and their answer lost with the connection. */
  drop_answers: number;
  /** 1: connections stay open and tell nothing of markets and orders. */
  silent: number;
}

/** Key and secret of the account everybody may practise with: play money, so no secret at all. */
export const practice = { account: 'practice', apiKey: 'practice', secret: 'practice' };

/** The venue without its wires: every command is in the ledger before anybody hears of it. */
export class PracticeVenue {
  readonly matching = new Matching();
  readonly faults: Faults = {
    latency_ms: 0,
    skew_ms: 0,
    reject_next: 0,
    reject_with: 'Rejected on demand.',
    duplicate_reports: 0,
    reorder_reports: 0,
    drop_reports: 0,
    drop_answers: 0,
    silent: 0,
  };
  readonly keys = new Map<string, ApiKey>([
    [practice.apiKey, { account: practice.account, secret: practice.secret }],
  ]);
  /** How often each book has changed. */
  readonly updates = new Map<string, number>();
  private readonly ledger: Ledger;
  private readonly listeners: ((change: Change, request?: string) => void)[] = [];

  constructor(folder: string | undefined) {
    this.ledger = new Ledger(folder);
    const lines = this.ledger.read();
    if (lines.length === 0) this.open();
    for (const line of lines) this.matching.restore(line);
  }

  now(): number {
    return Date.now() + this.faults.skew_ms;
  }

  listen(listener: (change: Change, request?: string) => void): void {
    this.listeners.push(listener);
  }

  account(request: { apiKey: string | undefined; payload: string; params: URLSearchParams }): string {
    return authenticate(this.keys, request, this.now());
  }

  submit(account: string, request: OrderRequest): Order {
    if (this.faults.reject_next > 0 && !houseAccounts.has(account)) {
      this.faults.reject_next -= 1;
      throw new Refusal(-2010, this.faults.reject_with);
    }
    const { order, change } = this.matching.submit(account, request, this.now());
    this.publish(change);
    return order;
  }

  /** @param request the client's own id of the cancellation, which its report bears. */
  cancel(order: Order, request?: string): void {
    this.publish(this.matching.cancel(order, this.now()), request);
  }

  private publish(change: Change, request?: string): void {
    this.ledger.write(change);
    for (const listener of this.listeners) listener(change, request);
  }

  /** What everybody begins with. */
  private open(): void {
    const assets = [...new Set(markets.flatMap(({ base, quote }) => [base, quote]))];
    const totals = [practice.account, ...houseAccounts].flatMap((account) =>
      assets.map((asset) => {
        const amount = (asset === 'USDT' ? 100_000n : 10n) * one;
        return { account, asset, total: houseAccounts.has(account) ? amount * 100_000n : amount };
      }),
    );
    const change = { orders: [], trades: [], totals };
    this.ledger.write(change);
    this.matching.restore(change);
  }
}
