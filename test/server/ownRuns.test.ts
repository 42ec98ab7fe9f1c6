import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emaCross } from './support/data.ts';
import { plainEngineScript } from './support/plainScript.ts';
import { python } from './support/python.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  workspace.write('plain.py', plainEngineScript);
  client = await workspace.connect();
});
afterAll(() => workspace.close());

describe('a script of one’s own through MCP', () => {
  it('runs unmodified and is kept, with what it prints plainly as its result', async () => {
    const plain = JSON.parse(
      execFileSync(python(), ['plain.py', 'data/bars.csv'], {
        cwd: workspace.root,
        encoding: 'utf8',
        env: { ...process.env, PYTHONHASHSEED: '0' },
      }),
    );
    const run = await client.run({ script: 'plain.py', args: ['data/bars.csv'] });
    expect(run).toMatchObject({ status: 'completed', api: 'engine' });
    expect(run.counts).toMatchObject(plain.counts);
    expect(run.balances).toEqual(plain.balances);
    for (const [currency, values] of Object.entries(plain.pnl)) {
      expect(run.statistics?.pnl[currency]).toMatchObject(values as object);
    }
    const orders = await client.call('get_run', { run_id: run.run_id, detail: 'orders', limit: 3 });
    expect(orders.total).toBe(run.counts?.orders);
    expect(await client.call('list_runs', {})).toMatchObject({ runs: [{ strategies: ['plain.py'] }] });
  });

  it('keeps each of several engine runs as a run of its own', async () => {
    const twice =
      'import runpy, sys\nfor _ in range(2):\n    runpy.run_path("plain.py", run_name="__main__")\n';
    workspace.write('twice.py', twice);
    const run = await client.run({ script: 'twice.py', args: ['data/bars.csv'], tags: ['twice'] });
    expect(run.more_runs).toHaveLength(1);
    const second = await client.call('get_run', { run_id: run.more_runs?.[0] });
    expect(second).toMatchObject({ status: 'completed', counts: run.counts, balances: run.balances });
    const page = await client.read(`nautilus://runs/${second.run_id}/orders?limit=2`);
    expect(page.total).toBe(run.counts?.orders);
    expect(existsSync(path.join(run.directory, 'more'))).toBe(false);
    expect(await client.call('list_runs', { tag: 'twice' })).toMatchObject({ total: 2 });
  });

  it('says why one failed', async () => {
    workspace.write('broken.py', 'import sys\n\nsys.exit("no data")\n');
    expect(await client.error('run_backtest', { script: 'broken.py' })).toMatchObject({
      code: 'SCRIPT_FAILED',
      path: 'broken.py:3',
    });
  });
});

describe('a request', () => {
  const run_config = 'config.json';
  const elsewhere = { data: [{ catalog_path: '/etc' }] };
  beforeAll(() => workspace.write(run_config, JSON.stringify(elsewhere)));

  it.each([
    ['says nothing', {}, 'INVALID_ARGUMENTS', 'strategies'],
    ['has no data', { ...emaCross(), data: [] }, 'INVALID_ARGUMENTS', 'data'],
    ['has both', { ...emaCross(), script: 'plain.py' }, 'INVALID_ARGUMENTS', 'strategies'],
    ['has two of its own', { script: 'plain.py', run_config }, 'INVALID_ARGUMENTS', 'run_config'],
    ['has arguments for nobody', { run_config, args: ['1'] }, 'INVALID_ARGUMENTS', 'args'],
    ['has a script outside', { script: '/etc/passwd' }, 'PATH_OUTSIDE_WORKSPACE', 'script'],
    ['has a catalog outside', { run_config }, 'PATH_OUTSIDE_WORKSPACE', 'run_config'],
  ])('that %s is refused', async (_, request, code, where) => {
    expect(await client.error('run_backtest', request)).toMatchObject({ code, path: where });
  });
});

it('understands a request in the names of the engine’s configs', async () => {
  const request = emaCross();
  const strategies = request.strategies.map(({ source, ...rest }) => ({ strategy_path: source, ...rest }));
  const run = await client.run({ ...request, strategies });
  expect(run.balances).toEqual((await client.run(request)).balances);
  const { request: kept } = await client.call('get_run', { run_id: run.run_id, detail: 'source' });
  expect(kept).toMatchObject({ strategies: request.strategies });
});
