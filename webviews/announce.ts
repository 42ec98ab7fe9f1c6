import { element } from './elements.ts';

const least = 2000;
let polite: HTMLElement | undefined;
let urgent: HTMLElement | undefined;
let last = 0;
let waiting: string | undefined;

/** Tells screen readers what changed, at most once in two seconds: only the latest word counts. */
export function announce(text: string): void {
  waiting = text;
  const wait = Math.max(0, last + least - Date.now());
  setTimeout(() => {
    if (waiting === undefined) return;
    polite ??= region('polite');
    polite.textContent = waiting;
    waiting = undefined;
    last = Date.now();
  }, wait);
}

/** What cannot wait: a lost connection, a refused order, a halt. */
export function alert(text: string): void {
  urgent ??= region('assertive');
  urgent.textContent = text;
}

function region(kind: 'polite' | 'assertive'): HTMLElement {
  const made = element('div', {
    class: 'sr-only',
    'aria-live': kind,
    role: kind === 'polite' ? 'status' : 'alert',
  });
  document.body.append(made);
  return made;
}
