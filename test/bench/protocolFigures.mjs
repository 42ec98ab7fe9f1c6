import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inspectable } from './innards.mjs';
import { leftBySessions, manyClients, tradeTogether } from './load.mjs';
import { inTurns } from './sides.mjs';
import { slowReaders } from './slowReaders.mjs';

/** A call that does nothing but answer with what it was given: what the protocol itself costs. */
export async function echoFigures(warm, peer, blocks) {
  const samples = { ours: [], theirs: [] };
  const sides = {
    ours: (i) => warm.request('tools/call', { name: 'get_run', arguments: { run_id: `no-run-${i}` } }),
    theirs: (i) => peer.call('echo', { run_id: `no-run-${i}` }),
  };
  const block = (side) => async () => {
    for (let i = 0; i < 100; i++) {
      const started = performance.now();
      await sides[side](i);
      samples[side].push(performance.now() - started);
    }
  };
  // A server stays; what its first thousands of calls cost is the compiler's.
  await inTurns(30, [block('ours'), block('theirs')]);
  samples.ours.length = samples.theirs.length = 0;
  await inTurns(blocks, [block('ours'), block('theirs')]);
  const name = `echo over stdio, warm, p50 of ${samples.ours.length}`;
  return [{ name, unit: 'ms', ...samples, otherwise: 'Python mcp server', target: 1 / 3 }];
}

/** Many clients at once on three transports, calling and trading. */
export async function crowdFigures(bench, workspace, record, quick) {
  const http = await startHttp(bench, workspace);
  try {
    const entrances = { ...http.at, socket: record().socket, token: http.token };
    const calls = await manyClients(entrances, { clients: 100, calls: quick ? 10 : 100 });
    const trades = await tradeTogether(entrances, { clients: 20, orders: quick ? 40 : 1000 });
    const stdio = {
      command: process.execPath,
      args: [bench.serverBundle, 'stdio', '--workspace', workspace],
    };
    const slow = await slowReaders(
      { ...entrances, pid: record().pid },
      { workspace, stdio: { ...stdio, env: bench.env } },
      { nodes: 1, events: 8000, subscriptions: 600 },
    );
    const missed = slow.clients.reduce((sum, { missing }) => sum + Math.abs(missing), 0);
    const lost = trades.asked.length - new Set(trades.ledger.map((order) => order.client_order_id)).size;
    const limit = (name, unit, ours, target, quantile) => ({
      ...{ name, unit, ours, target, quantile },
      otherwise: 'no counterpart',
      isLimit: true,
    });
    return [
      limit(
        `100 clients, three transports, p99 of ${calls.calls} calls`,
        'ms',
        calls.milliseconds,
        1000,
        0.99,
      ),
      limit('… errors and answers to the wrong client', '', [calls.errors.length + calls.wrong], 0),
      limit(
        `20 clients on one node, ${trades.asked.length} orders: foreign answers`,
        '',
        [trades.wrong.length],
        0,
      ),
      limit('… orders asked for and not in the ledger', '', [lost], 0),
      limit('… a call, p99', 'ms', trades.milliseconds, undefined, 0.99),
      limit(`three clients do not read ${slow.events} events: growth of the server`, 'MB', [slow.growth], 64),
      limit('… log lines neither heard nor announced as dropped', '', [missed], 0),
      limit('… a call of another client, p99', 'ms', slow.milliseconds, undefined, 0.99),
    ];
  } finally {
    await http.close();
  }
}

/** What sessions that were opened and closed leave behind, in hundredths of what was there before. */
export async function sessionFigures(bench, workspace, record, quick) {
  if (process.platform !== 'linux') return [];
  const http = await startHttp({ ...bench, env: { ...bench.env, ...inspectable } }, workspace);
  try {
    const { pid, socket } = record();
    const sessions = quick ? 100 : 1000;
    const entrances = { ...http.at, pid, socket, token: http.token };
    const { before, after } = await leftBySessions(entrances, newestLog(bench.env), sessions);
    const grown = (what) => [(after[what] / before[what] - 1) * 100];
    return [
      [`${sessions} sessions opened and closed: memory`, 'megabytes'],
      ['… handles', 'handles'],
      ['… descriptors', 'descriptors'],
    ].map(([name, what]) => ({
      ...{ name, unit: '%', ours: grown(what), target: 5, otherwise: 'no counterpart', isLimit: true },
    }));
  } finally {
    await http.close();
  }
}

function newestLog({ QUARTERDECK_HOME }) {
  const folder = path.join(QUARTERDECK_HOME, 'logs');
  const logs = readdirSync(folder).map((name) => path.join(folder, name));
  const born = (file) => statSync(file).birthtimeMs;
  return logs.sort((a, b) => born(b) - born(a))[0];
}

async function startHttp({ serverBundle, env }, workspace) {
  const args = [serverBundle, 'http', '--sse', '--workspace', workspace];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { url, sse_url, token_file } = JSON.parse(line);
  const token = readFileSync(token_file, 'utf8').trim();
  const headers = { authorization: `Bearer ${token}` };
  return {
    at: { url, sseUrl: sse_url, headers },
    token,
    async close() {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}
