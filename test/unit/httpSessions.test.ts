import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { expect, it } from 'vitest';
import { GuardedTransport } from '../../server/mcp/guardedTransport.ts';
import { HttpFront } from '../../server/mcp/http.ts';

const info = { name: 'brief', version: '0' };

/** Timers, sockets, servers and whatever else keeps this process alive, by kind. */
function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

it('sessions that were opened and ended leave no handle', { timeout: 30_000 }, async () => {
  const front = new HttpFront({
    connect: (transport) => new Server(info, { capabilities: {} }).connect(new GuardedTransport(transport)),
  });
  const { url } = await front.listen(0);
  const before = handles();
  const open = async () => {
    const transport = new StreamableHTTPClientTransport(new URL(url));
    const client = new Client(info);
    await client.connect(transport);
    await client.ping();
    await transport.terminateSession();
    await client.close();
  };
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 10 }, open));
  expect(front.sessionCount).toBe(0);
  await front.close();
  const { TCPServerWrap: _, ...usual } = before;
  // What the client keeps of its connections goes a little later.
  const more = () => Object.entries(handles()).filter(([kind, count]) => count > (usual[kind] ?? 0));
  await expect.poll(more, { timeout: 8000 }).toEqual([]);
});
