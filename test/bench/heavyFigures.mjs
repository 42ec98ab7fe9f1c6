import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { catalogFigures } from './catalogFigures.mjs';
import { million } from './market.mjs';
import { differing, inTurns, plainScript, replayRequest, request, timed } from './sides.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const host = path.join(here, '..', '..', 'python');
const execute = promisify(execFile);

/** Runs with many orders, much data, several at once, and the answers that a large run gives. */
export async function heavyFigures(bench, warm, rounds) {
  const figures = [];
  const { say } = bench;
  say('8,000 orders');
  figures.push(...(await orderFigures(bench, warm, rounds(3))));
  figures.push(...(await catalogFigures(bench, warm, rounds(3))));
  for (const kind of ['quotes', 'bars', 'trades']) {
    say(`1,000,000 ${kind}`);
    figures.push(...(await replayFigures(bench, warm, kind, rounds(3))));
  }
  say('a run that is cancelled');
  figures.push(await cancelFigure(bench, warm, rounds(3)));
  say('four runs at once');
  figures.push(await parallelFigure(bench, warm, rounds(2)));
  say('answers of a large run');
  figures.push(...(await answerFigures(bench, warm)));
  return figures;
}

async function orderFigures(bench, warm, rounds) {
  const ours = { whole: [], engine: [] };
  const plain = { whole: [], engine: [] };
  const newest = { whole: [], engine: [] };
  const differences = new Set();
  const compare = (other) => {
    for (const difference of differing(answer, other)) differences.add(difference);
  };
  let answer;
  await inTurns(rounds, [
    async () => {
      await delay(3000);
      answer = await timed(ours, () => warm.call('run_backtest', request(bench, 'orders')));
    },
    async () => compare(await timed(plain, () => plainScript(bench, 'orders'))),
    async () => {
      const env = { ...bench.env, PYTHONPATH: bench.plainPath };
      compare(await timed(newest, () => plainScript({ ...bench, env }, 'orders')));
    },
  ]);
  const what = `${answer.counts.orders.toLocaleString('en')} orders, netting`;
  const figure = (part, theirs, otherwise, target) => ({
    name: `${what}, ${part === 'whole' ? 'call → result' : 'engine.run alone'}`,
    unit: 'ms',
    quantile: 0,
    ours: ours[part],
    theirs: theirs[part],
    otherwise,
    target,
  });
  return [
    { ...figure('whole', plain, 'python script.py', 0.6), differences: [...differences] },
    figure('whole', newest, 'script, pip’s environment', 0.4),
    figure('engine', plain, 'same script, no log', 0.6),
    figure('engine', newest, 'script, pip’s environment', 0.4),
  ];
}

async function replayFigures(bench, warm, kind, rounds) {
  const file = million(path.join(bench.workspaces.warm, 'data'), kind);
  copyFileSync(path.join(here, 'onlooker.py'), path.join(bench.workspaces.warm, 'onlooker.py'));
  const ours = { whole: [], engine: [] };
  const plain = { whole: [], engine: [] };
  const logging = { whole: [], engine: [] };
  const script = async (...logs) => {
    const args = [path.join(here, 'plain_replay.py'), kind, file, ...logs];
    const { stdout } = await execute(bench.python, args, { cwd: bench.folder, env: bench.env });
    return JSON.parse(stdout);
  };
  const differences = new Set();
  let answer;
  await inTurns(rounds, [
    async () => {
      await delay(3000);
      answer = await timed(ours, () => warm.call('run_backtest', replayRequest(bench, kind, file)));
    },
    async () => {
      const other = await timed(plain, script);
      for (const difference of differing(answer, other)) differences.add(difference);
    },
    () => timed(logging, () => script(mkdtempSync(path.join(bench.folder, 'log-')))),
  ]);
  const figure = (theirs, otherwise, target) => ({
    name: `1,000,000 ${kind}, engine.run alone`,
    unit: 'ms',
    quantile: 0,
    ours: ours.engine,
    theirs: theirs.engine,
    otherwise,
    target,
  });
  return [
    { ...figure(logging, 'same script, same log kept', 1.05), differences: [...differences] },
    figure(plain, 'same script, no log'),
  ];
}

