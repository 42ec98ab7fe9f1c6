import * as z from 'zod/mini';
import { cardIcon } from '../cardIcons.ts';
import { watchTheme } from '../charts/colors.ts';
import { connectToChat } from '../chatHost.ts';
import { type Child, element } from '../elements.ts';
import { decimal, words } from '../format.ts';
import { t } from '../strings.ts';
import { clock, zoneName } from '../time.ts';
import '../chat.css';

/** Orders as list_orders answers; the card shows them and changes none. */
const Answer = z.looseObject({
  orders: z.array(
    z.looseObject({
      client_order_id: z.string(),
      instrument_id: z.string(),
      side: z.string(),
      type: z.string(),
      quantity: z.string(),
      filled_qty: z.optional(z.string()),
      price: z.optional(z.nullable(z.union([z.string(), z.number()]))),
      status: z.string(),
      reason: z.optional(z.nullable(z.string())),
      ts_init: z.string(),
    }),
  ),
  total: z.number(),
});
const Failed = z.looseObject({
  error: z.looseObject({ message: z.string(), next_step: z.optional(z.string()) }),
});

const host = connectToChat('quarterdeck-blotter', '1');
const root = document.querySelector('main') ?? document.body;
watchTheme();
root.replaceChildren(card(element('div', { class: 'row', role: 'status' }, t('Loading…'))));
host.onResult((value) => {
  const answer = Answer.safeParse(value);
  if (answer.success) root.replaceChildren(table(answer.data));
  else {
    const failed = Failed.safeParse(value).data?.error;
    if (failed)
      root.replaceChildren(
        card(
          element(
            'div',
            { class: 'row failure', role: 'alert' },
            cardIcon('error'),
            element('strong', {}, failed.message),
          ),
          failed.next_step && element('div', { class: 'row muted' }, failed.next_step),
        ),
      );
  }
});

function table({ orders, total }: z.infer<typeof Answer>): HTMLElement {
  const heads = [t('Time ({0})', zoneName), t('Order'), t('Filled'), t('State')];
  return card(
    element(
      'div',
      { class: 'row' },
      element('h1', {}, t('Orders')),
      element('span', { class: 'muted grow' }, t('{0} of {1}', orders.length, total)),
    ),
    orders.length === 0
      ? element('div', { class: 'row muted' }, t('No orders.'))
      : element(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('Orders') },
          element(
            'table',
            {},
            element(
              'thead',
              {},
              element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head))),
            ),
            element('tbody', {}, ...orders.map(row)),
          ),
        ),
    element('div', { class: 'row' }, open()),
  );
}

function row({
  ts_init,
  side,
  type,
  quantity,
  instrument_id,
  price,
  filled_qty,
  status,
  reason,
}: z.infer<typeof Answer>['orders'][number]): HTMLElement {
  const limit = price === null || price === undefined ? '' : ` ${decimal(String(price))}`;
  const what = `${side === 'BUY' ? `▲ ${t('Buy')}` : `▽ ${t('Sell')}`} ${decimal(quantity)} ${instrument_id} ${words(type).toLowerCase()}${limit}`;
  return element(
    'tr',
    { title: reason ?? undefined },
    element('td', {}, clock(Date.parse(ts_init))),
    element('td', {}, what),
    element('td', {}, decimal(filled_qty ?? '0')),
    element('td', { class: /DENIED|REJECTED/.test(status) ? 'loss' : undefined }, words(status)),
  );
}

function open(): HTMLElement {
  const button = element('button', { type: 'button', class: 'primary' }, t('Open in editor'));
  button.addEventListener('click', () => host.ask(t('Open the blotter in the editor.')));
  return button;
}

function card(...children: Child[]): HTMLElement {
  return element('div', { class: 'card' }, ...children);
}
