import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Change } from './matching.ts';

/** Accounts that make the market: what they do is kept, their orders are not. */
export const houseAccounts: ReadonlySet<string> = new Set(['maker', 'crowd']);

const Amount = z.string().regex(/^\d+$/).transform(BigInt);
const Seat = z.strictObject({ account: z.string(), order: z.int(), commission: Amount });
const Line = z.strictObject({
  orders: z.array(
    z.strictObject({
      id: z.int(),
      account: z.string(),
      symbol: z.string(),
      side: z.enum(['BUY', 'SELL']),
      type: z.enum([
        'LIMIT',
        'LIMIT_MAKER',
        'MARKET',
        'STOP_LOSS',
        'STOP_LOSS_LIMIT',
        'TAKE_PROFIT',
        'TAKE_PROFIT_LIMIT',
      ]),
      clientOrderId: z.string(),
      timeInForce: z.enum(['GTC', 'IOC', 'FOK']),
      quantity: Amount,
      price: Amount.optional(),
      stopPrice: Amount.optional(),
      quoteQuantity: Amount.optional(),
      iceberg: Amount.optional(),
      status: z.enum(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED']),
      filled: Amount,
      turnover: Amount,
      working: z.boolean(),
      shown: Amount.optional(),
      queued: z.int().optional(),
      time: z.int(),
      updated: z.int(),
    }),
  ),
  trades: z.array(
    z.strictObject({
      id: z.int(),
      symbol: z.string(),
      price: Amount,
      quantity: Amount,
      time: z.int(),
      buyerIsMaker: z.boolean(),
      buyer: Seat,
      seller: Seat,
    }),
  ),
  totals: z.array(z.strictObject({ account: z.string(), asset: z.string(), total: Amount })),
});

/** One line per command in `ledger.jsonl`, written before its answer leaves: amounts in 10⁻⁸. */
export class Ledger {
  private readonly file: string | undefined;

  constructor(folder: string | undefined) {
    this.file = folder && path.join(folder, 'ledger.jsonl');
    if (folder) mkdirSync(folder, { recursive: true });
  }

  /** A last line that a crash cut off was never answered, so it is left out. */
  read(): z.infer<typeof Line>[] {
    if (!this.file || !existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n');
    const cut = lines.pop();
    if (cut) appendFileSync(this.file, '\n');
    return lines.filter(isWhole).map((line) => Line.parse(JSON.parse(line)));
  }

  write(change: Pick<Change, 'orders' | 'trades' | 'totals'>): void {
    const orders = change.orders.filter(({ account }) => !houseAccounts.has(account));
    if (!this.file || orders.length + change.trades.length + change.totals.length === 0) return;
    const line = { orders, trades: change.trades, totals: change.totals };
    appendFileSync(this.file, `${JSON.stringify(line, (_, value) => plain(value))}\n`);
  }
}

function isWhole(line: string): boolean {
  return line.startsWith('{') && line.endsWith(']}');
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
