import { expect } from 'vitest';
import { tradeTogether } from '../../bench/load.mjs';
import { entrances } from './entrances.ts';
import type { HttpServer } from './httpServer.ts';
import type { TestWorkspace } from './workspace.ts';

/** Twenty clients on one node: each hears of its own orders alone, and the node knows exactly what was asked. */
export async function expectOwnOrdersOnly(
  workspace: TestWorkspace,
  server: HttpServer,
  orders: number,
): Promise<void> {
  const { asked, wrong, seconds, ledger, milliseconds } = await tradeTogether(entrances(workspace, server), {
    clients: 20,
    orders,
  });
  const p99 = milliseconds.sort((a, b) => a - b)[Math.floor(milliseconds.length * 0.99)] ?? 0;
  console.log(
    `orders: ${milliseconds.length} calls of 20 clients in ${seconds.toFixed(1)} s, p99 ${p99.toFixed(0)} ms, ledger ${ledger.length}`,
  );
  expect(wrong).toEqual([]);
  expect(ledger.map(({ client_order_id }) => String(client_order_id)).sort()).toEqual(asked.sort());
  expect(new Set(ledger.map(({ status }) => status))).toEqual(new Set(['CANCELED']));
}
