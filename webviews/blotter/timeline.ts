import { element } from '../elements.ts';
import { icon } from '../icons.ts';
import { clockMillis, since } from '../time.ts';
import { happeningNote, happeningsOf, happeningTitle, lookOfHappening } from './events.ts';
import type { Order } from './order.ts';
import type { Orders } from './orders.ts';

/** What happened to an order, one below the other, with the time between. */
export function timeline(order: Order, orders: Orders): HTMLElement {
  const list = element('ol', { class: 'timeline' });
  for (const one of happeningsOf(order, orders)) {
    const look = lookOfHappening(one);
    const note = happeningNote(one);
    list.append(
      element(
        'li',
        { class: look.group },
        icon(look.icon),
        element('span', {}, happeningTitle(one), note && element('span', { class: 'hint block' }, note)),
        element(
          'span',
          { class: 'when' },
          clockMillis(one.time),
          one.after !== undefined && element('span', { class: 'hint block' }, since(one.after)),
        ),
      ),
    );
  }
  return list;
}
