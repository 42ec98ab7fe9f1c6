import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { haltFigures } from './haltFigures.mjs';
import { heavyFigures } from './heavyFigures.mjs';
import { marketData } from './market.mjs';
import { nodeFigures } from './nodeFigures.mjs';
import { inspect } from './processes.mjs';
import { crowdFigures, echoFigures, sessionFigures } from './protocolFigures.mjs';
import { differing, inTurns, plainScript, request, timed } from './sides.mjs';
import { startClient } from './stdioClient.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const execute = promisify(execFile);

/**
 * Measures ours and what a user would do otherwise in turns, so that a busy minute of the machine hits both.
 *
 * @param {{ python: string, tools: string, serverBundle: string, env: NodeJS.ProcessEnv, folder: string,
 *   quick: boolean, only?: string[], say: (line: string) => void }} setting
 */
export async function measure(setting) {
  const { folder, quick, only, say, env } = setting;
  const workspaces = Object.fromEntries(
    ['warm', 'cold', 'idle', 'sessions'].map((name) => [name, path.join(folder, name)]),
  );
  for (const workspace of Object.values(workspaces)) mkdirSync(workspace, { recursive: true });
  const data = marketData(path.join(workspaces.warm, 'data'), env);
  const serverPid = (workspace) => serverRecord(setting, workspace).pid;
  const bench = { ...setting, workspaces, data, serverPid };
  const rounds = (n) => (quick ? 2 : n);
  const figures = [];
  const warm = ours(bench, workspaces.warm);
  const record = (workspace) => () => serverRecord(bench, workspace);
  const parts = {
    start: () => startFigures(bench, rounds(9)),
    'tool call': () => toolCallFigures(bench, warm, rounds),
    '6,000 bars': () => backtestFigures(bench, warm, 'bars', rounds(7)),
    '115,044 quotes': () => backtestFigures(bench, warm, 'quotes', rounds(5)),
    'much data': () => heavyFigures(bench, warm, rounds),
    nodes: () => nodeFigures(bench, warm, say),
    halt: () => haltFigures(warm, rounds(5), say),
    'idle server': () => idleFigures(bench),
    'many clients': () => crowdFigures(bench, workspaces.idle, record(workspaces.idle), quick),
    sessions: () => sessionFigures(bench, workspaces.sessions, record(workspaces.sessions), quick),
  };
  const chosen = only ?? Object.keys(parts);
  const unknown = chosen.find((name) => !parts[name]);
  if (unknown !== undefined) throw new Error(`No part "${unknown}": ${Object.keys(parts).join(', ')}.`);
  try {
    await warm.initialize();
    for (const name of chosen) {
      say(name);
      figures.push(...(await parts[name]()));
    }
    return { figures, data: data.description };
  } finally {
    await warm.close();
    for (const workspace of Object.values(workspaces)) await stop(bench, workspace);
  }
}

async function startFigures(bench, rounds) {
  const { cold } = bench.workspaces;
  const samples = { attach: [], cold: [], peer: [] };
  const measures = {
    attach: async () => samples.attach.push(await untilListed(ours(bench, bench.workspaces.warm))),
    cold: async () => {
      samples.cold.push(await untilListed(ours(bench, cold)));
      await stop(bench, cold);
    },
    peer: async () => samples.peer.push(await untilListed(theirs(bench))),
  };
  // The first start of each also compiles Python's and fills the disk's cache.
  for (const one of Object.values(measures)) await one();
  for (const name of Object.keys(samples)) samples[name].length = 0;
  await inTurns(rounds, Object.values(measures));
  const common = { unit: 'ms', theirs: samples.peer, otherwise: 'Python mcp server', target: 0.2 };
  return [
    { name: 'spawn → tools listed, server running', ours: samples.attach, ...common },
    { name: 'spawn → tools listed, no server yet', ours: samples.cold, ...common },
  ];
}

async function toolCallFigures(bench, warm, rounds) {
  const peer = theirs(bench);
  try {
    await peer.initialize();
    const echo = await echoFigures(warm, peer, rounds(20));
    return [...echo, ...(await callFigures(warm, peer, rounds(10)))];
  } finally {
    await peer.close();
  }
}

async function untilListed(client) {
  try {
    await client.initialize();
    const { tools } = await client.request('tools/list');
    const elapsed = performance.now() - client.started;
    if (tools.length === 0) throw new Error('The server lists no tools.');
    return elapsed;
  } finally {
    await client.close();
  }
}

