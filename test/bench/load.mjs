import { connect } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { deserializeMessage, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';

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

/** Opens sessions and ends them, so many at a time. */
export async function openAndClose({ url, headers }, { sessions, atOnce }) {
  let left = sessions;
  const one = async () => {
    while (left-- > 0) {
      const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
      const client = new Client({ name: 'brief', version: '0' });
      await client.connect(transport);
      await client.ping();
      await transport.terminateSession();
      await client.close();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
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
