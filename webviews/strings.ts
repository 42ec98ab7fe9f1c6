/** English sentence → the same in the reader's language, put into the page by whoever serves it. */
const table: Record<string, string> = readTable();

/** A sentence for people, `{0}`, `{1}` … replaced. The English text is its own key. */
export function t(text: string, ...values: (string | number)[]): string {
  const said = table[text] ?? text;
  return values.length === 0
    ? said
    : said.replace(/\{(\d+)\}/g, (whole, i: string) => String(values[Number(i)] ?? whole));
}

/** One or many of something: `plural(3, 'order', 'orders')` is "3 orders". */
export function plural(count: number, one: string, many: string): string {
  return t(count === 1 ? `{0} ${one}` : `{0} ${many}`, count.toLocaleString('en-US'));
}

function readTable(): Record<string, string> {
  const text = typeof document === 'undefined' ? undefined : document.body?.dataset.strings;
  const parsed: unknown = text ? JSON.parse(text) : {};
  return Object.fromEntries(
    Object.entries(parsed ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}
