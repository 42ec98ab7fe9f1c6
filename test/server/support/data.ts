/** Prices made by a seeded walk: no market's, and said to be so nowhere a user sees. */

const start = Date.UTC(2024, 0, 1);

/** 1-minute OHLCV rows as CSV; the same arguments give the same text. */
export function barsCsv(rows: number, { spread = 0, seed = 7, minutes = 1 } = {}): string {
  const random = seededRandom(seed);
  const lines = ['timestamp,open,high,low,close,volume'];
  let price = 1.1;
  for (let i = 0; i < rows; i++) {
    const open = price;
    price = Math.max(0.5, price + (random() - 0.5) * 0.001 + Math.sin(i / 60) * 0.0001);
    const high = Math.max(open, price) + random() * 0.0002;
    const low = Math.min(open, price) - random() * 0.0002;
    const time = new Date(start + i * minutes * 60_000).toISOString();
    const values = [open, high, low, price].map((value) => (value + spread).toFixed(5));
    lines.push([time, ...values, 1_000_000].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** The request most tests vary: an EMA cross of the engine's own examples on 1-minute bars from a file. */
export function emaCross(changes: Record<string, unknown> = {}) {
  return {
    strategies: [
      {
        source: 'nautilus_trader.examples.strategies.ema_cross:EMACross',
        config: {
          instrument_id: 'EUR/USD.SIM',
          bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL',
          trade_size: '100000',
          fast_ema_period: 10,
          slow_ema_period: 20,
        },
      },
    ],
    venues: [simVenue()],
    data: [barsItem()],
    ...changes,
  };
}

export function simVenue(changes: Record<string, unknown> = {}) {
  return {
    name: 'SIM',
    oms_type: 'NETTING',
    account_type: 'MARGIN',
    base_currency: 'USD',
    starting_balances: ['1000000 USD'],
    ...changes,
  };
}

export function barsItem(changes: Record<string, unknown> = {}) {
  return {
    file: 'data/bars.csv',
    as: 'bars',
    instrument: { template: 'fx', id: 'EUR/USD.SIM' },
    bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL',
    ...changes,
  };
}

/** The same backtest with one of our own strategies instead. */
export function ownStrategy(
  source: string,
  config: Record<string, unknown> = {},
  changes: Record<string, unknown> = {},
) {
  return emaCross({ strategies: [{ source, config }], ...changes });
}

export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
