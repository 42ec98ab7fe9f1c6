import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const execute = promisify(execFile);
const mostAtOnce = 60;
/** Thousands of orders before memory is looked at: a node keeps its latest 2,000 whole, and grows until it has them. */
const filledAfter = 4;
const spareAfterMs = 10_000;
const order = { instrument_id: 'EUR/USD.SIM', type: 'MARKET', quantity: '10000', wait_for: 'closed' };

/** A trading node: its start, and how long an order takes in it, alone and under load. */
export async function nodeFigures(bench, warm, say) {
  const count = bench.quick ? 100 : 500;
  say('trading node');
  const plain = await plainNode(bench, count);
  const started = performance.now();
  await warm.call('initialize_trading_node', { profile: 'demo' });
  const start = performance.now() - started;
  await submit(warm, 50);
  const alone = await submit(warm, count);
  say('1,000 orders a second');
  await sustain(warm, filledAfter);
  const sustained = await sustain(warm, bench.quick ? 3 : 20);
  await warm.call('stop_trading_node', { flatten: true });
  // By then the server has made a worker ready for the next node.
  await sleep(spareAfterMs);
  say('50,000 quotes a second');
  const flooded = await flood(warm, count);
  const mcp = { unit: 'ms', ours: alone, theirs: plain.samples, otherwise: 'engine alone' };
  const quotes = Math.round(flooded.rate).toLocaleString('en');
  return [
    {
      name: 'trading node, asked for → running',
      unit: 'ms',
      ours: [start],
      theirs: [plain.started],
      otherwise: 'plain script',
    },
    {
      ...{ name: 'a further node, asked for → running', unit: 'ms', ours: [flooded.start], theirs: [start] },
      ...{ otherwise: 'the first', isLimit: true, target: 1000 },
    },
    { ...mcp, name: 'submit_order over MCP stdio → filled, p50', isLimit: true, target: 3 },
    { ...mcp, name: 'submit_order over MCP stdio → filled, p99', quantile: 0.99, isLimit: true, target: 15 },
    {
      ...{ name: `${sustained.rate} orders a second, sustained: → filled, p99`, unit: 'ms', quantile: 0.99 },
      ...{ ours: sustained.samples, theirs: alone, otherwise: 'one after another' },
    },
    {
      ...{ name: 'orders a second, sustained', unit: '/s', ours: [sustained.rate], theirs: [plain.rate] },
      otherwise: 'engine alone',
    },
    {
      ...{
        name: `memory grown per 1,000 orders, after ${filledAfter},000`,
        unit: 'MB',
        ours: [sustained.grown],
        theirs: [plain.grown],
      },
      otherwise: 'engine alone',
    },
    {
      ...{ name: `order while ${quotes} quotes a second come in, p99`, unit: 'ms', quantile: 0.99 },
      ...{ ours: flooded.samples, theirs: alone, otherwise: 'quiet market', target: 2 },
    },
  ];
}

async function plainNode(bench, count) {
  const script = path.join(here, 'plain_node.py');
  const { stdout } = await execute(bench.python, [script, String(count), String(filledAfter)], {
    env: bench.env,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

/** One order after another; milliseconds of each. */
async function submit(client, count, more = {}) {
  const samples = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await client.call('submit_order', { ...order, ...more, side: i % 2 ? 'SELL' : 'BUY' });
    samples.push(performance.now() - started);
  }
  return samples;
}

/** A thousand orders a second, each sent at its time; as many at once as a session may have under way. */
async function sustain(client, seconds) {
  const before = await resident(client);
  const samples = [];
  const begun = performance.now();
  const total = seconds * 1000;
  let [sent, under] = [0, 0];
  while (samples.length < total) {
    const due = Math.min(total, Math.floor(performance.now() - begun));
    for (; sent < due && under < mostAtOnce; sent++) {
      const started = performance.now();
      const side = sent % 2 ? 'SELL' : 'BUY';
      under++;
      void client.call('submit_order', { ...order, side, timeout_seconds: 40 }).then(() => {
        under--;
        samples.push(performance.now() - started);
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const rate = Math.round(total / ((performance.now() - begun) / 1000));
  return { samples, rate, grown: ((await resident(client)) - before) / (total / 1000) };
}

/** MB the node's process takes; what only Linux tells. */
async function resident(client) {
  const { contents } = await client.request('resources/read', { uri: 'nautilus://nodes' });
  const node = JSON.parse(contents[0].text).nodes.find(({ state }) => state === 'running');
  const { readFile } = await import('node:fs/promises');
  const statm = await readFile(`/proc/${node.pid}/statm`, 'utf8').catch(() => '0 0');
  return (Number(statm.split(' ')[1]) * 4096) / 1e6;
}

async function flood(client, count) {
  const feed = { kind: 'synthetic', interval_ms: 0.02 };
  const instruments = [{ template: 'fx', id: 'EUR/USD.SIM' }];
  const asked = performance.now();
  await client.call('initialize_trading_node', {
    config: { base: 'demo', feed, instruments },
    name: 'flooded',
  });
  const start = performance.now() - asked;
  await submit(client, 50);
  const seen = async () => (await client.call('get_trading_node')).counts.market_data;
  const [before, started] = [await seen(), performance.now()];
  const samples = await submit(client, count);
  const rate = ((await seen()) - before) / ((performance.now() - started) / 1000);
  await client.call('stop_trading_node', { flatten: true });
  return { samples, rate, start };
}
