import { checkbox, dropdown, iconButton, linkButton, textField } from '../controls.ts';
import { element } from '../elements.ts';
import { plural, t } from '../strings.ts';
import { type Field, parseValue, writeValue } from './schema.ts';

export type Config = Record<string, unknown>;

/** What fields may be picked from. */
export interface Offers {
  instruments: string[];
  bars: string[];
}

/** A strategy's parameters: name, control, default. What differs from its default is marked at its left. */
export class ConfigForm {
  readonly root = element('div', { class: 'form' });
  private config: Config;
  private readonly wrong = new Map<string, string>();
  private unfolded = false;

  constructor(
    private readonly fields: Field[],
    config: Config,
    private readonly offers: Offers,
    private readonly onChange: () => void,
  ) {
    this.config = { ...config };
    this.draw();
  }

  /** Only what differs from the defaults, as `run_backtest` takes it. */
  value(): Config {
    return Object.fromEntries(
      this.fields.flatMap(({ name, default: usual }) => {
        const value = this.config[name];
        return value === undefined || same(value, usual) ? [] : [[name, value]];
      }),
    );
  }

  /** What keeps the form from being run. */
  problems(): string[] {
    const missing = this.fields
      .filter(
        ({ name, required }) => required && (this.config[name] === undefined || this.config[name] === ''),
      )
      .map(({ name }) => t('{0} is needed', name));
    return [...missing, ...[...this.wrong].map(([name, what]) => `${name} ${what}`)];
  }

  set(config: Config): void {
    this.config = { ...config };
    this.wrong.clear();
    this.draw();
    this.onChange();
  }

  private draw(): void {
    const shown = this.fields.filter((field) => field.own || this.unfolded || this.isChanged(field));
    const hidden = this.fields.filter((field) => !shown.includes(field));
    this.root.replaceChildren(...shown.map((field) => this.row(field)));
    if (hidden.length === 0) return;
    const more = linkButton(
      t('{0}, all at their default', plural(hidden.length, 'more parameter', 'more parameters')),
      () => {
        this.unfolded = true;
        this.draw();
      },
    );
    this.root.append(element('div', { class: 'more' }, more));
  }

  private row(field: Field): HTMLElement {
    const { name } = field;
    const error = element(
      'span',
      { class: 'loss small', id: `error-${name}`, role: 'status' },
      this.wrong.get(name) ?? '',
    );
    const row = element('div', { class: 'form-row', 'data-field': name });
    const change = (read: () => unknown) => {
      try {
        this.config[name] = read();
        this.wrong.delete(name);
        error.textContent = '';
      } catch (problem) {
        this.wrong.set(name, problem instanceof Error ? problem.message : String(problem));
        error.textContent = this.wrong.get(name) ?? '';
      }
      row.classList.toggle('changed', this.isChanged(field));
      row.querySelector('.reset')?.classList.toggle('hidden', !this.isChanged(field));
      this.onChange();
    };
    const reset = iconButton('undo', t('Back to the default of {0}', name), () => {
      delete this.config[name];
      this.wrong.delete(name);
      this.draw();
      this.onChange();
    });
    reset.classList.add('reset');
    reset.classList.toggle('hidden', !this.isChanged(field));
    row.classList.toggle('changed', this.isChanged(field));
    row.append(
      element('span', { class: 'mono name' }, name),
      element('span', { class: 'control' }, this.control(field, change), error),
      element('span', { class: 'muted usual' }, usualOf(field), reset),
    );
    return row;
  }

  private control(field: Field, change: (read: () => unknown) => void): HTMLElement {
    const { name, kind, choices, nullable } = field;
    const value = this.config[name] ?? field.default;
    if (kind === 'boolean') {
      const box = checkbox('', value === true, (checked) => change(() => checked));
      box.setAttribute('aria-label', name);
      return box;
    }
    const offered =
      kind === 'choice'
        ? choices
        : kind === 'instrument'
          ? this.offers.instruments
          : kind === 'bars'
            ? this.offers.bars
            : [];
    const text = writeValue(value);
    if (offered.length > 0 && (kind !== 'bars' || offered.includes(text))) {
      const options = [
        ...new Set([
          ...(nullable || text === '' ? [''] : []),
          ...(text && !offered.includes(text) ? [text] : []),
          ...offered,
        ]),
      ];
      return dropdown(
        name,
        options.map((one) => ({ value: one, text: one === '' ? t('not set') : one })),
        text,
        (chosen) => change(() => (chosen === '' ? null : chosen)),
      );
    }
    const input = textField(name, text, (typed) => change(() => parseValue(field, typed)));
    input.setAttribute('aria-describedby', `error-${name}`);
    input.className = kind === 'integer' || kind === 'number' || kind === 'decimal' ? 'short' : 'long';
    return input;
  }

  private isChanged({ name, default: usual, required }: Field): boolean {
    const value = this.config[name];
    return !required && value !== undefined && !same(value, usual);
  }
}

function usualOf({ required, default: usual, kind }: Field): string {
  if (required) return t('required');
  if (kind === 'boolean') return t('default {0}', usual === true ? t('on') : t('off'));
  return t('default {0}', usual === null || usual === undefined ? t('not set') : writeValue(usual));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other ?? null) || writeValue(one) === writeValue(other);
}
