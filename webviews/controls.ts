import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { element, fill } from './elements.ts';
import { type IconName, icon } from './icons.ts';

/** The only file that knows which toolkit draws our controls: pages write `<qd-button>` and the like. */
export function registerControls(): void {
  provideVSCodeDesignSystem()
    .withPrefix('qd')
    .register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());
}

/** How heavy a button is; of primary ones a page has one. Danger is outlined, never filled. */
export type Weight = 'primary' | 'secondary' | 'danger';

export interface ButtonOptions {
  icon?: IconName;
  /** What it leads to when that is more than the word: shown on hover. */
  title?: string;
  /** Why it cannot be used now: the button stays and says so. */
  disabledBecause?: string | undefined;
  menu?: boolean;
  class?: string;
}

export function button(
  text: string,
  weight: Weight,
  onClick: (event: Event) => void,
  options: ButtonOptions = {},
): HTMLElement {
  const made = document.createElement('qd-button');
  const { icon: name, title, disabledBecause, menu } = options;
  made.className = ['button', weight, options.class, disabledBecause && 'unavailable']
    .filter(Boolean)
    .join(' ');
  made.addEventListener('click', (event) => {
    if (!disabledBecause) onClick(event);
  });
  const why = disabledBecause ?? title;
  const attributes = {
    appearance: weight === 'primary' ? 'primary' : 'secondary',
    title: why,
    'aria-label': disabledBecause ? `${text}: ${disabledBecause}` : undefined,
    'aria-haspopup': menu ? 'menu' : undefined,
  };
  return fill(made, attributes, [
    name && icon(name),
    element('span', { class: 'label' }, text),
    menu && icon('chevronDown'),
  ]);
}

/** A button that is only an icon; its label is read and shown on hover. */
export function iconButton(
  name: IconName,
  label: string,
  onClick: (event: Event) => void,
): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: 'icon-button', title: label, 'aria-label': label },
    icon(name),
  );
  made.addEventListener('click', onClick);
  return made;
}

/** Words that act like a link. */
export function linkButton(text: string, onClick: () => void, title?: string): HTMLButtonElement {
  const made = element('button', { type: 'button', class: 'link', title }, text);
  made.addEventListener('click', onClick);
  return made;
}

/** A few choices side by side, one of which holds. */
export function segments<T extends string>(
  label: string,
  choices: readonly { value: T; text: string }[],
  chosen: T,
  onChoose: (value: T) => void,
): HTMLElement {
  const group = element('div', { class: 'segments', role: 'group', 'aria-label': label });
  for (const { value, text } of choices) {
    const one = element('button', { type: 'button', 'aria-pressed': String(value === chosen) }, text);
    one.addEventListener('click', () => {
      for (const other of group.children) other.setAttribute('aria-pressed', String(other === one));
      onChoose(value);
    });
    group.append(one);
  }
  return group;
}

export function checkbox(label: string, checked: boolean, onChange: (checked: boolean) => void): HTMLElement {
  const made = document.createElement('qd-checkbox') as HTMLElement & { checked: boolean };
  made.textContent = label;
  made.checked = checked;
  made.addEventListener('change', () => onChange(made.checked));
  return made;
}

export function dropdown(
  label: string,
  choices: readonly { value: string; text: string }[],
  chosen: string,
  onChoose: (value: string) => void,
): HTMLElement {
  const made = document.createElement('qd-dropdown') as HTMLElement & { value: string };
  made.setAttribute('aria-label', label);
  for (const { value, text } of choices) {
    const option = document.createElement('qd-option') as HTMLElement & { value: string };
    option.value = value;
    option.textContent = text;
    if (value === chosen) option.setAttribute('selected', '');
    made.append(option);
  }
  made.addEventListener('change', () => onChoose(made.value));
  return made;
}

export interface TextField extends HTMLElement {
  value: string;
}

export function textField(
  label: string,
  value: string,
  onInput: (value: string) => void,
  options: { placeholder?: string; icon?: IconName } = {},
): TextField {
  const made = document.createElement('qd-text-field') as TextField;
  made.setAttribute('aria-label', label);
  if (options.placeholder) made.setAttribute('placeholder', options.placeholder);
  if (options.icon) {
    const start = element('span', { slot: 'start', class: 'start' }, icon(options.icon));
    made.append(start);
  }
  made.setAttribute('value', value);
  made.addEventListener('input', () => onInput(made.value));
  return made;
}
