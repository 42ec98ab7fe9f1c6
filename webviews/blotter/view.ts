import { alert, announce } from '../announce.ts';
import { dropdown, iconButton, textField } from '../controls.ts';
import { element } from '../elements.ts';
import { type Column, toCsv, toTsv } from '../grid/columns.ts';
import { Grid } from '../grid/grid.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { openMenu } from '../menu.ts';
import { plural, t } from '../strings.ts';
import { Tabs } from '../tabs.ts';
import { clockMillis, wallClock, zoneName } from '../time.ts';
import { type Account, accountBand, accountTable, toAccount } from './account.ts';
import { blotterColumns } from './columns.ts';
import type { Commands } from './commands.ts';
import { detailsOf } from './details.ts';
import { headOf, quoteText } from './head.ts';
import { showPills, wideLine } from './lines.ts';
import { orderMenu, positionMenu } from './menus.ts';
import { type BlotterModel, type Grouping, type Line, summary } from './model.ts';
import { editModification } from './modify.ts';
import type { Fill, Order } from './order.ts';
import { fillColumns, type Position, positionColumns, toPosition } from './positions.ts';
import type { Quote, Row, Status } from './source.ts';

export interface BlotterOptions {
  host: Host;
  model: BlotterModel;
  /** Absent where nothing can be done: finished runs, pages in chat. */
  commands?: Commands | undefined;
  onInstrument(instrument: string): void;
}

const narrowBelow = 720;
const layoutEvery = 250;
const staleAfter = 15_000;

/** Orders, fills, positions, account and events of one source. The page does not scroll, the grid does. */
export class BlotterView {
  readonly root = element('div', { class: 'blotter' });
  readonly filter;
  private readonly head = element('header', { class: 'header' });
  private readonly trouble = element('div', { class: 'band failure', role: 'alert', hidden: '' });
  private readonly refusal = element('div', { class: 'band failure', role: 'alert', hidden: '' });
  private readonly band = element('div', {});
  private readonly tabs: Tabs;
  private readonly pills = element('div', { class: 'pills', role: 'group', 'aria-label': t('States') });
  private readonly moved = element('button', { type: 'button', class: 'moved', hidden: '' });
  private readonly panel = element('div', { class: 'panel', role: 'tabpanel' });
  private readonly side = element('div', { class: 'side', hidden: '' });
  private readonly footer = element('footer', { class: 'footer' });
  private readonly grid: Grid<Line>;
  private fillGrid: Grid<Fill> | undefined;
  private positionGrid: Grid<Position> | undefined;
  private readonly positions = new Map<string, Position>();
  private readonly accounts = new Map<string, Account>();
  private status: Status | undefined;
  private quote: Quote | undefined;
  private selected: Order | undefined;
  private lost: string | undefined;
  private lastUpdate = 0;
  private updates: number[] = [];
  private lastLayout = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private hovering = false;
  private drawing = 0;
  private detailsOpen = false;
  private withDay = false;
  private readonly narrow = document.documentElement.clientWidth < narrowBelow;
  private readonly clockTimer: ReturnType<typeof setInterval>;

  constructor(private readonly options: BlotterOptions) {
    const { model } = options;
    this.filter = textField(t('Filter'), '', (value) => this.setFilter(value), {
      placeholder: t('Filter, e.g. status:rejected side:buy'),
      icon: 'search',
    });
    this.filter.classList.add('filter');
    this.tabs = new Tabs(t('Tables'), 'orders', () => this.openTab());
    this.grid = this.orderGrid();
    this.moved.addEventListener('click', () => this.layout(true));
    this.panel.append(this.grid.root);
    this.panel.addEventListener('pointerenter', () => {
      this.hovering = true;
    });
    this.panel.addEventListener('pointerleave', () => {
      this.hovering = false;
      if (model.needsLayout) this.layout(true);
    });
    this.root.append(
      this.head,
      this.trouble,
      this.refusal,
      this.band,
      this.tabs.root,
      this.toolbar(),
      element('div', { class: 'middle' }, this.panel, this.side),
      this.footer,
    );
    this.showTabs();
    this.openTab();
    this.clockTimer = setInterval(() => this.showFooter(), 1000);
    addEventListener('keydown', (event) => this.onPageKey(event));
  }

