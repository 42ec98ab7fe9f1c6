import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barsCsv, barsItem, emaCross, ownStrategy, simVenue } from './support/data.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let client: TestClient;

beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
  const rows = barsCsv(20).trim().split('\n');
  const [header = '', first = '', second = '', ...rest] = rows;
  workspace.write('data/zero.csv', '');
  workspace.write('data/header.csv', `${header}\n`);
  workspace.write('data/columns.csv', barsCsv(5).replace('close', 'closing price'));
  workspace.write('data/unsorted.csv', [header, second, first, ...rest].join('\n'));
  workspace.write('data/duplicate.csv', [header, first, first, second, ...rest].join('\n'));
  workspace.write('data/words.csv', [header, first, second.replace(/,[^,]+,/, ',abc,'), ...rest].join('\n'));
  workspace.write(
    'data/precision.csv',
    [header, first, second.replace(/(\.\d{5})/, '$1234567'), ...rest].join('\n'),
  );
  workspace.write('data/binary.csv', Buffer.from([0x1f, 0x8b, 0, 1, 2, 255, 254]));
  workspace.write('plain.py', 'class Plain:\n    pass\n\ndef function():\n    pass\n');
  workspace.write('broken.py', 'def broken(:\n');
  workspace.write('missing_import.py', 'import a_module_that_is_not_there\n');
});
afterAll(() => workspace.close());

const config = emaCross().strategies[0]?.config ?? {};
const example = 'nautilus_trader.examples.strategies.ema_cross:EMACross';
const withConfig = (changes: Record<string, unknown>) => ownStrategy(example, { ...config, ...changes });
const withData = (changes: Record<string, unknown>) => emaCross({ data: [barsItem(changes)] });
const withVenue = (changes: Record<string, unknown>) => emaCross({ venues: [simVenue(changes)] });

const minutes = 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL';
const fiveMinutes = minutes.replace('1-MINUTE', '5-MINUTE');
const didYouMean = new RegExp(`Did you mean .*${minutes}.*strategies\\[0\\]\\.config\\.bar_type`);
const bid = minutes.replace('LAST', 'BID');
const oneSided = ownStrategy(example, { ...config, bar_type: bid }, { data: [barsItem({ bar_type: bid })] });

