import * as z from 'zod';
import type { RunRecord } from '../../server/protocol/run.ts';
import { element } from '../elements.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { isTyping } from '../keys.ts';
import { type Signal, signal } from '../signal.ts';
import { t } from '../strings.ts';
import { barTypeOf, instrumentOf } from './about.ts';
import { analysisCells, type Cell, drawdownTable } from './analysis.ts';
import { warningBands } from './bands.ts';
import * as sizes from './charts.ts';
import type { EquityLine } from './equity.ts';
import { type Basis, headline } from './figures.ts';
import { type Actions, header, title } from './header.ts';
import {
  type BenchmarkLine,
  isUnfinished,
  type Live,
  type Results,
  type Rolling,
  type Window,
} from './load.ts';
import { PriceSection } from './prices.ts';
import { rollingCells } from './rolling.ts';
import { configName, pairs, parameterPairs, runSettings } from './settings.ts';
import { funnelView } from './states.ts';
import { statisticsSection } from './statistics.ts';
import { Tables } from './tables.ts';
import type { Trade } from './trade.ts';

/** What a page that is shown again goes on with. */
export const Kept = z.object({
  selected: z.string().optional(),
  window: z.object({ from: z.number(), to: z.number() }).optional(),
});
export type Kept = z.infer<typeof Kept>;

const narrowBelow = 720;
const tradesInWindow = 16;

/** A report of one run on the screen: built once, then told what is new. */
export class ReportView {
  private readonly selected: Signal<string | undefined>;
  private readonly hovered = signal<string | undefined>(undefined);
  private readonly window: Signal<Window | undefined>;
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
  private readonly analysis = element('div', { class: 'analysis' });
  private readonly settings = element('div', { class: 'settings' });
  private readonly tables: Tables;
  private readonly narrow: boolean;
  private head: HTMLElement;
  private equity: sizes.EquityCharts[] = [];
  private prices: PriceSection | undefined;
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
      this.analysis,
      this.settings,
    );
    this.stop.push(
      this.selected.on(() => this.onSelected()),
      this.window.on(() => this.keep()),
    );
    const onKey = (event: KeyboardEvent) => this.onKey(event);
    addEventListener('keydown', onKey);
    this.stop.push(() => removeEventListener('keydown', onKey));
  }

  get filter(): HTMLElement {
    return this.tables.filter;
  }

  regions(): HTMLElement[] {
    return [this.head, this.charts, this.statistics.root, this.tables.root, this.analysis, this.settings];
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
    const basis: Basis = {
      run,
      lines: live.lines,
      trades: live.trades,
      live: { orders: live.counts.orders, open: live.counts.open },
    };
    this.showTiles(basis);
    this.statistics.show(basis);
    this.showEquity(live.lines, this.periodOf(live));
    this.tables.show(run, live.trades, true);
  }

  showResults(run: RunRecord, { lines, trades, funnel, benchmark, rolling }: Results): void {
    this.update(run);
    this.progress.hidden = true;
    this.trades = trades;
    this.bands.replaceChildren(...warningBands(run));
    const basis: Basis = { run, lines, trades };
    this.showTiles(basis);
    this.root.querySelector('.funnel')?.remove();
    if (funnel) this.tiles.before(funnelView(funnel, this.actions));
    this.statistics.show(basis);
    this.showEquity(lines, undefined, benchmark);
    this.showPrices(run, lines);
    this.tables.show(run, trades, false);
    const kept = this.selected.get();
    if (kept === undefined) this.selected.set(this.bestTrade()?.key);
    else this.onSelected();
    this.showAnalysis(run, lines[0], trades, rolling);
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
          sizes: this.narrow ? sizes.narrow : sizes.wide,
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

  private showPrices(run: RunRecord, lines: EquityLine[]): void {
    const instrument = instrumentOf(run) ?? this.trades[0]?.instrument;
    const bounds = boundsOf(lines, this.trades);
    if (!instrument || !bounds || this.prices) return;
    if (!this.window.get()) this.window.set(this.firstWindow(bounds));
    const { host, uri, window, selected, hovered, cursor } = this;
    const { price: height, axis } = this.narrow ? sizes.narrow : sizes.wide;
    this.prices = new PriceSection(
      { host, uri, instrument, barType: barTypeOf(run), height, axis, window, selected, hovered, cursor },
      bounds,
    );
    this.charts.append(this.prices.root);
    this.prices.show(this.trades);
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

  private showAnalysis(
    run: RunRecord,
    line: EquityLine | undefined,
    trades: Trade[],
    rolling: readonly Rolling[],
  ): void {
    const options = run.request.statistics;
    const cells = [...analysisCells(line, trades), ...rollingCells({ rolling, line, options })];
    const below: Cell[] = [
      ...(line?.falls.length
        ? [
            {
              id: 'drawdowns',
              title: t('Worst drawdowns'),
              note: t('equity'),
              fact: t(
                '{0}, deepest {1}%',
                Math.min(5, line.falls.length),
                ((line.deepest?.depth ?? 0) * 100).toFixed(2).replace('-', '\u2212'),
              ),
              body: () => drawdownTable(line),
            },
          ]
        : []),
      {
        id: 'settings',
        title: t('Run settings'),
        note: '',
        fact: runSettings(run)[0]?.[1] ?? '',
        body: () => pairs(runSettings(run)),
      },
      {
        id: 'parameters',
        title: t('Parameters'),
        note: configName(run),
        fact: '',
        body: () => pairs(parameterPairs(run), true),
      },
    ];
    this.analysis.replaceChildren(...cells.map((cell) => this.cell(cell)));
    this.settings.replaceChildren(...below.map((cell) => this.cell(cell)));
  }

  /** Open where there is room, a line that opens where there is none. */
  private cell({ id, title: name, note, fact, body }: Cell): HTMLElement {
    if (!this.narrow) {
      return element(
        'section',
        { class: 'cell', 'data-cell': id },
        element(
          'div',
          { class: 'section-head' },
          element('h2', {}, name),
          note && element('span', { class: 'hint' }, note),
        ),
        body(),
      );
    }
    const open = id === 'calendar';
    const summary = element(
      'summary',
      {},
      icon('chevronRight'),
      element('h2', {}, name),
      element('span', { class: 'hint' }, fact || note),
    );
    const box = element('details', { class: 'cell', 'data-cell': id, open: open ? '' : undefined }, summary);
    const fillIn = () => {
      if (box.open && box.children.length === 1) box.append(body());
    };
    box.addEventListener('toggle', fillIn);
    fillIn();
    return box;
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
    this.host.keep({ selected: this.selected.get(), window: this.window.get() });
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
