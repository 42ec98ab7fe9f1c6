import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { million } from './market.mjs';
import { descendantMegabytes } from './processes.mjs';
import { inTurns } from './sides.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const execute = promisify(execFile);

/** Data into a catalog: how long a million rows take, how much memory ten million; and a catalog of many files. */
export async function catalogFigures(bench, warm, rounds) {
  bench.say('import of 1,000,000 quotes');
  const figures = [await importFigure(bench, warm, rounds)];
  bench.say('import of 10,000,000 quotes');
  figures.push(await memoryFigure(bench, warm));
  bench.say('a catalog of 10,000 files');
  figures.push(...(await listingFigures(bench, warm)));
  return figures;
}

/** Into a new catalog each time; the other side's process start does not count. */
async function importFigure(bench, warm, rounds) {
  const file = million(path.join(bench.workspaces.warm, 'data'), 'quotes');
  const items = itemsOf(bench, file);
  const ours = [];
  const theirs = [];
  let round = 0;
  await inTurns(rounds, [
    async () => {
      await delay(3000);
      const started = performance.now();
      const catalog = `imported-${round++}`;
      await importRows(warm, items, catalog, 1_000_000);
      ours.push(performance.now() - started);
    },
    async () => {
      const args = [path.join(here, 'plain_import.py'), file, path.join(bench.folder, `plain-${round}`)];
      const { stdout } = await execute(bench.python, args, { cwd: bench.folder, env: bench.env });
      theirs.push(JSON.parse(stdout).seconds * 1000);
    },
  ]);
  return {
    name: 'import of 1,000,000 quotes, call → result',
    unit: 'ms',
    quantile: 0,
    ours,
    theirs,
    otherwise: 'read_csv, wrangler, write_data',
    target: 1.3,
  };
}

/** The largest that the processes under the server were together, looked at four times a second. */
async function memoryFigure(bench, warm) {
  const file = million(path.join(bench.workspaces.warm, 'data'), 'quotes', 10);
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, descendantMegabytes(bench.serverPid(bench.workspaces.warm)));
  }, 250);
  try {
    await importRows(warm, itemsOf(bench, file), 'imported-large', 10_000_000);
  } finally {
    clearInterval(look);
    rmSync(file);
  }
  return {
    name: 'import of 10,000,000 quotes, memory of all workers, an idle one among them',
    unit: 'MB',
    ours: [peak],
    otherwise: 'no counterpart',
    isLimit: true,
    target: 1000,
  };
}

/** Files are told by their names, so that copies under other names make a catalog of any size. */
async function listingFigures(bench, warm) {
  const data = path.join(bench.workspaces.warm, 'imported-0', 'data', 'quote_tick', 'USDJPY.SIM');
  const [file] = readdirSync(data);
  for (let series = 0; series < 20; series++) {
    const folder = path.join(bench.workspaces.warm, 'many', 'data', 'quote_tick', `S${series}.SIM`);
    mkdirSync(folder, { recursive: true });
    for (let day = 0; day < 500; day++) {
      const stamp = (hour) =>
        `${new Date(Date.UTC(2020, 0, 1 + day, hour)).toISOString().replaceAll(/[:.]/g, '-').slice(0, -1)}000000Z`;
      copyFileSync(path.join(data, file), path.join(folder, `${stamp(0)}_${stamp(23)}.parquet`));
    }
  }
  const list = async () => {
    const started = performance.now();
    const { total } = await warm.call('list_data', { catalog: 'many' });
    if (total !== 20) throw new Error(`${total} series were listed.`);
    return performance.now() - started;
  };
  const script = async () => {
    const args = [path.join(here, 'plain_listing.py'), path.join(bench.workspaces.warm, 'many')];
    const { stdout } = await execute(bench.python, args, { cwd: bench.folder, env: bench.env });
    return JSON.parse(stdout).seconds * 1000;
  };
  const cold = [await list()];
  const again = [await list(), await list(), await list()];
  const common = { unit: 'ms', theirs: [await script()], otherwise: 'the engine’s intervals', isLimit: true };
  return [
    { name: 'a catalog of 10,000 files listed, first', ours: cold, target: 10_000, ...common },
    { name: 'a catalog of 10,000 files listed, again', ours: again, target: 200, ...common },
  ];
}

function itemsOf(bench, file) {
  const instrument = { template: 'fx', id: 'USD/JPY.SIM' };
  return [{ file: path.relative(bench.workspaces.warm, file), as: 'quotes', instrument }];
}

async function importRows(warm, items, catalog, rows) {
  const { imported } = await warm.call('import_data', { items, catalog, mode: 'sync' });
  if (imported[0].rows !== rows) throw new Error(`${imported[0].rows} rows were imported.`);
}
