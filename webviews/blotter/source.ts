import * as z from 'zod';
import { ReadFrameResult } from '../../server/protocol/engine.ts';
import { RunRecord } from '../../server/protocol/run.ts';
import { toErrorObject } from '../errors.ts';
import { page } from '../frame.ts';
import type { Host } from '../host.ts';
import { nameOf } from '../report/about.ts';
import { t } from '../strings.ts';
import type { Row } from './orders.ts';

/** Where orders come from, and what of it there is now. */
export interface Status {
  /** `run` is finished; the others are kinds of a trading node. */
  kind: 'run' | 'demo' | 'replay' | 'sandbox' | 'testnet' | 'live';
  name: string;
  state: string;
  reason: string | undefined;
  synthetic: boolean;
  venues: { name: string; connected: boolean }[];
  strategies: string[];
  /** Whether orders can still be made or changed. */
  active: boolean;
}

export interface Listener {
  status(status: Status): void;
  /** Answers when they are taken: what comes faster waits at its source, where it is merged. */
  orders(rows: Row[]): Promise<void>;
  fills(rows: Row[]): void;
  positions(rows: Row[]): void;
  accounts(rows: Row[]): void;
  quote(quote: Quote): void;
  /** Something could not be read; undefined when it works again. */
  trouble(message: string | undefined): void;
}

export interface Quote {
  instrument: string;
  bid: string;
  ask: string;
}

export interface Source {
  readonly uri: string;
  /** Name of the node, for the tools; undefined for a run. */
  readonly node: string | undefined;
  stop(): void;
  watchQuote(instrument: string): void;
}

/** Follows a run or a trading node: first all there is, then what changes. */
export function openSource(host: Host, uri: string, listener: Listener): Source {
  return uri.startsWith('nautilus://nodes/') ? openNode(host, uri, listener) : openRun(host, uri, listener);
}

function openRun(host: Host, uri: string, listener: Listener): Source {
  let stopped = false;
  const read = async () => {
    const run = RunRecord.parse(await host.read(uri));
    const venues = run.request.venues.map((venue) => ({ name: venue.name, connected: true }));
    listener.status({
      kind: 'run',
      name: nameOf(run),
      state: run.status,
      reason: undefined,
      synthetic: false,
      venues,
      strategies: run.request.strategies.map(({ source }) => source),
      active: false,
    });
    for (const [frame, tell] of [
      ['orders', listener.orders],
      ['fills', listener.fills],
      ['positions', listener.positions],
      ['account', listener.accounts],
    ] as const) {
      for (let after: number | undefined = 0; after !== undefined && !stopped; ) {
        const answer: ReadFrameResult = ReadFrameResult.parse(
          await host.read(`${uri}/${frame}?after=${after}&limit=${page}`),
        );
        await tell(answer.rows);
        after = answer.next;
      }
    }
  };
  read().catch((error: unknown) => listener.trouble(toErrorObject(error).message));
  return {
    uri,
    node: undefined,
    stop: () => {
      stopped = true;
    },
    watchQuote: () => {},
  };
}

const NodeStatus = z.object({
  node: z.string(),
  kind: z.enum(['demo', 'replay', 'sandbox', 'testnet', 'live']),
  state: z.string(),
  reason: z.string().nullish(),
  synthetic: z.boolean().default(false),
  venues: z.array(z.object({ name: z.string(), connected: z.boolean() })).default([]),
  strategies: z.array(z.object({ strategy_id: z.string() })).default([]),
});
const Feed = z.object({
  rows: z.array(z.record(z.string(), z.unknown())),
  next: z.number(),
  more: z.boolean(),
});
const Quotes = z.object({ rows: z.array(z.object({ bid_price: z.string(), ask_price: z.string() })) });

function openNode(host: Host, uri: string, listener: Listener): Source {
  const stops: (() => void)[] = [];
  let stopped = false;
  let stopQuote = () => {};
  const trouble = (error: unknown) => listener.trouble(toErrorObject(error).message);
  const follow = (address: string, look: () => Promise<void>) => {
    let [busy, again] = [false, false];
    const inTurn = async () => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      await look().then(() => listener.trouble(undefined), trouble);
      busy = false;
      if (again && !stopped) {
        again = false;
        void inTurn();
      }
    };
    const stop = host.watch(address, () => void inTurn());
    void inTurn();
    return stop;
  };
  const feed = (plural: string, tell: (rows: Row[]) => void | Promise<void>) => {
    let after = 0;
    return follow(`${uri}/${plural}`, async () => {
      for (let more = true; more && !stopped; ) {
        const answer = Feed.parse(await host.read(`${uri}/${plural}?after=${after}&limit=${page}`));
        if (answer.rows.length > 0) await tell(answer.rows);
        after = answer.next;
        more = answer.more;
      }
    });
  };
  stops.push(
    follow(uri, async () => {
      const { node, kind, state, reason, synthetic, venues, strategies } = NodeStatus.parse(
        await host.read(uri),
      );
      const active = !['stopped', 'failed', 'stopping'].includes(state);
      listener.status({
        kind,
        name: node,
        state,
        reason: reason ?? undefined,
        synthetic,
        venues,
        strategies: strategies.map(({ strategy_id }) => strategy_id),
        active,
      });
    }),
    feed('orders', listener.orders),
    feed('fills', listener.fills),
    feed('positions', listener.positions),
    feed('accounts', listener.accounts),
  );
  return {
    uri,
    node: decodeURIComponent(uri.split('/').at(-1) ?? ''),
    stop() {
      stopped = true;
      stopQuote();
      for (const stop of stops) stop();
    },
    watchQuote(instrument) {
      stopQuote();
      const address = `${uri}/quotes/${encodeURIComponent(instrument)}`;
      stopQuote = follow(address, async () => {
        const { rows } = Quotes.parse(await host.read(`${address}?history=1`));
        const last = rows.at(-1);
        if (last) listener.quote({ instrument, bid: last.bid_price, ask: last.ask_price });
      });
    },
  };
}

export function kindWord(kind: Status['kind']): string {
  if (kind === 'run') return t('Backtest');
  return kind === 'live' ? t('LIVE') : t('Simulated');
}
