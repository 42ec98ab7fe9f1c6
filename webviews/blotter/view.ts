import { alert, announce } from '../announce.ts';
import { iconButton } from '../controls.ts';
import { element } from '../elements.ts';
import { page } from '../frame.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';
import { Tabs } from '../tabs.ts';
import { showTimesOf } from '../time.ts';
import { type Account, accountBand, toAccount } from './account.ts';
import { Banner } from './banner.ts';
import type { Commands } from './commands.ts';
import { detailsOf } from './details.ts';
import { footerOf } from './footer.ts';
import { FurtherTables } from './furtherTables.ts';
import { headOf, quoteText } from './head.ts';
import type { BlotterModel } from './model.ts';
import { pickNode } from './nodePicker.ts';
import type { Order } from './order.ts';
import type { Row } from './orders.ts';
import { OrdersTab } from './ordersTab.ts';
import { type Position, toPosition } from './positions.ts';
import { Rate } from './rate.ts';
import type { Quote, Status } from './source.ts';
import { positionKey } from './tables.ts';
import type { Worth } from './worth.ts';

export interface BlotterOptions {
  host: Host;
  /** Address of the run or node. */
  uri: string;
  model: BlotterModel;
  /** Absent where nothing can be done: finished runs, pages in chat. */
  commands?: Commands | undefined;
  onInstrument(instrument: string): void;
}

const narrowBelow = 720;
const staleAfter = 15_000;
/** Milliseconds of a frame that may go into taking rows; the rest is for drawing. */
const takingShare = { changes: 5, whole: 14 };
const tabNames = ['orders', 'fills', 'positions', 'account', 'events'] as const;

/** Orders, fills, positions, account and events of one source. The page does not scroll, the grid does. */
export class BlotterView {
  readonly root = element('div', { class: 'blotter' });
  private readonly head = element('header', { class: 'header' });
  private readonly banner = new Banner();
  private readonly band = element('div', {});
  private readonly tabs: Tabs;
  private readonly panel = element('div', { class: 'panel', role: 'tabpanel' });
  private readonly side = element('div', { class: 'side', hidden: '' });
  private readonly footer = element('footer', { class: 'footer' });
  private readonly orders: OrdersTab;
  private readonly rate = new Rate();
  private readonly tables: FurtherTables;
  private readonly positions = new Map<string, Position>();
  private readonly accounts = new Map<string, Account>();
  private worth: ReadonlyMap<string, Worth> = new Map();
  private status: Status | undefined;
  private quote: Quote | undefined;
  private selected: Order | undefined;
  private shownDetails = '';
  private drawing = 0;
  private detailsOpen = false;
  private isLoading = true;
  private readonly narrow = document.documentElement.clientWidth < narrowBelow;
  private readonly clockTimer: ReturnType<typeof setInterval>;

  constructor(private readonly options: BlotterOptions) {
    const { model, host } = options;
    this.tabs = new Tabs(t('Tables'), 'orders', () => this.openTab());
    this.orders = new OrdersTab({
      host,
      model,
      rate: this.rate,
      narrow: this.narrow,
      commands: () => (this.whyNot() === undefined ? options.commands : undefined),
      live: () => this.status?.kind === 'live',
      uncertain: () => this.banner.uncertain,
      active: () => this.status?.active === true,
      onSelect: (order) => this.select(order),
      onOpen: (order) => this.openDetails(order),
      onLayout: () => {
        this.showTabs();
        this.showFooter();
      },
      onFilter: () => this.tables.redraw(),
    });
    this.tables = new FurtherTables({
      ...{ host, model, positions: this.positions, accounts: this.accounts },
      commands: () => (this.whyNot() === undefined ? options.commands : undefined),
      filter: () => this.orders.filterValue(),
      onSelect: (order) => this.select(order),
      onOpen: (order) => this.openDetails(order),
    });
    this.orders.toolbar.append(
      iconButton('csv', t('Save as CSV'), () => this.saveCsv()),
      iconButton('details', t('Details'), () => this.toggleDetails()),
    );
    this.root.append(
      this.head,
      this.banner.root,
      this.band,
      this.tabs.root,
      this.orders.toolbar,
      element('div', { class: 'middle' }, this.panel, this.side),
      this.footer,
    );
    this.showTabs();
    this.openTab();
    this.clockTimer = setInterval(() => this.tick(), 1000);
    addEventListener('keydown', (event) => this.onPageKey(event));
  }

