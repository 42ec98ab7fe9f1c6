import { element } from '../elements.ts';
import { toCsv } from '../grid/columns.ts';
import { parseFilter } from '../grid/filter.ts';
import type { Grid } from '../grid/grid.ts';
import type { Host } from '../host.ts';
import { type Account, accountTable } from './account.ts';
import type { Commands } from './commands.ts';
import { eventColumns, everyHappening, type Happening } from './events.ts';
import type { BlotterModel } from './model.ts';
import type { Order } from './order.ts';
import { fillColumns, type Position, positionColumns } from './positions.ts';
import { eventGrid, fillGrid, positionGrid } from './tables.ts';

export interface FurtherTablesOptions {
  host: Host;
  model: BlotterModel;
  positions: ReadonlyMap<string, Position>;
  accounts: ReadonlyMap<string, Account>;
  commands(): Commands | undefined;
  filter(): string;
  onSelect(order: Order): void;
  onOpen(order: Order): void;
}

const many = 5000;

/** Fills, positions, account and events: the tables beside the orders, one at a time. */
export class FurtherTables {
  /** What of the one that is open takes the focus. */
  grid: HTMLElement | undefined;
  private draw: () => void = () => {};
  private last = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: FurtherTablesOptions) {}

  /** Makes one; it has its rows once it is in the page and was drawn. */
  open(id: string): HTMLElement {
    this.close();
    if (id === 'account') return this.openAccount();
    const { host, model, commands, onSelect, onOpen } = this.options;
    if (id === 'fills') return this.openGrid(fillGrid(), () => [...model.orders.everyFill].reverse());
    if (id === 'positions') return this.openGrid(positionGrid(host, commands), () => this.shownPositions());
    return this.openGrid(eventGrid(onSelect, onOpen), () => this.happenings());
  }

  close(): void {
    this.grid = undefined;
    this.draw = () => {};
  }

  redraw(): void {
    this.draw();
  }

  /** They are made as a whole, so not more than once in a second when they are long. */
  schedule(): void {
    const rest = this.options.model.orders.size > many ? 1000 : 200;
    const wait = this.last + rest - performance.now();
    if (wait > 0) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.schedule();
      }, wait);
      return;
    }
    this.last = performance.now();
    this.draw();
  }

  /** What one shows, as a table; undefined for what is none of these. */
  csv(part: string): string | undefined {
    if (part === 'fills') return toCsv(fillColumns(), this.options.model.orders.everyFill);
    if (part === 'positions') return toCsv(positionColumns(), this.shownPositions());
    return part === 'events' ? toCsv(eventColumns(), this.happenings()) : undefined;
  }

  private openGrid<Row>(grid: Grid<Row>, rows: () => readonly Row[]): HTMLElement {
    this.grid = grid.root;
    this.draw = () => grid.setRows(rows());
    return grid.root;
  }

  private openAccount(): HTMLElement {
    const box = element('div', {});
    box.style.display = 'contents';
    this.draw = () => box.replaceChildren(accountTable(this.options.accounts.values()));
    return box;
  }

  private shownPositions(): Position[] {
    return [...this.options.positions.values()].sort(
      (a, b) => Number(a.side === 'FLAT') - Number(b.side === 'FLAT') || b.opened - a.opened,
    );
  }

  private happenings(): Happening[] {
    return everyHappening(this.options.model.orders, parseFilter(this.options.filter()));
  }
}
