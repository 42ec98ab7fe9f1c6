import type { Child } from '../elements.ts';

/** One column of a grid. What a cell shows, sorts by and puts into a CSV comes from one place. */
export interface Column<Row> {
  id: string;
  title: string;
  /** Pixels; with `rest` the least it takes. */
  width: number;
  rest?: boolean;
  number?: boolean;
  /** What is shown, when it is text; also what is copied. */
  text(row: Row): string;
  /** What rows are ordered by; the text when left out. */
  order?(row: Row): number | string;
  /** Exact text for the CSV; the shown one when left out. */
  csv?(row: Row): string;
  /** What is shown, when it is more than text. */
  show?(row: Row): Child[];
  /** Not among the first shown. */
  further?: boolean;
  hint?: string;
}

export function toCsv<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): string {
  const line = (cells: string[]) => cells.map(quoted).join(',');
  const lines = [line(columns.map(({ title }) => title))];
  for (const row of rows) lines.push(line(columns.map((column) => (column.csv ?? column.text)(row))));
  return `${lines.join('\n')}\n`;
}

export function toTsv<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): string {
  const lines = [columns.map(({ title }) => title).join('\t')];
  for (const row of rows) {
    lines.push(columns.map((column) => column.text(row).replace(/[\t\n]/g, ' ')).join('\t'));
  }
  return lines.join('\n');
}

/** A cell that a spreadsheet would take for a formula is kept text. */
function quoted(text: string): string {
  const safe = /^[=@]|^[+-](?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
