import uPlot from 'uplot';
import { axisNumber } from '../format.ts';
import { day, wallClock } from '../time.ts';
import { colors, onThemeChange } from './colors.ts';
import 'uplot/dist/uPlot.min.css';

/** One line of a time chart; `dash` tells it apart without colour. */
export interface LineStyle {
  label: string;
  color(): string;
  dash?: number[];
  width?: number;
  /** Filled down from zero. */
  area?: () => string;
  shown?: () => boolean;
  /** Letter at the end of the line. */
  letter?: string;
}

export interface TimeWindow {
  from: number;
  to: number;
}

export interface LinesOptions {
  root: HTMLElement;
  height: number;
  axisWidth: number;
  /** Whether times stand below. */
  timeAxis: boolean;
  lines: LineStyle[];
  format?(value: number, step: number): string;
  /** Charts of one key have one cursor. */
  cursorKey: string;
  onCursor?(index: number | null): void;
  /** The part of the time that another chart shows, and what to do when it is dragged. */
  window?: { get(): TimeWindow | undefined; set(window: TimeWindow): void };
  /** Up to where there is data, when more is to come. */
  until?: () => { at: number; text: string } | undefined;
  range?: () => TimeWindow | undefined;
}

/** Times in milliseconds, then one column a line; gaps are null. */
export type LinesData = [number[], ...(number | null)[][]];

/** A uPlot chart that follows size and theme. */
export class LinesChart {
  private plot: uPlot | undefined;
  private data: LinesData;
  private readonly stop: (() => void)[] = [];

  constructor(
    private readonly options: LinesOptions,
    data: LinesData,
  ) {
    this.data = data;
    const resize = new ResizeObserver(() => this.resize());
    resize.observe(options.root);
    this.stop.push(
      () => resize.disconnect(),
      onThemeChange(() => this.draw()),
    );
    // A canvas drawn before the font is there keeps the wrong one.
    void document.fonts.ready.then(() => this.draw());
  }

  setData(data: LinesData): void {
    this.data = data;
    if (this.plot) this.plot.setData(toSeconds(data));
    else this.draw();
  }

  redraw(): void {
    this.plot?.redraw(false);
  }

  /** Shows or hides lines after what they say of themselves. */
  refresh(): void {
    for (const [i, line] of this.options.lines.entries())
      this.plot?.setSeries(i + 1, { show: line.shown?.() ?? true });
  }

  rescale(): void {
    this.plot?.setData(toSeconds(this.data));
  }

  setCursor(time: number | undefined): void {
    const { plot } = this;
    if (!plot) return;
    const left = time === undefined ? -10 : plot.valToPos(time / 1000, 'x');
    plot.setCursor({ left, top: 10 }, false);
  }

  destroy(): void {
    for (const stop of this.stop) stop();
    this.plot?.destroy();
  }

  private resize(): void {
    const { clientWidth: width } = this.options.root;
    if (this.plot && width > 0 && this.plot.width !== width) {
      this.plot.setSize({ width, height: this.options.height });
    } else if (!this.plot && width > 0) this.draw();
  }

  private draw(): void {
    const { root } = this.options;
    if (root.clientWidth === 0) return;
    this.plot?.destroy();
    this.plot = new uPlot(this.uplotOptions(root.clientWidth), toSeconds(this.data), root);
    if (this.options.window) this.dragWindow(this.plot);
  }

  private uplotOptions(width: number): uPlot.Options {
    const { options } = this;
    const { muted, grid, font } = colors();
    const axis = { stroke: muted, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    const format = options.format ?? axisNumber;
    return {
      width,
      height: options.height,
      ms: 1e-3,
      pxAlign: true,
      legend: { show: false },
      padding: [6, 14, options.timeAxis ? 0 : 6, 0],
      cursor: {
        y: false,
        points: { size: 5 },
        drag: { x: false, y: false, setScale: false },
        sync: { key: options.cursorKey, setSeries: false },
      },
      scales: {
        x: {
          time: true,
          range: (_plot, low, high) => {
            const range = options.range?.();
            return range ? [range.from / 1000, range.to / 1000] : [low, high];
          },
        },
      },
      axes: [
        {
          ...axis,
          show: options.timeAxis,
          size: 24,
          gap: 4,
          space: 70,
          values: (_plot, splits) => timeLabels(splits),
        },
        {
          ...axis,
          size: options.axisWidth,
          gap: 6,
          space: 28,
          values: (_plot, splits) => {
            const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) || 1;
            return splits.map((value) => format(value, step));
          },
        },
      ],
      series: [
        {},
        ...options.lines.map(
          (line): uPlot.Series => ({
            label: line.label,
            stroke: line.color(),
            width: line.width ?? 1.5,
            points: { show: false },
            spanGaps: true,
            show: line.shown?.() ?? true,
            ...(line.dash ? { dash: line.dash } : {}),
            ...(line.area ? { fill: line.area(), fillTo: 0 } : {}),
          }),
        ),
      ],
      hooks: {
        drawClear: [(plot) => this.drawBand(plot)],
        draw: [(plot) => this.drawEdges(plot)],
        setCursor: [(plot) => options.onCursor?.(plot.cursor.idx ?? null)],
      },
    };
  }

