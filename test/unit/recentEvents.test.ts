import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, it } from 'vitest';
import { RecentEvents } from '../../server/mcp/recentEvents.ts';

const message = (method: string, text = ''): JSONRPCMessage => ({ jsonrpc: '2.0', method, params: { text } });

async function replayed(events: RecentEvents, after: string): Promise<string[]> {
  const methods: string[] = [];
  await events.replayEventsAfter(after, {
    send: async (_id, event) => void methods.push('method' in event ? event.method : ''),
  });
  return methods;
}

it('gives back what came later on the same stream, in order', async () => {
  const events = new RecentEvents();
  const first = await events.storeEvent('a', message('1'));
  await events.storeEvent('b', message('2'));
  await events.storeEvent('a', message('3'));
  await events.storeEvent('a', message('4'));
  expect(await events.getStreamIdForEventId(first)).toBe('a');
  expect(await replayed(events, first)).toEqual(['3', '4']);
});

it('knows nothing of the events of another session', async () => {
  const id = await new RecentEvents().storeEvent('a', message('1'));
  expect(await new RecentEvents().getStreamIdForEventId(id)).toBeUndefined();
  await expect(replayed(new RecentEvents(), id)).rejects.toThrow('not of this session');
});

it('keeps a bounded amount, and always the last', async () => {
  const events = new RecentEvents();
  const first = await events.storeEvent('a', message('0'));
  for (let i = 1; i <= 1000; i++) await events.storeEvent('a', message(String(i)));
  expect(await replayed(events, first)).toHaveLength(256);
  await events.storeEvent('a', message('long', 'x'.repeat(5 * 1024 * 1024)));
  expect(await replayed(events, first)).toEqual(['long']);
});
