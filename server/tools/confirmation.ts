import type { Confirmation } from '../approvals/question.ts';
import type { CallContext } from '../context.ts';
import type { TradingNode } from '../nodes/tradingNode.ts';
import type { OrderSpec } from '../protocol/trading.ts';
import { decimalProduct } from './decimals.ts';

type Facts = Confirmation['facts'];

/** What a person must confirm where the node trades real money; nothing where it does not. */
export async function onRealMoney(
  name: string | undefined,
  context: CallContext,
  confirmation: (node: TradingNode) => Confirmation | Promise<Confirmation>,
): Promise<Confirmation | undefined> {
  const node = context.nodes.find(name);
  if (node.record.kind !== 'live') return undefined;
  const { action, facts } = await confirmation(node);
  return { action, facts: [{ name: 'Node', value: `${node.name} (${node.record.profile})` }, ...facts] };
}

/** An order as a person should see it before it is sent: what, where, how large, and what there is already. */
export async function orderConfirmation(
  order: OrderSpec,
  node: TradingNode,
  { signal }: CallContext,
): Promise<Confirmation> {
  const { instrument_id, side, type, quantity, price, trigger_price, quote_quantity } = order;
  const [quote, position] = await Promise.all([
    known(async () => (await node.call('get_market_data', { instrument_id }, { signal })).quote),
    known(async () => {
      const params = { instrument_id, status: 'open' } as const;
      return (await node.call('list_positions', params, { signal })).positions;
    }),
  ]);
  const market = quote?.[side === 'BUY' ? 'ask_price' : 'bid_price'];
  const reference = price ?? trigger_price ?? market;
  return {
    action: `${side} ${quantity} ${instrument_id} ${type}${price === undefined ? '' : ` at ${price}`}`,
    facts: [
      { name: 'Venue', value: instrument_id.split('.').at(-1) ?? '—' },
      { name: 'Side', value: side },
      { name: 'Size', value: `${quantity}${quote_quantity ? ' of the quote currency' : ''}` },
      ...given('Price', price),
      ...given('Trigger price', trigger_price),
      ...given('Trailing offset', order.trailing_offset),
      {
        name: 'Market',
        value: quote ? `${quote.bid_price} / ${quote.ask_price}` : '— (the node has no quote)',
      },
      { name: 'Size × price', value: notional(quantity, reference, quote_quantity) },
      { name: 'Open now', value: position ? openPositions(position) : '— (the node did not say)' },
      ...given('Reduce only', order.reduce_only ? 'yes' : undefined),
      ...given('In force', order.time_in_force),
    ],
  };
}

export function given(name: string, value: string | undefined): Facts {
  return value === undefined ? [] : [{ name, value }];
}

/** Without the multiplier and currency of the instrument, which the engine applies when it checks the limits. */
function notional(quantity: string, price: string | undefined, inQuote: boolean | undefined): string {
  if (inQuote) return quantity;
  return price === undefined ? '— (there is no price)' : decimalProduct(quantity, price);
}

function openPositions(rows: Record<string, unknown>[]): string {
  const shown = rows.map(({ side, quantity }) => `${String(side)} ${String(quantity)}`);
  return shown.slice(0, 5).join(', ') || 'none';
}

/** A person decides with what is known: what cannot be had is shown as missing. */
async function known<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return ask().catch(() => undefined);
}
