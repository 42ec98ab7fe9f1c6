import { type IndicatorSeries, ReadIndicatorsResult } from '../../server/protocol/indicators.ts';
import type { ChartLine } from '../charts/price.ts';
import { element } from '../elements.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';
import { milliseconds } from '../time.ts';
import { type Prices, type Window, windowQuery } from './load.ts';

export interface IndicatorsOptions {
  host: Host;
  uri: string;
  instrument: string;
  /** What a person has switched on or off, by indicator. */
  chosen: Record<string, boolean>;
  onChange(): void;
}

/** An indicator: its outputs share colour and switch. */
interface Indicator {
  key: string;
  label: string;
  hint: string;
  /** Below the prices, because its numbers are of another size. */
  below: boolean | undefined;
  series: { label: string; times: number[]; values: number[] }[];
}

/** The indicators of a run's strategies beside its prices: lines over them, or below, each with a switch. */
export class Indicators {
  readonly legend = element('span', { class: 'row legend indicators' });
  private found: Indicator[] = [];
  /** Where each belongs, as it was first decided: a line does not jump about while one zooms. */
  private readonly places = new Map<string, boolean>();

  constructor(private readonly options: IndicatorsOptions) {}

  /** Reads a stretch of them; without any the legend says so. */
  async read(window: Window | undefined, points: number): Promise<void> {
    const { host, uri, instrument } = this.options;
    const query = windowQuery(window, points);
    const { series } = ReadIndicatorsResult.parse(await host.read(`${uri}/indicators?${query}`));
    const own = series.filter(({ instrument_id }) => (instrument_id ?? instrument) === instrument);
    this.found = grouped(own);
  }

  /** What is switched on, at the times of the bars shown. */
  lines(prices: Prices): ChartLine[] {
    for (const one of this.found) {
      if (!this.places.has(one.key) && one.series.some(({ times }) => times.length > 0))
        this.places.set(one.key, isOfAnotherSize(one, prices));
      one.below = this.places.get(one.key);
    }
    this.drawLegend();
    return this.found.flatMap((one, i) =>
      this.isShown(one)
        ? one.series.map(({ label, times, values }, output) => ({
            ...{ label, color: i, dash: output, below: one.below === true },
            values: atBars(prices.times, times, values),
          }))
        : [],
    );
  }

  private isShown({ key, below }: Indicator): boolean {
    const usual = below === false || (below === true && this.found.every((one) => one.below !== false));
    return this.options.chosen[key] ?? usual;
  }

  private drawLegend(): void {
    if (this.found.length === 0) {
      const hint = t('The strategies had none, or had none that were initialised.');
      this.legend.replaceChildren(
        element('span', { class: 'key plain', title: hint }, t('no indicators recorded')),
      );
      return;
    }
    this.legend.replaceChildren(...this.found.map((one, i) => this.key(one, i)));
  }

  private key(one: Indicator, i: number): HTMLElement {
    const made = element(
      'button',
      { type: 'button', class: 'key', title: one.hint, 'aria-pressed': String(this.isShown(one)) },
      one.label,
    );
    made.style.setProperty('--color', `var(--qd-${colorNames[i % colorNames.length]})`);
    made.addEventListener('click', () => {
      this.options.chosen[one.key] = !this.isShown(one);
      this.options.onChange();
      this.legend.querySelectorAll('button')[i]?.focus();
    });
    return made;
  }
}

const colorNames = ['second', 'third', 'fourth', 'fg'] as const;

function grouped(series: IndicatorSeries[]): Indicator[] {
  const found = new Map<string, Indicator>();
  for (const { component, name, output, every, ts_event, values } of series) {
    const key = `${component} ${name}`;
    const one = found.get(key) ?? {
      ...{ key, label: shortLabel(name), below: undefined, series: [] },
      hint: [name, component, every > 1 && t('one value of every {0} updates was kept', every)]
        .filter(Boolean)
        .join(' · '),
    };
    found.set(key, one);
    one.series.push({ label: `${one.label} ${output}`, times: ts_event.map(milliseconds), values });
  }
  return [...found.values()];
}

/** `fast_ema: ExponentialMovingAverage(10)` is `EMA 10`. */
export function shortLabel(name: string): string {
  const match = /^(?:\w+: )?(\w+)\((.*)\)$/.exec(name);
  if (!match) return name;
  const [, type = '', settings = ''] = match;
  const initials = type.replace(/[^A-Z]/g, '');
  return `${initials.length > 1 ? initials : type} ${settings}`.trim();
}

/** Whether most of its values lie further from the prices than those lie apart. */
function isOfAnotherSize({ series }: Indicator, { low, high }: Prices): boolean {
  const [least, most] = [Math.min(...low), Math.max(...high)];
  const room = most - least;
  const values = series.flatMap((one) => one.values);
  const near = values.filter((value) => value >= least - room && value <= most + room);
  return near.length < values.length / 2;
}

/** Of the values that fall into a bar the last; none where there is none. */
export function atBars(
  bars: readonly number[],
  times: readonly number[],
  values: readonly number[],
): (number | undefined)[] {
  let next = 0;
  return bars.map((end) => {
    let value: number | undefined;
    for (; next < times.length && (times[next] ?? 0) <= end; next++) value = values[next];
    return value;
  });
}
