import { button, textField } from '../controls.ts';
import { showDialog } from '../dialog.ts';
import { element } from '../elements.ts';
import { t } from '../strings.ts';
import type { Modification } from './commands.ts';
import { describe } from './model.ts';
import type { Order } from './order.ts';

/** Asks for new quantity, limit and trigger; gives only what was changed. Enter sends, Escape drops. */
export function editModification(order: Order): Promise<Modification | undefined> {
  return new Promise((resolve) => {
    const changes: Modification = {};
    const field = (name: keyof Modification, label: string, value: string | undefined) => {
      if (value === undefined) return undefined;
      const input = textField(label, value, (text) => {
        if (text.trim() === value || text.trim() === '') delete changes[name];
        else changes[name] = text.trim();
      });
      return element('div', { class: 'field' }, element('span', { class: 'muted' }, label), input);
    };
    const done = (result: Modification | undefined) => {
      box.close();
      box.remove();
      resolve(result);
    };
    const send = () => done(Object.keys(changes).length > 0 ? changes : undefined);
    const inputs = [
      field('quantity', t('Quantity'), order.quantity),
      field('price', t('Limit price'), order.price),
      field('trigger_price', t('Trigger price'), order.trigger),
    ];
    const box = showDialog(
      t('Modify order'),
      [element('p', { class: 'muted' }, describe(order)), ...inputs],
      [button(t('Send change'), 'primary', send), button(t('Leave it'), 'secondary', () => done(undefined))],
      () => done(undefined),
    );
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') send();
    });
    box.querySelector<HTMLElement>('qd-text-field')?.focus();
  });
}
