import { button, iconButton, textField } from '../controls.ts';
import { element } from '../elements.ts';
import { type Column, toCsv } from '../grid/columns.ts';
import { Grid } from '../grid/grid.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';
import { wallClock } from '../time.ts';
import type { Line } from './arrangement.ts';
import { blotterColumns } from './columns.ts';
import type { Commands } from './commands.ts';
import { Editing } from './editing.ts';
import { reasonText, showPills, wideLine } from './lines.ts';
import { orderMenu } from './menus.ts';
import type { BlotterModel } from './model.ts';
import { editModification } from './modify.ts';
import type { Order } from './order.ts';
import { OrderKeys } from './orderKeys.ts';
import { Paragraph } from './paragraph.ts';
import { columnMenu, groupPicker } from './pickers.ts';
import type { Rate } from './rate.ts';
import { Arranged, SavedViews } from './savedViews.ts';

export interface OrdersTabOptions {
  host: Host;
  model: BlotterModel;
  rate: Rate;
  narrow: boolean;
  /** Absent where nothing can be done now. */
  commands(): Commands | undefined;
  live(): boolean;
  /** Whether states may have changed without being told. */
  uncertain(): boolean;
  /** Rows may still move by themselves. */
  active(): boolean;
  onSelect(order: Order): void;
  onOpen(order: Order): void;
  /** What is shown was laid out, or how it is looked at has changed. */
  onLayout(): void;
  onFilter(): void;
}

const layoutEvery = 250;
/** A layout may take this share of the time. */
const layoutShare = 25;
const calmRate = 50;
/** Of a reason, both sides. */
const reasonPadding = 20;

/** The orders: how they are looked at, the grid, and what is done to one of them in its row. */
export class OrdersTab {
  readonly filter;
  readonly toolbar: HTMLElement;
  readonly grid: Grid<Line>;
  readonly editing: Editing;
  private readonly pills = element('div', { class: 'pills', role: 'group', 'aria-label': t('States') });
  private readonly moved = element('button', { type: 'button', class: 'moved', hidden: '' });
  private readonly grouping: HTMLElement & { value: string };
  private readonly views: SavedViews;
  private readonly reasons = new Paragraph(16);
  private shown: string[] = [];
  private sort: Arranged['sort'];
  private filterText = '';
  private lastLayout = 0;
  private layoutCost = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private hovering = false;
  private withDay = false;

  constructor(private readonly options: OrdersTabOptions) {
    const { host, model } = options;
    this.filter = textField(t('Filter'), '', (value) => this.setFilter(value), {
      placeholder: t('Filter, e.g. status:rejected side:buy'),
      icon: 'search',
    });
    this.filter.classList.add('filter');
    this.editing = new Editing({
      live: options.live,
      send: async (order, changes) => options.commands()?.modify(order, changes),
      redraw: () => this.grid.schedule(),
      leave: () => {
        this.grid.root.focus();
        this.layout(false);
      },
    });
    this.grouping = groupPicker((value) => {
      model.setGrouping(value);
      this.keep();
      this.layout(true);
    });
    this.views = new SavedViews(
      host,
      () => this.arranged(),
      (view) => this.arrange(view),
    );
    this.grid = this.makeGrid();
    if (options.narrow) this.followWidth();
    this.toolbar = this.makeToolbar();
    this.moved.addEventListener('click', () => this.layout(true));
    const kept = Arranged.safeParse(Object(host.kept()).arranged);
    if (kept.success) this.arrange(kept.data);
    this.grid.root.addEventListener('pointerenter', () => {
      this.hovering = true;
    });
    this.grid.root.addEventListener('pointerleave', () => {
      this.hovering = false;
      if (model.needsLayout) this.layout(true);
    });
  }

  /** Lays the lines out anew, not more often than people can follow, and not under their pointer or pen. */
  layout(now: boolean): void {
    const { model } = this.options;
    if (!model.needsLayout) {
      this.grid.schedule();
      return;
    }
    const rest = Math.max(layoutEvery, this.layoutCost * layoutShare);
    const wait = this.lastLayout + rest - performance.now();
    if (!now && wait > 0) {
      this.grid.schedule();
      this.waiting ??= setTimeout(() => {
        this.waiting = undefined;
        this.layout(false);
      }, wait);
      return;
    }
    const held = this.editing.active || (!now && this.hovering);
    if (held && this.options.active() && model.orders.size > 0 && this.lastLayout > 0) {
      this.moved.hidden = false;
      this.moved.textContent = t('Rows moved · apply');
      this.grid.schedule();
      this.showPills();
      this.options.onLayout();
      return;
    }
    this.moved.hidden = true;
    const from = performance.now();
    const lines = model.layout();
    this.noticeDays();
    this.grid.setRows(lines);
    this.lastLayout = performance.now();
    this.layoutCost = this.lastLayout - from;
    this.showPills();
    this.options.onLayout();
  }