async function callFigures(warm, peer, blocks) {
  const samples = { ours: [], theirs: [] };
  const block = async (client, into, calls = 100) => {
    for (let i = 0; i < calls; i++) {
      const started = performance.now();
      await client.call('get_environment');
      into.push(performance.now() - started);
    }
  };
  await block(warm, [], 50);
  await block(peer, [], 50);
  await inTurns(blocks, [() => block(warm, samples.ours), () => block(peer, samples.theirs)]);
  const common = { ...samples, unit: 'ms', otherwise: 'Python mcp server' };
  return [
    { name: `get_environment, p50 of ${samples.ours.length}`, quantile: 0.5, target: 1, ...common },
    { name: `get_environment, p99 of ${samples.ours.length}`, quantile: 0.99, ...common },
  ];
}

/** Ours against the plain script without any log and, for the long run, against one that keeps the same log. */
async function backtestFigures(bench, warm, kind, rounds) {
  const ours = { whole: [], engine: [] };
  const bare = { whole: [], engine: [] };
  const logging = { whole: [], engine: [] };
  const differences = new Set();
  let answer;
  const runs = [
    async () => {
      answer = await timed(ours, () => warm.call('run_backtest', request(bench, kind)));
    },
    async () => {
      const plain = await timed(bare, () => plainScript(bench, kind));
      for (const difference of differing(answer, plain)) differences.add(difference);
    },
  ];
  if (kind === 'quotes') {
    runs.push(async () => {
      const logs = mkdtempSync(path.join(bench.folder, 'log-'));
      await timed(logging, () => plainScript(bench, kind, logs));
    });
  }
  // A used worker is replaced in the background; its start must weigh on no side.
  const calm = runs.map((one) => () => delay(3000).then(one));
  await inTurns(1, calm);
  for (const samples of [ours, bare, logging]) samples.whole.length = samples.engine.length = 0;
  await inTurns(rounds, calm);

  const { orders } = answer.counts;
  if (orders === 0) throw new Error(`The ${kind} backtest made no orders: it measures nothing.`);
  const what = `${answer.counts.iterations.toLocaleString('en')} ${kind} (${orders} orders)`;
  const figure = (part, theirs, otherwise, target) => ({
    name: `${what}, ${part === 'whole' ? 'call → result' : 'engine.run alone'}`,
    unit: 'ms',
    ours: ours[part],
    theirs: theirs[part],
    otherwise,
    target,
  });
  const whole = {
    ...figure('whole', bare, 'python script.py', kind === 'bars' ? 0.3 : undefined),
    differences: [...differences],
  };
  if (kind === 'bars') return [whole, figure('engine', bare, 'same script')];
  return [
    whole,
    figure('engine', logging, 'same script, same log kept', 1.05),
    figure('engine', bare, 'same script, no log'),
  ];
}

async function idleFigures(bench) {
  const client = ours(bench, bench.workspaces.idle);
  const peer = theirs(bench);
  try {
    for (const one of [client, peer]) {
      await one.initialize();
      await one.request('tools/list');
    }
    await delay(1000);
    const server = inspect(serverRecord(bench, bench.workspaces.idle).pid);
    const pythons = server.descendants.filter((command) => /python/i.test(command.split(' ')[0]));
    const common = { otherwise: 'Python mcp server', isLimit: true };
    return [
      {
        name: 'idle server, resident memory',
        unit: 'MB',
        ours: [server.megabytes],
        theirs: [inspect(peer.pid).megabytes],
        target: 120,
        ...common,
      },
      {
        name: 'idle server, Python processes',
        unit: '',
        ours: [pythons.length],
        theirs: [1],
        target: 0,
        ...common,
      },
    ];
  } finally {
    await client.close();
    await peer.close();
  }
}

/** The detached server publishes itself; the process we spawned is only a pipe to it. */
function serverRecord({ env }, workspace) {
  const folder = path.join(env.QUARTERDECK_HOME, 'servers');
  const records = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
  const record = records.find((one) => realpathSync(one.workspace) === realpathSync(workspace));
  if (!record) throw new Error(`No server is published for ${workspace}.`);
  return record;
}

function ours({ serverBundle, env }, workspace) {
  const started = performance.now();
  const args = [serverBundle, 'stdio', '--workspace', workspace];
  return { ...startClient(process.execPath, args, { env, cwd: workspace }), started };
}

function theirs({ python, tools, env, folder }) {
  const started = performance.now();
  const options = { env: { ...env, PYTHONPATH: tools }, cwd: folder };
  return { ...startClient(python, [path.join(here, 'peer_server.py')], options), started };
}

function stop({ serverBundle, env }, workspace) {
  return execute(process.execPath, [serverBundle, 'stop', '--workspace', workspace], { env });
}
