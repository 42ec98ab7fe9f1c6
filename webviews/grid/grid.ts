import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { element } from '../elements.ts';
import { icon } from '../icons.ts';
import type { Column } from './columns.ts';
import { cellClass, GridLine, setAttribute, sizeCell } from './line.ts';
import './grid.css';

export interface GridOptions<Row> {
  label: string;
  columns: Column<Row>[];
  /** Identity of a row over changes of the list. */
  key(row: Row): string;
  height?(row: Row): number;
  /** Depth in the tree, 1 for the outermost; a plain table when left out. */
  level?(row: Row): number;
  /** Whether a row is open; undefined when it has nothing below it. */
  expanded?(row: Row): boolean | undefined;
  onExpand?(row: Row, open: boolean): void;
  /** A row that is one wide cell instead of columns. */
  wide?(row: Row): Node | undefined;
  class?(row: Row): string;
  onSelect?(row: Row): void;
  /** Enter or a double click. */
  onActivate?(row: Row): void;
  onHover?(row: Row | undefined): void;
  onMenu?(row: Row, at: { x: number; y: number }): void;
  onSort?(column: Column<Row>, ascending: boolean): void;
  onKey?(event: KeyboardEvent, row: Row | undefined): boolean;
  empty?(): Node | string;
  /** What of a row is shown, in short: while it is the same the row is not drawn again. */
  version?(row: Row): string;
  /** Whether a cell whose text changes is marked for a moment. */
  marksChanges?(): boolean;
}

/**
 * Rows of which only those in sight exist. One tab stop; the arrow keys move a row. Rows are told apart by key, so the
 * selection stays with its row when the list changes.
 */
export class Grid<Row> {
  readonly root: HTMLElement;
  private readonly head = element('div', { class: 'head', role: 'row' });
  private readonly body = element('div', { class: 'body', role: 'rowgroup' });
  private readonly pool: GridLine<Row>[] = [];
  private readonly virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  private rows: readonly Row[] = [];
  private columns: Column<Row>[];
  private current = -1;
  private selected: string | undefined;
  private linked: string | undefined;
  private frame = 0;
  private readonly id: string;
  private sort: { id: string; ascending: boolean } | undefined;