  /** What can be done, or how sure the states are, has changed. */
  refresh(): void {
    this.grid.setColumns(this.shownColumns());
  }

  setFilterText(text: string): void {
    this.filter.value = text;
    this.setFilter(text);
  }

  filterValue(): string {
    return this.filterText;
  }

  /** In the row where there are columns, in a box where there are none. */
  async modify(order: Order): Promise<void> {
    const commands = this.options.commands();
    if (!commands) return;
    if (!this.options.narrow) {
      this.grid.select(order.id);
      this.editing.start(order);
      requestAnimationFrame(() =>
        requestAnimationFrame(() => this.grid.root.querySelector<HTMLElement>('.cell-input')?.focus()),
      );
      return;
    }
    const changes = await editModification(order);
    if (changes) await commands.modify(order, changes);
    this.grid.root.focus();
  }

  csv(): string {
    const lines = this.options.model.layout().filter(({ kind }) => kind === 'order');
    return toCsv(this.columns(), lines);
  }

  private arranged(): Arranged {
    const { model } = this.options;
    return Arranged.parse({
      filter: this.filterText,
      groups: [...model.shownGroups],
      grouping: model.grouping,
      columns: this.shown,
      sort: this.sort,
    });
  }

  private arrange({ filter, groups, grouping, columns, sort }: Arranged): void {
    const { model } = this.options;
    this.filter.value = filter;
    this.filterText = filter;
    model.setFilter(filter);
    model.setShownGroups(groups);
    model.setGrouping(grouping);
    this.grouping.value = grouping;
    this.shown = columns;
    this.grid.setColumns(this.shownColumns());
    this.sort = sort;
    const column = sort && this.columns().find(({ id }) => id === sort.column);
    model.setSort(column && { column, ascending: sort.ascending });
    this.grid.sortedBy(column && { id: column.id, ascending: sort.ascending });
    this.keep();
    this.layout(true);
  }

  private keep(): void {
    const { host } = this.options;
    host.keep({ ...Object(host.kept()), arranged: this.arranged() });
  }

  private makeGrid(): Grid<Line> {
    const { host, model, narrow, commands } = this.options;
    const keys = new OrderKeys({
      ...{ host, commands },
      columns: () => this.grid.shownColumns(),
      everyShown: () => this.everyShown(),
      modify: (order) => void this.modify(order),
      focus: () => this.grid.root.focus(),
    });
    return new Grid<Line>({
      label: t('Orders'),
      columns: this.columns(),
      key: ({ key }) => key,
      version: (line) => this.versionOf(line),
      marksChanges: () => this.options.rate.perSecond() <= calmRate && !isReduced(),
      ...(narrow ? { height: (line: Line) => this.heightOf(line) } : {}),
      level: (line) => (line.kind === 'group' ? 1 : line.kind === 'order' ? line.level + 1 : line.level + 2),
      expanded: (line) => (line.kind === 'group' || line.kind === 'order' ? line.open : undefined),
      onExpand: (line, open) => {
        model.toggle(line, open);
        this.layout(true);
      },
      wide: wideLine,
      class: (line) =>
        line.kind === 'group' ? 'group' : line.kind === 'order' && line.level > 1 ? 'child' : line.kind,
      onSelect: (line) => line.kind !== 'group' && this.options.onSelect(line.order),
      onActivate: (line) => line.kind !== 'group' && this.options.onOpen(line.order),
      onMenu: (line, at) => this.menu(line, at),
      onSort: (column, ascending) => {
        this.sort = { column: column.id, ascending };
        model.setSort({ column, ascending });
        this.keep();
        this.layout(true);
      },
      onKey: (event, line): boolean => keys.press(event, line),
      empty: () =>
        model.orders.size > 0
          ? t('No order matches. Clear the filter.')
          : t(
              'No orders in this session. Orders of strategies, tools and the order form appear here as they are made.',
            ),
    });
  }

