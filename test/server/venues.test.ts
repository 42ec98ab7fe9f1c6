import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Exchange, startExchange } from '../../server/exchange/exchange.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let client: TestClient;
let exchange: Exchange;
beforeAll(async () => {
  workspace = new TestWorkspace();
  exchange = await startExchange({ port: 0, seed: 1 });
  workspace.write(
    'quarterdeck.json',
    JSON.stringify({
      profiles: {
        fast: { base: 'demo', feed: { kind: 'synthetic', interval_ms: 20 } },
        local: { exec_clients: { BINANCE: binance(exchange.base_url_ws_api) } },
      },
    }),
  );
  client = await workspace.connect([], { BYBIT_API_KEY: 'planted-7f3a', BYBIT_API_SECRET: 'planted-9c1d' });
});
afterAll(async () => {
  await workspace.close();
  await exchange.close();
});

/** A client of the adapter at the exchange of this test. */
function binance(base_url_ws: string, more: object = {}) {
  const key = { api_key: 'practice', api_secret: 'practice' };
  const { base_url_http } = exchange;
  const config = { ...key, base_url_http, base_url_ws, instrument_provider: { load_all: true }, ...more };
  return { adapter: 'binance', config };
}

const Report = z.object({
  ok: z.boolean(),
  rows: z.array(
    z.object({
      check: z.string(),
      status: z.string(),
      found: z.string(),
      next_step: z.string().optional(),
    }),
  ),
});

async function check(args: Record<string, unknown>) {
  return Report.parse(await client.call('check_venue', args));
}

/** The one row of a venue that does not connect. */
async function why(exec_client: object) {
  const { ok, rows } = await check({ config: { exec_clients: { V: exec_client } } });
  expect(ok).toBe(false);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ check: 'connect', status: 'fail', next_step: expect.any(String) });
  return rows[0]?.found ?? '';
}

describe('list_venues', () => {
  it('names every adapter and what it needs, and says of credentials only that they are there', async () => {
    const { venues, profiles } = await client.call('list_venues');
    expect(venues).toHaveLength(15);
    expect(venues).toContainEqual(
      expect.objectContaining({
        name: 'bybit',
        test_environments: ['TESTNET', 'DEMO'],
        credentials: expect.arrayContaining([
          {
            environment: 'MAINNET',
            names: ['BYBIT_API_KEY', 'BYBIT_API_SECRET'],
            present: ['BYBIT_API_KEY', 'BYBIT_API_SECRET'],
          },
          {
            environment: 'TESTNET',
            names: ['BYBIT_TESTNET_API_KEY', 'BYBIT_TESTNET_API_SECRET'],
            present: [],
          },
        ]),
      }),
    );
    expect(venues).toContainEqual(
      expect.objectContaining({
        name: 'interactive_brokers',
        package: { name: 'ibapi', extra: 'ib', installed: expect.any(Boolean) },
      }),
    );
    expect(profiles).toEqual(
      expect.arrayContaining([
        { name: 'demo', kind: 'demo' },
        { name: 'practice', kind: 'testnet' },
        { name: 'local', kind: 'testnet' },
      ]),
    );
    expect(JSON.stringify(venues)).not.toContain('planted');
  });

  it('shows the fields of one, and knows what was meant', async () => {
    const { venues } = await client.call('list_venues', { adapter: 'binance' });
    expect(venues).toMatchObject([
      { fields: expect.arrayContaining([expect.objectContaining({ client: 'execution', name: 'api_key' })]) },
    ]);
    expect(await client.error('list_venues', { adapter: 'binanse' })).toMatchObject({
      code: 'UNKNOWN_SOURCE',
      path: 'adapter',
    });
  });
});

