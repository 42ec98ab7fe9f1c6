import { element } from '../elements.ts';
import { decimal, words } from '../format.ts';
import type { Column } from '../grid/columns.ts';
import type { Filterable } from '../grid/filter.ts';
import { icon } from '../icons.ts';
import { t } from '../strings.ts';
import { clockMillis, isoTime, since, wallClock, zoneName } from '../time.ts';
import { filterable } from './model.ts';
import type { Fill, Order } from './order.ts';
import type { Orders } from './orders.ts';
import { lookOf, type StateLook } from './states.ts';

/** One thing that happened to an order. */
export interface Happening {
  key: string;
  order: Order;
  /** `Filled`, `PendingCancel`: the engine's name without "Order". */
  name: string;
  time: number;
  /** Milliseconds since the one before of the same order. */
  after: number | undefined;
  fill: Fill | undefined;
  note: string;
}

/** What happened to one order, oldest first, each fill with its size and price. */
export function happeningsOf(order: Order, orders: Orders): Happening[] {
  const fills = orders.fillsOf(order.id);
  const events =
    order.events.length > 0
      ? order.events
      : [{ name: words(order.status).replaceAll(' ', ''), time: order.updated }];
  // Of many events only the last are told: fills are matched from the end.
  const filled = events.filter(({ name }) => name === 'Filled').length;
  let at = Math.max(0, fills.length - filled);
  return events.map(({ name, time, note }, i) => {
    const fill = name === 'Filled' ? fills[at] : undefined;
    if (fill) at += 1;
    const before = events[i - 1]?.time;
    return {
      ...{ key: `${order.id} ${i}`, order, name, time, fill },
      after: before === undefined ? undefined : time - before,
      note: note ?? noteOf(name, order),
    };
  });
}

/** What happened to all orders, newest first. */
export function everyHappening(orders: Orders, passes: (row: Filterable) => boolean): Happening[] {
  const all: Happening[] = [];
  for (const order of orders.all()) {
    const of = filterable(order);
    for (const one of happeningsOf(order, orders)) {
      const row = { fields: { ...of.fields, event: one.name }, text: `${of.text} ${one.name} ${one.note}` };
      if (passes(row)) all.push(one);
    }
  }
  return all.sort((a, b) => b.time - a.time || (a.key < b.key ? 1 : -1));
}

export function happeningTitle({ name, fill }: Happening): string {
  return fill ? t('Filled {0} at {1}', decimal(fill.quantity), decimal(fill.price)) : spaced(name);
}

export function happeningNote({ fill, note }: Happening): string {
  if (!fill) return note;
  const commission = fill.commission && t('commission {0}', fill.commission);
  return [fill.liquidity.toLowerCase(), commission].filter(Boolean).join(' · ');
}

/** The look of the state that an event leads to. */
export function lookOfHappening({ name, order }: Happening): StateLook {
  const { status, filled, quantity } = order;
  if (name === 'Updated') return lookOf('ACCEPTED');
  if (name === 'Filled') {
    const isPart = Number(filled) < Number(quantity) && status === 'PARTIALLY_FILLED';
    return lookOf(isPart ? 'PARTIALLY_FILLED' : 'FILLED');
  }
  return lookOf(name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase());
}

export function eventColumns(): Column<Happening>[] {
  const text = (
    id: string,
    title: string,
    width: number,
    read: (one: Happening) => string,
  ): Column<Happening> => ({ id, title, width, text: read });
  return [
    {
      ...text(
        'time',
        t('Time ({0})', zoneName),
        156,
        ({ time }) => `${wallClock(time).slice(5, 10)} ${clockMillis(time)}`,
      ),
      csv: ({ time }) => isoTime(time),
    },
    {
      ...text('after', t('Since the one before'), 130, ({ after }) =>
        after === undefined ? '' : since(after),
      ),
      number: true,
    },
    {
      ...text('event', t('Event'), 220, happeningTitle),
      show: (one) => {
        const look = lookOfHappening(one);
        return [
          element(
            'span',
            { class: `state ${look.quiet ? 'quiet' : look.group}` },
            icon(look.icon),
            element('span', {}, happeningTitle(one)),
          ),
        ];
      },
    },
    text('instrument', t('Instrument'), 110, ({ order }) => order.instrument),
    text('order', t('Order'), 220, ({ order }) =>
      [
        order.side === 'BUY' ? `▲ ${t('Buy')}` : `▽ ${t('Sell')}`,
        decimal(order.quantity),
        words(order.type).toLowerCase(),
      ].join(' '),
    ),
    text('strategy', t('Strategy'), 130, ({ order }) => order.strategy),
    text('id', t('Client order id'), 230, ({ order }) => order.id),
    { ...text('note', t('Note'), 200, happeningNote), rest: true },
  ];
}

function noteOf(name: string, order: Order): string {
  if (name === 'Initialized') return order.source ? t('by {0}', order.source) : order.strategy;
  if (name === 'Accepted' && order.venueId) return t('venue id {0}', order.venueId);
  if (/Denied|Rejected/.test(name)) return order.reason ?? '';
  return '';
}

function spaced(name: string): string {
  const text = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
