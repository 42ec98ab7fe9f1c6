import { button, iconButton } from '../controls.ts';
import { type Child, element } from '../elements.ts';
import { decimal, missing, words } from '../format.ts';
import { t } from '../strings.ts';
import { zoneName } from '../time.ts';
import { sourceCell, stateCell } from './columns.ts';
import type { Order } from './order.ts';
import type { Orders } from './orders.ts';
import { timeline } from './timeline.ts';

export interface DetailsOptions {
  orders: Orders;
  openSource(place: string): void;
  ask(order: Order): void;
  copy(order: Order): void;
  close(): void;
  /** Absent where orders cannot be changed; a reason where they cannot be changed now. */
  commands?: { modify(order: Order): void; cancel(order: Order): void; unavailable(): string | undefined };
  uncertain(): boolean;
}

/** One order in full: what can be done, what happened to it when, all its fields. */
export function detailsOf(order: Order, options: DetailsOptions): HTMLElement {
  const { side, type, quantity, instrument, filled, average, status } = order;
  const open = order.group === 'working' || order.group === 'inflight';
  const name = `${side === 'BUY' ? t('Buy') : t('Sell')} ${words(type).toLowerCase()} ${decimal(quantity)} ${instrument.split('.')[0]}`;
  const progress =
    Number(filled) > 0
      ? t('{0} of {1} filled at {2}', decimal(filled), decimal(quantity), decimal(average ?? missing))
      : t('nothing filled');
  const { commands } = options;
  const because = commands?.unavailable();
  const remaining = decimal(remainingOf(order));
  return element(
    'aside',
    { class: 'details', 'aria-label': t('Order details'), tabindex: 0 },
    element(
      'div',
      { class: 'section-head' },
      element('h2', { class: 'clip' }, name),
      element('div', { class: 'end' }, iconButton('close', t('Close details'), options.close)),
    ),
    stateCell({ status }, options.uncertain()),
    element(
      'div',
      { class: 'muted' },
      options.uncertain() && open ? t('Last known: {0}', progress) : progress,
    ),
    order.reason && element('p', { class: 'loss reason' }, order.reason),
    element(
      'div',
      { class: 'actions' },
      commands &&
        open &&
        button(t('Modify'), 'primary', () => commands.modify(order), {
          icon: 'edit',
          disabledBecause: because,
        }),
      commands &&
        open &&
        button(t('Cancel {0}', remaining), 'secondary', () => commands.cancel(order), {
          icon: 'close',
          disabledBecause: because,
        }),
      element('span', { class: 'grow' }),
      iconButton('json', t('Copy as JSON'), () => options.copy(order)),
      iconButton('chat', t('Explain in chat'), () => options.ask(order)),
    ),
    element(
      'div',
      { class: 'section-head' },
      element('h2', {}, t('Events')),
      element('span', { class: 'hint' }, t('{0}, time since the one before', zoneName)),
    ),
    timeline(order, options.orders),
    element('div', { class: 'section-head' }, element('h2', {}, t('Order'))),
    fields(order, options),
  );
}

export function remainingOf({ quantity, filled }: Order): string {
  const digits = Math.max(quantity.split('.')[1]?.length ?? 0, filled.split('.')[1]?.length ?? 0);
  return (Number(quantity) - Number(filled)).toFixed(digits);
}

function fields(order: Order, { openSource }: DetailsOptions): HTMLElement {
  const rows: [string, Child][] = [
    [t('Client order id'), mono(order.id)],
    [t('Venue order id'), mono(order.venueId)],
    [t('Position'), mono(order.position)],
    [t('Limit price'), order.price && decimal(order.price)],
    [t('Trigger price'), order.trigger && decimal(order.trigger)],
    [t('Time in force'), order.timeInForce],
    [t('Remaining'), decimal(remainingOf(order))],
    [t('Commission'), order.commission],
    [t('Slippage'), order.slippage],
    [t('Flags, tags'), order.flags.join(', ')],
    [t('Order list'), mono(order.list)],
    [t('Parent'), mono(order.parent)],
    [t('Linked'), mono(order.linked.join(', '))],
    [t('Account'), mono(order.account)],
    [t('Strategy'), order.strategy],
    [t('Source'), sourceCell(order, openSource)],
  ];
  const list = element('dl', { class: 'pairs' });
  for (const [name, value] of rows) if (value) list.append(element('dt', {}, name), element('dd', {}, value));
  return list;
}

function mono(text: string | undefined): HTMLElement | undefined {
  return text ? element('span', { class: 'mono' }, text) : undefined;
}
