import type { RunRecord } from '../../server/protocol/run.ts';
import { iconButton, textField } from '../controls.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import { decimal, fixed } from '../format.ts';
import { type FrameRow, readRows } from '../frame.ts';
import { type Column, toCsv, toTsv } from '../grid/columns.ts';
import { parseFilter } from '../grid/filter.ts';
import { Grid } from '../grid/grid.ts';
import type { Host } from '../host.ts';
import type { Signal } from '../signal.ts';
import { t } from '../strings.ts';
import { Tabs } from '../tabs.ts';
import { zoneName } from '../time.ts';
import { parametersOf } from './about.ts';
import { filterable, tradeColumns } from './columns.ts';
import { frameColumns, rowKey } from './rows.ts';
import type { Trade } from './trade.ts';

export interface TablesOptions {
  host: Host;
  uri: string;
  selected: Signal<string | undefined>;
  hovered: Signal<string | undefined>;
  narrow: boolean;
  onActivate(trade: Trade): void;
  openSource(place: string): void;
}

type Frame = 'orders' | 'fills' | 'account' | 'log';
const rowsInSight = 12;
const pageOfFrame = 5000;

/** Trades, orders, fills, account, parameters and log, one at a time. */
export class Tables {
  readonly root: HTMLElement;
  readonly filter;
  private readonly tabs: Tabs;
  private readonly panel = element('div', { class: 'panel', role: 'tabpanel' });
  private readonly footer = element('div', { class: 'footer' });
  private trades: Trade[] = [];
  private waiting = false;
  private shown: Trade[] = [];
  private grid: Grid<Trade> | undefined;
  private frameGrid: Grid<FrameRow> | undefined;
  private frameRows: FrameRow[] = [];
  private order: { column: Column<Trade>; ascending: boolean } | undefined;
  private frameOrder: { column: Column<FrameRow>; ascending: boolean } | undefined;
  private filterText = '';
  private run: RunRecord | undefined;
  private readonly stop: (() => void)[] = [];

  constructor(private readonly options: TablesOptions) {
    this.filter = textField(t('Filter'), '', (value) => this.setFilter(value), {
      placeholder: t('Filter, e.g. side:long pnl<0'),
      icon: 'search',
    });
    this.filter.classList.add('filter');
    const save = iconButton('csv', t('Save as CSV'), () => this.saveCsv());
    this.tabs = new Tabs(t('Tables'), 'trades', (id) => this.open(id), this.filter, save);
    this.root = element('section', { class: 'tables' }, this.tabs.root, this.panel, this.footer);
    this.stop.push(
      options.selected.on((key) => this.select(key)),
      options.hovered.on((key) => this.grid?.link(key)),
    );
  }

  /** `trades` are undefined while they are on their way. */
  show(run: RunRecord, trades: Trade[] | undefined, newestFirst: boolean): void {
    const first = this.run === undefined;
    const wasWaiting = this.waiting;
    this.run = run;
    this.waiting = trades === undefined;
    this.trades = (newestFirst ? trades?.toReversed() : trades) ?? [];
    const counts = run.summary?.counts;
    this.tabs.show([
      { id: 'trades', title: t('Trades'), count: counts?.trades ?? this.trades.length },
      ...(counts
        ? [
            { id: 'orders', title: t('Orders'), count: counts.orders },
            { id: 'fills', title: t('Fills'), count: counts.fills },
            { id: 'account', title: t('Account'), count: counts.account_events },
          ]
        : []),
      { id: 'parameters', title: t('Parameters') },
      { id: 'log', title: t('Log') },
    ]);
    const isNew = first || wasWaiting !== this.waiting;
    if (isNew && this.tabs.current === 'trades') this.open('trades');
    else if (this.tabs.current === 'trades') {
      // Decimals, currency and the largest bar are those of the rows, and these are others now.
      this.grid?.setColumns(this.tradeColumns());
      this.apply();
    }
  }

  /** A filter from outside, as from a line of the source. */
  setFilterText(text: string): void {
    this.filter.value = text;
    this.setFilter(text);
    if (this.tabs.current !== 'trades') this.tabs.choose('trades');
  }