  regions(): HTMLElement[] {
    return [this.head, this.tabs.root, this.panel, this.side];
  }

  takeStatus(status: Status): void {
    const before = this.status;
    this.status = status;
    this.showHead();
    this.showBand();
    if (before?.state !== status.state) announce(t('{0} is {1}', status.name, status.state));
    const down = status.venues.filter(({ connected }) => !connected);
    const isLost = status.active && down.length > 0;
    this.schedule();
    this.setLost(isLost ? down.map(({ name }) => name).join(', ') : undefined);
  }

  takeOrders(rows: Row[]): void {
    const { model } = this.options;
    const changed = model.take(rows);
    this.noteUpdate(rows.length);
    const denied = changed.find(({ group, reason }) => group === 'failed' && reason);
    if (denied && this.status?.active && changed.length < 20) alert(`${denied.status}: ${denied.reason}`);
    const [first] = changed;
    if (first && !this.selected && this.quote === undefined) this.options.onInstrument(first.instrument);
    this.schedule();
  }

  takeFills(rows: Row[]): void {
    this.options.model.takeFills(rows);
    this.fillGrid?.setRows([...this.options.model.everyFill()].reverse());
    this.schedule();
  }

  takePositions(rows: Row[]): void {
    for (const row of rows) {
      const position = toPosition(row);
      this.positions.set(`${position.id}${position.closed ?? ''}`, position);
    }
    this.positionGrid?.setRows(this.shownPositions());
    this.showTabs();
    this.schedule();
  }

  takeAccounts(rows: Row[]): void {
    for (const row of rows) {
      const account = toAccount(row);
      this.accounts.set(account.id, account);
    }
    this.showBand();
  }

  takeQuote(quote: Quote): void {
    this.quote = quote;
    const shown = this.head.querySelector('.quote');
    if (shown) shown.textContent = quoteText(quote);
  }

  /** Nothing can be read: shown until it can. */
  takeTrouble(message: string | undefined): void {
    this.trouble.hidden = message === undefined && this.lost === undefined;
    if (message !== undefined)
      this.trouble.replaceChildren(
        icon('disconnect'),
        element('p', {}, element('strong', {}, t('Not live.')), ' ', message),
      );
  }

  refuse(message: string, next: string): void {
    this.refusal.hidden = false;
    this.refusal.replaceChildren(
      icon('error'),
      element('p', {}, element('strong', {}, message), ' ', next),
      iconButton('close', t('Dismiss'), () => {
        this.refusal.hidden = true;
      }),
    );
  }

  openPositions(): Position[] {
    return [...this.positions.values()].filter(({ side }) => side !== 'FLAT');
  }

  destroy(): void {
    clearInterval(this.clockTimer);
  }

  private setLost(venues: string | undefined): void {
    if (venues === this.lost) return;
    this.lost = venues;
    this.trouble.hidden = venues === undefined;
    if (venues !== undefined) {
      const fact = t(
        'Disconnected from {0} at {1} {2}.',
        venues,
        clockMillis(Date.now()).slice(0, 8),
        zoneName,
      );
      this.trouble.replaceChildren(
        icon('disconnect'),
        element(
          'p',
          {},
          element('strong', {}, fact),
          ' ',
          t('Orders at the venue may fill or change without showing here.'),
        ),
      );
    } else announce(t('Connected again at {0}.', clockMillis(Date.now()).slice(0, 8)));
    this.showHead();
    this.showBand();
    this.grid.setColumns(this.columns());
    this.showDetails();
  }

  private uncertain(): boolean {
    return (
      this.lost !== undefined ||
      (this.status?.active === true && this.lastUpdate > 0 && this.trouble.hidden === false)
    );
  }

