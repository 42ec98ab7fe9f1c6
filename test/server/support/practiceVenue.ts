import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { PracticeAddress } from '../../../server/nodes/practiceVenue.ts';
import type { TestWorkspace } from './workspace.ts';

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

/** The practice venue of a workspace, once a node has traded there; its ledger is what a test goes by. */
export class TestVenue {
  private readonly folder: string;

  constructor(workspace: TestWorkspace) {
    this.folder = path.join(workspace.root, '.quarterdeck', 'exchange');
  }

  /** Has something go wrong on purpose. */
  async fault(faults: Record<string, number | string>): Promise<void> {
    const text = readFileSync(path.join(this.folder, 'exchange.json'), 'utf8');
    const { base_url_http } = PracticeAddress.parse(JSON.parse(text));
    const answer = await fetch(`${base_url_http}/admin/faults`, {
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
}
