import { chartFrame } from '../charts/frame.ts';
import type { TradeMark } from '../charts/marks.ts';
import { PriceChart } from '../charts/price.ts';
import { iconButton } from '../controls.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import { decimal, fixed, signedDecimal } from '../format.ts';
import type { Host } from '../host.ts';
import type { Signal } from '../signal.ts';
import { plural, t } from '../strings.ts';
import { dayMinute, minute, zoneName } from '../time.ts';
import { sideWord } from './columns.ts';
import { Indicators } from './indicators.ts';
import { type Prices, readPrices, type Window } from './load.ts';
import type { Trade } from './trade.ts';

export interface PriceSectionOptions {
  host: Host;
  uri: string;
  instrument: string;
  barType: string | undefined;
  height: number;
  axis: number;
  window: Signal<Window | undefined>;
  selected: Signal<string | undefined>;
  hovered: Signal<string | undefined>;
  cursor: Signal<number | undefined>;
  /** Indicators that were switched on or off. */
  indicators: Record<string, boolean>;
  onIndicators(): void;
}

/** Bars asked for at once: the window and as much again on either side. */
const points = 1600;

/** Price and fills in a window of the run, asked for again when the window leaves what is there. */
export class PriceSection {
  readonly root: HTMLElement;
  private readonly chart: PriceChart;
  private readonly frame;
  private readonly indicators: Indicators;
  private readonly where = element('span', { class: 'hint where' });
  private readonly label = element('div', { class: 'tooltip trade-label', hidden: '' });
  private prices: Prices | undefined;
  private covered: Window | undefined;
  private bounds: Window;
  private trades: Trade[] = [];
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private own = false;
  private readonly stop: (() => void)[] = [];

  constructor(
    private readonly options: PriceSectionOptions,
    bounds: Window,
  ) {
    this.bounds = bounds;
    const { window, selected, hovered, cursor } = options;
    this.frame = chartFrame(t('Price and fills'), options.height);
    this.chart = new PriceChart({
      root: this.frame.canvas,
      height: options.height,
      axisWidth: options.axis,
      onPick: (key) => selected.set(key),
      onHover: (key) => hovered.set(key),
      onRange: (from, to) => {
        this.own = true;
        window.set({ from, to });
        this.own = false;
      },
      onCursor: cursor.set,
    });
    this.frame.root.append(this.label);
    const { host, uri, instrument, indicators: chosen, onIndicators } = options;
    this.indicators = new Indicators({
      ...{ host, uri, instrument, chosen },
      onChange: () => {
        this.drawLines();
        onIndicators();
      },
    });
    this.root = this.build();
    this.frame.root.append(element('div', { class: 'note' }, t('Loading…')));
    this.stop.push(
      window.on(() => this.onWindow()),
      selected.on(() => this.mark()),
      hovered.on(() => this.mark()),
    );
    this.onWindow();
  }

  show(trades: Trade[]): void {
    this.trades = trades.filter(({ instrument }) => instrument === this.options.instrument);
    this.mark();
  }

  zoom(factor: number): void {
    const window = this.options.window.get();
    if (!window) return;
    const middle = (window.from + window.to) / 2;
    const half = Math.max(60_000, ((window.to - window.from) / 2) * factor);
    this.options.window.set({
      from: Math.max(this.bounds.from, middle - half),
      to: Math.min(this.bounds.to, middle + half),
    });
  }

  pan(share: number): void {
    const window = this.options.window.get();
    if (!window) return;
    const by = (window.to - window.from) * share;
    const from = Math.max(
      this.bounds.from,
      Math.min(this.bounds.to - (window.to - window.from), window.from + by),
    );
    this.options.window.set({ from, to: from + window.to - window.from });
  }

  all(): void {
    this.options.window.set({ ...this.bounds });
  }

  toggleTable(): void {
    const { prices } = this;
    if (!prices) return;
    const lines = this.indicators.lines(prices);
    this.frame.toggleTable(() => ({
      heads: [
        ...[t('Time ({0})', zoneName), t('Open'), t('High'), t('Low'), t('Close')],
        ...lines.map(({ label }) => label),
      ],
      rows: prices.times.map((time, i) => [
        minute(time),
        ...[prices.open, prices.high, prices.low, prices.close].map((column) =>
          decimal((column[i] ?? 0).toFixed(prices.precision)),
        ),
        ...lines.map(({ values }) => fixed(values[i], prices.precision)),
      ]),
    }));
  }

  screenshot(): HTMLCanvasElement {
    return this.chart.screenshot();
  }

  destroy(): void {
    for (const stop of this.stop) stop();
    clearTimeout(this.waiting);
    this.chart.destroy();
  }

  private build(): HTMLElement {
    const key = (text: string, color: string, dashed = false) => {
      const made = element('span', { class: `key${dashed ? ' dashed' : ''}` }, text);
      made.style.setProperty('--color', color);
      return made;
    };
    return element(
      'div',
      { class: 'price-section' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Price and fills')),
        element(
          'span',
          { class: 'row legend' },
          this.indicators.legend,
          element('span', { class: 'key plain' }, `▲ ${t('buy')} ▽ ${t('sell')} · □ ${t('exit')}`),
          key(t('gain'), 'var(--qd-up)'),
          key(t('loss'), 'var(--qd-down)', true),
        ),
        element(
          'div',
          { class: 'end' },
          this.where,
          iconButton('zoomIn', t('Zoom in (+)'), () => this.zoom(0.5)),
          iconButton('zoomOut', t('Zoom out (−)'), () => this.zoom(2)),
          iconButton('table', t('View as table (T)'), () => this.toggleTable()),
        ),
      ),
      this.frame.root,
    );
  }

