import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'vitest';
import { until } from '../vscode/support/until.ts';
import { openBrowser } from './browser.ts';
import { PageServer, type Session } from './pageServer.ts';

const orders = 100_000;
const updatesPerSecond = 5_000;
const seconds = 8;

/** The blotter with 100,000 orders, 5,000 of which change each second: how evenly the page draws. */
test('frames of the blotter', { timeout: 600_000 }, async () => {
  const browser = await openBrowser(mkdtempSync(path.join(os.tmpdir(), 'b-')));
  const pages = new PageServer(browser);
  await pages.start();
  const node = new BusyNode();
  const { page, troubles } = await pages.open(node, {
    page: 'blotter',
    data: { source: 'nautilus://nodes/busy' },
  });
  const loading = Date.now();
  await until(
    'all orders',
    async () =>
      (await page.locator('[role=tab] .count').first().textContent())?.replaceAll(',', '') === String(orders),
    120_000,
  );
  const loaded = Date.now() - loading;
  const stop = node.busy();
  const frames = await page.evaluate(async (milliseconds) => {
    const times: number[] = [];
    const end = performance.now() + milliseconds;
    await new Promise<void>((resolve) => {
      const step = (now: number) => {
        times.push(now);
        if (now < end) requestAnimationFrame(step);
        else resolve();
      };
      requestAnimationFrame(step);
    });
    return times;
  }, seconds * 1000);
  stop();
  const gaps = frames
    .slice(1)
    .map((time, i) => time - (frames[i] ?? 0))
    .sort((a, b) => a - b);
  const p95 = gaps[Math.floor(gaps.length * 0.95)] ?? 0;
  const fps = (1000 * gaps.length) / gaps.reduce((so, gap) => so + gap, 0);
  console.log(
    JSON.stringify({
      orders,
      loaded_ms: loaded,
      sent_per_second: Math.round(node.sent / seconds),
      fps: Number(fps.toFixed(1)),
      p95_ms: Number(p95.toFixed(1)),
      worst_ms: Number((gaps.at(-1) ?? 0).toFixed(1)),
      troubles,
    }),
  );
  await browser.close();
  await pages.close();
});

/** Rows as a node's change feed gives them, made here: what is measured is the page. */
class BusyNode implements Session {
  sent = 0;
  private seq = 0;
  private readonly changes = new Map<string, Record<string, unknown>>();
  private readonly listeners = new Map<string, () => void>();

  constructor() {
    for (let i = 0; i < orders; i++) this.put(i, i % 50 === 0 ? 'ACCEPTED' : 'FILLED', '0');
  }

  async call(): Promise<unknown> {
    return {};
  }

  async read(uri: string): Promise<unknown> {
    const [address = '', query = ''] = uri.split('?');
    if (address.endsWith('/orders')) {
      const after = Number(new URLSearchParams(query).get('after') ?? 0);
      const rows: Record<string, unknown>[] = [];
      for (const row of this.changes.values()) {
        if (Number(row.seq) <= after) continue;
        rows.push(row);
        if (rows.length === 1000) break;
      }
      return { rows, next: Number(rows.at(-1)?.seq ?? after), more: rows.length === 1000, total: orders };
    }
    if (address.endsWith('/busy'))
      return { node: 'busy', kind: 'demo', state: 'running', venues: [{ name: 'SIM', connected: true }] };
    return { rows: [], next: 0, more: false, total: 0 };
  }

  watch(uri: string, listener: () => void): () => void {
    this.listeners.set(uri, listener);
    return () => this.listeners.delete(uri);
  }

  /** Half of the changes are of the newest orders, which are in sight. */
  busy(): () => void {
    const timer = setInterval(() => {
      for (let i = 0; i < updatesPerSecond / 10; i++) {
        const which = i % 2 === 0 ? orders - 1 - (i % 40) : (i * 7919 + this.seq) % orders;
        this.put(which, which % 50 === 0 ? 'PARTIALLY_FILLED' : 'FILLED', String((this.seq % 9) * 10_000));
        this.sent += 1;
      }
      this.listeners.get('nautilus://nodes/busy/orders')?.();
    }, 100);
    return () => clearInterval(timer);
  }

  private put(i: number, status: string, filled: string): void {
    this.seq += 1;
    const id = `O-${i}`;
    this.changes.delete(id);
    this.changes.set(id, {
      seq: this.seq,
      client_order_id: id,
      instrument_id: 'EUR/USD.SIM',
      side: i % 2 ? 'BUY' : 'SELL',
      type: 'LIMIT',
      quantity: '100000',
      filled_qty: filled,
      price: (1.1 + (i % 100) / 10_000).toFixed(5),
      time_in_force: 'GTC',
      status,
      strategy_id: 'BUSY-000',
      ts_init: new Date(Date.UTC(2026, 0, 1) + i * 100).toISOString(),
      ts_last: new Date(Date.UTC(2026, 0, 1) + i * 100).toISOString(),
    });
  }
}