  private orderGrid(): Grid<Line> {
    const grid: Grid<Line> = new Grid<Line>({
      label: t('Orders'),
      columns: this.columns(),
      key: ({ key }) => key,
      ...(this.narrow
        ? {
            height: (line: Line) =>
              line.kind === 'order' || line.kind === 'reason' ? 40 : line.kind === 'group' ? 28 : 24,
          }
        : {}),
      level: (line) => (line.kind === 'group' ? 1 : line.kind === 'order' ? line.level + 1 : line.level + 2),
      expanded: (line) => (line.kind === 'group' || line.kind === 'order' ? line.open : undefined),
      onExpand: (line, open) => {
        this.options.model.toggle(line, open);
        this.layout(true);
      },
      wide: wideLine,
      class: (line) =>
        line.kind === 'group' ? 'group' : line.kind === 'order' && line.level > 1 ? 'child' : line.kind,
      onSelect: (line) => this.select(line),
      onActivate: (line) => {
        if (line.kind === 'group') return;
        this.detailsOpen = true;
        this.showDetails();
      },
      onMenu: (line, at) => this.menu(line, at),
      onSort: (column, ascending) => {
        this.options.model.setSort({ column, ascending });
        this.layout(true);
      },
      onKey: (event, line): boolean => this.onKey(event, line),
      empty: () =>
        this.options.model.orders.size > 0
          ? t('No order matches. Clear the filter.')
          : t(
              'No orders in this session. Orders of strategies, tools and the order form appear here as they are made.',
            ),
    });
    return grid;
  }

  private columns(): Column<Line>[] {
    const { commands, host } = this.options;
    return blotterColumns({
      openSource: host.openSource,
      withDay: this.withDay,
      narrow: this.narrow,
      uncertain: () => this.uncertain(),
      ...(commands ? { actions: (order: Order) => this.rowActions(order) } : {}),
    });
  }

  private rowActions(order: Order): HTMLElement[] {
    if (!this.canAct() || (order.group !== 'working' && order.group !== 'inflight')) return [];
    const edit = iconButton('edit', t('Modify'), () => void this.modify(order));
    const cancel = iconButton('close', t('Cancel'), () => void this.options.commands?.cancel([order]));
    for (const one of [edit, cancel]) one.tabIndex = -1;
    return [edit, cancel];
  }

  private toolbar(): HTMLElement {
    const grouping = dropdown(
      t('Group'),
      [
        { value: 'state', text: t('Group: State') },
        { value: 'instrument', text: t('Group: Instrument') },
        { value: 'strategy', text: t('Group: Strategy') },
        { value: 'none', text: t('Group: None') },
      ],
      'state',
      (value) => {
        this.options.model.grouping = value as Grouping;
        this.options.model.touch();
        this.layout(true);
      },
    );
    grouping.classList.add('grouping');
    return element(
      'div',
      { class: 'toolbar' },
      this.pills,
      this.filter,
      this.moved,
      element('span', { class: 'grow' }),
      grouping,
      iconButton('settings', t('Columns'), (event) => this.columnMenu(event)),
      iconButton('csv', t('Save as CSV'), () => this.saveCsv()),
      iconButton('details', t('Details'), () => {
        this.detailsOpen = !this.detailsOpen;
        this.showDetails();
      }),
    );
  }

  private showHead(): void {
    const { status } = this;
    if (!status) return;
    document.body.classList.toggle('live', status.kind === 'live');
    this.head.replaceChildren(
      ...headOf(status, this.quote, this.options.commands, this.whyNot(), this.narrow),
    );
  }

  private whyNot(): string | undefined {
    if (this.status && !this.status.active) return t('the node is not running');
    return this.lost === undefined ? undefined : t('not connected to {0}', this.lost);
  }

  private canAct(): boolean {
    return this.options.commands !== undefined && this.whyNot() === undefined;
  }

  private showBand(): void {
    this.band.replaceChildren(accountBand(this.accounts.values(), this.uncertain()));
  }

  private showTabs(): void {
    const { model } = this.options;
    this.tabs.show([
      { id: 'orders', title: t('Orders'), count: model.orders.size },
      { id: 'fills', title: t('Fills'), count: model.everyFill().length },
      { id: 'positions', title: t('Positions'), count: this.positions.size },
      { id: 'account', title: t('Account') },
    ]);
  }

  private showPills(): void {
    showPills(this.pills, this.options.model, () => this.layout(true));
  }

