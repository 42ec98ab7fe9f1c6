export type Child = Node | string | undefined | null | false | '';
type Attributes = Record<string, string | number | undefined>;

/** Makes an element; what is undefined or false is left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** A short table of labels and values. */
export function table(
  label: string,
  heads: string[],
  rows: Child[][],
  numeric: (column: number) => boolean = (column) => column > 0,
): HTMLTableElement {
  const cell = (tag: 'th' | 'td', child: Child, column: number) =>
    element(
      tag,
      { class: numeric(column) ? 'number' : undefined, scope: tag === 'th' ? 'col' : undefined },
      child,
    );
  return element(
    'table',
    { 'aria-label': label },
    element('thead', {}, element('tr', {}, ...heads.map((head, i) => cell('th', head, i)))),
    element(
      'tbody',
      {},
      ...rows.map((row) => element('tr', {}, ...row.map((child, i) => cell('td', child, i)))),
    ),
  );
}

export function fill<T extends Element>(made: T, attributes: Attributes, children: Child[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, String(value));
  }
  for (const child of children) if (child) made.append(child);
  return made;
}