  selectedTrade(): Trade | undefined {
    return this.trades.find(({ key }) => key === this.options.selected.get());
  }

  focusGrid(): void {
    (this.grid ?? this.frameGrid)?.root.focus();
  }

  destroy(): void {
    for (const stop of this.stop) stop();
  }

  private open(id: string): void {
    this.panel.id = `panel-${id}`;
    this.panel.setAttribute('aria-labelledby', `tab-${id}`);
    this.grid = undefined;
    this.frameGrid = undefined;
    this.filter.classList.toggle('hidden', id === 'parameters');
    if (id === 'trades') this.openTrades();
    else if (id === 'parameters') this.openParameters();
    else void this.openFrame(id as Frame);
  }

  private tradeColumns(): Column<Trade>[] {
    const { openSource, narrow } = this.options;
    return tradeColumns(this.trades, openSource, narrow).filter(({ further }) => !further);
  }

  private openTrades(): void {
    const { options } = this;
    if (this.waiting) {
      const number = this.run?.summary?.counts.trades ?? 0;
      this.setPanel(element('div', {}), Math.min(rowsInSight, Math.max(2, number)));
      this.footer.textContent = t('Loading…');
      return;
    }
    this.grid = new Grid<Trade>({
      label: t('Trades'),
      columns: this.tradeColumns(),
      key: ({ key }) => key,
      onSelect: ({ key }) => options.selected.set(key),
      onActivate: options.onActivate,
      onHover: (trade) => options.hovered.set(trade?.key),
      onSort: (column, ascending) => {
        this.order = { column, ascending };
        this.apply();
      },
      onKey: (event, trade) => this.onKey(event, trade),
      empty: () => (this.filterText ? t('No trade matches the filter.') : t('No trades.')),
    });
    // A run under way has more of them soon.
    const number = this.run?.summary ? Math.max(2, this.trades.length) : rowsInSight;
    this.setPanel(this.grid.root, Math.min(rowsInSight, number));
    this.grid.root.addEventListener('scroll', () => this.tellRows());
    this.apply();
    this.grid.select(options.selected.get());
  }

  private async openFrame(frame: Frame): Promise<void> {
    const columns = frameColumns(frame, this.options.openSource);
    const grid: Grid<FrameRow> = new Grid<FrameRow>({
      label: this.tabs.current,
      columns,
      key: rowKey,
      onSort: (column, ascending) => {
        this.frameOrder = { column, ascending };
        this.applyFrame();
      },
      onKey: (event, row): boolean => this.copyRow(event, columns, row),
      empty: () => t('Nothing here.'),
    });
    this.frameGrid = grid;
    this.frameOrder = undefined;
    this.frameRows = [];
    this.setPanel(grid.root, rowsInSight);
    grid.root.addEventListener('scroll', () => this.tellRows());
    this.footer.textContent = t('Loading…');
    try {
      const { host, uri } = this.options;
      const { rows, total } = await readRows(host, `${uri}/${frame}`, { most: pageOfFrame });
      if (this.frameGrid !== grid) return;
      this.frameRows = rows.map((row, i) => ({ '#': i, ...row }));
      this.footer.dataset.note = rows.length === total ? '' : t('the first {0} of {1}', rows.length, total);
      this.applyFrame();
    } catch (error) {
      this.footer.textContent = toErrorObject(error).message;
    }
  }

  private openParameters(): void {
    const run = this.run;
    const rows = run ? parametersOf(run) : [];
    const list = element('dl', { class: 'pairs parameters' });
    for (const [name, value] of rows)
      list.append(element('dt', { class: 'mono' }, name), element('dd', { class: 'mono' }, value));
    this.panel.replaceChildren(
      rows.length
        ? list
        : element('p', { class: 'nothing muted' }, t('No parameters: the defaults of the config were used.')),
    );
    this.footer.replaceChildren(run ? t('Request of run {0}', run.id) : '');
  }

  private setPanel(grid: HTMLElement, rows: number): void {
    grid.style.height = `${24 + 24 * rows + 1}px`;
    this.panel.replaceChildren(grid);
  }

