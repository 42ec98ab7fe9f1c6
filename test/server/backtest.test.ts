import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barsItem, emaCross } from './support/data.ts';
import { plainEngineScript } from './support/plainScript.ts';
import { python } from './support/python.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
});
afterAll(() => workspace.close());

const catalogItem = {
  data_type: 'Bar',
  instrument_id: 'EUR/USD.SIM',
  bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL',
};

describe('a backtest through MCP', () => {
  it('gives what a plain script on the engine gives, to the last digit', async () => {
    const run = await client.run(emaCross());
    const script = workspace.write('plain.py', plainEngineScript);
    const plain = JSON.parse(
      execFileSync(python(), [script, path.join(workspace.root, 'data/bars.csv')], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONHASHSEED: '0' },
      }),
    );
    expect(run.status).toBe('completed');
    expect(run.api).toBe('engine');
    expect(run.counts).toMatchObject(plain.counts);
    expect(run.balances).toEqual(plain.balances);
    expect(run.statistics?.pnl).toEqual(plain.pnl);
    expect(run.counts?.orders).toBeGreaterThan(20);
  });

  it('gives the same over the catalog with the node API as from the file with the engine API', async () => {
    const { imported } = await client.call('import_data', { items: [barsItem()] });
    expect(imported).toMatchObject([{ data_type: 'Bar', instrument_id: 'EUR/USD.SIM', rows: 2000 }]);
    const listed = await client.call('list_data');
    expect(listed).toMatchObject({ exists: true, data: [{ data_type: 'Bar', files: 1 }] });

    const node = await client.run(emaCross({ data: [catalogItem] }));
    const engine = await client.run(emaCross());
    const engineOverCatalog = await client.run(emaCross({ data: [catalogItem], api: 'engine' }));
    expect([node.api, engine.api, engineOverCatalog.api]).toEqual(['node', 'engine', 'engine']);
    for (const other of [engine, engineOverCatalog]) {
      expect(node.counts).toEqual(other.counts);
      expect(node.balances).toEqual(other.balances);
      expect(node.statistics).toEqual(other.statistics);
    }
  });

  it('keeps the run: summary, pages, resources, code identity, files', async () => {
    const run = await client.run(emaCross({ tags: ['kept'], note: 'a note' }));
    const { run_id, counts } = run;
    expect(await client.call('get_run', { run_id })).toMatchObject({
      ...run,
      tags: ['kept'],
      note: 'a note',
    });

    const orders = await client.call('get_run', { run_id, detail: 'orders', limit: 5 });
    expect(orders).toMatchObject({ total: counts?.orders, next: 5 });
    const second = await client.call('get_run', { run_id, detail: 'orders', after: 5, limit: 5 });
    expect(second.rows).not.toEqual(orders.rows);

    const source = await client.call('get_run', { run_id, detail: 'source' });
    expect(source.versions).toMatchObject({ nautilus_trader: '1.231.0' });
    expect(source.request).toMatchObject({ data: [{ file: 'data/bars.csv' }] });

    for (const frame of ['orders', 'fills', 'positions'] as const) {
      const page = await client.read(`nautilus://runs/${run_id}/${frame}?limit=3&after=1`);
      expect(page.total, frame).toBe(counts?.[frame === 'positions' ? 'trades' : frame]);
      expect(page.rows).toHaveLength(3);
    }
    const equity = await client.read(`nautilus://runs/${run_id}/equity?points=50`);
    expect((equity.rows as unknown[]).length).toBeGreaterThan(10);
    expect((equity.rows as unknown[]).length).toBeLessThanOrEqual(50);
    const log = await client.read(`nautilus://runs/${run_id}/log?limit=5`);
    expect(log.rows).toHaveLength(5);
    expect(existsSync(path.join(run.directory, 'orders.parquet'))).toBe(true);
    expect(existsSync(path.join(workspace.root, '.quarterdeck', '.gitignore'))).toBe(true);

    const listed = await client.call('list_runs', { tag: 'kept' });
    expect(listed).toMatchObject({
      total: 1,
      runs: [{ run_id, status: 'completed', orders: counts?.orders }],
    });
  });

  it('shows how far it is, and tells who subscribed that it changed', async () => {
    const steps: number[] = [];
    const updates: string[] = [];
    client.sdk.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void updates.push(params.uri),
    );
    await client.sdk.subscribeResource({ uri: 'nautilus://runs' });
    const { status } = await client.run(emaCross(), ({ progress }) => steps.push(progress));
    expect(status).toBe('completed');
    expect(steps.length).toBeGreaterThan(0);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    await expect.poll(() => updates).toContain('nautilus://runs');
    await client.sdk.unsubscribeResource({ uri: 'nautilus://runs' });
  });

  it('can be asked for without waiting, and followed', async () => {
    const started = await client.run(emaCross({ mode: 'async' }));
    expect(['queued', 'running']).toContain(started.status);
    expect(started.next_step).toContain(started.run_id);
    await expect
      .poll(async () => (await client.call('get_run', { run_id: started.run_id })).status, {
        timeout: 30_000,
      })
      .toBe('completed');
  });

  it('works for projects with packages, relative imports and shared modules, and knows their code', async () => {
    workspace.write('src/desk/__init__.py', '');
    workspace.write('src/desk/shared/__init__.py', '');
    workspace.write('src/desk/shared/sizing.py', 'SIZE = "100000"\n');
    workspace.write('src/desk/strategies/__init__.py', '');
    workspace.write(
      'src/desk/strategies/cross.py',
      [
        'from nautilus_trader.examples.strategies.ema_cross import EMACross, EMACrossConfig',
        'from ..shared.sizing import SIZE',
        '',
        'class DeskConfig(EMACrossConfig, frozen=True):',
        '    """Ours."""',
        '',
        'class Desk(EMACross):',
        '    """Crosses at the desk."""',
        '    def __init__(self, config: DeskConfig) -> None:',
        '        assert SIZE == "100000"',
        '        super().__init__(config)',
        '',
      ].join('\n'),
    );
    const { config } = emaCross().strategies[0] ?? { config: {} };
    const source = 'src/desk/strategies/cross.py:Desk';
    const listed = await client.call('list_strategies', { file: 'src/desk/strategies/cross.py' });
    expect(listed.strategies).toMatchObject([
      { source, kind: 'strategy', name: 'Desk', description: 'Crosses at the desk.' },
    ]);
    const checked = await client.call('check_strategy', { source, config });
    expect(checked).toMatchObject({
      class_name: 'Desk',
      config_class: expect.stringContaining('DeskConfig'),
    });

    const run = await client.run(emaCross({ strategies: [{ source, config }] }));
    expect(run.balances).toEqual((await client.run(emaCross())).balances);
    const { code } = await client.call('get_run', { run_id: run.run_id, detail: 'source' });
    const modules = (code as { modules: { module: string }[] }).modules.map(({ module }) => module);
    expect(modules).toEqual(expect.arrayContaining(['desk.strategies.cross', 'desk.shared.sizing']));
  });
});

it('completes run ids', async () => {
  const { run_id } = await client.run(emaCross());
  const { completion } = await client.sdk.complete({
    ref: { type: 'ref/resource', uri: 'nautilus://runs/{id}' },
    argument: { name: 'id', value: run_id.slice(0, 12) },
  });
  expect(completion.values).toContain(run_id);
});
