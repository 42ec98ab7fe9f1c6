import { confirm } from '../dialog.ts';
import { element } from '../elements.ts';
import { decimal } from '../format.ts';
import { t } from '../strings.ts';
import type { Modification } from './commands.ts';
import { describe } from './model.ts';
import type { Order } from './order.ts';

/** What of an order can be changed in its row, and the column it stands in. */
export const editable = {
  quantity: { name: 'quantity', label: () => t('Quantity') },
  price: { name: 'price', label: () => t('Limit price') },
  trigger: { name: 'trigger_price', label: () => t('Trigger price') },
} as const;
export type EditableColumn = keyof typeof editable;

export interface EditingOptions {
  /** Real money: the question's focus starts on the safe answer. */
  live(): boolean;
  send(order: Order, changes: Modification): Promise<unknown>;
  /** Draw the row of this order again. */
  redraw(): void;
  /** The focus goes back to the grid. */
  leave(): void;
}

/** Changing an order in its own row: Tab goes on, Enter asks and sends, Escape drops. */
export class Editing {
  private order: Order | undefined;
  private values: Partial<Record<EditableColumn, string>> = {};
  /** What was sent and is not answered yet; the old value stays beside it, struck through. */
  private readonly sent = new Map<string, Modification>();

  constructor(private readonly options: EditingOptions) {}

  get active(): boolean {
    return this.order !== undefined;
  }

  /** Part of a row's version: what is drawn of it changes with this. */
  versionOf({ id }: Order): string {
    return this.order?.id === id ? 'edited' : this.sent.has(id) ? 'sent' : '';
  }

  isEdited({ id }: Order): boolean {
    return this.order?.id === id;
  }

  start(order: Order): void {
    if (order.group !== 'working' && order.group !== 'inflight') return;
    this.order = order;
    this.values = {};
    this.options.redraw();
  }

  stop(): void {
    this.order = undefined;
    this.options.redraw();
    this.options.leave();
  }

  /** What stands in the cell instead of its text; undefined where nothing is changed. */
  cell(order: Order, column: EditableColumn): HTMLElement | undefined {
    const value = order[column];
    if (value === undefined) return undefined;
    if (this.order?.id === order.id) return this.input(column, value);
    const next = this.sent.get(order.id)?.[editable[column].name];
    if (next === undefined) return undefined;
    return element(
      'span',
      { class: 'sent' },
      element('s', { class: 'muted' }, decimal(value)),
      ` ${decimal(next)}`,
    );
  }

  private input(column: EditableColumn, value: string): HTMLInputElement {
    const input = element('input', {
      class: 'cell-input',
      'aria-label': editable[column].label(),
      inputmode: 'decimal',
      value: this.values[column] ?? value,
    });
    input.addEventListener('input', () => {
      this.values[column] = input.value;
      input.removeAttribute('aria-invalid');
    });
    input.addEventListener('focus', () => input.select());
    input.addEventListener('keydown', (event) => this.onKey(event, input, column));
    return input;
  }

  private onKey(event: KeyboardEvent, input: HTMLInputElement, column: EditableColumn): void {
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (event.key === 'Enter') void this.enter(input);
    else if (event.key === 'Escape') this.stop();
    else if (event.key === 'Tab') this.next(input, event.shiftKey ? -1 : 1);
    else if (step !== 0) {
      input.value = stepped(input.value, step);
      this.values[column] = input.value;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private next(input: HTMLInputElement, by: number): void {
    const all = [...(input.closest('.line')?.querySelectorAll<HTMLInputElement>('.cell-input') ?? [])];
    all[(all.indexOf(input) + by + all.length) % all.length]?.focus();
  }

  private async enter(input: HTMLInputElement): Promise<void> {
    const { order } = this;
    if (!order) return;
    const changes: Modification = {};
    const words: string[] = [];
    for (const [column, { name, label }] of Object.entries(editable) as [
      EditableColumn,
      (typeof editable)[EditableColumn],
    ][]) {
      const before = order[column];
      const next = plainNumber(this.values[column] ?? before ?? '');
      if (before === undefined || next === before) continue;
      if (next === undefined) {
        const wrong = input.closest('.line')?.querySelector(`[aria-label="${label()}"]`);
        wrong?.setAttribute('aria-invalid', 'true');
        wrong?.setAttribute('title', t('A number greater than zero.'));
        if (wrong instanceof HTMLInputElement) wrong.focus();
        return;
      }
      if (Number(next) === Number(before)) continue;
      changes[name] = next;
      words.push(`${label()} ${decimal(before)} → ${decimal(next)}`);
    }
    if (words.length === 0) return this.stop();
    const sure = await confirm({
      title: t('Change this order?'),
      text: [
        element('p', { class: 'muted' }, describe(order)),
        ...words.map((text) => element('p', {}, text)),
      ],
      act: t('Send change'),
      keep: t('Leave it'),
      startsOnAct: !this.options.live(),
    });
    if (!sure) {
      input.focus();
      return;
    }
    this.stop();
    this.sent.set(order.id, changes);
    this.options.redraw();
    await this.options.send(order, changes);
    this.sent.delete(order.id);
    this.options.redraw();
  }
}

/** A decimal greater than zero as the tools take it: grouping dropped, the rest as it was typed. */
export function plainNumber(text: string): string | undefined {
  const plain = text.replace(/[\s,_]/g, '');
  return /^\d+(\.\d+)?$/.test(plain) && Number(plain) > 0 ? plain : undefined;
}

/** One more or less in the last place written. */
export function stepped(text: string, by: number): string {
  const plain = plainNumber(text);
  if (plain === undefined) return text;
  const digits = plain.split('.')[1]?.length ?? 0;
  const units = BigInt(plain.replace('.', '')) + BigInt(by);
  if (units <= 0n) return text;
  const all = units.toString().padStart(digits + 1, '0');
  return digits === 0 ? all : `${all.slice(0, -digits)}.${all.slice(-digits)}`;
}
