import type { NodeClient, NodeKind, NodeProfile } from '../protocol/node.ts';

/** Of the engine's adapters those that say in `environment` whether orders are for real money. */
const saysEnvironment: ReadonlySet<string> = new Set([
  ...['architect_ax', 'binance', 'bitmex', 'bybit', 'deribit', 'dydx', 'hyperliquid', 'okx'],
]);
const testEnvironments: ReadonlySet<unknown> = new Set(['TESTNET', 'DEMO', 'SANDBOX']);

/** Through which addresses an adapter's orders go: all of them on loopback, and no order can leave this machine. */
const orderAddresses: Readonly<Record<string, readonly string[]>> = {
  architect_ax: ['base_url_http', 'base_url_orders', 'base_url_ws'],
  binance: ['base_url_http', 'base_url_ws'],
  bitmex: ['base_url_http', 'base_url_ws'],
  bybit: ['base_url_http', 'base_url_ws_private', 'base_url_ws_trade'],
  deribit: ['base_url_http', 'base_url_ws'],
  okx: ['base_url_http', 'base_url_ws'],
};

/**
 * What kind of node a profile makes. An adapter that executes is "testnet" where its own settings prove that no real
 * money can be behind it, and "live" everywhere else: a factory of one's own always is.
 */
export function kindOf(profile: NodeProfile): NodeKind {
  const executing = Object.values(profile.exec_clients ?? {});
  if (executing.length > 0) {
    return executing.every((client) => isPlayMoney(client, profile)) ? 'testnet' : 'live';
  }
  if (Object.keys(profile.data_clients ?? {}).length > 0) return 'sandbox';
  return profile.feed?.kind === 'replay' ? 'replay' : 'demo';
}

function isPlayMoney({ adapter, factory, config }: NodeClient, profile: NodeProfile): boolean {
  if (adapter === undefined || factory !== undefined) return false;
  const addresses = Object.entries(config).filter(([name, value]) => name.includes('url') && value != null);
  const places = orderAddresses[adapter] ?? [];
  const elsewhere = addresses.filter(([, value]) => !isLoopback(value));
  if (elsewhere.length > 0) return false;
  if (profile.practice_venue && adapter === 'binance') return true;
  if (places.length > 0 && places.every((name) => isLoopback(config[name]))) return true;
  const environment = typeof config.environment === 'string' ? config.environment.toUpperCase() : undefined;
  return saysEnvironment.has(adapter) && testEnvironments.has(environment);
}

function isLoopback(address: unknown): boolean {
  if (typeof address !== 'string' || !URL.canParse(address)) return false;
  const { hostname, username } = new URL(address);
  return (
    username === '' &&
    (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname))
  );
}