  constructor(private readonly options: GridOptions<Row>) {
    this.columns = options.columns.filter(({ further }) => !further);
    this.id = options.label.replace(/\W/g, '');
    const role = options.level ? 'treegrid' : 'grid';
    this.root = element('div', { class: 'grid', role, 'aria-label': options.label, tabindex: 0 });
    const headGroup = element('div', { role: 'rowgroup', class: 'head-group' }, this.head);
    headGroup.style.display = 'contents';
    this.root.append(headGroup, this.body);
    this.virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
      count: 0,
      getScrollElement: () => this.root,
      estimateSize: (index) => this.heightAt(index),
      overscan: 4,
      // The sticky head covers as much of the end as the rows begin below the top.
      scrollPaddingEnd: 26,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.schedule(),
    });
    this.virtualizer._didMount();
    this.virtualizer._willUpdate();
    this.drawHead();
    this.listen();
  }

  /** Shows other rows, or the same ones changed. */
  setRows(rows: readonly Row[]): void {
    const sameCount = rows.length === this.rows.length;
    this.rows = rows;
    if (this.selected !== undefined) this.current = this.indexOf(this.selected);
    if (!sameCount || this.options.height) {
      this.virtualizer.setOptions({ ...this.virtualizer.options, count: rows.length });
      if (this.options.height) this.virtualizer.measure();
      this.virtualizer._willUpdate();
    }
    this.schedule();
  }

  setColumns(columns: Column<Row>[]): void {
    this.columns = columns;
    this.drawHead();
    for (const line of this.pool) line.root.remove();
    this.pool.length = 0;
    this.schedule();
  }

  /** Rows may be of other heights than before, though they are the same. */
  remeasure(): void {
    this.virtualizer.measure();
    this.schedule();
  }

  shownColumns(): readonly Column<Row>[] {
    return this.columns;
  }

  sortedBy(sort: { id: string; ascending: boolean } | undefined): void {
    this.sort = sort;
    this.drawHead();
  }

  /** Marks a row as selected and brings it into sight; tells nobody. */
  select(key: string | undefined, { reveal = true } = {}): void {
    this.selected = key;
    this.current = key === undefined ? -1 : this.indexOf(key);
    if (this.current >= 0 && reveal) this.virtualizer.scrollToIndex(this.current, { align: 'auto' });
    this.schedule();
  }

  /** Outlines the row something else points at. */
  link(key: string | undefined): void {
    this.linked = key;
    this.schedule();
  }

  selectedRow(): Row | undefined {
    return this.current >= 0 ? this.rows[this.current] : undefined;
  }

  visibleRange(): { first: number; last: number } {
    const top = Math.floor(this.root.scrollTop / 24);
    const fit = Math.floor((this.root.clientHeight - 24) / 24);
    return { first: Math.min(top, this.rows.length - 1), last: Math.min(this.rows.length, top + fit) - 1 };
  }

  /** Draws the rows in sight again at the next frame. */
  schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const items = this.virtualizer.getVirtualItems();
    // Said together with the rows it counts: until they are drawn those before them stand there.
    setAttribute(this.root, 'aria-rowcount', String(this.rows.length + 1));
    this.body.style.height = `${this.virtualizer.getTotalSize()}px`;
    if (this.rows.length === 0) {
      this.drawEmpty();
      return;
    }
    this.body.querySelector('.nothing')?.remove();
    let used = 0;
    for (const { index, start, size } of items) {
      const row = this.rows[index];
      if (row === undefined) continue;
      const line = this.pool[used] ?? this.newLine();
      used += 1;
      this.drawLine(line, row, index, start, size);
    }
    for (let i = used; i < this.pool.length; i++) {
      const line = this.pool[i];
      if (!line || line.root.hidden) continue;
      line.root.hidden = true;
      line.row = undefined;
    }
  }

  private drawLine(line: GridLine<Row>, row: Row, index: number, start: number, size: number): void {
    const { root } = line;
    const { options } = this;
    const key = options.key(row);
    line.place(start, size);
    line.draw(row, key, this.columns, options);
    const name = [
      'line',
      options.class?.(row),
      line.wide && 'wide',
      index === this.current && 'current',
      key === this.linked && 'linked',
    ];
    const className = name.filter(Boolean).join(' ');
    if (root.className !== className) root.className = className;
    setAttribute(root, 'aria-rowindex', String(index + 2));
    setAttribute(root, 'aria-selected', String(key === this.selected));
    if (options.level) setAttribute(root, 'aria-level', String(options.level(row)));
    const open = options.expanded?.(row);
    if (open === undefined) root.removeAttribute('aria-expanded');
    else setAttribute(root, 'aria-expanded', String(open));
    const id = `${this.id}-${index}`;
    if (root.id !== id) root.id = id;
    if (index === this.current) setAttribute(this.root, 'aria-activedescendant', root.id);
  }

  private newLine(): GridLine<Row> {
    const line = new GridLine<Row>(this.columns);
    this.pool.push(line);
    this.body.append(line.root);
    return line;
  }

  private drawHead(): void {
    const cells = this.columns.map((column, i) => {
      const { id, title, hint } = column;
      const sorted = this.sort?.id === id ? (this.sort.ascending ? 'ascending' : 'descending') : undefined;
      const label = `${title}${sorted ? (sorted === 'ascending' ? ' ↑' : ' ↓') : ''}`;
      const inner =
        this.options.onSort && title
          ? element('button', { type: 'button', tabindex: -1, title: hint }, label)
          : element('span', { title: hint }, label);
      const cell = element(
        'div',
        { class: cellClass(column), role: 'columnheader', 'aria-colindex': i + 1, 'aria-sort': sorted },
        inner,
      );
      sizeCell(cell, column);
      inner.addEventListener('click', () => this.sortBy(column));
      return cell;
    });
    this.head.replaceChildren(...cells);
    this.head.setAttribute('aria-rowindex', '1');
    this.root.setAttribute('aria-colcount', String(this.columns.length));
  }

  private sortBy(column: Column<Row>): void {
    if (!this.options.onSort) return;
    const ascending = this.sort?.id === column.id ? !this.sort.ascending : !column.number;
    this.sortedBy({ id: column.id, ascending });
    this.options.onSort(column, ascending);
  }

  private drawEmpty(): void {
    for (const line of this.pool) {
      line.root.hidden = true;
      line.row = undefined;
    }
    if (this.body.querySelector('.nothing')) return;
    const what = this.options.empty?.() ?? '';
    const cell = element('div', { class: 'nothing', role: 'gridcell' }, what);
    const row = element('div', { role: 'row', class: 'nothing' }, cell);
    row.style.padding = '0';
    this.body.append(row);
    this.body.style.height = '48px';
  }

  private listen(): void {
    const rowOf = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest('.line') : null;
      return target ? this.pool.find(({ root }) => root === target)?.row : undefined;
    };
    this.body.addEventListener('click', (event) => {
      const row = rowOf(event);
      if (row === undefined || isControl(event)) return;
      const { expanded, onExpand } = this.options;
      const open = expanded?.(row);
      const onTwist = event.target instanceof Element && event.target.closest('.twist, .group');
      if (open !== undefined && onTwist) return onExpand?.(row, !open);
      this.choose(this.rows.indexOf(row));
    });
    this.body.addEventListener('dblclick', (event) => {
      const row = rowOf(event);
      if (row !== undefined && !isControl(event)) this.options.onActivate?.(row);
    });
    this.body.addEventListener('contextmenu', (event) => {
      const row = rowOf(event);
      if (row === undefined || !this.options.onMenu) return;
      event.preventDefault();
      this.choose(this.rows.indexOf(row));
      this.options.onMenu(row, { x: event.clientX, y: event.clientY });
    });
    this.body.addEventListener('mouseover', (event) => this.options.onHover?.(rowOf(event)));
    this.body.addEventListener('mouseleave', () => this.options.onHover?.(undefined));
    this.root.addEventListener('keydown', (event) => this.onKeyDown(event));
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.target !== this.root) return;
    const row = this.selectedRow();
    if (this.options.onKey?.(event, row)) {
      event.preventDefault();
      return;
    }
    const page = Math.max(1, Math.floor(this.root.clientHeight / 24) - 2);
    const last = this.rows.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current - 1,
      PageDown: this.current + page,
      PageUp: this.current - page,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to !== undefined && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.choose(Math.min(last, Math.max(0, to)));
      return;
    }
    if (row === undefined) return;
    const open = this.options.expanded?.(row);
    if (event.key === 'ArrowRight' && open === false) this.options.onExpand?.(row, true);
    else if (event.key === 'ArrowLeft' && open === true) this.options.onExpand?.(row, false);
    else if (event.key === 'Enter') this.options.onActivate?.(row);
    else if (event.key === 'F10' && event.shiftKey) this.menuAt(row);
    else return;
    event.preventDefault();
  }

  private menuAt(row: Row): void {
    const line = this.pool.find((one) => one.row === row)?.root ?? this.root;
    const { left, bottom } = line.getBoundingClientRect();
    this.options.onMenu?.(row, { x: left + 24, y: bottom });
  }

  private choose(index: number): void {
    const row = this.rows[index];
    if (row === undefined) return;
    this.select(this.options.key(row));
    this.options.onSelect?.(row);
  }

  private indexOf(key: string): number {
    const { rows } = this;
    if (rows[this.current] !== undefined && this.options.key(rows[this.current] as Row) === key)
      return this.current;
    return rows.findIndex((row) => this.options.key(row) === key);
  }

  private heightAt(index: number): number {
    const row = this.rows[index];
    return row === undefined ? 24 : (this.options.height?.(row) ?? 24);
  }
}

/** The arrow before a row that has others below it. */
export function twist(open: boolean | undefined, indent = 0): HTMLElement {
  const made = element(
    'span',
    { class: 'twist' },
    open === undefined ? '' : icon(open ? 'chevronDown' : 'chevronRight'),
  );
  if (indent) made.style.marginLeft = `${indent}px`;
  return made;
}

function isControl(event: Event): boolean {
  return event.target instanceof Element && event.target.closest('button, input, a, qd-button') !== null;
}