  get filter(): HTMLElement {
    return this.orders.filter;
  }

  regions(): HTMLElement[] {
    return [this.head, this.tabs.root, this.panel, this.side];
  }

  takeStatus(status: Status): void {
    const before = this.status;
    this.status = status;
    this.rate.note(0);
    if (before?.state !== status.state) announce(t('{0} is {1}', status.name, status.state));
    const down = status.venues.filter(({ connected }) => !connected).map(({ name }) => name);
    const isLost = status.active && down.length > 0;
    const isOtherZone = showTimesOf(status.venues.map(({ name }) => name));
    const isOther = this.banner.setLost(isLost ? down.join(', ') : undefined) || isOtherZone;
    this.showHead();
    this.showBand();
    if (isOther || before?.active !== status.active) this.orders.refresh();
    this.shownDetails = '';
    this.schedule();
  }

  /** Takes as many as a frame has time for, then lets it be drawn. */
  async takeOrders(rows: Row[]): Promise<void> {
    const { orders } = this.options.model;
    // Full pages are what there was before the page, until the first that is not.
    this.isLoading &&= rows.length >= page;
    const share = this.isLoading ? takingShare.whole : takingShare.changes;
    let refused: Order | undefined;
    for (let at = 0; at < rows.length; ) {
      const from = at;
      const until = performance.now() + share;
      for (; at < rows.length && performance.now() < until; at++) {
        const row = rows[at];
        if (!row) continue;
        const order = orders.take(row);
        if (order.group === 'failed' && order.reason) refused ??= order;
        if (orders.size === 1) this.options.onInstrument(order.instrument);
      }
      this.rate.note(at - from);
      this.schedule();
      if (at < rows.length) await nextFrame();
    }
    if (refused && this.status?.active && rows.length < 20) alert(`${refused.status}: ${refused.reason}`);
  }

  takeFills(rows: Row[]): void {
    for (const row of rows) this.options.model.orders.takeFill(row);
    this.rate.note(rows.length);
    this.shownDetails = '';
    this.schedule();
  }

  takePositions(rows: Row[]): void {
    for (const row of rows) {
      const position = toPosition(row);
      this.positions.set(positionKey(position), position);
    }
    this.rate.note(0);
    this.showTabs();
    this.schedule();
  }

  takeAccounts(rows: Row[]): void {
    for (const row of rows) {
      const account = toAccount(row);
      this.accounts.set(account.id, account);
    }
    this.rate.note(0);
    this.showBand();
  }

  takeWorth(worth: ReadonlyMap<string, Worth>): void {
    this.worth = worth;
    this.showBand();
  }

  takeQuote(quote: Quote): void {
    this.quote = quote;
    this.rate.note(0);
    const shown = this.head.querySelector('.quote');
    if (shown) shown.textContent = quoteText(quote);
  }

  /** Nothing can be read: shown until it can. */
  takeTrouble(message: string | undefined): void {
    const before = this.banner.uncertain;
    this.banner.setTrouble(message);
    if (before !== this.banner.uncertain) this.schedule();
  }

  refuse(message: string, next: string): void {
    this.banner.refuse(message, next);
  }

  openPositions(): Position[] {
    return [...this.positions.values()].filter(({ side }) => side !== 'FLAT');
  }

  isActive(): boolean {
    return this.status?.active === true;
  }

  destroy(): void {
    clearInterval(this.clockTimer);
  }

  private tick(): void {
    this.banner.tick();
    this.showFooter();
  }

  private showHead(): void {
    const { status } = this;
    if (!status) return;
    const { commands, host, uri } = this.options;
    document.body.classList.toggle('live', status.kind === 'live');
    this.head.replaceChildren(
      ...headOf(status, {
        quote: this.quote,
        commands,
        because: this.whyNot(),
        narrow: this.narrow,
        pick: (at) => void pickNode(at, host, uri, (message, next) => this.refuse(message, next)),
      }),
    );
  }

  private whyNot(): string | undefined {
    if (!this.options.commands) return t('nothing can be done here');
    if (this.status && !this.status.active) return t('the node is not running');
    return this.banner.lost === undefined ? undefined : t('not connected to {0}', this.banner.lost);
  }