  private openTab(): void {
    const id = this.tabs.current;
    this.panel.id = `panel-${id}`;
    this.root.classList.toggle('orders-tab', id === 'orders');
    this.fillGrid = undefined;
    this.positionGrid = undefined;
    if (id === 'orders') this.panel.replaceChildren(this.grid.root);
    else if (id === 'account') this.panel.replaceChildren(accountTable(this.accounts.values()));
    else if (id === 'fills') {
      this.fillGrid = new Grid<Fill>({
        label: t('Fills'),
        columns: fillColumns(),
        key: (fill) => fill.id,
        empty: () => t('No fills.'),
      });
      this.panel.replaceChildren(this.fillGrid.root);
      this.fillGrid.setRows([...this.options.model.everyFill()].reverse());
    } else {
      this.positionGrid = new Grid<Position>({
        label: t('Positions'),
        columns: positionColumns(),
        key: (one) => `${one.id}${one.closed ?? ''}`,
        empty: () => t('No positions.'),
        onMenu: (one, at) =>
          positionMenu(at, one, this.options.host, this.canAct() ? this.options.commands : undefined),
      });
      this.panel.replaceChildren(this.positionGrid.root);
      this.positionGrid.setRows(this.shownPositions());
    }
  }

  private shownPositions(): Position[] {
    return [...this.positions.values()].sort(
      (a, b) => Number(a.side === 'FLAT') - Number(b.side === 'FLAT') || b.opened - a.opened,
    );
  }

