import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ReadFrameResult } from '../protocol/engine.ts';
import { unifiedDiff } from './lineDiff.ts';

const longestValue = 200;

/** A JSON path and what each value has there; undefined where one has nothing. */
export interface Difference {
  path: string;
  values: (string | null)[];
}

/** The JSON paths at which values differ, in the order they are written. Values as JSON, long ones cut. */
export function differingPaths(values: unknown[]): Difference[] {
  const found: Difference[] = [];
  const visit = (at: string, here: unknown[]) => {
    if (here.every((value) => JSON.stringify(value) === JSON.stringify(here[0]))) return;
    if (!here.every(isContainer) || new Set(here.map(Array.isArray)).size > 1) {
      found.push({ path: at, values: here.map(shortJson) });
      return;
    }
    const keys = new Set(here.flatMap((value) => Object.keys(value as object)));
    for (const key of keys) {
      const next = Array.isArray(here[0]) ? `${at}[${key}]` : at ? `${at}.${key}` : key;
      visit(
        next,
        here.map((value) => (value as Record<string, unknown>)[key]),
      );
    }
  };
  visit('', values);
  return found;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function shortJson(value: unknown): string | null {
  const text = JSON.stringify(value);
  if (text === undefined) return null;
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

export interface SourceDifference {
  file: string;
  change: 'added' | 'removed' | 'changed';
  diff?: string;
}

/** What differs between the sources two runs kept; the diffs together no longer than `most` characters. */
export async function sourceDifferences(
  before: string,
  after: string,
  most: number,
): Promise<SourceDifference[]> {
  const [old, now] = [await sources(before), await sources(after)];
  const found: SourceDifference[] = [];
  let left = most;
  for (const file of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [was, is] = [old.get(file), now.get(file)];
    if (was === is) continue;
    if (was === undefined || is === undefined) {
      found.push({ file, change: was === undefined ? 'added' : 'removed' });
      continue;
    }
    const diff = left > 0 ? unifiedDiff(was, is, file) : '';
    const cut = diff.length > left ? `${diff.slice(0, left)}\n(cut)\n` : diff;
    left -= cut.length;
    found.push({ file, change: 'changed', ...(cut ? { diff: cut } : {}) });
  }
  return found;
}

async function sources(directory: string): Promise<Map<string, string>> {
  const folder = path.join(directory, 'source');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return new Map(
    files.map((file, index) => [path.relative(folder, file).split(path.sep).join('/'), texts[index] ?? '']),
  );
}

type Row = Record<string, unknown>;
type Page = (after: number, limit: number) => Promise<ReadFrameResult>;

export interface Divergence {
  /** Rows that are alike before it. */
  index: number;
  first: Row | null;
  other: Row | null;
}

/** Rows compared at most; two runs alike that far are told as alike that far. */
const compared = 100_000;
const pageSize = 2000;

/** The first row in which two tables differ in `columns`; `other` or `first` null where one has ended. */
export async function firstDivergence(
  first: Page,
  other: Page,
  columns: readonly string[],
): Promise<Divergence | undefined> {
  for (let after = 0; after < compared; after += pageSize) {
    const [left, right] = await Promise.all([first(after, pageSize), other(after, pageSize)]);
    const length = Math.max(left.rows.length, right.rows.length);
    for (let i = 0; i < length; i++) {
      const [a, b] = [pick(left.rows[i], columns), pick(right.rows[i], columns)];
      if (JSON.stringify(a) !== JSON.stringify(b)) return { index: after + i, first: a, other: b };
    }
    if (length < pageSize) return undefined;
  }
  return undefined;
}

function pick(row: Row | undefined, columns: readonly string[]): Row | null {
  return row ? Object.fromEntries(columns.map((column) => [column, row[column] ?? null])) : null;
}
