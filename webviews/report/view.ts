import * as z from 'zod';
import type { RunRecord } from '../../server/protocol/run.ts';
import { element } from '../elements.ts';
import type { Host } from '../host.ts';
import { isTyping } from '../keys.ts';
import { type Signal, signal } from '../signal.ts';
import { t } from '../strings.ts';
import { barTypeOf, instrumentOf } from './about.ts';
import { analysisSection } from './analysisSection.ts';
import { warningBands } from './bands.ts';
import * as sizes from './charts.ts';
import type { EquityLine } from './equity.ts';
import { type Basis, headline } from './figures.ts';
import { type Actions, header, title } from './header.ts';
import { basisOf, isUnfinished, type Live, type Window } from './load.ts';
import { PriceSection } from './prices.ts';
import type { BenchmarkLine, Results } from './results.ts';
import { chartsToCome, funnelView } from './states.ts';
import { statisticsSection } from './statisticsSection.ts';
import { Tables } from './tables.ts';
import type { Trade } from './trade.ts';

/** What a page that is shown again goes on with. */
export const Kept = z.object({
  selected: z.string().optional(),
  window: z.object({ from: z.number(), to: z.number() }).optional(),
  /** Indicators that were switched on or off. */
  indicators: z.record(z.string(), z.boolean()).optional(),
});
export type Kept = z.infer<typeof Kept>;

const narrowBelow = 720;
const tradesInWindow = 16;

/** A report of one run on the screen: built once, then told what is new. */
export class ReportView {
  private readonly selected: Signal<string | undefined>;
  private readonly hovered = signal<string | undefined>(undefined);
  private readonly window: Signal<Window | undefined>;
  private readonly indicators: Record<string, boolean>;
  private readonly cursor = signal<number | undefined>(undefined);
  private readonly bands = element('div', { class: 'bands' });
  private readonly tiles = element('dl', { class: 'tiles' });
  private readonly progress = element(
    'div',
    {
      class: 'progress',
      role: 'progressbar',
      'aria-label': t('Progress'),
      'aria-valuemin': 0,
      'aria-valuemax': 100,
    },
    element('div'),
  );
  private readonly charts = element('section', { class: 'charts', 'aria-label': t('Charts') });
  private readonly statistics = statisticsSection();
  private readonly analysis;
  private readonly tables: Tables;
  private readonly narrow: boolean;
  private head: HTMLElement;
  private equity: sizes.EquityCharts[] = [];
  private prices: PriceSection | undefined;
  private lines: EquityLine[] | undefined;
  private trades: Trade[] = [];
  private readonly stop: (() => void)[] = [];

  constructor(
    private readonly root: HTMLElement,
    private run: RunRecord,
    private readonly uri: string,
    private readonly host: Host,
    private readonly actions: Actions,
    kept: Kept,
  ) {
    this.narrow = root.clientWidth < narrowBelow;
    this.selected = signal(kept.selected);
    this.window = signal(kept.window);
    this.indicators = { ...kept.indicators };
    this.analysis = analysisSection(this.narrow);
    this.head = header(run, actions);
    this.tables = new Tables({
      host,
      uri,
      selected: this.selected,
      hovered: this.hovered,
      narrow: this.narrow,
      openSource: actions.openSource,
      onActivate: (trade) => this.zoomTo(trade),
    });
    root.replaceChildren(
      this.head,
      this.progress,
      this.bands,
      this.tiles,
      element('div', { class: 'chart-band' }, this.charts, this.statistics.root),
      this.tables.root,
      ...this.analysis.roots,
    );
    this.stop.push(
      this.selected.on(() => this.onSelected()),
      this.window.on(() => this.keep()),
    );
    const onKey = (event: KeyboardEvent) => this.onKey(event);
    addEventListener('keydown', onKey);
    this.stop.push(() => removeEventListener('keydown', onKey));
  }

  private get sizes(): sizes.ChartSizes {
    return this.narrow ? sizes.narrow : sizes.wide;
  }

  get filter(): HTMLElement {
    return this.tables.filter;
  }

  regions(): HTMLElement[] {
    return [this.head, this.charts, this.statistics.root, this.tables.root, ...this.analysis.roots];
  }

