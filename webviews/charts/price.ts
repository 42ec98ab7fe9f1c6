import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { decimal } from '../format.ts';
import { wallClock } from '../time.ts';
import { colors, onThemeChange } from './colors.ts';
import { type Emphasis, type TradeMark, TradeMarks } from './marks.ts';

export interface Candles {
  times: number[];
  open: number[];
  high: number[];
  low: number[];
  close: number[];
  precision: number;
}

/** A line with a value at some of the bars. */
export interface ChartLine {
  label: string;
  /** Which of the further colours, and which dash. */
  color: number;
  dash: number;
  /** In a pane of its own below the prices. */
  below: boolean;
  values: (number | undefined)[];
}

const dashes = [LineStyle.Solid, LineStyle.Dashed, LineStyle.Dotted, LineStyle.LargeDashed];
/** Height of the prices to that of the lines below them. */
const panes = { prices: 3, below: 1 };

export interface PriceOptions {
  root: HTMLElement;
  height: number;
  axisWidth: number;
  onPick(key: string): void;
  onHover(key: string | undefined): void;
  /** The part of the time in sight, after a drag or a zoom. */
  onRange(from: number, to: number): void;
  onCursor?(time: number | undefined): void;
}

/** Candles with round trips on an axis without gaps. It never holds more than a window of the run. */
export class PriceChart {
  private readonly chart: IChartApi;
  private readonly series: ISeriesApi<'Candlestick'>;
  private readonly marks = new TradeMarks();
  private lines: { series: ISeriesApi<'Line'>; line: ChartLine }[] = [];
  private candles: Candles = { times: [], open: [], high: [], low: [], close: [], precision: 2 };
  private readonly stop: (() => void)[] = [];
  private quiet = false;

