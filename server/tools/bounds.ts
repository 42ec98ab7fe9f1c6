import * as z from 'zod';

/** The longest answer of a tool, as JSON, unless the caller says how much it wants. What a model reads is dear. */
export const answerBytes = 8000;

/** Arguments by which a caller says how much it wants. */
const amounts = ['limit', 'points', 'history', 'depth', 'equity_points'];
const keptCharacters = 300;
/** An object with more names than this is a table, of which some rows may be left out. */
const namesOfTable = 60;

/** What an answer says of itself when it left something out. */
export const leftOutField = {
  left_out: z
    .record(z.string(), z.int())
    .optional()
    .describe(
      'What was left out to keep the answer short: place of a list or text → how many entries or characters. Narrow the call, ask for a page, or read the resource.',
    ),
};

type Answer = Record<string, unknown>;
/** Something in an answer that can be shortened. */
interface Part {
  place: string;
  bytes: number;
  shorten(excess: number): number;
}

export function saysHowMuch(args: unknown): boolean {
  return typeof args === 'object' && args !== null && amounts.some((name) => Object.hasOwn(args, name));
}

/**
 * The same page of an answer with fewer rows, when it is too long with all of them; `next` goes on after the last.
 *
 * @param lists the lists that are paged, all by the same number of rows.
 * @param after rows before this page.
 */
export function fitPage(answer: Answer, lists: readonly string[], after: number, most = answerBytes): Answer {
  const rows = Math.max(0, ...lists.map((list) => listOf(answer, list).length));
  const cut = (count: number): Answer => ({
    ...answer,
    ...Object.fromEntries(lists.map((list) => [list, listOf(answer, list).slice(0, count)])),
    ...(count < rows ? { next: after + count } : {}),
  });
  let [fits, tooMany] = [1, rows + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (bytesOf(cut(middle)) <= most) fits = middle;
    else tooMany = middle;
  }
  return rows === 0 ? answer : cut(fits);
}

/** The answer with its longest lists, tables and texts shortened until it is short enough, and what was left out. */
export function shortenAnswer(answer: Answer, most = answerBytes): Answer {
  if (bytesOf(answer) <= most) return answer;
  const short = structuredClone(answer);
  const left_out: Record<string, number> = {};
  // The longest first; what is in a list is looked at when the list itself can give no more.
  for (let round = 0; round < 200; round++) {
    const excess = bytesOf({ ...short, left_out }) - most;
    if (excess <= 0) break;
    const [longest] = partsOf(short, '').sort((a, b) => b.bytes - a.bytes);
    if (!longest) break;
    left_out[longest.place] = (left_out[longest.place] ?? 0) + longest.shorten(excess);
  }
  return { ...short, left_out };
}

function partsOf(value: unknown, place: string): Part[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const there = Array.isArray(value) ? `${place}[${name}]` : place === '' ? name : `${place}.${name}`;
    return [...shortenable(value, name, child, there), ...partsOf(child, there)];
  });
}

function shortenable(holder: object, name: string, child: unknown, place: string): Part[] {
  if (typeof child === 'string' && child.length > keptCharacters * 2) {
    const put = (text: string) => Object.assign(holder, { [name]: text });
    return [{ place, bytes: bytesOf(child), shorten: (excess) => shortenText(child, excess, put) }];
  }
  if (Array.isArray(child) && child.length > 1)
    return [{ place, bytes: bytesOf(child), shorten: (excess) => shortenList(child, excess) }];
  if (typeof child === 'object' && child !== null && Object.keys(child).length > namesOfTable)
    return [{ place, bytes: bytesOf(child), shorten: () => shortenTable(child) }];
  return [];
}

function shortenText(text: string, excess: number, put: (text: string) => void): number {
  const kept = Math.max(keptCharacters, Math.min(text.length - excess, Math.floor(text.length * 0.9)));
  // Not through the middle of a character of two units.
  const short = text.slice(0, kept).replace(/[\ud800-\udbff]$/, '');
  put(`${short}…`);
  return text.length - short.length;
}

function shortenList(list: unknown[], excess: number): number {
  let [gone, count] = [0, 0];
  while (list.length > 1 && gone < excess) {
    gone += bytesOf(list.pop()) + 1;
    count++;
  }
  return count;
}

function shortenTable(table: object): number {
  const surplus = Object.keys(table).slice(Math.max(1, Math.floor(Object.keys(table).length / 2)));
  for (const name of surplus) Reflect.deleteProperty(table, name);
  return surplus.length;
}

function listOf(answer: Answer, name: string): unknown[] {
  const list = answer[name];
  return Array.isArray(list) ? list : [];
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
