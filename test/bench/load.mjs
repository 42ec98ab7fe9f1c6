import { connect } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { deserializeMessage, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import { lookInto } from './innards.mjs';

/**
 * @typedef {{ url: string, sseUrl: string, headers: Record<string, string>, socket: string, token: string }} Entrances
 */

/** The ways in, in turns: a third of the clients each. */
const ways = [
  ({ url, headers }) => new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  ({ sseUrl, headers }) => new SSEClientTransport(new URL(sseUrl), { requestInit: { headers } }),
  ({ socket, token }) => new SocketTransport(socket, token),
];

/**
 * Many clients at once, each calling one after the other; every answer says whose it is.
 *
 * @param {Entrances} entrances
 * @param {{ clients: number, calls: number }} size
 * @returns {Promise<{ calls: number, errors: string[], wrong: number, milliseconds: number[], seconds: number }>}
 */
export async function manyClients(entrances, { clients, calls }) {
  const result = { calls: 0, errors: [], wrong: 0, milliseconds: [], seconds: 0 };
  const connected = await Promise.all(Array.from({ length: clients }, (_, i) => open(entrances, i)));
  const started = performance.now();
  await Promise.all(connected.map((client, i) => callInTurn(client, i, calls, result)));
  result.seconds = (performance.now() - started) / 1000;
  await Promise.all(connected.map((client) => client.close()));
  return result;
}

async function open(entrances, i) {
  const client = new Client({ name: `load-${i}`, version: '0' });
  await client.connect(ways[i % ways.length](entrances));
  return client;
}

async function callInTurn(client, i, calls, result) {
  for (let j = 0; j < calls; j++) {
    const id = `client-${i}-call-${j}`;
    const started = performance.now();
    try {
      // Nothing has this name, and the answer says which name it was.
      const answer = await client.callTool({ name: 'get_run', arguments: { run_id: id } });
      if (!JSON.parse(answer.content[0].text).message.includes(`"${id}"`)) result.wrong++;
    } catch (error) {
      result.errors.push(error.message);
    }
    result.milliseconds.push(performance.now() - started);
    result.calls++;
  }
}

/**
 * Opens sessions on three transports and ends them, so many at a time.
 *
 * @param {Entrances} entrances
 * @param {{ sessions: number, atOnce: number }} size
 */
export async function openAndClose(entrances, { sessions, atOnce }) {
  let left = sessions;
  const one = async () => {
    while (left-- > 0) {
      const transport = ways[left % ways.length](entrances);
      const client = new Client({ name: 'brief', version: '0' });
      await client.connect(transport);
      await client.ping();
      await transport.terminateSession?.();
      await client.close();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/**
 * What so many sessions leave behind: what the server holds before and after, all garbage collected.
 *
 * @param {Entrances & { pid: number }} entrances of a server that was started `inspectable`
 * @param {string} log of that server
 * @param {number} sessions
 */
export async function leftBySessions({ pid, ...entrances }, log, sessions) {
  const size = { sessions, atOnce: 20 };
  const server = await lookInto(pid, log);
  try {
    const { handles } = await server.holds();
    // The first ones fill what a busy server keeps.
    await openAndClose(entrances, size);
    const before = await settled(server, handles);
    await openAndClose(entrances, size);
    return { before, after: await settled(server, before.handles) };
  } finally {
    server.close();
  }
}

/** Once the connections have closed that clients keep open for a while. */
async function settled(server, handles) {
  let now = await server.holds();
  for (let i = 0; i < 60 && now.handles > handles; i++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    now = await server.holds();
  }
  return now;
}

/** The local socket, as `quarterdeck stdio` uses it. */
class SocketTransport {
  constructor(address, token) {
    this.socket = connect(address);
    this.token = token;
  }

  async start() {
    let held = '';
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text) => {
      const lines = (held + text).split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) this.onmessage?.(deserializeMessage(line));
    });
    this.socket.on('close', () => this.onclose?.());
    this.socket.write(`${JSON.stringify({ token: this.token })}\n`);
  }

  async send(message) {
    this.socket.write(serializeMessage(message));
  }

  async close() {
    this.socket.end();
  }
}

/**
 * Clients that place, change and cancel orders on one node, each its own, and the orders the node then knows.
 *
 * @param {Entrances} entrances
 * @param {{ clients: number, orders: number }} size `orders` in all
 */
export async function tradeTogether(entrances, { clients, orders }) {
  const result = { asked: [], wrong: [], milliseconds: [], seconds: 0, ledger: [] };
  const connected = await Promise.all(Array.from({ length: clients }, (_, i) => open(entrances, i)));
  await called(connected[0], 'initialize_trading_node', { profile: 'demo' });
  const started = performance.now();
  await Promise.all(connected.map((client, i) => tradeInTurn(client, i, orders / clients, result)));
  result.seconds = (performance.now() - started) / 1000;
  for (let after = 0; after !== undefined; ) {
    const page = await called(connected[0], 'list_orders', { after, limit: 200 });
    result.ledger.push(...page.orders);
    after = page.next;
  }
  await Promise.all(connected.map((client) => client.close()));
  return result;
}

async function tradeInTurn(client, i, orders, result) {
  for (let j = 0; j < orders; j++) {
    const client_order_id = `client-${i}-order-${j}`;
    result.asked.push(client_order_id);
    const limit = {
      instrument_id: 'EUR/USD.SIM',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '1000',
      price: '0.50000',
    };
    const steps = [
      ['submit_order', { ...limit, client_order_id }, 'ACCEPTED'],
      ['modify_order', { client_order_id, price: '0.40000' }, 'ACCEPTED'],
      ['cancel_order', { client_order_id }, 'CANCELED'],
    ];
    for (const [name, args, status] of steps) {
      const begun = performance.now();
      const answer = await called(client, name, args).catch((error) => ({ reason: error.message }));
      result.milliseconds.push(performance.now() - begun);
      if (answer.client_order_id !== client_order_id || answer.status !== status) {
        result.wrong.push(`${name} ${client_order_id}: ${JSON.stringify(answer).slice(0, 300)}`);
      }
    }
  }
}

async function called(client, name, args) {
  const answer = await client.callTool({ name, arguments: args }, undefined, { timeout: 120_000 });
  if (answer.isError) throw new Error(answer.content[0].text);
  return answer.structuredContent;
}