  private setFilter(text: string): void {
    this.filterText = text;
    if (this.grid) this.apply();
    else this.applyFrame();
  }

  private apply(): void {
    const test = parseFilter(this.filterText);
    this.shown = this.trades.filter((trade) => test(filterable(trade)));
    if (this.order) sort(this.shown, this.order);
    this.grid?.setRows(this.shown);
    requestAnimationFrame(() => this.tellRows());
  }

  private applyFrame(): void {
    const test = parseFilter(this.filterText);
    const rows = this.frameRows.filter((row) =>
      test({ fields: scalars(row), text: Object.values(row).join(' ') }),
    );
    if (this.frameOrder) sort(rows, this.frameOrder);
    this.frameGrid?.setRows(rows);
    this.frameShown = rows.length;
    requestAnimationFrame(() => this.tellRows());
  }
  private frameShown = 0;

  private select(key: string | undefined): void {
    this.grid?.select(key);
    this.tellRows();
  }

  private onKey(event: KeyboardEvent, trade: Trade | undefined): boolean {
    if (event.key === 'F12' && trade?.entryLine) {
      this.options.openSource(trade.entryLine);
      return true;
    }
    return this.copyRow(event, this.grid?.shownColumns() ?? [], trade);
  }

  private copyRow<Row>(event: KeyboardEvent, columns: readonly Column<Row>[], row: Row | undefined): boolean {
    if (event.key !== 'c' || !(event.ctrlKey || event.metaKey) || row === undefined) return false;
    this.options.host.copy(toTsv(columns, [row]));
    return true;
  }

  private saveCsv(): void {
    const name = `${this.run?.id ?? 'run'}-${this.tabs.current}.csv`;
    const { grid, frameGrid } = this;
    if (grid) this.options.host.save(name, toCsv(grid.shownColumns(), this.shown));
    else if (frameGrid) this.options.host.save(name, toCsv(frameGrid.shownColumns(), this.frameRows));
  }

  private tellRows(): void {
    const grid = this.grid ?? this.frameGrid;
    if (!grid) return;
    const { first, last } = grid.visibleRange();
    const total = this.grid ? this.shown.length : this.frameShown;
    const rows = total === 0 ? t('No rows') : t('Rows {0}–{1} of {2}', first + 1, last + 1, total);
    const trade = this.selectedTrade();
    const kept = this.grid && trade ? keptOf(trade) : undefined;
    const note = this.grid ? '' : (this.footer.dataset.note ?? '');
    const keys = this.grid
      ? t('↑↓ row · Enter zoom chart · F12 source · Ctrl+C copy')
      : t('times in {0}', zoneName);
    this.footer.replaceChildren(
      element('span', {}, [rows, note].filter(Boolean).join(' · ')),
      element('span', { class: 'clip' }, kept ?? ''),
      element('span', { class: 'grow' }),
      element('span', { class: 'keys' }, keys),
    );
  }
}

/** How much of its best a trade kept. */
function keptOf({ number, own, mfe, pnl, currency }: Trade): string {
  const best =
    mfe !== undefined && own.pnl !== undefined
      ? t(' · kept {0} of {1} {2} at best', fixed(Number(own.pnl), 0), fixed(Number(mfe), 0), own.currency)
      : '';
  return t('selected #{0}', number) + (pnl === undefined ? '' : ` ${decimal(pnl)} ${currency}`) + best;
}

function sort<Row>(rows: Row[], { column, ascending }: { column: Column<Row>; ascending: boolean }): void {
  const read = column.order ?? column.text;
  const sign = ascending ? 1 : -1;
  rows.sort((a, b) => {
    const [one, other] = [read(a), read(b)];
    if (Number.isNaN(one)) return Number.isNaN(other) ? 0 : 1;
    if (Number.isNaN(other)) return -1;
    return one < other ? -sign : one > other ? sign : 0;
  });
}

function scalars(row: FrameRow): Record<string, string | number | undefined> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : value === null ? undefined : String(value),
    ]),
  );
}
