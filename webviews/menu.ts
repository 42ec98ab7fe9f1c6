import { element } from './elements.ts';
import { type IconName, icon } from './icons.ts';

export type MenuItem = { text: string; icon?: IconName; checked?: boolean; act(): void } | 'line';

/** A menu below an element or at a point; Escape and a click elsewhere close it, the focus goes back. */
export function openMenu(at: HTMLElement | { x: number; y: number }, label: string, items: MenuItem[]): void {
  const menu = element('div', { class: 'menu', role: 'menu', 'aria-label': label });
  const before = document.activeElement;
  const close = () => {
    menu.remove();
    removeEventListener('pointerdown', outside, true);
    if (before instanceof HTMLElement) before.focus();
  };
  const outside = (event: Event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) close();
  };
  for (const item of items) {
    if (item === 'line') {
      menu.append(element('hr'));
      continue;
    }
    const { text, checked, act } = item;
    const role = checked === undefined ? 'menuitem' : 'menuitemcheckbox';
    const mark = checked === undefined ? item.icon && icon(item.icon) : checked && icon('check');
    const one = element(
      'button',
      {
        type: 'button',
        role,
        tabindex: -1,
        'aria-checked': checked === undefined ? undefined : String(checked),
      },
      mark ||
        (items.some((other) => other !== 'line' && (other.icon || other.checked)) &&
          element('span', { class: 'icon' })),
      text,
    );
    one.addEventListener('click', () => {
      close();
      act();
    });
    menu.append(one);
  }
  menu.addEventListener('keydown', (event) => onKey(event, menu, close));
  document.body.append(menu);
  place(menu, at);
  addEventListener('pointerdown', outside, true);
  menu.querySelector('button')?.focus();
}

function place(menu: HTMLElement, at: HTMLElement | { x: number; y: number }): void {
  const { x, y } = at instanceof HTMLElement ? below(at) : at;
  const { offsetWidth, offsetHeight } = menu;
  const left = Math.max(4, Math.min(x, document.documentElement.clientWidth - offsetWidth - 4));
  const top = Math.max(4, Math.min(y, window.innerHeight - offsetHeight - 4));
  menu.style.left = `${left + window.scrollX}px`;
  menu.style.top = `${top + window.scrollY}px`;
}

function below(at: HTMLElement): { x: number; y: number } {
  const { left, bottom } = at.getBoundingClientRect();
  return { x: left, y: bottom + 2 };
}

function onKey(event: KeyboardEvent, menu: HTMLElement, close: () => void): void {
  const items = [...menu.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  const next = to[event.key];
  if (next !== undefined) items[(next + items.length) % items.length]?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
