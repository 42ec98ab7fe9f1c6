import { button } from './controls.ts';
import { type Child, element } from './elements.ts';

export interface Question {
  title: string;
  text: Child[];
  /** What is done: the button says so. */
  act: string;
  /** What the safe answer is called. */
  keep: string;
  danger?: boolean;
  /** The focus starts on the act: for what was just typed and can be changed again. */
  startsOnAct?: boolean;
}

/** Asks before something is done. The focus starts on the safe answer if nothing else is said; Escape gives it. */
export function confirm({ title, text, act, keep, danger, startsOnAct }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (yes: boolean) => {
      box.close();
      box.remove();
      resolve(yes);
    };
    const safe = button(keep, 'secondary', () => done(false));
    const doIt = button(act, danger ? 'danger' : 'primary', () => done(true));
    const box = showDialog(title, text, [doIt, safe], () => done(false));
    (startsOnAct ? doIt : safe).focus();
  });
}

/** A box with what happened and what can be done next. */
export function showDialog(
  title: string,
  text: Child[],
  actions: HTMLElement[],
  onEscape?: () => void,
): HTMLDialogElement {
  const box = element(
    'dialog',
    { 'aria-label': title },
    element('h2', {}, title),
    ...text,
    element('div', { class: 'actions' }, ...actions),
  );
  box.addEventListener('cancel', (event) => {
    event.preventDefault();
    if (onEscape) onEscape();
    else box.remove();
  });
  document.body.append(box);
  box.showModal();
  return box;
}
