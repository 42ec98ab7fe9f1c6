import { colors } from '../charts/colors.ts';
import { chartFrame } from '../charts/frame.ts';
import { LinesChart, type LinesData } from '../charts/lines.ts';
import { segments } from '../controls.ts';
import { element } from '../elements.ts';
import { axisNumber, fixed, percent, signed } from '../format.ts';
import { type Signal, signal } from '../signal.ts';
import { t } from '../strings.ts';
import { day, dayMinute, minute, zoneName } from '../time.ts';
import type { EquityLine } from './equity.ts';
import type { Window } from './load.ts';
import type { BenchmarkLine } from './results.ts';

export interface ChartSizes {
  equity: number;
  drawdown: number;
  price: number;
  axis: number;
}

export const wide: ChartSizes = { equity: 196, drawdown: 92, price: 300, axis: 64 };
export const narrow: ChartSizes = { equity: 150, drawdown: 72, price: 240, axis: 44 };

export interface EquityOptions {
  window: Signal<Window | undefined>;
  cursor: Signal<number | undefined>;
  sizes: ChartSizes;
  benchmark?: BenchmarkLine | undefined;
  /** The whole of the time that will be shown, when the run is not at its end. */
  period?: () => Window | undefined;
}

/** Equity and drawdown, one above the other with one time axis and one cursor. */
export class EquityCharts {
  readonly root: HTMLElement;
  private readonly legend = element('span', { class: 'row legend' });
  private readonly equity: LinesChart;
  private readonly drawdown: LinesChart;
  private readonly frames;
  private line: EquityLine;
  private unit: 'money' | 'percent' = 'money';
  private readonly stop: (() => void)[] = [];
  private readonly range = signal<Window | undefined>(undefined);

  constructor(
    line: EquityLine,
    private readonly options: EquityOptions,
  ) {
    this.line = line;
    const { sizes, window, cursor } = options;
    this.frames = [chartFrame(t('Equity'), sizes.equity), chartFrame(t('Drawdown'), sizes.drawdown)] as const;
    const shared = {
      axisWidth: sizes.axis,
      cursorKey: 'time',
      until: () => this.rest(),
      window: { get: window.get, set: (next: Window) => window.set(this.within(next)) },
      range: () => this.range.get() ?? options.period?.(),
    };
    const narrowAxis = sizes.axis < 60;
    this.equity = new LinesChart(
      {
        ...shared,
        root: this.frames[0].canvas,
        height: sizes.equity,
        timeAxis: false,
        until: () => this.until(),
        lines: [
          { label: t('Equity'), color: () => colors().series },
          ...(options.benchmark
            ? [{ label: options.benchmark.instrument, color: () => colors().muted, width: 1, dash: [4, 3] }]
            : []),
        ],
        format: (value, step) =>
          this.unit === 'percent'
            ? `${signed(value, 1)}%`
            : narrowAxis || step >= 1e6
              ? axisNumber(value, step)
              : fixed(value, step < 1 ? 2 : 0),
        onCursor: (index) => this.onCursor(index),
      },
      this.equityData(),
    );
    this.drawdown = new LinesChart(
      {
        ...shared,
        root: this.frames[1].canvas,
        height: sizes.drawdown,
        timeAxis: true,
        lines: [
          {
            label: t('Drawdown'),
            color: () => colors().down,
            width: 1,
            area: () => withAlpha(colors().down, 0.2),
          },
        ],
        format: (value, step) => (value === 0 ? '0' : `${fixed(value, step < 0.1 ? 2 : step < 1 ? 1 : 0)}%`),
      },
      this.drawdownData(),
    );
    this.root = this.build();
    this.stop.push(
      window.on(() => {
        this.equity.redraw();
        this.drawdown.redraw();
      }),
      cursor.on((time) => this.equity.setCursor(time)),
    );
    this.describe();
  }

  show(line: EquityLine): void {
    this.line = line;
    this.equity.setData(this.equityData());
    this.drawdown.setData(this.drawdownData());
    this.describe();
  }

  toggleTable(): void {
    const { times, values, drawdown, currency } = this.line;
    this.frames[0].toggleTable(() => ({
      heads: [t('Time ({0})', zoneName), t('Equity {0}', currency), t('Drawdown')],
      rows: times.map((time, i) => [minute(time), fixed(values[i], 2), percent(drawdown[i], 2)]),
    }));
  }

  canvases(): HTMLCanvasElement[] {
    return [...this.root.querySelectorAll('canvas')];
  }

  destroy(): void {
    for (const stop of this.stop) stop();
    this.equity.destroy();
    this.drawdown.destroy();
  }

