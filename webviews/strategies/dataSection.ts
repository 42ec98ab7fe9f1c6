import { dropdown, textField } from '../controls.ts';
import { element } from '../elements.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';
import { exactTime, zoneName, zoneNote } from '../time.ts';
import { coverageBar, readCoverage } from './coverage.ts';
import { type Market, seriesOf, venueWords } from './market.ts';

export interface Period {
  start?: string | undefined;
  end?: string | undefined;
}

export interface DataSectionOptions {
  host: Host;
  markets: Market[];
  market: Market | undefined;
  period: Period;
  onMarket(market: Market): void;
  onPeriod(): void;
}

/** What a backtest runs on: data, period, the days the data cover, venue. */
export function dataSection(options: DataSectionOptions): HTMLElement[] {
  const { host, markets, market, period, onMarket, onPeriod } = options;
  const head = element('div', { class: 'section-head' }, element('h2', {}, t('Data and venue')));
  if (!market)
    return [
      head,
      element(
        'p',
        { class: 'muted' },
        t('The catalog is empty and quarterdeck.json names no data. Import data first.'),
      ),
    ];
  const picker = dropdown(
    t('Data'),
    markets.map(({ id, title, note }) => ({ value: id, text: `${title} (${note})` })),
    market.id,
    (id) => onMarket(markets.find((one) => one.id === id) ?? market),
  );
  const time = (label: string, name: 'start' | 'end', usual: string) => {
    const value = period[name] ?? momentWords(market.request[name]);
    const input = textField(
      label,
      value,
      (text) => {
        period[name] = text.trim() || undefined;
        onPeriod();
      },
      { placeholder: market[name] ?? usual },
    );
    input.className = 'time';
    return input;
  };
  const coverage = row(t('Coverage'), element('span', { class: 'muted' }, t('Loading…')));
  void showCoverage(coverage, host, market);
  return [
    head,
    row(t('Data'), picker),
    row(
      t('Period'),
      time(t('Start'), 'start', t('from the first')),
      element('span', { class: 'muted' }, '→'),
      time(t('End'), 'end', t('to the last')),
      // What is typed here is read by the engine, whose times are UTC.
      element('span', { class: 'muted' }, 'UTC'),
    ),
    coverage,
    row(t('Venue'), venueWords(market)),
    ...(zoneNote ? [row(t('Times'), element('span', { class: 'muted' }, zoneNote))] : []),
    ...(zoneName !== 'UTC' && !zoneNote
      ? [row(t('Times'), element('span', { class: 'muted' }, zoneName))]
      : []),
  ];
}

/** A time as it may be typed again; a run of a session has its own in nanoseconds. */
function momentWords(value: unknown): string {
  const text = String(value ?? '');
  return /^\d{16,19}$/.test(text) ? exactTime(text) : text;
}

function row(label: string, ...content: (Node | string)[]): HTMLElement {
  return element(
    'div',
    { class: 'form-row' },
    element('span', { class: 'muted name' }, label),
    element('span', { class: 'control' }, ...content),
  );
}

async function showCoverage(box: HTMLElement, host: Host, market: Market): Promise<void> {
  const control = box.querySelector('.control');
  const series = seriesOf(market);
  const say = (text: string) => control?.replaceChildren(element('span', { class: 'muted' }, text));
  if (!series) return say(t('told for data of the catalog; import these to see their days'));
  try {
    const coverage = await readCoverage(host, series);
    if (coverage) control?.replaceChildren(...coverageBar(coverage));
    else say(t('too long to tell by the day'));
  } catch {
    say(t('not in the default catalog'));
  }
}