describe('bad input gives a typed error that says what, where and what next', () => {
  it.each<[string, object, string, RegExp | undefined]>([
    ['an unknown module', ownStrategy('no.such.module:X'), 'UNKNOWN_SOURCE', undefined],
    ['an unknown file', ownStrategy('strategies/none.py:X'), 'UNKNOWN_SOURCE', undefined],
    [
      'an unknown class',
      ownStrategy('nautilus_trader.examples.strategies.ema_cross:EMACros'),
      'UNKNOWN_SOURCE',
      /EMACross/,
    ],
    ['a source without a class', ownStrategy('plain.py'), 'UNKNOWN_SOURCE', undefined],
    ['a class that is no strategy', ownStrategy('plain.py:Plain'), 'WRONG_CLASS', undefined],
    ['a function for a class', ownStrategy('plain.py:function'), 'UNKNOWN_SOURCE', undefined],
    ['a file that does not parse', ownStrategy('broken.py:X'), 'STRATEGY_IMPORT_FAILED', /broken\.py:1/],
    [
      'a file whose import fails',
      ownStrategy('missing_import.py:X'),
      'STRATEGY_IMPORT_FAILED',
      /missing_import\.py:1/,
    ],
    ['a file outside the workspace', ownStrategy('../../etc/x.py:X'), 'PATH_OUTSIDE_WORKSPACE', undefined],
    ['an unknown config field', withConfig({ fast_ema_perio: 5 }), 'INVALID_CONFIG', /fast_ema_period/],
    [
      'a config field of the wrong type',
      withConfig({ fast_ema_period: 'five' }),
      'INVALID_CONFIG',
      /fast_ema_period/,
    ],
    ['a config field out of range', withConfig({ fast_ema_period: 0 }), 'INVALID_CONFIG', /fast_ema_period/],
    [
      'an instrument id that does not parse',
      withConfig({ instrument_id: 'EURUSD' }),
      'INVALID_CONFIG',
      /instrument_id/,
    ],
    [
      'an instrument id that would abort the engine',
      withConfig({ instrument_id: 'EUR/USD.SÍM' }),
      'INVALID_CONFIG',
      undefined,
    ],
    [
      'a bar type that does not parse',
      withConfig({ bar_type: 'EUR/USD.SIM-1-MINUT-LAST-EXTERNAL' }),
      'INVALID_CONFIG',
      /bar_type/,
    ],
    [
      'a bar type of data that does not parse',
      withData({ bar_type: 'EUR/USD.SIM-1-MINUT' }),
      'INVALID_BAR_TYPE',
      undefined,
    ],
    [
      'a bar type that parses as another symbol',
      withData({ bar_type: 'EUR/USD.SIM--1-MINUTE-LAST-EXTERNAL' }),
      'INVALID_BAR_TYPE',
      undefined,
    ],
    [
      'a bar type of another instrument',
      withData({ bar_type: 'GBP/USD.SIM-1-MINUTE-LAST-EXTERNAL' }),
      'INVALID_BAR_TYPE',
      undefined,
    ],
    ['a missing file', withData({ file: 'data/none.csv' }), 'FILE_NOT_FOUND', /none\.csv/],
    ['a folder for a file', withData({ file: 'data' }), 'FILE_UNREADABLE', undefined],
    ['an empty file', withData({ file: 'data/zero.csv' }), 'FILE_EMPTY', undefined],
    ['a file with a header only', withData({ file: 'data/header.csv' }), 'FILE_EMPTY', undefined],
    ['a file without a column', withData({ file: 'data/columns.csv' }), 'COLUMNS_MISSING', /close/],
    ['a file with a word for a number', withData({ file: 'data/words.csv' }), 'VALUE_UNREADABLE', undefined],
    ['a binary file', withData({ file: 'data/binary.csv' }), 'FILE_UNREADABLE', undefined],
    ['unsorted rows', withData({ file: 'data/unsorted.csv' }), 'DATA_UNSORTED', undefined],
    ['duplicate times', withData({ file: 'data/duplicate.csv' }), 'DATA_DUPLICATE_TIMES', undefined],
    ['mixed precision', withData({ file: 'data/precision.csv' }), 'DATA_MIXED_PRECISION', undefined],
    [
      'a data file outside the workspace',
      withData({ file: '/etc/hostname' }),
      'PATH_OUTSIDE_WORKSPACE',
      /data\[0\]\.file/,
    ],
    ['a venue that is not the instrument’s', withVenue({ name: 'XNAS' }), 'VENUE_MISMATCH', undefined],
    [
      'a balance in a currency that is none',
      withVenue({ starting_balances: ['1000000 ZZZZ'] }),
      'UNKNOWN_CURRENCY',
      undefined,
    ],
    ['a base currency that is none', withVenue({ base_currency: 'QQQ' }), 'UNKNOWN_CURRENCY', undefined],
    ['a balance that is none', withVenue({ starting_balances: ['a lot'] }), 'INVALID_BALANCE', undefined],
    ['a negative balance', withVenue({ starting_balances: ['-1 USD'] }), 'INVALID_BALANCE', undefined],
    [
      'dates the wrong way round',
      emaCross({ start: '2024-02-01', end: '2024-01-01' }),
      'INVALID_TIME_RANGE',
      undefined,
    ],
    ['a date that is none', emaCross({ start: 'yesterday-ish' }), 'INVALID_ARGUMENTS', /start/],
    ['dates without data', emaCross({ start: '2030-01-01' }), 'NO_DATA', undefined],
    ['an unknown engine field', emaCross({ engine: { risk: {} } }), 'INVALID_CONFIG', /risk_engine/],
    [
      'a trader id that would abort the engine',
      emaCross({ engine: { trader_id: 'nohyphen' } }),
      'INVALID_IDENTIFIER',
      undefined,
    ],
    [
      'catalog data that is not there',
      emaCross({ data: [{ data_type: 'Bar', instrument_id: 'AUD/USD.SIM' }] }),
      'CATALOG_NOT_FOUND',
      undefined,
    ],
    ['a file item with the node API', emaCross({ api: 'node' }), 'UNSUPPORTED', /import_data/],
    ['a bar type no data is of', withConfig({ bar_type: fiveMinutes }), 'SUBSCRIPTION_UNSERVED', didYouMean],
    ['bars of one side only', oneSided, 'NO_MARKET', /-ASK-/],
    [
      'an item that is neither file nor catalog',
      emaCross({ data: [{ instrument_id: 'EUR/USD.SIM' }] }),
      'INVALID_ARGUMENTS',
      undefined,
    ],
  ])('%s', async (_what, request, code, mentions) => {
    const error = await client.error('run_backtest', request as Record<string, unknown>);
    expect(error.code, JSON.stringify(error)).toBe(code);
    expect(error.next_step.length).toBeGreaterThan(10);
    if (mentions) expect(JSON.stringify(error)).toMatch(mentions);
    expect(JSON.stringify(error)).not.toMatch(/Traceback|File \\"/);
  });

  it('the next call works', async () => {
    expect(await client.run(emaCross())).toMatchObject({ status: 'completed' });
  });

  it('a check of a strategy tells what would go wrong in its run', async () => {
    const { venues, data } = emaCross();
    const of = (changes: object) => ({ source: example, config: { ...config, ...changes }, venues, data });
    expect(await client.call('check_strategy', of({}))).toMatchObject({ problems: [] });
    const { problems } = await client.call('check_strategy', of({ bar_type: fiveMinutes }));
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'SUBSCRIPTION_UNSERVED', path: 'strategies[0].config.bar_type' }),
    );
    const half = await client.error('check_strategy', { source: example, config, venues });
    expect(half).toMatchObject({ code: 'INVALID_ARGUMENTS', path: 'data' });
  });

  it('an import that fails leaves the catalog as it was', async () => {
    await client.call('import_data', { items: [barsItem({ limit: 100 })] });
    const before = await client.call('list_data');
    const error = await client.error('import_data', { items: [barsItem({ file: 'data/unsorted.csv' })] });
    expect(error.code).toBe('DATA_UNSORTED');
    workspace.write('data/other.csv', barsCsv(300, { seed: 8 }));
    const conflict = await client.error('import_data', { items: [barsItem({ file: 'data/other.csv' })] });
    expect(conflict.code).toBe('CATALOG_CONFLICT');
    expect(await client.call('list_data')).toEqual(before);
  });

  it('an import of rows that are there already adds only the new ones', async () => {
    const catalog = 'grown';
    await client.call('import_data', { items: [barsItem({ limit: 100 })], catalog });
    await client.call('import_data', { items: [barsItem({ limit: 300 })], catalog });
    const item = {
      data_type: 'Bar',
      instrument_id: 'EUR/USD.SIM',
      bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL',
    };
    const run = await client.run(emaCross({ data: [item], catalog }));
    expect(run.counts?.iterations).toBe(300);
  });

  it('a dry run shows how times are read and writes nothing', async () => {
    const item = barsItem({ timestamp: 'open' });
    const { imported } = await client.call('import_data', { items: [item], catalog: 'other', dry_run: true });
    expect(imported).toMatchObject([
      {
        preview: [{ ts_event: '2024-01-01T00:01:00Z', ts_init: '2024-01-01T00:01:00Z' }, {}, {}],
      },
    ]);
    expect(await client.call('list_data', { catalog: 'other' })).toMatchObject({ exists: false, data: [] });
  });
});