  private onWindow(): void {
    const window = this.options.window.get();
    if (!window) return;
    this.tellWhere();
    const { covered, prices } = this;
    const inside = covered && window.from >= covered.from && window.to <= covered.to;
    const share = covered ? (window.to - window.from) / (covered.to - covered.from) : 0;
    const fine = inside && (share > 0.15 || (prices && prices.times.length < points * 0.6 && this.finest()));
    if (fine) {
      if (!this.own) this.place(window);
      else this.mark();
      return;
    }
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.load(window), this.prices ? 80 : 0);
  }

  /** Whether the bars there are could not be any shorter. */
  private finest(): boolean {
    const native = /-(\d+)-(SECOND|MINUTE|HOUR|DAY)-/.exec(this.options.barType ?? '');
    const unit = { SECOND: 1, MINUTE: 60, HOUR: 3600, DAY: 86_400 }[native?.[2] ?? ''] ?? 0;
    return this.prices !== undefined && this.prices.stepSeconds <= Number(native?.[1] ?? 0) * unit;
  }

  private async load(window: Window): Promise<void> {
    const turn = ++this.asked;
    const { host, uri, instrument, barType } = this.options;
    const span = window.to - window.from;
    const wanted = {
      from: Math.max(this.bounds.from, window.from - span),
      to: Math.min(this.bounds.to, window.to + span),
    };
    try {
      const [prices] = await Promise.all([
        readPrices(host, uri, instrument, barType, wanted, points),
        // Without them the prices stand alone: a bundle has none, nor has a run of an earlier version.
        this.indicators.read(wanted, points).catch(() => {}),
      ]);
      if (turn !== this.asked) return;
      this.prices = prices;
      this.covered = wanted;
      this.frame.root.querySelector('.note')?.remove();
      this.place(this.options.window.get() ?? window);
    } catch (error) {
      if (turn !== this.asked || this.prices) return;
      this.frame.root.querySelector('.note')?.remove();
      this.frame.root.append(element('div', { class: 'note' }, toErrorObject(error).message));
    }
  }

  private place(window: Window): void {
    if (!this.prices) return;
    this.chart.setCandles(this.prices, window.from, window.to);
    this.drawLines();
    this.mark();
    this.tellWhere();
  }

  private drawLines(): void {
    if (this.prices) this.chart.setLines(this.indicators.lines(this.prices));
  }

  private tellWhere(): void {
    const window = this.options.window.get();
    if (!window) return;
    const bars = this.prices?.times.filter((time) => time >= window.from && time <= window.to).length;
    const step = this.prices ? stepWord(this.prices.stepSeconds) : '';
    const side = this.prices?.side ? ` ${this.prices.side.toLowerCase()}` : '';
    this.where.textContent = `${dayMinute(window.from)} → ${dayMinute(window.to)} ${zoneName}${bars === undefined ? '' : ` · ${plural(bars, `${step}${side} bar`, `${step}${side} bars`)}`}`;
    this.frame.describe(
      t(
        'Price of {0} from {1} to {2}, with {3} trades',
        this.options.instrument,
        dayMinute(window.from),
        dayMinute(window.to),
        this.trades.length,
      ),
    );
  }

  private mark(): void {
    const { prices, covered } = this;
    if (!prices || !covered) return;
    const marks = this.trades
      .filter(
        ({ opened, closed }) => opened <= covered.to && (closed ?? Number.POSITIVE_INFINITY) >= covered.from,
      )
      .map((trade) => this.toMark(trade, prices));
    const [selected, hovered] = [this.options.selected.get(), this.options.hovered.get()];
    this.chart.showTrades(marks, { selected, hovered });
    requestAnimationFrame(() => this.placeLabel());
  }

  private toMark(trade: Trade, prices: Prices): TradeMark {
    const last = prices.times.length - 1;
    return {
      key: trade.key,
      buy: trade.side === 'LONG',
      gain: trade.value > 0,
      entryAt: this.chart.indexOf(trade.opened),
      entryPrice: Number(trade.entryPrice),
      exitAt: trade.closed === undefined ? undefined : this.chart.indexOf(trade.closed),
      exitPrice: trade.exitPrice === undefined ? undefined : Number(trade.exitPrice),
      ...(trade.closed === undefined
        ? { lastAt: last, lastPrice: prices.close[last] ?? Number(trade.entryPrice) }
        : {}),
    };
  }

  private placeLabel(): void {
    const trade = this.trades.find(({ key }) => key === this.options.selected.get());
    const span = this.chart.selectedSpan();
    this.label.hidden = !trade || !span || span.right < 0 || span.left > this.frame.canvas.clientWidth;
    if (!trade || !span) return;
    const amount = trade.pnl === undefined ? t('open') : `${signedDecimal(trade.pnl)} ${trade.currency}`;
    this.label.textContent = `#${trade.number} ${sideWord(trade).slice(2)} ${amount}`;
    const width = this.frame.canvas.clientWidth;
    const middle = (span.left + span.right) / 2 + this.options.axis - this.label.offsetWidth / 2;
    this.label.style.left = `${Math.max(this.options.axis, Math.min(width - this.label.offsetWidth - 8, middle))}px`;
    this.label.style.top = '4px';
  }
}

function stepWord(seconds: number): string {
  if (seconds === 0) return '';
  if (seconds % 86_400 === 0) return t('{0}-day', seconds / 86_400);
  if (seconds % 3600 === 0) return t('{0}-hour', seconds / 3600);
  return seconds % 60 === 0 ? t('{0}-minute', seconds / 60) : t('{0}-second', seconds);
}