  private build(): HTMLElement {
    const { currency } = this.line;
    const unit = segments(
      t('Unit'),
      [
        { value: 'money', text: currency },
        { value: 'percent', text: '%' },
      ],
      'money',
      (value) => {
        this.unit = value;
        this.equity.setData(this.equityData());
        this.onCursor(null);
      },
    );
    const spans = segments(
      t('Window'),
      [
        { value: '1', text: t('1D') },
        { value: '7', text: t('1W') },
        { value: '0', text: t('All') },
      ],
      '0',
      (value) => this.showLast(Number(value)),
    );
    return element(
      'div',
      { class: 'equity-charts' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Equity')),
        this.legend,
        element('div', { class: 'end' }, unit, spans),
      ),
      this.frames[0].root,
      element('div', { class: 'chart-title hint' }, t('Drawdown %')),
      this.frames[1].root,
    );
  }

  /** The curve shows the days around the price window, or all of them. */
  private showLast(days: number): void {
    const window = this.options.window.get();
    const last = this.line.times.at(-1) ?? 0;
    const middle = window ? (window.from + window.to) / 2 : last;
    const half = (days * 86_400_000) / 2;
    this.range.set(days === 0 ? undefined : this.within({ from: middle - half, to: middle + half }));
    this.equity.rescale();
    this.drawdown.rescale();
  }

  private within({ from, to }: Window): Window {
    const { times } = this.line;
    const [first = from, last = to] = [times[0], times.at(-1)];
    const span = Math.min(to - from, last - first);
    const begin = Math.max(first, Math.min(last - span, from));
    return { from: begin, to: begin + span };
  }

  /** What is still to run, without the words: they stand in the upper chart. */
  private rest(): { at: number; text: string } | undefined {
    const until = this.until();
    return until && { ...until, text: '' };
  }

  private until(): { at: number; text: string } | undefined {
    const period = this.options.period?.();
    const last = this.line.times.at(-1);
    if (!period || last === undefined || last >= period.to) return undefined;
    return { at: last, text: t('still to run: {0} → {1}', dayMinute(last), dayMinute(period.to)) };
  }

  private equityData(): LinesData {
    const { times, values } = this.line;
    const { benchmark } = this.options;
    const [start = 1] = values;
    const scale = (value: number) => (this.unit === 'money' ? value : (value / start - 1) * 100);
    if (!benchmark) return [times, values.map(scale)];
    // The benchmark holds its last price at the times of the equity, which both charts share.
    let at = 0;
    const held = times.map((time) => {
      while (at + 1 < benchmark.times.length && (benchmark.times[at + 1] ?? 0) <= time) at += 1;
      const value = benchmark.values[at];
      return value === undefined ? null : scale(value);
    });
    return [times, values.map(scale), held];
  }

  private drawdownData(): LinesData {
    return [this.line.times, this.line.drawdown.map((share) => share * 100)];
  }

  private onCursor(index: number | null): void {
    const { times, values, currency, venue } = this.line;
    const at = index ?? values.length - 1;
    const key = element(
      'span',
      { class: 'key' },
      t('Equity'),
      ' ',
      element('b', {}, fixed(values[at], currency === 'JPY' ? 0 : 0)),
    );
    key.style.setProperty('--color', 'var(--qd-series)');
    const when = index === null ? venue : `${dayMinute(times[at])} ${zoneName}`;
    this.legend.replaceChildren(key, ...this.benchmarkKey(index), element('span', { class: 'hint' }, when));
  }

  private benchmarkKey(index: number | null): HTMLElement[] {
    const { benchmark } = this.options;
    if (!benchmark) return [];
    const held = this.equityData()[2]?.[index ?? this.line.times.length - 1];
    const gain =
      held === null || held === undefined
        ? undefined
        : this.unit === 'money'
          ? held - (this.line.values[0] ?? 0)
          : held;
    const text = this.unit === 'money' ? signed(gain, 0) : `${signed(gain, 2)}%`;
    return [
      element(
        'span',
        { class: 'key dashed' },
        t('Hold {0}', benchmark.instrument),
        ' ',
        element('b', {}, text),
      ),
    ];
  }

  private describe(): void {
    const { values, currency, deepest } = this.line;
    this.onCursor(null);
    const fall = deepest
      ? t(
          ', deepest drawdown {0} percent from {1} to {2}',
          fixed(-deepest.depth * 100, 2),
          day(deepest.peak),
          day(deepest.valley),
        )
      : '';
    this.frames[0].describe(
      t('Equity from {0} to {1} {2}', fixed(values[0], 0), fixed(values.at(-1), 0), currency) + fall,
    );
    this.frames[1].describe(
      deepest
        ? t('Drawdown, deepest {0} percent at {1}', fixed(-deepest.depth * 100, 2), dayMinute(deepest.valley))
        : t('No drawdown'),
    );
  }
}

export function withAlpha(color: string, alpha: number): string {
  const parts = /rgba?\((\d+), (\d+), (\d+)/.exec(color);
  return parts ? `rgba(${parts[1]}, ${parts[2]}, ${parts[3]}, ${alpha})` : color;
}
