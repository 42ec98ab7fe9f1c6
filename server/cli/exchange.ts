import path from 'node:path';
import { startExchange } from '../exchange/exchange.ts';
import { practice } from '../exchange/venue.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { Command } from './command.ts';
import { printJson } from './output.ts';

export const exchange: Command = {
  name: 'exchange',
  usage: 'exchange [--port 0] [--ledger DIR] [--seed N] [--idle-minutes N]',
  summary: "a practice venue on loopback that speaks Binance's spot interface; the first line says where",
  options: {
    port: { type: 'string' },
    ledger: { type: 'string' },
    seed: { type: 'string' },
    'idle-minutes': { type: 'string' },
  },
  async run({ flags, options }) {
    const ledger = options.ledger ? path.resolve(flags.workspace, String(options.ledger)) : undefined;
    const { close, idleFor, ...urls } = await startExchange({
      port: wholeNumber('port', options.port, 65_535),
      seed: wholeNumber('seed', options.seed, 4_294_967_295),
      ledger,
    });
    const { apiKey: api_key, secret: api_secret } = practice;
    printJson({ pid: process.pid, ...urls, api_key, api_secret, ...(ledger && { ledger }) }, { line: true });
    const idleMs = 60_000 * wholeNumber('idle-minutes', options['idle-minutes'], 10_000);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      const check = () => idleFor() > idleMs && resolve();
      if (idleMs > 0) setInterval(check, Math.min(idleMs, 10_000)).unref();
    });
    await close();
    return 0;
  },
};

function wholeNumber(name: string, value: string | boolean | undefined, most: number): number {
  const number = Number(value ?? 0);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw new QuarterdeckError(
    'INVALID_ARGUMENTS',
    `--${name} ${value} is no whole number from 0 to ${most}.`,
    `Give --${name} as a whole number, or leave it out.`,
    { path: `--${name}` },
  );
}
