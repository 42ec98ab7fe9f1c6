import { expect } from 'vitest';
import { slowReaders } from '../../bench/slowReaders.mjs';
import { entrances } from './entrances.ts';
import type { HttpServer } from './httpServer.ts';
import { main, type TestWorkspace } from './workspace.ts';

/** Clients of every transport stop reading: it costs the server little, they are told what they missed, others notice nothing. */
export async function expectSlowReadersBounded(
  workspace: TestWorkspace,
  server: HttpServer,
  size: { nodes: number; events: number; subscriptions: number },
): Promise<void> {
  const stdio = {
    command: process.execPath,
    args: [main, 'stdio', '--workspace', workspace.root],
    env: workspace.env,
  };
  const place = { workspace: workspace.root, stdio };
  const told = await slowReaders(entrances(workspace, server), place, size);
  const { events, seconds, growth, lines, answered, clients, milliseconds } = told;
  const slowest = Math.max(...milliseconds);
  console.log(
    `slow readers: ${events} events in ${seconds.toFixed(1)} s, the server grew by ${growth.toFixed(0)} MB; ` +
      `${milliseconds.length} calls of another client, slowest ${slowest.toFixed(0)} ms; of ${lines} log lines ` +
      clients.map((c) => `${c.transport} heard ${c.heard}, was told of ${c.dropped} dropped`).join(', '),
  );
  expect(events).toBeGreaterThanOrEqual(size.events);
  expect(growth).toBeLessThan(64);
  expect(answered).toBe(clients.length);
  expect(clients.map(({ transport }) => transport)).toEqual(['stdio', 'http', 'sse']);
  for (const { dropped, missing, transport } of clients) {
    expect(dropped, transport).toBeGreaterThan(0);
    expect(missing, transport).toBe(0);
  }
}