describe('check_venue', () => {
  it('goes from connecting to an order that is placed, cancelled and found at the venue', async () => {
    const { rows } = await check({ profile: 'practice', order: true });
    expect(rows.map(({ check: name, status }) => `${name} ${status}`)).toEqual([
      'connect ok',
      'clock ok',
      'instruments ok',
      'market_data ok',
      'account ok',
      'order_submitted ok',
      // The spot adapter has no way to change an order.
      'order_modified warn',
      'order_cancelled ok',
      'order_reconciled ok',
    ]);
    const { nodes } = await client.call('get_trading_node');
    expect(nodes).toEqual([]);
  });

  it('is the doctor’s too', async () => {
    const { code, stdout } = await workspace.cli('doctor', '--json', '--venue', 'local');
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      findings: [
        { name: 'connect' },
        { name: 'clock' },
        { name: 'instruments' },
        { name: 'market data' },
        {},
      ],
    });
    expect(code).toBe(0);
  });

  it('says that credentials are missing', async () => {
    const found = await why({ adapter: 'okx', config: { environment: 'demo' } });
    expect(found).toMatch(/OKX_API_KEY, OKX_API_SECRET, OKX_API_PASSPHRASE .*CREDENTIALS_MISSING/);
  });

  it('says that those there are belong to another environment', async () => {
    const found = await why({ adapter: 'bybit', config: { environment: 'TESTNET' } });
    expect(found).toMatch(/only credentials for MAINNET.*WRONG_ENVIRONMENT/);
  });

  it('says that the venue refuses them', async () => {
    expect(await why(binance(exchange.base_url_ws_api, { api_key: 'stranger' }))).toContain(
      'CREDENTIALS_REFUSED',
    );
    expect(await why(binance(exchange.base_url_ws_api, { api_secret: 'wrong' }))).toContain(
      'CREDENTIALS_REFUSED',
    );
  });

  it('says that nobody is there, without what was signed', async () => {
    const dead = { base_url_http: 'http://127.0.0.1:9', base_url_ws: 'ws://127.0.0.1:9' };
    const found = await why(binance('', dead));
    expect(found).toContain('VENUE_UNREACHABLE');
    expect(found).not.toContain('signature');
  });

  it('asks nobody’s money to be risked for a check', async () => {
    const config = { exec_clients: { IB: { adapter: 'interactive_brokers' } } };
    expect(await client.error('check_venue', { config })).toMatchObject({ code: 'LIVE_NOT_ARMED' });
  });

  it('says which package is missing, and what brings it', async () => {
    const config = {
      data_clients: { IB: { adapter: 'interactive_brokers' } },
      venues: [{ name: 'SIM', starting_balances: ['1 USD'] }],
    };
    const { rows } = await check({ config });
    expect(rows[0]?.found).toMatch(/ibapi.*PACKAGE_MISSING/);
    expect(rows[0]).toMatchObject({ next_step: expect.stringContaining('nautilus_trader[') });
  });
});

describe('a running node', () => {
  const connected = (venue: string, now: boolean) =>
    expect.objectContaining({
      venues: expect.arrayContaining([expect.objectContaining({ name: venue, connected: now })]),
    });

  it('lets go of a venue and takes it back', async () => {
    await client.call('initialize_trading_node', { profile: 'local', name: 'local' });
    const kept = readFileSync(path.join(workspace.root, '.quarterdeck/nodes/local/node.json'), 'utf8');
    expect(kept).toContain('"api_secret": "(not kept)"');
    expect(await client.call('disconnect_venue', { venue: 'BINANCE' })).toEqual(connected('BINANCE', false));
    expect(await client.call('connect_venue', { venue: 'BINANCE' })).toEqual(connected('BINANCE', true));
    expect(await client.error('connect_venue', { venue: 'BINANSE' })).toMatchObject({
      code: 'VENUE_NOT_FOUND',
      path: 'venue',
      message: expect.stringContaining('Did you mean'),
    });
  });

  it('is given market data it had not', async () => {
    const data_client = binance(exchange.base_url_ws);
    const answer = await client.call('connect_venue', { venue: 'BINANCE', data_client });
    expect(answer.venues).toMatchObject([{ name: 'BINANCE', data: true, execution: true, connected: true }]);
    const { rows } = await check({ node: 'local', order: true });
    expect(rows.find(({ check: name }) => name === 'market_data')).toMatchObject({ status: 'ok' });
    expect(await client.error('connect_venue', { venue: 'BINANCE', data_client })).toMatchObject({
      code: 'VENUE_CONNECTED',
    });
    await client.call('stop_trading_node', { node: 'local' });
  });

  it('takes no money of another kind than its own', async () => {
    await client.call('initialize_trading_node', { profile: 'fast', name: 'fast' });
    const asked = { venue: 'BINANCE', node: 'fast', exec_client: binance(exchange.base_url_ws_api) };
    expect(await client.error('connect_venue', asked)).toMatchObject({
      code: 'WRONG_ENVIRONMENT',
      path: 'exec_client',
    });
    await client.call('stop_trading_node', { node: 'fast' });
  });
});
