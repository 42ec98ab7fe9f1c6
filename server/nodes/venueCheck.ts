import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { NodeDescription, NodeKind, NodeProfile } from '../protocol/node.ts';
import type { VenueCheck } from '../protocol/venues.ts';
import { practiceVenue } from './practiceVenue.ts';
import type { NodeOrder, Nodes } from './registry.ts';
import { TradingNode } from './tradingNode.ts';

export interface VenueQuestion {
  venue?: string | undefined;
  instrument_id?: string | undefined;
  order: boolean;
}

export interface VenueReport {
  ok: boolean;
  kind: NodeKind;
  venue: string;
  rows: VenueCheck[];
}

const skewWarnMs = 500;
const skewFailMs = 2000;
/** Where a venue tells its time: the addresses the adapter itself uses. */
const binanceTime: Readonly<Record<string, string>> = {
  LIVE: 'https://api.binance.com',
  TESTNET: 'https://testnet.binance.vision',
  DEMO: 'https://demo-api.binance.com',
};

const ServerTime = z.object({ serverTime: z.number() });

/** Checks a venue of a running node, or of one that is started for it and is gone afterwards. */
export async function checkVenue(
  nodes: Nodes,
  subject: NodeOrder | TradingNode,
  question: VenueQuestion,
  workspace: string,
): Promise<VenueReport> {
  if (subject instanceof TradingNode) {
    const description = await subject.call('describe_node', {});
    return report(subject, description, question, workspace);
  }
  const order: NodeOrder = { ...subject, temporary: true, name: `check-${randomBytes(4).toString('hex')}` };
  const venue = nameOf(order.request, question);
  const began = Date.now();
  try {
    const description = await nodes.start(order);
    const node = nodes.find(order.name);
    return await report(node, description, question, workspace, Date.now() - began);
  } catch (error) {
    if (!(error instanceof QuarterdeckError)) throw error;
    const { code, message, next_step } = error.toObject();
    const row: VenueCheck = {
      ...{ check: 'connect', status: 'fail', next_step, milliseconds: Date.now() - began },
      found: `${message} (${code})`,
    };
    return { ok: false, kind: order.kind, venue, rows: [row] };
  } finally {
    await nodes.forget(order.name, 'The check is over.');
    await rm(nodes.store.directory(order.name), { recursive: true, force: true, maxRetries: 3 });
  }
}

async function report(
  node: TradingNode,
  { venues, kind }: NodeDescription,
  question: VenueQuestion,
  workspace: string,
  milliseconds?: number,
): Promise<VenueReport> {
  const { request } = node.record;
  const venue = nameOf(request, question);
  const state = venues.find(({ name }) => name === venue);
  if (!state) {
    throw new QuarterdeckError(
      'VENUE_NOT_FOUND',
      `The node ${node.name} has no venue "${venue}".`,
      `It has ${venues.map(({ name }) => name).join(', ') || 'none'}.`,
      { path: 'venue' },
    );
  }
  const ways = [state.data ? 'market data' : '', state.execution ? 'execution' : ''].filter(Boolean);
  const rows: VenueCheck[] = [
    {
      ...{ check: 'connect', status: state.connected ? 'ok' : 'fail' },
      ...(milliseconds === undefined ? {} : { milliseconds }),
      found: state.connected ? `${state.kind}: ${ways.join(' and ')}` : 'It is not connected.',
      ...(state.connected ? {} : { next_step: 'connect_venue tries again; the log of the node says why.' }),
    },
    await clock(request, venue, workspace),
  ];
  if (state.connected) {
    const { instrument_id, order } = question;
    const asked = { venue, order, ...(instrument_id === undefined ? {} : { instrument_id }) };
    rows.push(...(await node.call('probe_venue', asked)).rows);
  }
  return { ok: rows.every(({ status }) => status !== 'fail'), kind, venue, rows };
}

function nameOf(profile: NodeProfile, { venue }: VenueQuestion): string {
  const clients = { ...profile.exec_clients, ...profile.data_clients };
  return venue ?? Object.keys(clients)[0] ?? profile.venues?.[0]?.name ?? 'SIM';
}

/** How far the venue's clock is from ours: half the way there and back is taken off. */
async function clock(profile: NodeProfile, venue: string, workspace: string): Promise<VenueCheck> {
  const base = await timeAddress(profile, venue, workspace);
  if (base === undefined) {
    const found = 'No address is known at which this venue tells its time.';
    return { check: 'clock', status: 'skipped', found };
  }
  const sent = Date.now();
  try {
    const answer = await fetch(`${base}/api/v3/time`, { signal: AbortSignal.timeout(5000) });
    const { serverTime } = ServerTime.parse(await answer.json());
    const received = Date.now();
    const skew = Math.round(serverTime - (sent + received) / 2);
    const found = `${skew} ms ahead of this machine's`;
    const next_step =
      'Set the clock of this machine by a time server: signed requests are refused when it is off.';
    if (Math.abs(skew) > skewFailMs) return { check: 'clock', status: 'fail', found, next_step };
    if (Math.abs(skew) > skewWarnMs) return { check: 'clock', status: 'warn', found, next_step };
    return { check: 'clock', status: 'ok', found, milliseconds: received - sent };
  } catch (error) {
    const found = `The venue did not tell its time: ${error instanceof Error ? error.message : String(error)}`;
    return { check: 'clock', status: 'warn', found, next_step: 'Try again; check the network.' };
  }
}

async function timeAddress(profile: NodeProfile, venue: string, workspace: string) {
  const client = profile.exec_clients?.[venue] ?? profile.data_clients?.[venue];
  if (client?.adapter !== 'binance') return undefined;
  const { base_url_http, environment } = client.config;
  if (profile.practice_venue) return (await practiceVenue(workspace)).base_url_http;
  if (typeof base_url_http === 'string') return base_url_http;
  return binanceTime[typeof environment === 'string' ? environment.toUpperCase() : 'LIVE'];
}
