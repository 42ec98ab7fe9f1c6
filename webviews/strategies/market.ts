import * as z from 'zod';
import { ListDataResult } from '../../server/protocol/data.ts';
import { decimal } from '../format.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';
import { minute, zoneName } from '../time.ts';
import type { Series } from './coverage.ts';

/** What a backtest runs on: everything of a request but the strategy. */
export interface Market {
  id: string;
  title: string;
  /** Where it comes from. */
  note: string;
  request: Record<string, unknown>;
  /** Where its days can be asked for: only of the catalog's own series. */
  series?: Series;
  start?: string | undefined;
  end?: string | undefined;
}

export interface Catalog {
  instruments: string[];
  bars: string[];
  markets: Market[];
}

/** The series of the catalog, each as something to run on with a venue of its own. */
export async function readCatalog(host: Host): Promise<Catalog> {
  const found = ListDataResult.parse(await host.call('list_data', { limit: 1000 }));
  return {
    instruments: found.instruments.map(({ id }) => id),
    bars: found.data.flatMap(({ bar_type }) => (bar_type ? [bar_type] : [])),
    markets: found.data
      .filter(({ data_type }) => ['Bar', 'QuoteTick', 'TradeTick'].includes(data_type))
      .map(({ data_type, instrument_id, bar_type, start, end }) => ({
        id: `catalog ${bar_type ?? `${instrument_id} ${data_type}`}`,
        title: bar_type ?? `${instrument_id} ${data_type === 'QuoteTick' ? t('quotes') : t('trades')}`,
        note:
          start && end
            ? `${minute(Date.parse(start))} → ${minute(Date.parse(end))} ${zoneName}`
            : t('data catalog'),
        request: {
          data: [{ data_type, instrument_id, ...(bar_type ? { bar_type } : {}) }],
          venues: [venueFor(instrument_id)],
        },
        series: {
          path: bar_type ? 'bars' : data_type === 'QuoteTick' ? 'quotes' : 'trades',
          id: bar_type ?? instrument_id,
        },
        start,
        end,
      })),
  };
}

const Request = z.looseObject({
  data: z.array(z.looseObject({})).default([]),
  venues: z.array(z.looseObject({})).default([]),
});

/** The catalog series a market runs on; undefined for files, and for a run over several. */
export function seriesOf({ series, request }: Market): Series | undefined {
  if (series) return series;
  const items = Request.parse(request).data;
  const { data_type, instrument_id, bar_type } = items[0] ?? {};
  if (items.length !== 1 || typeof data_type !== 'string') return undefined;
  if (typeof bar_type === 'string') return { path: 'bars', id: bar_type };
  const path = data_type === 'QuoteTick' ? 'quotes' : data_type === 'TradeTick' ? 'trades' : undefined;
  return path && typeof instrument_id === 'string' ? { path, id: instrument_id } : undefined;
}

/** Venues of what is run on. */
export function venuesOfMarket({ request }: Market): string[] {
  return Request.parse(request).venues.map(({ name }) => String(name));
}

/** What a run was on, to run on it again. */
export function marketOfRun(id: string, request: unknown, catalog: string): Market {
  const parsed = Request.parse(request);
  const { strategies: _, ...rest } = parsed;
  return {
    id: `run ${id}`,
    title: titleOf(parsed.data),
    note: t('as in the last run'),
    request: { ...rest, catalog },
  };
}

/** What `quarterdeck.json` says; given to the page by who serves it. */
export function marketOfDefaults(text: string | undefined): Market[] {
  if (!text) return [];
  const parsed = Request.parse(JSON.parse(text));
  return [{ id: 'defaults', title: titleOf(parsed.data), note: t('from quarterdeck.json'), request: parsed }];
}

/** `SIM · MARGIN · HEDGING · 1,000,000 USD` */
export function venueWords({ request }: Market): string {
  const venues = Request.parse(request).venues;
  return venues
    .map((venue) => {
      const balances = Array.isArray(venue.starting_balances) ? venue.starting_balances.map(moneyWords) : [];
      const modules = Array.isArray(venue.modules)
        ? venue.modules.map((one: { source?: unknown }) =>
            String(one.source ?? '')
              .split(':')
              .at(-1),
          )
        : [];
      return [venue.name, venue.account_type, venue.oms_type, ...balances, ...modules]
        .filter(Boolean)
        .join(' · ');
    })
    .join(', ');
}

function moneyWords(balance: unknown): string {
  const [amount = '', ...currency] = String(balance).split(' ');
  return [decimal(amount.replaceAll('_', '')), ...currency].join(' ');
}

/** Fields of a config that the data settle. */
export function settledBy({ request }: Market): { instrument?: string; bars?: string } {
  const [item] = Request.parse(request).data;
  const instrument: unknown =
    item?.instrument_id ??
    (typeof item?.instrument === 'object' && item.instrument !== null && 'id' in item.instrument
      ? item.instrument.id
      : item?.instrument);
  const bars: unknown = item?.bar_type;
  return {
    ...(typeof instrument === 'string' ? { instrument } : {}),
    ...(typeof bars === 'string' ? { bars } : {}),
  };
}

function titleOf(data: Record<string, unknown>[]): string {
  const names = data.map(({ bar_type, instrument_id, file, bid_file }) => {
    const path = String(file ?? bid_file ?? '');
    return String(bar_type ?? instrument_id ?? path.split('/').at(-1));
  });
  return [...new Set(names)].filter((name) => name !== '').join(', ');
}

function venueFor(instrument: string): Record<string, unknown> {
  return {
    name: instrument.split('.').at(-1),
    oms_type: 'NETTING',
    account_type: 'MARGIN',
    base_currency: 'USD',
    starting_balances: ['1000000 USD'],
  };
}
