import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { get, request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from './processes.mjs';

/** Logs a hundred lines a second, each nearly as long as one may be. */
const talkative = `
import datetime as dt
from nautilus_trader.trading.strategy import Strategy

class Talkative(Strategy):
    def on_start(self):
        self.clock.set_timer("talk", dt.timedelta(milliseconds=100), callback=self.talk)

    def talk(self, event):
        for i in range(10):
            self.log.info(f"line {i} " + "x" * 1900)
`;
const settleMs = 60_000;
const introduction = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'slow', version: '0' },
};

/**
 * A client on each transport that stops reading while trading nodes talk, beside one that reads.
 *
 * @param {import('./load.mjs').Entrances & { pid: number }} entrances
 * @param {{ workspace: string, stdio: { command: string, args: string[], env: NodeJS.ProcessEnv } }} place
 * @param {{ nodes: number, events: number, subscriptions: number }} size `events` the reading client hears before the others read again
 * @returns what the reading client heard, in which time, and how long its calls took meanwhile; by how many megabytes
 *   the server grew; and of each slow client the log lines it heard, those announced as dropped, and those neither
 */
export async function slowReaders(entrances, { workspace, stdio }, { nodes, events, subscriptions }) {
  writeFileSync(path.join(workspace, 'talkative.py'), talkative);
  const reading = await overSocket(entrances);
  const slow = await Promise.all([overStdio(stdio), overHttp(entrances), overSse(entrances)]);
  const names = Array.from({ length: nodes }, (_, i) => `talking-${i}`);
  const call = (name, args) => reading.request('tools/call', { name, arguments: args });
  try {
    for (const client of [reading, ...slow]) await listen(client, names, subscriptions);
    // What another node said meanwhile was heard by those who listened already.
    await quiet(reading);
    for (const client of [reading, ...slow]) client.lines = client.dropped = client.updates = 0;
    for (const node of names) await call('initialize_trading_node', { profile: 'demo', name: node });
    for (const client of slow) client.pause();
    const before = inspect(entrances.pid).megabytes;
    const started = performance.now();
    const heardBefore = reading.heard;
    for (const node of names)
      await call('deploy_strategy', { node, source: 'talkative.py:Talkative', config: {} });
    const milliseconds = [];
    let most = before;
    while (reading.heard - heardBefore < events) {
      const asked = performance.now();
      await call('list_runs', {});
      milliseconds.push(performance.now() - asked);
      most = Math.max(most, inspect(entrances.pid).megabytes);
      await sleep(20);
    }
    const seconds = (performance.now() - started) / 1000;
    const heardInAll = reading.heard - heardBefore;
    const unanswered = slow.map((client) =>
      client.request('tools/call', { name: 'list_runs', arguments: {} }),
    );
    for (const node of names) await call('stop_trading_node', { node });
    await quiet(reading);
    for (const client of slow) client.resume();
    const answers = await Promise.all(unanswered);
    const lines = reading.lines + reading.dropped;
    await accountedFor(slow, lines);
    return {
      ...{ events: heardInAll, seconds, milliseconds, growth: most - before, lines },
      answered: answers.filter(({ structuredContent }) => structuredContent !== undefined).length,
      clients: slow.map(({ transport, lines: heardLines, dropped, updates }) => ({
        ...{ transport, heard: heardLines, dropped, updates },
        missing: lines - heardLines - dropped,
      })),
    };
  } finally {
    for (const client of [reading, ...slow]) client.close();
  }
}

/** Its node's log at every level, and so many addresses that change with it, each with a long query. */
async function listen(client, names, subscriptions) {
  await client.request('logging/setLevel', { level: 'info' });
  for (let i = 0; i < subscriptions; i++) {
    const uri = `nautilus://nodes/${names[i % names.length]}/log?n=${i}&`;
    await client.request('resources/subscribe', { uri: uri.padEnd(1200, 'x') });
  }
}

async function quiet(client) {
  for (let last = -1; last !== client.heard; await sleep(500)) last = client.heard;
}

