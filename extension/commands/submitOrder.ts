import { l10n, window } from 'vscode';
import { NodeDescription } from '../../server/protocol/node.ts';
import {
  GetMarketDataResult,
  OrderAnswer,
  type OrderSpec,
  orderSides,
  orderTypes,
} from '../../server/protocol/trading.ts';
import type { App } from '../app.ts';
import { kindWords } from '../views/node.ts';
import { pickNode } from './nodes.ts';

/** The prices an order of each type needs; the types with more settings are for the blotter and tools. */
const needs: Partial<Record<OrderSpec['type'], readonly ('price' | 'trigger_price')[]>> = {
  MARKET: [],
  LIMIT: ['price'],
  STOP_MARKET: ['trigger_price'],
  STOP_LIMIT: ['trigger_price', 'price'],
  MARKET_IF_TOUCHED: ['trigger_price'],
  LIMIT_IF_TOUCHED: ['trigger_price', 'price'],
};

/** A walkthrough takes the focus when it marks a step as done, and half an order would be lost with it. */
const stays = { ignoreFocusOut: true };

/** Asks for an order step by step, shows it whole, and sends it. Escape at any step sends nothing. */
export async function submitOrder(app: App, target: unknown): Promise<void> {
  const node = await pickNode(app, target, l10n.t('Submit Order'));
  const order = node && (await askOrder(app, node));
  if (!node || !order) return;
  const { kind } = await app.client.call('get_trading_node', { node }, NodeDescription);
  const prices = [
    order.price && l10n.t('limit {0}', order.price),
    order.trigger_price && l10n.t('trigger {0}', order.trigger_price),
  ];
  const detail = [l10n.t('Node {0} ({1})', node, kindWords[kind]), ...prices].filter(Boolean).join('\n');
  const what = `${order.side} ${order.quantity} ${order.instrument_id}, ${order.type}`;
  const send = l10n.t('Send');
  if ((await window.showWarningMessage(`${what}?`, { modal: true, detail }, send)) !== send) return;
  const answer = await app.client.call('submit_order', { node, ...order }, OrderAnswer);
  const { client_order_id: id, status, filled_qty, avg_px } = answer;
  const said =
    filled_qty === '0'
      ? l10n.t('Order {0}: {1}.', id, status)
      : l10n.t('Order {0}: {1}, filled {2} at {3}.', id, status, filled_qty, avg_px ?? '–');
  const text = `${said} ${answer.reason ?? ''}`.trim();
  if (answer.reason) void window.showWarningMessage(text);
  else void window.showInformationMessage(text);
}

async function askOrder(app: App, node: string): Promise<OrderSpec | undefined> {
  const { instruments } = await app.client.call('get_trading_node', { node }, NodeDescription);
  const instrument_id = await window.showQuickPick(instruments, {
    title: l10n.t('Submit Order'),
    placeHolder: l10n.t('Instrument'),
    ...stays,
  });
  if (!instrument_id) return undefined;
  const title = `${instrument_id}  ${await marketOf(app, node, instrument_id)}`;
  const side = await choose(orderSides, title, l10n.t('Side'));
  const type =
    side &&
    (await choose(
      orderTypes.filter((name) => name in needs),
      title,
      l10n.t('Type'),
    ));
  const quantity = type && (await askDecimal(title, l10n.t('Quantity')));
  if (!side || !type || !quantity) return undefined;
  const prices: { price?: string; trigger_price?: string } = {};
  for (const field of needs[type] ?? []) {
    const what = field === 'price' ? l10n.t('Limit price') : l10n.t('Trigger price');
    const value = await askDecimal(title, what);
    if (value === undefined) return undefined;
    prices[field] = value;
  }
  return { instrument_id, side, type, quantity, ...prices };
}

/** The quote of the moment, for the title; a dash while there is none. */
async function marketOf({ client }: App, node: string, instrument_id: string): Promise<string> {
  const { quote } = await client.call('get_market_data', { node, instrument_id }, GetMarketDataResult);
  return quote ? `${quote.bid_price} / ${quote.ask_price}` : '–';
}

async function choose<T extends string>(
  values: readonly T[],
  title: string,
  placeHolder: string,
): Promise<T | undefined> {
  const picked = await window.showQuickPick([...values], { title, placeHolder, ...stays });
  return values.find((value) => value === picked);
}

function askDecimal(title: string, prompt: string): Thenable<string | undefined> {
  return window.showInputBox({
    title,
    prompt,
    ...stays,
    validateInput: (text) =>
      /^\d+(\.\d+)?$/.test(text) ? undefined : l10n.t('A number with a decimal point.'),
  });
}
