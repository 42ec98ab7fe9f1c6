import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import * as z from 'zod';
import { seededRandom } from './data.ts';
import { serverPid } from './kills.ts';
import { TestVenue } from './practiceVenue.ts';
import type { TestClient, TestWorkspace } from './workspace.ts';

const node = 'desk';
const settled = ['DENIED', 'REJECTED', 'ACCEPTED', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED'];
const atVenue: Record<string, string> = { NEW: 'ACCEPTED' };

type Arguments = Record<string, unknown>;
const targets = ['engine', 'server', 'both'] as const;
type Target = (typeof targets)[number];

interface Intent {
  args: Arguments & { client_order_id: string };
  /** The venue's number in the first answer that had one; empty where the order was refused. */
  first?: string | undefined;
}

const Answer = z.object({
  client_order_id: z.string(),
  venue_order_id: z.string().optional(),
  status: z.string(),
  waiting: z.boolean().optional(),
});
const Row = z.object({ client_order_id: z.string(), status: z.string(), filled_qty: z.string() });

/** An order session in which engine, server or both are killed again and again while it places and cancels orders. */
export class KilledSession {
  private readonly intents = new Map<string, Intent>();
  private readonly random: () => number;
  private readonly venue: TestVenue;
  readonly killed: Record<Target, number> = { engine: 0, server: 0, both: 0 };
  private client!: TestClient;
  private count = 0;
  private alive = true;
  readonly retried = { same: 0, resumed: 0 };

  constructor(
    private readonly workspace: TestWorkspace,
    private readonly seed: number,
  ) {
    this.random = seededRandom(seed);
    this.venue = new TestVenue(workspace);
  }

  async run(kills: number): Promise<void> {
    this.client = await this.workspace.connect();
    await this.start();
    await this.venue.fault({ latency_ms: 15 });
    for (let i = 0; i < kills; i++) {
      await this.tradeUntilKilled(targets[i % targets.length] ?? 'both');
      await this.start();
      await this.retry();
    }
    await this.venue.fault({ latency_ms: 0 });
  }

  /** Everything agrees: what was answered, what the node knows, its audit log, and the venue's own ledger. */
  async check(): Promise<void> {
    const rows = await this.rows();
    const ledger = this.venue.ledger();
    const byClient = new Map<string, number[]>();
    for (const [id, { clientOrderId }] of ledger.orders)
      byClient.set(clientOrderId, [...(byClient.get(clientOrderId) ?? []), id]);
    const story = `seed ${this.seed}`;
    const wrong: string[] = [];
    for (const [name, ids] of byClient) {
      if (ids.length > 1) wrong.push(`${name} is ${ids.length} orders at the venue`);
      if (!this.intents.has(name)) wrong.push(`${name} at the venue was never asked for`);
    }
    for (const [id, times] of ledger.trades) if (times > 1) wrong.push(`trade ${id} stands ${times} times`);
    for (const [id, { filled, clientOrderId }] of ledger.orders)
      if ((ledger.executed.get(id) ?? 0n) !== filled) wrong.push(`${clientOrderId} was filled otherwise`);
    for (const { args, first } of this.intents.values()) {
      const name = args.client_order_id;
      const row = rows.get(name);
      const [id] = byClient.get(name) ?? [];
      const order = id === undefined ? undefined : ledger.orders.get(id);
      if (first && first !== String(id)) wrong.push(`${name} was acknowledged as ${first}, it is ${id}`);
      if (!row || !settled.includes(row.status)) wrong.push(`${name} is ${row?.status ?? 'not known'}`);
      else if (order) {
        const expected = atVenue[order.status] ?? order.status;
        const same = row.status === expected || (expected === 'EXPIRED' && row.status === 'CANCELED');
        if (!same) wrong.push(`${name} is ${order.status} at the venue, ${row.status} here`);
        if (inUnits(row.filled_qty) !== order.filled)
          wrong.push(`${name} was filled ${order.filled}, here ${row.filled_qty}`);
      } else if (!['DENIED', 'REJECTED'].includes(row.status))
        wrong.push(`${name} is ${row.status} here and not at the venue`);
    }
    expect(wrong, story).toEqual([]);
    const sent = this.sent();
    expect(
      sent.filter((name, i) => sent.indexOf(name) !== i),
      story,
    ).toEqual([]);
    // What is at the venue stands in the audit log, all of it.
    expect(
      [...byClient.keys()].filter((name) => !sent.includes(name)),
      story,
    ).toEqual([]);
    expect(await this.held(), story).toBe((ledger.totals.get('BTC') ?? 0n) - 10n * 100_000_000n);
  }

  summary(): string {
    const { killed, retried } = this;
    return `seed ${this.seed}: killed ${JSON.stringify(killed)}, ${this.intents.size} orders, retried ${JSON.stringify(retried)}`;
  }

  private async start(): Promise<void> {
    for (let i = 0; i < 400; i++) {
      const { isError, content, structuredContent } = await this.client.raw('initialize_trading_node', {
        profile: 'practice',
        name: node,
      });
      this.alive = true;
      if (!isError) {
        expect(structuredContent).toMatchObject({ state: 'running' });
        return;
      }
      // The one before is still on its way out, as its policy says.
      expect(JSON.stringify(content)).toContain('NODE_EXISTS');
      await sleep(100);
    }
    throw new Error('the node never came back');
  }

  private async tradeUntilKilled(target: Target): Promise<void> {
    const pid = await this.nodePid();
    const server = serverPid(this.workspace);
    const lanes = [this.trade(), this.trade(), this.trade()];
    await sleep(20 + this.random() * 280);
    this.alive = false;
    if (target !== 'engine') process.kill(server, 'SIGKILL');
    if (target !== 'server') process.kill(pid, 'SIGKILL');
    this.killed[target] += 1;
    if (target === 'engine') {
      await Promise.all(lanes);
      await expect.poll(() => this.state(), { timeout: 30_000 }).toBe('failed');
      return;
    }
    await this.client.close();
    await Promise.all(lanes);
    this.client = await this.workspace.connect();
  }

  /** Places, cancels and changes orders until the kill; what gets no answer is asked again later. */
  private async trade(): Promise<void> {
    while (this.alive) {
      const chance = this.random();
      const known = [...this.intents.keys()];
      const earlier = known[Math.floor(this.random() * known.length)];
      if (chance < 0.65 || earlier === undefined) await this.submit(this.intent());
      else if (chance < 0.9) await this.attempt('cancel_order', { client_order_id: earlier });
      else await this.attempt('modify_order', { client_order_id: earlier, quantity: '0.03000' });
    }
  }

  private intent(): Intent {
    this.count += 1;
    const kind = this.pick([
      { type: 'MARKET' },
      { type: 'LIMIT', price: '50000.00' },
      { type: 'LIMIT', price: '50000.00', time_in_force: 'IOC' },
      { type: 'LIMIT', price: '61000.00' },
    ]);
    // A thousandth goes to the venue, which is a whole number of the smallest size then.
    const quantity = this.pick(['0.01000', '0.02000']);
    const side = kind.type === 'MARKET' ? this.pick(['BUY', 'SELL']) : 'BUY';
    const intent = {
      args: {
        ...{ client_order_id: `s${this.seed}-${this.count}`, instrument_id: 'BTCUSDT.BINANCE' },
        ...{ side, quantity, ...kind },
      },
    };
    this.intents.set(intent.args.client_order_id, intent);
    return intent;
  }

  private async submit(intent: Intent): Promise<void> {
    const answer = Answer.safeParse(await this.attempt('submit_order', intent.args));
    if (!answer.success || answer.data.waiting) return;
    const number = answer.data.venue_order_id ?? '';
    if (intent.first === undefined) intent.first = number;
    else if (intent.first !== number)
      throw new Error(
        `${intent.args.client_order_id}: ${intent.first} first, now ${JSON.stringify(answer.data)}`,
      );
  }

  /** The structured answer; undefined where there was none, or an error. */
  private async attempt(tool: string, args: Arguments): Promise<unknown> {
    const result = await this.client.raw(tool, { node, ...args }).catch(() => undefined);
    return result?.isError ? undefined : result?.structuredContent;
  }

  /** What had no answer is asked again with the same id, and so are some that had one. */
  private async retry(): Promise<void> {
    const intents = [...this.intents.values()];
    const open = intents.filter(({ first }) => first === undefined);
    const some = intents.filter(({ first }) => first !== undefined).slice(-3);
    for (const intent of [...open, ...some]) await this.submit(intent);
    expect(open.filter(({ first }) => first === undefined)).toEqual([]);
    this.retried.resumed += open.length;
    this.retried.same += some.length;
  }

  private async rows(): Promise<Map<string, z.infer<typeof Row>>> {
    const found = new Map<string, z.infer<typeof Row>>();
    for (let after: unknown = 0; after !== undefined; ) {
      const page = await this.client.call('list_orders', { node, after, limit: 500 });
      for (const row of z.array(Row).parse(page.orders)) found.set(row.client_order_id, row);
      after = page.next;
    }
    return found;
  }

  private async held(): Promise<bigint> {
    const { positions } = await this.client.call('list_positions', { node, status: 'open' });
    const rows = z.array(z.object({ signed_qty: z.string() })).parse(positions);
    return rows.reduce((sum, { signed_qty }) => sum + inUnits(signed_qty), 0n);
  }

  /** Client order ids in the order their intent stands in the audit log. */
  private sent(): string[] {
    const file = path.join(this.workspace.root, '.quarterdeck/nodes', node, 'audit.jsonl');
    const Entry = z.object({
      kind: z.string(),
      orders: z.array(z.object({ client_order_id: z.string() })).optional(),
    });
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines
      .map((line) => Entry.parse(JSON.parse(line)))
      .flatMap(({ kind, orders = [] }) =>
        kind === 'command' ? orders.map(({ client_order_id }) => client_order_id) : [],
      );
  }

  private async nodePid(): Promise<number> {
    const { nodes } = await this.client.read('nautilus://nodes');
    const known = z.array(z.object({ node: z.string(), pid: z.int().optional() })).parse(nodes);
    const pid = known.find((one) => one.node === node)?.pid;
    if (pid === undefined) throw new Error('the node has no process');
    return pid;
  }

  private async state(): Promise<unknown> {
    return (await this.client.call('get_trading_node', { node })).state;
  }

  private pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    const chosen = choices[Math.floor(this.random() * choices.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }
}

function inUnits(text: string): bigint {
  const [, sign, whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const units = BigInt(whole) * 100_000_000n + BigInt(part.padEnd(8, '0'));
  return sign ? -units : units;
}
