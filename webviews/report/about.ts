import type { RunRecord, RunSummary } from '../../server/protocol/run.ts';
import { words } from '../format.ts';
import { minute, zoneName } from '../time.ts';

/** What a run is called: its strategies, or the script it was. */
export function nameOf({ request }: RunRecord): string {
  const own = request.script ?? request.run_config;
  return own ?? request.strategies.map(({ source }) => source.split(':').at(-1)).join(', ');
}

/** Every field of the first strategy's config, as text. */
export function parametersOf({ request }: RunRecord): [name: string, value: string][] {
  const [first] = request.strategies;
  return Object.entries(first?.config ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}

/** The few numbers a run is told apart by. */
export function chipsOf(run: RunRecord): string[] {
  return parametersOf(run)
    .filter(([name, value]) => /^-?\d+(\.\d+)?$/.test(value) && !/size|qty|quantity|precision/.test(name))
    .slice(0, 3)
    .map(([name, value]) => `${shortName(name)} ${value}`);
}

export function shortName(name: string): string {
  return (
    name
      .replace(/_?(period|length|window|ema|sma)s?\b/g, '')
      .replace(/_(ema|sma)$/, '')
      .replaceAll('_', ' ')
      .trim() || name
  );
}

export function instrumentOf(run: RunRecord): string | undefined {
  const named = Object.fromEntries(parametersOf(run)).instrument_id;
  if (named) return named;
  const [item] = run.request.data;
  const { instrument, instrument_id } = item ?? {};
  if (instrument_id) return instrument_id;
  if (typeof instrument === 'string') return instrument;
  const id = instrument?.id;
  return typeof id === 'string' ? id : undefined;
}

/** Venues of the instruments a run was about; those it names when it names no instrument. */
export function venuesOf(run: RunRecord): string[] {
  const instruments = [
    instrumentOf(run),
    ...run.request.data.flatMap(({ instrument_id, instrument }) => [
      instrument_id,
      typeof instrument === 'string' ? instrument : undefined,
    ]),
  ];
  const found = instruments.flatMap((id) => (id?.includes('.') ? [id.slice(id.lastIndexOf('.') + 1)] : []));
  return found.length > 0 ? [...new Set(found)] : run.request.venues.map(({ name }) => name);
}

export function barTypeOf(run: RunRecord): string | undefined {
  return parametersOf(run).find(([, value]) => /^[^"[]+-\d+-[A-Z]+-[A-Z]+-(IN|EX)TERNAL/.test(value))?.[1];
}

/** `USD/JPY.SIM · 15-minute bars` */
export function marketOf(run: RunRecord): string {
  const match = /-(\d+)-([A-Z]+)-[A-Z]+-(?:IN|EX)TERNAL/.exec(barTypeOf(run) ?? '');
  const bars = match ? `${match[1]}-${words(match[2] ?? '').toLowerCase()} bars` : undefined;
  return [instrumentOf(run), bars].filter(Boolean).join(' · ');
}

export function periodOf(summary: RunSummary | undefined): string | undefined {
  const { backtest_start: start, backtest_end: end } = summary ?? {};
  if (!start || !end) return undefined;
  // A run begins with its first datum, which may be a breath before the minute people mean.
  const rounded = (time: string) => minute(Math.round(Date.parse(time) / 1000) * 1000);
  return `${rounded(start)} → ${rounded(end)} ${zoneName}`;
}

export function codeOf({ code, request }: RunRecord): { file: string; hash: string } | undefined {
  const file = request.strategies[0]?.source.split(':')[0];
  const module = code?.modules.find((one) => one.file === file) ?? code?.modules[0];
  return module && { file: module.file, hash: module.sha256.slice(0, 7) };
}

/** What the data of a run were, in few words. */
export function dataOf({ request, summary }: RunRecord): string {
  const kinds = request.data.map(({ data_type, as, bid_file }) => {
    if (bid_file) return 'quotes of bid and ask bars';
    return data_type ? words(data_type).toLowerCase() : (as ?? 'rows');
  });
  const rows = summary ? summary.counts.iterations.toLocaleString('en-US') : '';
  return [rows, [...new Set(kinds)].join(', ')].filter(Boolean).join(' ');
}