  showLive(run: RunRecord, live: Live): void {
    this.update(run);
    this.progress.hidden = false;
    const { done = 0, total } = run.progress ?? {};
    const share = total ? (100 * done) / total : 0;
    const bar = this.progress.firstElementChild;
    if (bar instanceof HTMLElement) bar.style.width = `${share}%`;
    this.progress.setAttribute('aria-valuenow', String(Math.round(share)));
    this.trades = live.trades;
    const basis = basisOf(run, live);
    this.showTiles(basis);
    this.statistics.show(basis);
    this.showEquity(live.lines, this.periodOf(live));
    this.tables.show(run, live.trades, true);
  }

  /** Shows what has come so far of what a run left: figures, curve, trades, prices; each stays where it first stood. */
  showResults(run: RunRecord, { lines, benchmark, trades, funnel, rolling }: Partial<Results>): void {
    this.update(run);
    this.progress.hidden = true;
    this.bands.replaceChildren(...warningBands(run));
    const basis: Basis = { run, lines: lines ?? [], trades };
    this.showTiles(basis);
    this.statistics.show(basis);
    this.root.querySelector('.funnel')?.remove();
    if (funnel) this.tiles.before(funnelView(funnel, this.actions));
    this.trades = trades ?? [];
    if (lines) {
      this.showEquity(lines, undefined, benchmark);
      this.showPrices(run, lines, trades);
      this.analysis.showSettings(run, lines[0]);
    } else if (this.equity.length === 0) this.charts.replaceChildren(...chartsToCome(run, this.sizes));
    this.tables.show(run, trades, false);
    if (!trades) return;
    const kept = this.selected.get();
    if (kept === undefined) this.selected.set(this.bestTrade()?.key);
    else this.onSelected();
    this.analysis.show(run, lines?.[0], trades, rolling ?? []);
  }

  /** Marks what a line of the source did. */
  filterBy(text: string): void {
    this.tables.setFilterText(text);
  }

  /** The drawings as one picture. */
  canvases(): HTMLCanvasElement[] {
    return [
      ...this.equity.flatMap((one) => one.canvases()),
      ...(this.prices ? [this.prices.screenshot()] : []),
    ];
  }

  destroy(): void {
    for (const stop of this.stop) stop();
    for (const one of this.equity) one.destroy();
    this.prices?.destroy();
    this.tables.destroy();
  }

  private update(run: RunRecord): void {
    const before = this.run;
    this.run = run;
    if (before.status === run.status && before.baseline === run.baseline && before.note === run.note) {
      if (run.status === 'running' || run.status === 'queued')
        this.head.querySelector('.text')?.replaceWith(title(run));
      return;
    }
    const next = header(run, this.actions);
    this.head.replaceWith(next);
    this.head = next;
  }

  private showTiles(basis: Basis): void {
    const cells = headline(basis).map(({ id, label, value, below, mood }) =>
      element(
        'div',
        { class: 'tile', 'data-figure': id },
        element('dt', { class: 'clip' }, label),
        element('dd', { class: `value clip${mood ? ` ${mood}` : ''}`, title: value }, value),
        element('dd', { class: 'below clip', title: below }, below),
      ),
    );
    this.tiles.replaceChildren(...cells);
  }

  private showEquity(lines: EquityLine[], period: Window | undefined, benchmark?: BenchmarkLine): void {
    if (lines === this.lines) return;
    this.lines = lines;
    const some = lines.filter(({ times }) => times.length > 1);
    if (some.length === this.equity.length && some.length > 0) {
      for (const [i, line] of some.entries()) this.equity[i]?.show(line);
      return;
    }
    for (const one of this.equity) one.destroy();
    this.equity = some.slice(0, 3).map(
      (line) =>
        new sizes.EquityCharts(line, {
          window: this.window,
          cursor: this.cursor,
          sizes: this.sizes,
          ...(period ? { period: () => this.period } : {}),
          ...(benchmark && line === some[0] ? { benchmark } : {}),
        }),
    );
    this.charts.replaceChildren(...this.equity.map(({ root }) => root));
    if (this.equity.length === 0) {
      const why = isUnfinished(this.run) ? t('No equity yet.') : t('The account did not change in this run.');
      this.charts.append(
        element('div', { class: 'section-head' }, element('h2', {}, t('Equity'))),
        element('p', { class: 'muted' }, why),
      );
    }
  }

  private period: Window | undefined;