  private schedule(): void {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.layout(false);
      this.grid.schedule();
      if (this.detailsOpen) this.showDetails();
    });
  }

  /** Lays the lines out anew, not more often than people can follow, and not under their pointer. */
  private layout(now: boolean): void {
    const { model } = this.options;
    if (!model.needsLayout) return;
    const wait = this.lastLayout + layoutEvery - performance.now();
    if (!now && wait > 0) {
      this.waiting ??= setTimeout(() => {
        this.waiting = undefined;
        this.layout(false);
      }, wait);
      return;
    }
    if (!now && this.hovering && this.status?.active && model.orders.size > 0 && this.lastLayout > 0) {
      this.moved.hidden = false;
      this.moved.textContent = t('Rows moved · apply');
      this.showPills();
      this.showFooter();
      return;
    }
    this.moved.hidden = true;
    this.lastLayout = performance.now();
    const lines = model.layout();
    this.noticeDays();
    this.grid.setRows(lines);
    this.showTabs();
    this.showPills();
    this.showFooter();
  }

  /** Orders of several days get their date; those of one do not need it. */
  private noticeDays(): void {
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { time } of this.options.model.orders.values()) {
      if (time < first) first = time;
      if (time > last) last = time;
    }
    const withDay = Number.isFinite(first) && wallClock(first).slice(0, 10) !== wallClock(last).slice(0, 10);
    if (withDay === this.withDay) return;
    this.withDay = withDay;
    this.grid.setColumns(this.columns().filter(({ further }) => !further));
  }

  private select(line: Line): void {
    if (line.kind === 'group') return;
    this.selected = line.order;
    this.options.onInstrument(line.order.instrument);
    if (!this.narrow && this.status?.kind !== 'run') this.detailsOpen = true;
    this.showDetails();
    this.showFooter();
  }

  private showDetails(): void {
    const { selected } = this;
    this.side.hidden = !this.detailsOpen || !selected;
    if (this.side.hidden || !selected) return;
    const { commands, host, model } = this.options;
    this.side.replaceChildren(
      detailsOf(selected, {
        model,
        openSource: host.openSource,
        ask: (order) => host.ask(t('Explain what happened to order {0} ({1}).', order.id, order.status)),
        copy: (order) => host.copy(JSON.stringify(order.raw, null, 2)),
        close: () => {
          this.detailsOpen = false;
          this.showDetails();
        },
        uncertain: () => this.uncertain(),
        ...(commands
          ? {
              commands: {
                modify: (order: Order) => void this.modify(order),
                cancel: (order: Order) => void commands.cancel([order]),
                unavailable: () => this.whyNot(),
              },
            }
          : {}),
      }),
    );
  }

  private async modify(order: Order): Promise<void> {
    const { commands } = this.options;
    if (!commands || !this.canAct()) return;
    const changes = await editModification(order);
    if (changes) await commands.modify(order, changes);
    this.grid.root.focus();
  }

  private onKey(event: KeyboardEvent, line: Line | undefined): boolean {
    const order = line && line.kind !== 'group' ? line.order : undefined;
    const { commands, host } = this.options;
    if (event.key === 'c' && (event.ctrlKey || event.metaKey) && line) {
      host.copy(toTsv(this.grid.shownColumns(), [line]));
      return true;
    }
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      this.all = true;
      announce(t('All shown orders are chosen.'));
      return true;
    }
    if (event.key === 'Delete' && commands && this.canAct()) {
      const shown = this.all
        ? this.options.model.layout().flatMap((one) => (one.kind === 'order' ? [one.order] : []))
        : order
          ? [order]
          : [];
      this.all = false;
      void commands.cancel(shown).then(() => this.grid.root.focus());
      return true;
    }
    if (event.key === 'F2' && order) {
      void this.modify(order);
      return true;
    }
    if (event.key === 'F12' && order?.source) {
      host.openSource(order.source);
      return true;
    }
    return false;
  }
  private all = false;

  private onPageKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && event.shiftKey) {
      void this.options.commands?.halt();
      event.preventDefault();
    } else if (event.key === 'Escape' && this.detailsOpen) {
      this.detailsOpen = false;
      this.showDetails();
      this.grid.root.focus();
    } else if (/^[1-4]$/.test(event.key) && event.target === this.grid.root) {
      this.tabs.choose(['orders', 'fills', 'positions', 'account'][Number(event.key) - 1] ?? 'orders', true);
    }
  }

  private menu(line: Line, at: { x: number; y: number }): void {
    if (line.kind === 'group') return;
    const { commands, host } = this.options;
    orderMenu(at, line.order, {
      host,
      commands: this.canAct() ? commands : undefined,
      modify: (order) => void this.modify(order),
      filter: (text) => this.setFilterText(text),
    });
  }

  private columnMenu(event: Event): void {
    if (!(event.currentTarget instanceof HTMLElement)) return;
    const shown = new Set(this.grid.shownColumns().map(({ id }) => id));
    const all = this.columns();
    openMenu(
      event.currentTarget,
      t('Columns'),
      all.map(({ id, title }) => ({
        text: title,
        checked: shown.has(id),
        act: () => {
          if (!shown.delete(id)) shown.add(id);
          this.grid.setColumns(all.filter((column) => shown.has(column.id)));
        },
      })),
    );
  }

  private setFilter(text: string): void {
    this.options.model.setFilter(text);
    this.layout(true);
  }

  private setFilterText(text: string): void {
    this.filter.value = text;
    this.setFilter(text);
  }

  private saveCsv(): void {
    const { model, host } = this.options;
    const columns = this.columns();
    const lines = model.layout().filter(({ kind }) => kind === 'order');
    host.save(`${this.status?.name ?? 'orders'}-orders.csv`, toCsv(columns, lines));
  }

  private noteUpdate(rows: number): void {
    this.lastUpdate = Date.now();
    this.updates.push(...Array.from({ length: Math.min(rows, 2000) }, () => this.lastUpdate));
    const from = this.lastUpdate - 1000;
    if (this.updates.length > 20_000) this.updates = this.updates.filter((time) => time > from);
  }

  private showFooter(): void {
    const { model } = this.options;
    const now = Date.now();
    this.updates = this.updates.filter((time) => time > now - 1000);
    const age = now - this.lastUpdate;
    const finished = this.status && !this.status.active;
    const stale = !finished && this.lastUpdate > 0 && age > staleAfter && model.counts().working > 0;
    const right = finished
      ? t('finished')
      : stale
        ? t('no update for {0} s', Math.round(age / 1000))
        : t('{0} updates/s', this.updates.length);
    const last =
      this.lastUpdate === 0 || finished ? '' : t('updated {0} {1}', clockMillis(this.lastUpdate), zoneName);
    this.root.classList.toggle('stale', stale);
    const keys = this.options.commands
      ? t('↑↓ row · → expand · Enter details · F2 modify · Delete cancel · Shift+Esc halt · / filter')
      : t('↑↓ row · → expand · Enter details · F12 source · / filter');
    this.footer.replaceChildren(
      element('span', {}, summary(model)),
      element('span', {}, this.selected ? plural(1, 'selected', 'selected') : ''),
      element('span', { class: 'clip keys' }, t('Times in {0} · {1}', zoneName, keys)),
      element('span', { class: 'grow' }),
      element('span', { class: this.lost ? 'loss' : undefined }, this.lost ? t('not live') : right),
      element('span', {}, last),
    );
  }
}
