import { createHash } from 'node:crypto';

/** What a person must confirm before a call goes on: in words, with the figures that matter. */
export interface Confirmation {
  /** One line, such as "Buy 0.5 BTCUSDT.BINANCE at the market". */
  action: string;
  /** What it is about, in the order it is shown. A figure that is not known is "—" with the reason. */
  facts: { name: string; value: string }[];
  /** No real money is at stake: a person is asked although live trading is not armed. */
  paper?: true;
}

/** A confirmation as it is put to a person: bound to one call and its exact arguments, good once and not for long. */
export interface Question extends Confirmation {
  /** 128 random bits. */
  id: string;
  tool: string;
  /** SHA-256 of the tool's name and its arguments. */
  hash: string;
  /** When it is void, in milliseconds since 1970. */
  expires: number;
}

/** What came back. A yes counts only with the id and the hash of what was asked. */
export type Answer =
  | { verdict: 'approved'; id: string; hash: string }
  | { verdict: 'declined' }
  | { verdict: 'unsupported' };

/** Someone who can be asked. Rejects when `signal` aborts or the connection is lost. */
export interface Person {
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
}

/** Binds an approval to a call: the same whatever the order of the keys, another for any other value. */
export function hashOf(tool: string, args: unknown): string {
  return createHash('sha256')
    .update(`${tool}\n${canonical(args)}`)
    .digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).filter(([, child]) => child !== undefined);
  const sorted = pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}