  private drawBand(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const until = this.options.until?.();
    if (until) {
      const left = plot.valToPos(until.at / 1000, 'x', true);
      ctx.save();
      ctx.fillStyle = colors().grid;
      ctx.globalAlpha = 0.4;
      ctx.fillRect(left, bbox.top, bbox.left + bbox.width - left, bbox.height);
      ctx.restore();
    }
    const window = this.windowOf(plot);
    if (!window) return;
    ctx.save();
    ctx.fillStyle = colors().band;
    ctx.fillRect(window.left, bbox.top, window.width, bbox.height);
    ctx.restore();
  }

  private drawEdges(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { accent, muted, font } = colors();
    const ratio = devicePixelRatio;
    ctx.save();
    const window = this.windowOf(plot);
    if (window) {
      ctx.fillStyle = accent;
      for (const x of [window.left, window.left + window.width])
        ctx.fillRect(x - ratio / 2, bbox.top, ratio, bbox.height);
    }
    ctx.font = scaled(font, ratio);
    const until = this.options.until?.();
    if (until?.text) {
      ctx.fillStyle = muted;
      ctx.textAlign = 'left';
      ctx.fillText(until.text, plot.valToPos(until.at / 1000, 'x', true) + 8 * ratio, bbox.top + 14 * ratio);
    }
    for (const [i, line] of this.options.lines.entries()) {
      if (!line.letter || line.shown?.() === false) continue;
      const column = this.data[i + 1] ?? [];
      const last = column.findLastIndex((value) => value !== null);
      const value = column[last];
      if (value === null || value === undefined) continue;
      ctx.fillStyle = line.color();
      const x = Math.min(
        bbox.left + bbox.width + 3 * ratio,
        plot.valToPos((this.data[0][last] ?? 0) / 1000, 'x', true) + 4 * ratio,
      );
      ctx.fillText(line.letter, x, plot.valToPos(value, 'y', true) + 4 * ratio);
    }
    ctx.restore();
  }

  private windowOf(plot: uPlot): { left: number; width: number } | undefined {
    const window = this.options.window?.get();
    if (!window) return undefined;
    const { bbox } = plot;
    const clamp = (x: number) => Math.max(bbox.left, Math.min(bbox.left + bbox.width, x));
    const left = clamp(plot.valToPos(window.from / 1000, 'x', true));
    return { left, width: Math.max(2, clamp(plot.valToPos(window.to / 1000, 'x', true)) - left) };
  }

  /** Drag the band or one of its edges; a click beside it brings it there. */
  private dragWindow(plot: uPlot): void {
    const { over } = plot;
    over.addEventListener('pointerdown', (down) => {
      const window = this.options.window?.get();
      if (!window || down.button !== 0) return;
      const at = (event: PointerEvent) =>
        plot.posToVal(event.clientX - over.getBoundingClientRect().left, 'x') * 1000;
      const grip = Math.abs(plot.posToVal(6, 'x') - plot.posToVal(0, 'x')) * 1000;
      const begin = at(down);
      const span = window.to - window.from;
      const edge =
        Math.abs(begin - window.from) < grip ? 'from' : Math.abs(begin - window.to) < grip ? 'to' : undefined;
      const inside = begin > window.from && begin < window.to;
      const base = inside || edge ? window : { from: begin - span / 2, to: begin + span / 2 };
      const move = (event: PointerEvent) => {
        const by = at(event) - begin;
        const next = edge ? { ...base, [edge]: base[edge] + by } : { from: base.from + by, to: base.to + by };
        if (next.to - next.from > grip) this.options.window?.set(next);
      };
      const end = () => {
        removeEventListener('pointermove', move);
        removeEventListener('pointerup', end);
      };
      addEventListener('pointermove', move);
      addEventListener('pointerup', end);
      if (!inside && !edge) this.options.window?.set(base);
      down.preventDefault();
    });
  }
}

function toSeconds([times, ...columns]: LinesData): uPlot.AlignedData {
  return [times.map((time) => time / 1000), ...columns];
}

function timeLabels(splits: number[]): string[] {
  const step = ((splits[1] ?? 0) - (splits[0] ?? 0)) * 1000;
  const withDay = step >= 86_400_000;
  const withYear = step >= 20 * 86_400_000;
  return splits.map((second, i) => {
    const time = second * 1000;
    if (withYear) return wallClock(time).slice(0, 7);
    if (withDay) return day(time);
    const at = wallClock(time).slice(11, 16);
    return at === '00:00' || i === 0 ? day(time) : at;
  });
}

function scaled(font: string, ratio: number): string {
  return font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
}