  constructor(private readonly options: PriceOptions) {
    this.chart = createChart(options.root, { autoSize: true, height: options.height });
    this.series = this.chart.addSeries(CandlestickSeries, {});
    this.series.attachPrimitive(this.marks);
    this.paint();
    this.stop.push(onThemeChange(() => this.paint()));
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (!range || this.quiet) return;
      const { times } = this.candles;
      const clamp = (at: number) => times[Math.max(0, Math.min(times.length - 1, Math.round(at)))];
      const [from, to] = [clamp(range.from), clamp(range.to)];
      if (from !== undefined && to !== undefined) options.onRange(from, to);
    });
    this.chart.subscribeClick(({ point }) => {
      const mark = point && this.marks.near(point.x, point.y);
      if (mark) options.onPick(mark.key);
    });
    this.chart.subscribeCrosshairMove(({ point, time }) => {
      options.onHover(point && this.marks.near(point.x, point.y)?.key);
      options.onCursor?.(typeof time === 'number' ? time * 1000 : undefined);
    });
  }

  setCandles(candles: Candles, from: number, to: number): void {
    this.candles = candles;
    const { times, open, high, low, close, precision } = candles;
    this.quiet = true;
    // Their times would be places on the axis beside those of the new candles.
    for (const { series } of this.lines) series.setData([]);
    this.series.applyOptions({
      priceFormat: {
        type: 'custom',
        minMove: 10 ** -precision,
        formatter: (price: number) => decimal(price.toFixed(precision)),
      },
    });
    this.series.setData(
      times.map((time, i) => ({
        time: (time / 1000) as UTCTimestamp,
        open: open[i] ?? 0,
        high: high[i] ?? 0,
        low: low[i] ?? 0,
        close: close[i] ?? 0,
      })),
    );
    const [first, last] = [this.indexOf(from), this.indexOf(to)];
    this.chart.timeScale().setVisibleLogicalRange({ from: first - 0.5, to: Math.max(first + 5, last) + 8 });
    requestAnimationFrame(() => {
      this.quiet = false;
    });
  }

  /** Draws other lines; call after the candles whose times they have. */
  setLines(lines: readonly ChartLine[]): void {
    const kept =
      lines.length === this.lines.length && lines.every((line, i) => isAlike(line, this.lines[i]?.line));
    if (!kept) {
      for (const { series } of this.lines) this.chart.removeSeries(series);
      this.lines = lines.map((line) => ({ line, series: this.addLine(line) }));
      const [prices, below] = this.chart.panes();
      prices?.setStretchFactor(panes.prices);
      below?.setStretchFactor(panes.below);
    }
    const { times } = this.candles;
    this.quiet = true;
    for (const [i, { values }] of lines.entries()) {
      this.lines[i]?.series.setData(
        values.flatMap((value, at) =>
          value === undefined ? [] : [{ time: ((times[at] ?? 0) / 1000) as UTCTimestamp, value }],
        ),
      );
    }
    requestAnimationFrame(() => {
      this.quiet = false;
    });
  }

  private addLine({ color, dash, below }: ChartLine): ISeriesApi<'Line'> {
    return this.chart.addSeries(
      LineSeries,
      {
        ...{
          priceScaleId: 'left',
          color: colorOf(color),
          lineStyle: dashes[dash % dashes.length] ?? LineStyle.Solid,
        },
        ...{ lineWidth: 1, priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false },
      },
      below ? 1 : 0,
    );
  }

  showTrades(trades: TradeMark[], emphasis: Emphasis): void {
    this.marks.show(trades, emphasis);
  }

  /** Where the selected trade lies, for its label. */
  selectedSpan(): { left: number; right: number } | undefined {
    return this.marks.selectedSpan();
  }

  /** The place on the axis of a moment: the bar in which it fell. */
  indexOf(time: number): number {
    const { times } = this.candles;
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, Math.max(0, times.length - 1));
  }

  setCursor(time: number | undefined): void {
    const { times, close } = this.candles;
    if (time === undefined || times.length === 0 || time < (times[0] ?? 0) || time > (times.at(-1) ?? 0)) {
      this.chart.clearCrosshairPosition();
      return;
    }
    const at = this.indexOf(time);
    this.chart.setCrosshairPosition(close[at] ?? 0, ((times[at] ?? 0) / 1000) as UTCTimestamp, this.series);
  }

  screenshot(): HTMLCanvasElement {
    return this.chart.takeScreenshot();
  }

  destroy(): void {
    for (const stop of this.stop) stop();
    this.chart.remove();
  }

  private paint(): void {
    const { bg, muted, grid, line2, candle, font } = colors();
    this.chart.applyOptions({
      layout: {
        panes: { separatorColor: line2, separatorHoverColor: line2, enableResize: false },
        background: { type: ColorType.Solid, color: bg },
        textColor: muted,
        fontSize: 11,
        fontFamily: font.replace(/^\d+px /, ''),
        attributionLogo: false,
      },
      grid: { vertLines: { color: grid }, horzLines: { color: grid } },
      leftPriceScale: { visible: true, borderVisible: false, minimumWidth: this.options.axisWidth },
      rightPriceScale: { visible: false },
      timeScale: {
        borderColor: line2,
        timeVisible: true,
        secondsVisible: false,
        tickMarkFormatter: (time: Time, kind: number) => tick(time, kind),
        rightOffset: 8,
        minBarSpacing: 0.2,
      },
      crosshair: {
        mode: CrosshairMode.Normal,
        vertLine: { color: muted, style: LineStyle.Dashed, labelBackgroundColor: line2 },
        horzLine: { color: muted, style: LineStyle.Dashed, labelBackgroundColor: line2 },
      },
      localization: { timeFormatter: (time: Time) => stamp(time) },
    });
    for (const { series, line } of this.lines) series.applyOptions({ color: colorOf(line.color) });
    this.series.applyOptions({
      priceScaleId: 'left',
      upColor: bg,
      downColor: candle,
      borderUpColor: candle,
      borderDownColor: candle,
      wickUpColor: candle,
      wickDownColor: candle,
      priceLineVisible: false,
      lastValueVisible: false,
    });
  }
}

function isAlike(line: ChartLine, other: ChartLine | undefined): boolean {
  return line.label === other?.label && line.color === other.color && line.below === other.below;
}

function colorOf(index: number): string {
  const { further, fg } = colors();
  return further[index % further.length] ?? fg;
}

/** What stands below the axis: the day where one begins, else the time. */
function tick(time: Time, kind: number): string {
  if (typeof time !== 'number') return '';
  const clock = wallClock(time * 1000);
  if (kind === 0) return clock.slice(0, 4);
  if (kind === 1) return clock.slice(0, 7);
  return kind === 2 ? clock.slice(5, 10) : clock.slice(11, 16);
}

function stamp(time: Time): string {
  return typeof time === 'number'
    ? wallClock(time * 1000)
        .slice(0, 16)
        .replace('T', ' ')
    : '';
}