async function accountedFor(clients, lines) {
  const open = () => clients.some(({ lines: heardLines, dropped }) => heardLines + dropped < lines);
  for (const until = Date.now() + settleMs; open() && Date.now() < until; ) await sleep(50);
}

/** Sorts what a connection says: log lines, how many were announced as dropped, updates, and answers. */
class Listener {
  lines = 0;
  dropped = 0;
  updates = 0;
  #waiting = new Map();
  #lastId = 0;

  /** @param {{ transport: string, send: (message: object) => void, stream?: import('node:stream').Readable, close: () => void }} way */
  constructor(way) {
    Object.assign(this, way);
    if (way.stream) this.read(way.stream);
  }

  get heard() {
    return this.lines + this.updates;
  }

  async introduce() {
    await this.request('initialize', introduction);
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return this;
  }

  request(method, params) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.send({ jsonrpc: '2.0', id, method, params });
    });
  }

  pause() {
    this.stream.pause();
  }

  resume() {
    this.stream.resume();
  }

  /** JSON lines, or the data lines of an event stream. */
  read(stream) {
    let held = '';
    stream.setEncoding('utf8').on('data', (chunk) => {
      const parts = (held + chunk).split('\n');
      held = parts.pop() ?? '';
      for (const part of parts) {
        const text = part.startsWith('data: ') ? part.slice(6) : part;
        if (text.startsWith('{')) this.#take(JSON.parse(text));
        else if (text.startsWith('/')) this.endpoint?.(text);
      }
    });
  }

  #take({ id, method, params, result, error }) {
    if (method === 'notifications/resources/updated') this.updates++;
    else if (method === 'notifications/message' && params.data.dropped) this.dropped += params.data.dropped;
    else if (method === 'notifications/message') this.lines++;
    else if (error) this.#waiting.get(id)?.reject(new Error(error.message));
    else this.#waiting.get(id)?.resolve(result);
  }
}

function overSocket({ socket: address, token }) {
  const socket = connect(address);
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  send({ token });
  return new Listener({
    transport: 'socket',
    send,
    stream: socket,
    close: () => socket.destroy(),
  }).introduce();
}

function overStdio({ command, args, env }) {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'], windowsHide: true });
  const send = (message) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const close = () => {
    child.stdout.resume();
    child.stdin.end();
  };
  return new Listener({ transport: 'stdio', send, stream: child.stdout, close }).introduce();
}

const accept = 'application/json, text/event-stream';

/** Answers come on responses of their own; what does not belong to a request, on a stream. */
async function overHttp({ url, headers }) {
  const all = { ...headers, accept, 'content-type': 'application/json' };
  const send = (message) => {
    const post = request(url, { method: 'POST', headers: all }, (response) => {
      const session = response.headers['mcp-session-id'];
      if (session) all['mcp-session-id'] = session;
      client.read(response);
    });
    post.end(JSON.stringify(message));
  };
  const client = new Listener({ transport: 'http', send, close: () => client.stream.destroy() });
  await client.introduce();
  client.stream = await new Promise((resolve, reject) => {
    get(url, { headers: all, agent: false }, resolve).on('error', reject);
  });
  client.stream.on('error', () => {});
  client.read(client.stream);
  return client;
}

async function overSse({ sseUrl, headers }) {
  const stream = await new Promise((resolve, reject) => {
    get(sseUrl, { headers: { ...headers, accept: 'text/event-stream' }, agent: false }, resolve).on(
      'error',
      reject,
    );
  });
  stream.on('error', () => {});
  const send = (message) => {
    const options = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
    request(new URL(client.to, sseUrl), options, (response) => response.resume()).end(
      JSON.stringify(message),
    );
  };
  let there;
  const told = new Promise((resolve) => {
    there = resolve;
  });
  const endpoint = (to) => {
    client.to = to;
    there();
  };
  const client = new Listener({ transport: 'sse', send, stream, endpoint, close: () => stream.destroy() });
  await told;
  return client.introduce();
}
