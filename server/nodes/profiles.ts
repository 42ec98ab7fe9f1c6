import { closestMatch } from 'leven';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { NodeProfile } from '../protocol/node.ts';

/** Profiles that need nothing but the engine. */
export const builtInProfiles: Record<NonNullable<NodeProfile['base']>, NodeProfile> = {
  demo: {
    venues: [simulated('SIM', ['1000000 USD'])],
    instruments: [
      { template: 'fx', id: 'EUR/USD.SIM' },
      { template: 'crypto', id: 'BTCUSDT.SIM' },
      { template: 'equity', id: 'AAPL.SIM' },
    ],
    feed: { kind: 'synthetic', seed: 1, interval_ms: 250 },
  },
  replay: { feed: { kind: 'replay', data: [], speed: 1 } },
  sandbox: {},
  practice: {
    practice_venue: true,
    data_clients: { BINANCE: { adapter: 'binance', config: { instrument_provider: { load_all: true } } } },
    exec_clients: { BINANCE: { adapter: 'binance', config: { instrument_provider: { load_all: true } } } },
  },
};

/** A simulated venue with the settings nobody thinks about: netting, margin, ten times leverage. */
export function simulated(name: string, balances: string[]): NonNullable<NodeProfile['venues']>[number] {
  return {
    name,
    oms_type: 'NETTING',
    account_type: 'MARGIN',
    starting_balances: balances,
    default_leverage: '10',
    session_end: '00:00',
    session_timezone: 'UTC',
  };
}

/**
 * The profile a name means: the caller's own before the built-in ones.
 *
 * @throws QuarterdeckError UNKNOWN_PROFILE
 */
export function findProfile(name: string, own: Record<string, NodeProfile>): NodeProfile {
  const named = own[name];
  if (named) return completed(named);
  if (isBuiltIn(name)) return builtInProfiles[name];
  const names = [...Object.keys(own), ...Object.keys(builtInProfiles)];
  const close = closestMatch(name, names, { maxDistance: 3 });
  throw new QuarterdeckError(
    'UNKNOWN_PROFILE',
    `There is no profile "${name}".`,
    close ? `Did you mean "${close}"?` : `There are: ${names.join(', ')}.`,
    { path: 'profile' },
  );
}

/** A profile with what its base says where it says nothing itself. */
export function completed(profile: NodeProfile): NodeProfile {
  return profile.base ? { ...builtInProfiles[profile.base], ...profile } : profile;
}

function isBuiltIn(name: string): name is keyof typeof builtInProfiles {
  return name in builtInProfiles;
}
