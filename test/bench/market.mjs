import { appendFileSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const minutes = 28_761;

/**
 * One-minute bid and ask bars of USD/JPY in `folder`: the real ones of February 2013 where the folder named by
 * QUARTERDECK_TEST_DATA has them, else a random walk of the same length that is the same on every machine.
 */
export function marketData(folder, env = process.env) {
  mkdirSync(folder, { recursive: true });
  const real = env.QUARTERDECK_TEST_DATA;
  const names = ['usdjpy-m1-bid-2013.csv', 'usdjpy-m1-ask-2013.csv'];
  if (real && names.every((name) => existsSync(path.join(real, name)))) {
    const [bid, ask] = names.map((name) => {
      copyFileSync(path.join(real, name), path.join(folder, name));
      return path.join(folder, name);
    });
    return { bid, ask, description: 'real USD/JPY one-minute bars, February 2013' };
  }
  const bid = path.join(folder, 'synthetic-bid.csv');
  const ask = path.join(folder, 'synthetic-ask.csv');
  const walk = randomWalk();
  writeFileSync(bid, csv(walk.map(({ time, prices }) => ({ time, prices }))));
  writeFileSync(
    ask,
    csv(walk.map(({ time, prices, spread }) => ({ time, prices: prices.map((price) => price + spread) }))),
  );
  return { bid, ask, description: 'SYNTHETIC USD/JPY one-minute bars (seeded random walk)' };
}

/** A file of so many millions of made-up rows of one kind, in the names that wranglers and ours both read. */
export function million(folder, kind, millions = 1) {
  const file = path.join(folder, `${millions}-million-${kind}.csv`);
  const random = generator(20240304);
  const step = kind === 'bars' ? 60_000 : 1000;
  const price = (thousandths) => (thousandths / 1000).toFixed(3);
  const headers = {
    quotes: 'timestamp,bid_price,ask_price,bid_size,ask_size',
    bars: 'timestamp,open,high,low,close,volume',
    trades: 'timestamp,price,quantity,buyer_maker,trade_id',
  };
  const cells = {
    quotes: (last) => [price(last), price(last + 3), 1_000_000, 1_000_000],
    bars: (last, open) => [
      price(open),
      price(Math.max(open, last) + 2),
      price(Math.min(open, last) - 2),
      price(last),
      1_000_000,
    ],
    trades: (last, open, i) => [price(last), 1000, last < open, i + 1],
  };
  let last = 91_715;
  const row = (i) => {
    const open = last;
    last = Math.max(80_000, open + (random() % 25) - 12);
    const time = new Date(Date.UTC(2013, 0, 1) + i * step).toISOString().replace('Z', '+00:00');
    return [time, ...cells[kind](last, open, i)].join(',');
  };
  writeFileSync(file, `${headers[kind]}\n`);
  for (let part = 0; part < millions; part++) {
    const rows = Array.from({ length: 1_000_000 }, (_, i) => row(part * 1_000_000 + i));
    appendFileSync(file, `${rows.join('\n')}\n`);
  }
  return file;
}

/** Prices are whole thousandths of a yen: no rounding, so every machine gets the same digits. */
function randomWalk() {
  const random = generator(20130201);
  const upTo = (n) => random() % (n + 1);
  let close = 91_715;
  return Array.from({ length: minutes }, (_, i) => {
    const open = close;
    close = Math.max(80_000, open + upTo(24) - 12);
    const high = Math.max(open, close) + upTo(8);
    const low = Math.min(open, close) - upTo(8);
    const time = new Date(Date.UTC(2013, 1, 1) + i * 60_000).toISOString();
    return {
      time: time.replace('T', ' ').replace('.000Z', '+00:00'),
      prices: [open, high, low, close],
      spread: 10 + upTo(15),
    };
  });
}

function csv(rows) {
  const lines = rows.map(({ time, prices }) => [time, ...prices.map((p) => (p / 1000).toFixed(3))].join(','));
  return `${['timestamp,open,high,low,close', ...lines].join('\n')}\n`;
}

/** xorshift32 */
function generator(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
