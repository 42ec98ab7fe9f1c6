import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { barsItem, emaCross } from './support/data.ts';
import { HttpServer, initialize } from './support/httpServer.ts';
import { TestWorkspace } from './support/workspace.ts';

/** Many clients of one server, none of whom notices the others. */
let workspace: TestWorkspace;
let server: HttpServer;
const clients: Client[] = [];
beforeAll(async () => {
  workspace = new TestWorkspace();
  server = await HttpServer.start(workspace, []);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
  await workspace.close();
});

async function connect(
  query = '',
): Promise<{ client: Client; updated: string[]; transport: StreamableHTTPClientTransport }> {
  const transport = new StreamableHTTPClientTransport(new URL(`${server.at.url}${query}`), {
    requestInit: { headers: server.headers },
  });
  const client = new Client({ name: 'session', version: '0' });
  const updated: string[] = [];
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }) => void updated.push(params.uri),
  );
  await client.connect(transport);
  clients.push(client);
  return { client, updated, transport };
}

const brief = () => emaCross({ data: [barsItem({ limit: 50 })] });

const isError = async (client: Client, name: string, args: Record<string, unknown>) =>
  (await client.callTool({ name, arguments: args }, undefined, { timeout: 120_000 })).isError === true;

it('a session hears of what it subscribed to, and another of nothing', async () => {
  const [subscriber, other] = [await connect(), await connect()];
  await subscriber.client.subscribeResource({ uri: 'nautilus://runs' });
  expect(await isError(other.client, 'run_backtest', brief())).toBe(false);
  await expect.poll(() => subscriber.updated, { timeout: 30_000 }).toContain('nautilus://runs');
  expect(other.updated).toEqual([]);
  await subscriber.client.unsubscribeResource({ uri: 'nautilus://runs' });
  // What was on its way already may still come.
  await sleep(1000);
  const heard = subscriber.updated.length;
  expect(await isError(other.client, 'run_backtest', brief())).toBe(false);
  expect(subscriber.updated).toHaveLength(heard);
});

it('a session that asked to be read-only is, beside one that is not', async () => {
  const [reader, writer] = [await connect('?read_only=true'), await connect()];
  expect(await isError(reader.client, 'list_runs', {})).toBe(false);
  expect(await isError(reader.client, 'run_backtest', brief())).toBe(true);
  expect(await isError(writer.client, 'run_backtest', brief())).toBe(false);
  expect(await isError(reader.client, 'run_backtest', brief())).toBe(true);
});

it('a whole entrance may be read-only, whatever its clients ask for', async () => {
  const readOnly = await HttpServer.start(workspace, [], { QUARTERDECK_READ_ONLY: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${readOnly.at.url}?read_only=false`), {
    requestInit: { headers: readOnly.headers },
  });
  const client = new Client({ name: 'session', version: '0' });
  await client.connect(transport);
  expect(await isError(client, 'run_backtest', brief())).toBe(true);
  await client.close();
  await readOnly.close();
});

it('ending one session ends no other', async () => {
  const [leaving, staying] = [await connect(), await connect()];
  await leaving.transport.terminateSession();
  await expect(leaving.client.ping()).rejects.toThrow();
  expect(await staying.client.ping()).toEqual({});
});

it('a client that leaves takes no trading node with it', async () => {
  const leaving = await workspace.connect();
  await leaving.call('initialize_trading_node', { profile: 'demo', name: 'left' });
  await leaving.close();
  await sleep(1000);
  const staying = await workspace.connect();
  expect(await staying.call('get_trading_node', { node: 'left' })).toMatchObject({ state: 'running' });
  await staying.call('stop_trading_node', { node: 'left' });
});

it('a session’s id is no way in without the token, and the token none into a session that has ended', async () => {
  const response = await server.post();
  await response.text();
  const session = { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
  const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };
  expect((await server.post(ping, { ...session, authorization: 'Bearer x' })).status).toBe(401);
  expect((await server.post(ping, session)).status).toBe(200);
  expect(
    (await fetch(server.at.url, { method: 'DELETE', headers: { ...server.headers, ...session } })).status,
  ).toBe(200);
  expect((await server.post({ ...ping, id: 3 }, session)).status).toBe(404);
  expect((await server.post({ ...initialize, id: 4 }, session)).status).toBe(404);
});

it('a client whose connection broke during a call gets the answer when it comes back', async () => {
  const response = await server.post();
  await response.text();
  const session = { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
  const call = {
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: { name: 'run_backtest', arguments: brief() },
  };
  const versioned = { ...session, 'mcp-protocol-version': '2025-11-25' };
  const broken = await server.post(call, versioned);
  const reader = broken.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  await reader?.cancel();
  const lastEvent = /^id: (.+)$/m.exec(first)?.[1] ?? '';
  const resume = () =>
    fetch(server.at.url, {
      headers: { ...server.headers, ...versioned, accept: 'text/event-stream', 'last-event-id': lastEvent },
    });
  let resumed = await resume();
  // Until the server has noticed that the connection is gone.
  for (; resumed.status === 409; resumed = await resume()) await sleep(100);
  let text = '';
  for await (const chunk of resumed.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.includes('"id":7')) break;
  }
  expect(text).toContain('"status":"completed"');
});
