import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import { colors } from './colors.ts';

/** A round trip as the price chart draws it; `at` are places on the ordinal axis. */
export interface TradeMark {
  key: string;
  buy: boolean;
  gain: boolean;
  entryAt: number;
  entryPrice: number;
  exitAt: number | undefined;
  exitPrice: number | undefined;
  /** Where an open one stands now. */
  lastAt?: number;
  lastPrice?: number;
}

export interface Emphasis {
  selected?: string | undefined;
  hovered?: string | undefined;
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** More than these in sight, and only the chosen ones keep their line; more still, and entries become counts. */
const mostLines = 300;
const mostMarks = 2000;

/** Entries, exits and the lines between them, at exact prices. */
export class TradeMarks implements ISeriesPrimitive<Time> {
  marks: TradeMark[] = [];
  emphasis: Emphasis = {};
  private chart: IChartApi | undefined;
  private series: ISeriesApi<'Candlestick'> | undefined;
  private update = () => {};
  private readonly below: IPrimitivePaneView = {
    zOrder: () => 'bottom',
    renderer: () => ({ draw: () => {}, drawBackground: (target) => this.drawBand(target) }),
  };
  private readonly above: IPrimitivePaneView = {
    zOrder: () => 'top',
    renderer: () => ({ draw: (target) => this.drawAll(target) }),
  };

  attached({ chart, series, requestUpdate }: SeriesAttachedParameter<Time>): void {
    this.chart = chart as IChartApi;
    this.series = series as ISeriesApi<'Candlestick'>;
    this.update = requestUpdate;
  }

  detached(): void {
    this.chart = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.below, this.above];
  }

  show(marks: TradeMark[], emphasis: Emphasis): void {
    this.marks = marks;
    this.emphasis = emphasis;
    this.update();
  }

  /** The mark nearest to a place in the pane. */
  near(x: number, y: number): TradeMark | undefined {
    let best: TradeMark | undefined;
    let least = 14;
    for (const mark of this.marks) {
      for (const [at, price] of [
        [mark.entryAt, mark.entryPrice],
        [mark.exitAt, mark.exitPrice],
      ]) {
        if (at === undefined || price === undefined) continue;
        const distance = Math.hypot(this.x(at) - x, this.y(price) - y);
        if (distance < least) {
          least = distance;
          best = mark;
        }
      }
    }
    return best;
  }

  private x(at: number): number {
    return this.chart?.timeScale().logicalToCoordinate(at as Logical) ?? -1e4;
  }

  private y(price: number): number {
    return this.series?.priceToCoordinate(price) ?? -1e4;
  }

  /** Left and right end of the selected trade in the pane. */
  selectedSpan(): { left: number; right: number; mark: TradeMark } | undefined {
    const mark = this.marks.find(({ key }) => key === this.emphasis.selected);
    if (!mark) return undefined;
    const left = this.x(mark.entryAt);
    return { left, right: Math.max(left + 4, this.x(mark.exitAt ?? mark.lastAt ?? mark.entryAt)), mark };
  }

  private drawBand(target: Target): void {
    const span = this.selectedSpan();
    if (!span) return;
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.fillStyle = colors().band;
      context.fillRect(span.left, 0, span.right - span.left, mediaSize.height);
    });
  }

  private drawAll(target: Target): void {
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      const seen = this.marks.filter((mark) => {
        const [from, to] = [this.x(mark.entryAt), this.x(mark.exitAt ?? mark.lastAt ?? mark.entryAt)];
        return to >= 0 && from <= mediaSize.width;
      });
      if (seen.length > mostMarks) return this.drawCounts(context, seen, mediaSize.height);
      const { selected, hovered } = this.emphasis;
      for (const mark of seen) {
        const chosen = mark.key === selected || mark.key === hovered;
        if (seen.length <= mostLines || chosen) this.drawLine(context, mark, mark.key === selected);
      }
      for (const mark of seen) this.drawEnds(context, mark);
    });
  }

  private drawLine(context: CanvasRenderingContext2D, mark: TradeMark, selected: boolean): void {
    const at = mark.exitAt ?? mark.lastAt;
    const price = mark.exitPrice ?? mark.lastPrice;
    if (at === undefined || price === undefined) return;
    const { up, down } = colors();
    context.save();
    context.strokeStyle = mark.gain ? up : down;
    context.lineWidth = selected ? 2.5 : 1.5;
    if (!mark.gain) context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(this.x(mark.entryAt), this.y(mark.entryPrice));
    context.lineTo(this.x(at), this.y(price));
    context.stroke();
    context.restore();
  }

  private drawEnds(context: CanvasRenderingContext2D, mark: TradeMark): void {
    const { accent, bg, fg } = colors();
    const x = this.x(mark.entryAt);
    const y = this.y(mark.entryPrice) + (mark.buy ? 5 : -5);
    const tip = mark.buy ? -4.5 : 4.5;
    context.save();
    context.lineWidth = 1.5;
    context.strokeStyle = accent;
    context.fillStyle = mark.buy ? accent : bg;
    context.beginPath();
    context.moveTo(x, y + tip);
    context.lineTo(x - 4.5, y - tip);
    context.lineTo(x + 4.5, y - tip);
    context.closePath();
    context.fill();
    context.stroke();
    if (mark.exitAt !== undefined && mark.exitPrice !== undefined) {
      context.strokeStyle = fg;
      context.fillStyle = bg;
      context.lineWidth = 1;
      const [left, top] = [Math.round(this.x(mark.exitAt)) - 2.5, Math.round(this.y(mark.exitPrice)) - 2.5];
      context.fillRect(left, top, 5, 5);
      context.strokeRect(left, top, 5, 5);
    }
    context.restore();
  }

  /** Too many to tell apart: how many entries a stretch of the axis has. */
  private drawCounts(context: CanvasRenderingContext2D, seen: TradeMark[], height: number): void {
    const counts = new Map<number, number>();
    for (const { entryAt } of seen) {
      const slot = Math.floor(this.x(entryAt) / 8);
      counts.set(slot, (counts.get(slot) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    context.save();
    context.fillStyle = colors().accent;
    context.globalAlpha = 0.6;
    for (const [slot, number] of counts) {
      const size = Math.max(2, (number / most) * 40);
      context.fillRect(slot * 8, height - size, 7, size);
    }
    context.restore();
  }
}
