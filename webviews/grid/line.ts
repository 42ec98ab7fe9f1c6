import { element, fill } from '../elements.ts';
import type { Column } from './columns.ts';

/** What of a grid's options says how a line looks. */
export interface LineOptions<Row> {
  wide?(row: Row): Node | undefined;
  version?(row: Row): string;
  marksChanges?(): boolean;
}

const markedFor = 300;

/** A line that is in the page: it shows one row after the other, and draws only what differs. */
export class GridLine<Row> {
  readonly root = element('div', { class: 'line', role: 'row' });
  row: Row | undefined;
  wide = false;
  private cells: HTMLElement[] = [];
  private texts: (string | undefined)[] = [];
  private key = '';
  private version: string | undefined;
  private start = -1;
  private size = -1;

  constructor(columns: readonly Column<Row>[]) {
    this.fill(columns);
  }

  place(start: number, size: number): void {
    const { root } = this;
    if (root.hidden) root.hidden = false;
    if (this.start !== start) {
      this.start = start;
      root.style.transform = `translateY(${start}px)`;
    }
    if (this.size !== size) {
      this.size = size;
      root.style.height = `${size}px`;
    }
  }

  draw(row: Row, key: string, columns: readonly Column<Row>[], options: LineOptions<Row>): void {
    const isSame = this.key === key;
    const version = options.version?.(row);
    this.row = row;
    if (version !== undefined && isSame && this.version === version) return;
    this.key = key;
    this.version = version;
    const wide = options.wide?.(row);
    this.wide = wide !== undefined;
    if (wide) this.showWide(wide, columns.length);
    else this.showCells(row, columns, isSame && options.marksChanges?.() === true);
  }

  private showWide(wide: Node, columns: number): void {
    this.root.replaceChildren(
      element('div', { class: 'cell', role: 'gridcell', 'aria-colspan': columns }, wide),
    );
    this.cells = [];
    this.texts = [];
  }

  private showCells(row: Row, columns: readonly Column<Row>[], marks: boolean): void {
    if (this.cells.length === 0) this.fill(columns);
    for (const [i, column] of columns.entries()) {
      const cell = this.cells[i];
      if (!cell) continue;
      const text = column.text(row);
      const isNew = this.texts[i] !== text;
      if (isNew && marks && this.texts[i] !== undefined) mark(cell);
      this.texts[i] = text;
      if (column.show) {
        cell.replaceChildren();
        fill(cell, {}, column.show(row));
      } else if (isNew) {
        const span = cell.firstElementChild;
        if (span) span.textContent = text;
      }
    }
  }

  private fill(columns: readonly Column<Row>[]): void {
    this.cells = columns.map((column) => {
      const cell = element(
        'div',
        { class: cellClass(column), role: 'gridcell' },
        column.show ? '' : element('span'),
      );
      sizeCell(cell, column);
      return cell;
    });
    this.texts = [];
    this.root.replaceChildren(...this.cells);
  }
}

export function cellClass(column: { number?: boolean; rest?: boolean }): string {
  return `cell${column.number ? ' number' : ''}${column.rest ? ' rest' : ''}`;
}

export function sizeCell(cell: HTMLElement, { width, rest }: { width: number; rest?: boolean }): void {
  if (rest) cell.style.minWidth = `${width}px`;
  cell.style.width = `${width}px`;
}

/** A cell that has just changed, for those who look at it. */
function mark(cell: HTMLElement): void {
  cell.classList.add('changed');
  setTimeout(() => cell.classList.remove('changed'), markedFor);
}

export function setAttribute(root: HTMLElement, name: string, value: string): void {
  if (root.getAttribute(name) !== value) root.setAttribute(name, value);
}
