import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
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
