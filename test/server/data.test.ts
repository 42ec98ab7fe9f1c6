import { realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { barsCsv, barsItem, emaCross } from './support/data.ts';
import { expectScriptGives } from './support/script.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

const Exported = z.object({ files: z.array(z.object({ path: z.string() })) });
const barType = 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL';

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
  await client.call('import_data', { items: [barsItem()] });
});
afterAll(() => workspace.close());

describe('data through MCP', () => {
  it('shows how a file is read before anything is written', async () => {
    const shown = await client.call('import_data', { items: [barsItem()], catalog: 'other', dry_run: true });
    expect(shown).toMatchObject({
      imported: [{ rows: 2000, detected: { format: 'csv', as: 'bars', timestamp: 'close' } }],
      instruments: ['EUR/USD.SIM'],
    });
    expect(await client.call('list_data', { catalog: 'other' })).toMatchObject({ exists: false, total: 0 });
  });

  it('answers with pages and points, small by default', async () => {
    const page = await client.call('query_data', { data_type: 'Bar', instrument_id: 'EUR/USD.SIM' });
    expect(page).toMatchObject({ total: 2000, next: 50, sampled: false, bar_type: barType });
    expect(JSON.stringify(page).length).toBeLessThan(10_000);
    const points = await client.call('query_data', { data_type: 'Bar', bar_type: barType, points: 20 });
    expect(points.rows).toHaveLength(20);
    const address = `nautilus://catalogs/default/bars/${encodeURIComponent(barType)}?points=20`;
    expect(await client.read(address)).toEqual(points);
    const window = '?points=4000&end=2024-01-01T01:00:00Z&start=2024-01-01T00:00:00Z';
    const few = await client.read(`nautilus://catalogs/default/bars/${encodeURIComponent(barType)}${window}`);
    expect(few).toMatchObject({ total: 61, sampled: false });
  });

  it('finds and shows instruments', async () => {
    const found = await client.call('find_instruments', { class: 'FX' });
    expect(found).toMatchObject({ total: 1, instruments: [{ id: 'EUR/USD.SIM', type: 'CurrencyPair' }] });
    const shown = await client.call('get_instrument', { instrument_id: 'EUR/USD.SIM' });
    expect(shown).toMatchObject({ instrument: { price_precision: 5, ts_event: '0' }, data: [barType] });
    expect(await client.read('nautilus://catalogs/default/instruments/EUR%2FUSD.SIM')).toEqual(shown);
    expect(await client.read('nautilus://catalogs/default')).toMatchObject({ exists: true, total: 1 });
    expect(await client.error('get_instrument', { instrument_id: 'EUR/UDS.SIM' })).toMatchObject({
      code: 'UNKNOWN_INSTRUMENT',
      message: expect.stringContaining('EUR/USD.SIM'),
    });
  });

  it('says what is wrong with a file', async () => {
    workspace.write('data/twice.csv', 'time,bid,ask\n2024-01-01T00:00:00Z,1.2,1.1\n');
    const items = [{ file: 'data/twice.csv', instrument: { template: 'fx', id: 'EUR/USD.SIM' } }];
    const checked = await client.call('check_data', { items });
    expect(checked).toMatchObject({
      ok: true,
      series: [{ rows: 1, findings: expect.arrayContaining([expect.objectContaining({ count: 1 })]) }],
    });
    expect(JSON.stringify(checked)).toContain('QUOTES_CROSSED');
  });

  it('refuses definitions outside the workspace', async () => {
    const error = await client.error('import_data', {
      items: [barsItem()],
      instruments: [{ file: '/etc/hostname' }],
    });
    expect(error).toMatchObject({ code: 'PATH_OUTSIDE_WORKSPACE', path: 'instruments[0].file' });
  });

  it('takes catalogs by the names of quarterdeck.json, several in one run', async () => {
    const settings = { catalogs: { bars: 'catalog', quotes: '../quotes-outside' } };
    workspace.write('quarterdeck.json', JSON.stringify(settings));
    const quotes = { bid_file: 'data/bid.csv', ask_file: 'data/ask.csv' };
    const instrument = { template: 'fx', id: 'EUR/USD.SIM' };
    await client.call('import_data', { items: [{ ...quotes, instrument }], catalog: 'quotes' });
    const before = await client.read('nautilus://catalogs/quotes');
    expect(before).toMatchObject({ exists: true, total: 1, data: [{ data_type: 'QuoteTick' }] });
    expect(await client.call('list_data', { catalog: 'quotes' })).toEqual(before);
    const { resources } = await client.sdk.listResources();
    expect(resources.map(({ uri }) => uri)).toContain('nautilus://catalogs/bars');
    expect(await client.call('get_environment')).toMatchObject({
      catalogs: { bars: path.join(realpathSync(workspace.root), 'catalog') },
    });

    const data = [
      { data_type: 'Bar', instrument_id: 'EUR/USD.SIM', catalog: 'bars' },
      { data_type: 'QuoteTick', instrument_id: 'EUR/USD.SIM', catalog: 'quotes' },
    ];
    const runs = [];
    for (const api of ['node', 'engine']) runs.push(await client.run(emaCross({ data, api })));
    const [node, engine] = runs;
    expect(node?.counts?.iterations).toBeGreaterThan(2000);
    expect(node?.counts).toEqual(engine?.counts);
    expect(node?.balances).toEqual(engine?.balances);
    for (const run of runs) {
      const { run_id } = run;
      const exported = Exported.parse(await client.call('export_run', { run_id, format: 'script' }));
      expectScriptGives(run, exported.files[0]?.path ?? '');
    }
    const checked = await client.call('check_data', { items: data });
    expect(checked).toMatchObject({ series: [{ rows: 2000 }, { data_type: 'QuoteTick' }] });

    const wrong = { catalog: 'quote', data_type: 'Bar' };
    expect(await client.error('query_data', wrong)).toMatchObject({
      code: 'CATALOG_NOT_FOUND',
      next_step: expect.stringContaining('Did you mean "quotes"?'),
    });
    expect(await client.read('nautilus://catalogs/quotes')).toEqual(before);
    workspace.write('quarterdeck.json', '{"catalogs": []}');
    expect(await client.error('list_data', {})).toMatchObject({
      code: 'INVALID_CONFIG',
      path: expect.stringContaining('quarterdeck.json#/catalogs'),
    });
    rmSync(path.join(workspace.root, 'quarterdeck.json'));
  });

  it('imports on its own when asked, tells how far it is, and is ended by its id', async () => {
    workspace.write('data/long.csv', barsCsv(200_000));
    const items = [barsItem({ file: 'data/long.csv' })];
    const begun = await client.call('import_data', { items, catalog: 'long', mode: 'async' });
    expect(begun).toMatchObject({ imported: [], next_step: expect.stringContaining('get_run') });
    const { run_id } = begun;
    expect(['queued', 'running']).toContain(begun.status);
    expect(await client.call('cancel_run', { run_id })).toMatchObject({ status: 'cancelled' });
    expect(await client.error('get_run', { run_id })).toMatchObject({
      code: 'CANCELLED',
      details: { run_id },
    });
    expect(await client.call('list_data', { catalog: 'long' })).toMatchObject({ exists: false });

    const again = await client.call('import_data', { items: [barsItem()], catalog: 'long', mode: 'async' });
    const told = () => client.call('get_run', { run_id: again.run_id });
    await vi.waitFor(async () => expect(await told()).toMatchObject({ status: 'completed' }), {
      timeout: 60_000,
      interval: 100,
    });
    expect(await told()).toMatchObject({ imported: [{ rows: 2000 }] });
    expect(await client.call('cancel_run', { run_id: again.run_id })).toMatchObject({ status: 'completed' });
  });
});
