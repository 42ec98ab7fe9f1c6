import { element } from './elements.ts';

export interface Tab {
  id: string;
  title: string;
  count?: number | undefined;
}

/** A row of tabs with one tab stop; the arrow keys move along it. */
export class Tabs {
  readonly root: HTMLElement;
  private readonly list: HTMLElement;
  private tabs: readonly Tab[] = [];

  constructor(
    label: string,
    private chosen: string,
    private readonly onChoose: (id: string) => void,
    ...beside: HTMLElement[]
  ) {
    this.list = element('div', { role: 'tablist', 'aria-label': label });
    this.root = element('div', { class: 'tabs' }, this.list, element('span', { class: 'grow' }), ...beside);
    this.list.addEventListener('keydown', (event) => {
      const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (by === 0) return;
      const at = this.tabs.findIndex(({ id }) => id === this.chosen);
      const next = this.tabs[(at + by + this.tabs.length) % this.tabs.length];
      if (next) this.choose(next.id, true);
      event.preventDefault();
    });
  }

  show(tabs: readonly Tab[]): void {
    this.tabs = tabs;
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(
      ...tabs.map(({ id, title, count }) => {
        const selected = id === this.chosen;
        const one = element(
          'button',
          {
            type: 'button',
            role: 'tab',
            id: `tab-${id}`,
            'aria-selected': String(selected),
            'aria-controls': `panel-${id}`,
            tabindex: selected ? 0 : -1,
          },
          title,
          count !== undefined && element('span', { class: 'count' }, count.toLocaleString('en-US')),
        );
        one.addEventListener('click', () => this.choose(id));
        if (selected && focused) queueMicrotask(() => one.focus());
        return one;
      }),
    );
  }

  choose(id: string, focus = false): void {
    this.chosen = id;
    this.show(this.tabs);
    if (focus) this.list.querySelector<HTMLElement>(`#tab-${id}`)?.focus();
    this.onChoose(id);
  }

  get current(): string {
    return this.chosen;
  }
}