/** From the call to the answer that the run is cancelled: its process has ended, in the midst of a long run. */
async function cancelFigure(bench, warm, rounds) {
  const file = million(path.join(bench.workspaces.warm, 'data'), 'bars');
  const samples = [];
  await inTurns(rounds, [
    async () => {
      const request = { ...replayRequest(bench, 'bars', file), mode: 'async' };
      const { run_id } = await warm.call('run_backtest', request);
      await delay(6000);
      const started = performance.now();
      const { status } = await warm.call('cancel_run', { run_id });
      samples.push(performance.now() - started);
      if (status !== 'cancelled') throw new Error(`The run to cancel was ${status}.`);
    },
  ]);
  return {
    name: 'a long run cancelled, call → ended',
    unit: 'ms',
    ours: samples,
    otherwise: 'no counterpart',
    isLimit: true,
    target: 1000,
  };
}

async function parallelFigure(bench, warm, rounds) {
  const samples = { together: [], apart: [] };
  // Long enough that it is the runs that are measured and not the start of their processes.
  const one = () => warm.call('run_backtest', request(bench, 'orders'));
  const clock = async (into, work) => {
    await delay(3000);
    const started = performance.now();
    await work();
    into.push(performance.now() - started);
  };
  await inTurns(rounds, [
    () => clock(samples.together, () => Promise.all([one(), one(), one(), one()])),
    () => clock(samples.apart, () => inTurns(4, [one])),
  ]);
  return {
    name: 'four runs of 8,206 orders at once',
    unit: 'ms',
    quantile: 0,
    ours: samples.together,
    theirs: samples.apart,
    otherwise: 'one after another',
    target: 1 / 1.8,
  };
}

async function answerFigures(bench, warm) {
  const [few, many] = [
    await warm.call('run_backtest', request(bench, 'bars')),
    await warm.call('run_backtest', request(bench, 'orders')),
  ];
  const read = async ({ run_id }, into, sizes) => {
    const started = performance.now();
    const answer = await warm.call('get_run', { run_id });
    into.push(performance.now() - started);
    sizes.push(Buffer.byteLength(JSON.stringify(answer)) / 1000);
  };
  const times = { few: [], many: [] };
  const sizes = { few: [], many: [] };
  await inTurns(50, [() => read(few, times.few, sizes.few), () => read(many, times.many, sizes.many)]);
  const folder = path.join(bench.workspaces.warm, '.quarterdeck', 'runs', many.run_id);
  const { stdout } = await execute(bench.python, [path.join(here, 'long_equity.py'), folder], {
    env: { ...bench.env, PYTHONPATH: host },
  });
  const uri = `nautilus://runs/${many.run_id}/equity?points=4000`;
  const equity = [];
  await inTurns(12, [
    async () => {
      const started = performance.now();
      await warm.request('resources/read', { uri });
      equity.push(performance.now() - started);
    },
  ]);
  const otherwise = `run of ${few.counts.orders} orders`;
  const common = { otherwise, isLimit: true };
  const name = `get_run of ${many.counts.orders.toLocaleString('en')} orders`;
  return [
    { ...common, name: `${name}, p50`, unit: 'ms', ours: times.many, theirs: times.few, target: 20 },
    { ...common, name: `${name}, size`, unit: 'kB', ours: sizes.many, theirs: sizes.few, target: 8 },
    {
      name: 'equity of 1,000,000 points as 4,000',
      unit: 'ms',
      ours: equity,
      theirs: [JSON.parse(stdout).milliseconds],
      otherwise: 'pandas, every 250th',
      isLimit: true,
      target: 50,
    },
  ];
}
