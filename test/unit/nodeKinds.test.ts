import { describe, expect, it } from 'vitest';
import { kindOf } from '../../server/nodes/kinds.ts';
import { atPracticeVenue } from '../../server/nodes/practiceVenue.ts';
import { NodeProfile } from '../../server/protocol/node.ts';

const local = { base_url_http: 'http://127.0.0.1:8080', base_url_ws: 'ws://127.0.0.1:8080/ws-api/v3' };

/** The kind of a profile that executes through the clients given. */
function executing(...clients: object[]) {
  const exec_clients = Object.fromEntries(clients.map((client, index) => [`V${index}`, client]));
  return kindOf(NodeProfile.parse({ exec_clients }));
}

describe('a profile that executes', () => {
  it.each([
    ['the test environment its adapter names', { adapter: 'binance', config: { environment: 'TESTNET' } }],
    ['a demo environment, in any case', { adapter: 'okx', config: { environment: 'demo' } }],
    ['loopback for everything orders go through', { adapter: 'binance', config: local }],
    [
      'loopback by name and by IPv6',
      {
        adapter: 'binance',
        config: { base_url_http: 'http://localhost:1', base_url_ws: 'ws://[::1]:1' },
      },
    ],
  ])('is no real money with %s', (_, client) => {
    expect(executing(client)).toBe('testnet');
  });

  it.each([
    ['nothing said', { adapter: 'binance', config: {} }],
    ['the live environment', { adapter: 'binance', config: { environment: 'LIVE' } }],
    [
      'one of two addresses on loopback',
      { adapter: 'binance', config: { base_url_http: local.base_url_http } },
    ],
    [
      'an address elsewhere beside a test environment',
      { adapter: 'binance', config: { environment: 'TESTNET', base_url_http: 'https://api.binance.com' } },
    ],
    [
      'a host that only looks like loopback',
      { adapter: 'binance', config: { ...local, base_url_ws: 'wss://127.0.0.1.example.com' } },
    ],
    [
      'loopback as the user name of another host',
      { adapter: 'binance', config: { ...local, base_url_http: 'http://127.0.0.1@api.binance.com' } },
    ],
    [
      'a proxy elsewhere',
      { adapter: 'binance', config: { ...local, proxy_url: 'http://proxy.example.com' } },
    ],
    ['an adapter that does not say', { adapter: 'interactive_brokers', config: { environment: 'DEMO' } }],
    ['a factory of one’s own', { factory: 'mine:Factory', config: { environment: 'TESTNET', ...local } }],
  ])('counts as real money with %s', (_, client) => {
    expect(executing(client)).toBe('live');
  });

  it('counts as real money when one of its clients does', () => {
    const test = { adapter: 'binance', config: { environment: 'TESTNET' } };
    expect(executing(test, { adapter: 'okx', config: {} })).toBe('live');
  });
});

it('a practice profile speaks with the practice venue and nothing else', () => {
  const practice = (client: object) =>
    kindOf(NodeProfile.parse({ practice_venue: true, exec_clients: { BINANCE: client } }));
  expect(practice({ adapter: 'binance', config: {} })).toBe('testnet');
  expect(practice({ adapter: 'binance', config: { base_url_http: 'https://api.binance.com' } })).toBe('live');
  expect(practice({ adapter: 'okx', config: {} })).toBe('live');
});

it.each([
  ['left out', {}],
  ['null', { base_url_http: null, base_url_ws: null }],
  ['others of this machine', local],
])('a practice profile’s addresses are those of the venue, with its own %s', (_, config) => {
  const address = {
    ...{ pid: 1, api_key: 'practice', api_secret: 'practice', base_url_http: 'http://127.0.0.1:7001' },
    ...{ base_url_ws: 'ws://127.0.0.1:7001', base_url_ws_api: 'ws://127.0.0.1:7001/ws-api/v3' },
  };
  const client = { adapter: 'binance', config };
  const profile = NodeProfile.parse({ practice_venue: true, exec_clients: { BINANCE: client } });
  expect(atPracticeVenue(profile, address).exec_clients?.BINANCE?.config).toMatchObject({
    base_url_http: address.base_url_http,
    base_url_ws: address.base_url_ws_api,
  });
});

it('a profile without an adapter that executes is simulated', () => {
  const data_clients = { BINANCE: { adapter: 'binance' } };
  expect(kindOf(NodeProfile.parse({ data_clients, venues: [] }))).toBe('sandbox');
  expect(kindOf(NodeProfile.parse({ feed: { kind: 'synthetic' } }))).toBe('demo');
  expect(kindOf(NodeProfile.parse({ feed: { kind: 'replay' } }))).toBe('replay');
});