  /** Where there is no room for columns: two lines an order, and as many as its reason needs. */
  private heightOf(line: Line): number {
    if (line.kind === 'reason') return 8 + this.reasons.heightOf(reasonText(line.order));
    return line.kind === 'order' ? 40 : line.kind === 'group' ? 28 : 24;
  }

  private followWidth(): void {
    new ResizeObserver(() => {
      this.reasons.setWidth(this.grid.root.clientWidth - reasonPadding);
      this.grid.remeasure();
    }).observe(this.grid.root);
  }

  private versionOf(line: Line): string {
    if (line.kind === 'group') return `${line.open} ${line.note}`;
    if (line.kind === 'fill') return `${line.at} ${line.of}`;
    const { order, level } = line;
    if (line.kind === 'reason') return `${order.reason} ${order.status}`;
    if (this.editing.isEdited(order)) return 'edited';
    const acts = this.options.commands() !== undefined;
    return `${order.version} ${level} ${line.open} ${acts} ${this.options.uncertain()} ${this.editing.versionOf(order)}`;
  }

  private columns(): Column<Line>[] {
    const { host, narrow, uncertain } = this.options;
    return blotterColumns({
      openSource: host.openSource,
      withDay: this.withDay,
      narrow,
      uncertain,
      actions: (order) => this.rowActions(order),
      edited: (order, column) => this.editing.cell(order, column),
    });
  }

  private shownColumns(): Column<Line>[] {
    const all = this.columns();
    const shown = this.shown.length === 0 ? [] : all.filter(({ id }) => this.shown.includes(id));
    return shown.length > 0 ? shown : all.filter(({ further }) => !further);
  }

  private rowActions(order: Order): HTMLElement[] {
    const commands = this.options.commands();
    if (!commands || (order.group !== 'working' && order.group !== 'inflight')) return [];
    const edit = iconButton('edit', t('Modify'), () => void this.modify(order));
    const cancel = iconButton('close', t('Cancel'), () => void commands.cancel([order]));
    for (const one of [edit, cancel]) one.tabIndex = -1;
    return [edit, cancel];
  }

  private makeToolbar(): HTMLElement {
    return element(
      'div',
      { class: 'toolbar' },
      this.pills,
      this.filter,
      this.moved,
      element('span', { class: 'grow' }),
      this.grouping,
      button(
        t('Saved views'),
        'secondary',
        ({ currentTarget }) => {
          if (currentTarget instanceof HTMLElement) this.views.menu(currentTarget);
        },
        { menu: true, class: 'grouping' },
      ),
      iconButton('settings', t('Columns'), (event) => this.columnMenu(event)),
    );
  }

  private showPills(): void {
    showPills(this.pills, this.options.model, () => {
      this.keep();
      this.layout(true);
    });
  }

  /** Orders of several days get their date; those of one do not need it. */
  private noticeDays(): void {
    const { first, last } = this.options.model.orders;
    const withDay = Number.isFinite(first) && wallClock(first).slice(0, 10) !== wallClock(last).slice(0, 10);
    if (withDay === this.withDay) return;
    this.withDay = withDay;
    this.grid.setColumns(this.shownColumns());
  }

  private everyShown(): Order[] {
    return this.options.model.layout().flatMap((one) => (one.kind === 'order' ? [one.order] : []));
  }

  private menu(line: Line, at: { x: number; y: number }): void {
    if (line.kind === 'group') return;
    orderMenu(at, line.order, {
      host: this.options.host,
      commands: this.options.commands(),
      modify: (order) => void this.modify(order),
      filter: (text) => this.setFilterText(text),
    });
  }

  private columnMenu({ currentTarget }: Event): void {
    if (!(currentTarget instanceof HTMLElement)) return;
    columnMenu(currentTarget, this.columns(), this.grid.shownColumns(), (shown) => {
      this.shown = shown;
      this.grid.setColumns(this.shownColumns());
      this.keep();
    });
  }

  private setFilter(text: string): void {
    this.filterText = text;
    this.options.model.setFilter(text);
    this.keep();
    this.layout(true);
    this.options.onFilter();
  }
}

function isReduced(): boolean {
  return (
    matchMedia('(prefers-reduced-motion: reduce)').matches ||
    document.body.classList.contains('vscode-reduce-motion')
  );
}