  private showBand(): void {
    this.band.replaceChildren(accountBand(this.accounts.values(), this.worth, this.banner.uncertain));
  }

  private showTabs(): void {
    const { orders } = this.options.model;
    this.tabs.show([
      { id: 'orders', title: t('Orders'), count: orders.size },
      { id: 'fills', title: t('Fills'), count: orders.everyFill.length },
      { id: 'positions', title: t('Positions'), count: this.positions.size },
      { id: 'account', title: t('Account') },
      { id: 'events', title: t('Events') },
    ]);
  }

  private openTab(): void {
    const id = this.tabs.current;
    this.panel.id = `panel-${id}`;
    this.panel.setAttribute('aria-labelledby', `tab-${id}`);
    this.root.dataset.tab = id;
    if (id === 'orders') this.tables.close();
    this.panel.replaceChildren(id === 'orders' ? this.orders.grid.root : this.tables.open(id));
    this.tables.redraw();
  }

  private schedule(): void {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.orders.layout(false);
      this.tables.schedule();
      this.showDetails();
    });
  }

  private select(order: Order): void {
    this.selected = order;
    this.options.onInstrument(order.instrument);
    if (!this.narrow && this.status?.kind !== 'run') this.detailsOpen = true;
    this.showDetails();
    this.showFooter();
  }

  private openDetails(order: Order): void {
    this.selected = order;
    this.detailsOpen = true;
    this.showDetails();
  }

  private toggleDetails(): void {
    this.detailsOpen = !this.detailsOpen;
    this.showDetails();
  }

  /** Drawn again only when something in it changed, so that the focus stays in it. */
  private showDetails(): void {
    const { selected } = this;
    this.side.hidden = !this.detailsOpen || !selected;
    if (this.side.hidden || !selected) return;
    const now = `${selected.id} ${selected.version} ${this.banner.uncertain} ${this.whyNot()}`;
    if (now === this.shownDetails) return;
    this.shownDetails = now;
    const { commands, host, model } = this.options;
    this.side.replaceChildren(
      detailsOf(selected, {
        orders: model.orders,
        openSource: host.openSource,
        ask: (order) => host.ask(t('Explain what happened to order {0} ({1}).', order.id, order.status)),
        copy: (order) => host.copy(JSON.stringify(order.raw, null, 2)),
        close: () => this.closeDetails(),
        uncertain: () => this.banner.uncertain,
        ...(commands
          ? {
              commands: {
                modify: (order: Order) => void this.orders.modify(order),
                cancel: (order: Order) => void commands.cancel([order]),
                unavailable: () => this.whyNot(),
              },
            }
          : {}),
      }),
    );
  }

  private closeDetails(): void {
    this.detailsOpen = false;
    this.showDetails();
    this.focusGrid();
  }

  private focusGrid(): void {
    (this.tables.grid ?? this.orders.grid.root).focus();
  }

  private onPageKey(event: KeyboardEvent): void {
    const inGrid = event.target === this.orders.grid.root || event.target === this.tables.grid;
    if (event.key === 'Escape' && event.shiftKey) {
      void this.options.commands?.halt();
      event.preventDefault();
    } else if (event.key === 'Escape' && this.detailsOpen) this.closeDetails();
    else if (/^[1-5]$/.test(event.key) && inGrid) {
      this.tabs.choose(tabNames[Number(event.key) - 1] ?? 'orders', true);
    }
  }

  private saveCsv(): void {
    const name = this.status?.name ?? 'orders';
    const part = this.tabs.current === 'account' ? 'orders' : this.tabs.current;
    this.options.host.save(`${name}-${part}.csv`, this.tables.csv(part) ?? this.orders.csv());
  }

  private showFooter(): void {
    const { model, commands } = this.options;
    const finished = this.status !== undefined && !this.status.active;
    const age = Date.now() - this.rate.last;
    const stale = !finished && this.rate.last > 0 && age > staleAfter;
    this.root.classList.toggle('stale', stale);
    this.footer.replaceChildren(
      ...footerOf({
        ...{ model, rate: this.rate, finished, stale },
        lost: this.banner.lost !== undefined,
        selected: this.selected !== undefined,
        canAct: commands !== undefined,
      }),
    );
  }
}

/** The next frame; a page that is not seen has none and goes on by the clock. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