  /** The whole time a run will cover, told from how far it is. */
  private periodOf({ lines, time }: Live): Window | undefined {
    const first = lines[0]?.times[0];
    const { done = 0, total } = this.run.progress ?? {};
    const end = this.run.request.end;
    if (first === undefined || time === undefined || !total || done === 0) return undefined;
    const guessed = first + ((time - first) * total) / done;
    this.period = { from: first, to: Math.max(time, end ? Date.parse(end) || guessed : guessed) };
    return this.period;
  }

  /** The prices have their place as soon as there is a curve; which stretch of them is shown is told by the trades. */
  private showPrices(run: RunRecord, lines: EquityLine[], trades: Trade[] | undefined): void {
    const instrument = instrumentOf(run) ?? trades?.[0]?.instrument;
    const bounds = boundsOf(lines, trades ?? []);
    if (!instrument || !bounds) return;
    if (!this.prices) {
      const { host, uri, window, selected, hovered, cursor } = this;
      const { price: height, axis } = this.sizes;
      this.prices = new PriceSection(
        {
          ...{ host, uri, instrument, barType: barTypeOf(run), height, axis },
          ...{ window, selected, hovered, cursor },
          ...{ indicators: this.indicators, onIndicators: () => this.keep() },
        },
        bounds,
      );
      this.charts.append(this.prices.root);
    }
    if (!trades) return;
    this.prices.show(trades);
    if (!this.window.get()) this.window.set(this.firstWindow(bounds));
  }

  /** Around the trade that made most: a report opens where something happened. */
  private firstWindow(bounds: Window): Window {
    const best = this.trades.find(({ key }) => key === this.selected.get()) ?? this.bestTrade();
    if (!best) return bounds;
    const at = this.trades.indexOf(best);
    const first = this.trades[Math.max(0, at - tradesInWindow / 4)];
    const last = this.trades[Math.min(this.trades.length - 1, at + (tradesInWindow * 3) / 4)];
    const from = first?.opened ?? bounds.from;
    const to = last?.closed ?? last?.opened ?? bounds.to;
    return { from: Math.max(bounds.from, from), to: Math.min(bounds.to, Math.max(to, from + 60_000)) };
  }

  private bestTrade(): Trade | undefined {
    return this.trades.reduce<Trade | undefined>(
      (best, trade) => (best && best.value >= trade.value ? best : trade),
      undefined,
    );
  }

  private zoomTo({ opened, closed }: Trade): void {
    const end = closed ?? opened + 3_600_000;
    const around = Math.max(600_000, (end - opened) * 0.75);
    this.window.set({ from: opened - around, to: end + around });
  }

  /** The chart follows the selection when the trade is out of sight. */
  private onSelected(): void {
    const trade = this.tables.selectedTrade();
    const window = this.window.get();
    this.keep();
    if (!trade || !window) return;
    const end = trade.closed ?? trade.opened;
    if (end >= window.from && trade.opened <= window.to) return;
    const half = (window.to - window.from) / 2;
    const middle = (trade.opened + end) / 2;
    this.window.set({ from: middle - half, to: middle + half });
  }

  private onKey(event: KeyboardEvent): void {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = {
      '[': () => this.prices?.pan(-0.25),
      ']': () => this.prices?.pan(0.25),
      '+': () => this.prices?.zoom(0.5),
      '=': () => this.prices?.zoom(0.5),
      '-': () => this.prices?.zoom(2),
      '0': () => this.prices?.all(),
      t: () => {
        this.prices?.toggleTable();
        for (const one of this.equity) one.toggleTable();
      },
      Escape: () => this.selected.set(undefined),
    };
    const act = acts[event.key];
    if (!act) return;
    act();
    event.preventDefault();
  }

  private keep(): void {
    const { selected, window, indicators } = this;
    this.host.keep({ selected: selected.get(), window: window.get(), indicators });
  }
}

function boundsOf(lines: EquityLine[], trades: Trade[]): Window | undefined {
  const froms = [...lines.map(({ times }) => times[0]), trades[0]?.opened].filter(
    (time) => time !== undefined,
  );
  const tos = [...lines.map(({ times }) => times.at(-1)), trades.at(-1)?.closed].filter(
    (time) => time !== undefined,
  );
  if (froms.length === 0 || tos.length === 0) return undefined;
  return { from: Math.min(...froms), to: Math.max(...tos) };
}
