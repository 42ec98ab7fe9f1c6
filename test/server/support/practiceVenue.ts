import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { main } from './workspace.ts';

const Urls = z.object({
  base_url_http: z.string(),
  base_url_ws: z.string(),
  base_url_ws_api: z.string(),
  api_key: z.string(),
  api_secret: z.string(),
});

const Line = z.object({
  orders: z.array(
    z.object({
      id: z.int(),
      account: z.string(),
      clientOrderId: z.string(),
      status: z.string(),
      filled: z.string(),
    }),
  ),
  trades: z.array(
    z.object({
      id: z.int(),
      quantity: z.string(),
      buyer: z.object({ order: z.int() }),
      seller: z.object({ order: z.int() }),
    }),
  ),
  totals: z.array(z.object({ account: z.string(), asset: z.string(), total: z.string() })),
});

/** What the venue has on disk of the practice account: amounts in 10⁻⁸. */
export interface VenueLedger {
  /** By the venue's own number, in the last state. */
  orders: Map<number, { clientOrderId: string; status: string; filled: bigint }>;
  /** How often each trade stands in it, and what each order was filled with. */
  trades: Map<number, number>;
  executed: Map<number, bigint>;
  totals: Map<string, bigint>;
}

/** The practice venue in a process of its own, whose ledger is what a test goes by. */
export class TestVenue {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly urls: z.infer<typeof Urls>,
  ) {}

  static async start(folder: string): Promise<TestVenue> {
    const args = [main, 'exchange', '--ledger', folder, '--seed', '7'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout }))
      return new TestVenue(child, folder, Urls.parse(JSON.parse(line)));
    throw new Error('the practice venue did not start');
  }

  /** Fields of a profile whose node trades here through the engine's Binance adapter. */
  get profile() {
    const { base_url_http, base_url_ws, base_url_ws_api, api_key, api_secret } = this.urls;
    const common = { base_url_http, api_key, api_secret, instrument_provider: { load_all: true } };
    const client = (base_url_ws: string) => ({
      BINANCE: { adapter: 'binance', config: { ...common, base_url_ws } },
    });
    return { data_clients: client(base_url_ws), exec_clients: client(base_url_ws_api) };
  }

  /** Has something go wrong on purpose. */
  async fault(faults: Record<string, number>): Promise<void> {
    const answer = await fetch(`${this.urls.base_url_http}/admin/faults`, {
      method: 'POST',
      body: JSON.stringify(faults),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  ledger(): VenueLedger {
    const found: VenueLedger = {
      orders: new Map(),
      trades: new Map(),
      executed: new Map(),
      totals: new Map(),
    };
    const text = readFileSync(path.join(this.folder, 'ledger.jsonl'), 'utf8');
    for (const line of text.split('\n').filter(Boolean)) {
      const { orders, trades, totals } = Line.parse(JSON.parse(line));
      for (const { id, account, clientOrderId, status, filled } of orders)
        if (account === 'practice') found.orders.set(id, { clientOrderId, status, filled: BigInt(filled) });
      for (const { id, quantity, buyer, seller } of trades) {
        found.trades.set(id, (found.trades.get(id) ?? 0) + 1);
        for (const { order } of [buyer, seller])
          found.executed.set(order, (found.executed.get(order) ?? 0n) + BigInt(quantity));
      }
      for (const { account, asset, total } of totals)
        if (account === 'practice') found.totals.set(asset, BigInt(total));
    }
    return found;
  }

  async close(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }
}
