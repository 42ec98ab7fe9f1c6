import { nameOf } from '../protocol/identity.ts';
import {
  CancelAllOrdersParams,
  CancelAllOrdersResult,
  CancelOrderParams,
  ListOrdersParams,
  ListOrdersResult,
  ModifyOrderParams,
  OrderAnswer,
  SubmitOrderListParams,
  SubmitOrderListResult,
  SubmitOrderParams,
} from '../protocol/trading.ts';
import { given, onRealMoney, orderConfirmation } from './confirmation.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

export const orderTools = [
  defineTool({
    name: 'submit_order',
    title: 'Submit an order',
    description:
      'Submit an order to buy or sell to a NautilusTrader trading node: market, limit, stop, if-touched, trailing stop; GTC, IOC, FOK, GTD, DAY; post-only, reduce-only, iceberg, emulated, TWAP. Answers with how far the order has come (wait_for) and why, if it was denied or rejected. The same client_order_id with the same arguments never makes a second order.',
    toolset: 'trading',
    policy: 'trade',
    input: SubmitOrderParams.omit({ by: true }).extend({ node: nodeArgument }),
    output: OrderAnswer,
    confirmation: ({ node: name, ...order }, context) =>
      onRealMoney(name, context, (node) => orderConfirmation(order, node, context)),
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('submit_order', { ...params, by: nameOf(context.session.identity) }),
  }),
  defineTool({
    name: 'submit_order_list',
    title: 'Submit an order list',
    description:
      'Submit several orders that depend on one another to a NautilusTrader trading node, all or none: OTO (one triggers others), OCO (one cancels others), OUO (one updates others), or a bracket of entry, take profit and stop loss.',
    toolset: 'trading',
    policy: 'trade',
    input: SubmitOrderListParams.omit({ by: true }).extend({ node: nodeArgument }),
    output: SubmitOrderListResult,
    confirmation: ({ node: name, orders, contingency }, context) =>
      onRealMoney(name, context, async (node) => {
        const each = await Promise.all(orders.map((order) => orderConfirmation(order, node, context)));
        return {
          action: `${orders.length} orders${contingency ? ` (${contingency})` : ''}: ${each.map(({ action }) => action).join('; ')}`,
          facts: each.flatMap(({ facts }, i) =>
            facts.map(({ name: fact, value }) => ({ name: `${i + 1}. ${fact}`, value })),
          ),
        };
      }),
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('submit_order_list', { ...params, by: nameOf(context.session.identity) }),
  }),
  defineTool({
    name: 'modify_order',
    title: 'Modify an order',
    description:
      'Modify an order: change quantity, price or trigger price of an open order in a NautilusTrader trading node, and wait for the venue’s answer.',
    toolset: 'trading',
    policy: 'trade',
    input: ModifyOrderParams.omit({ by: true }).extend({ node: nodeArgument }),
    output: OrderAnswer,
    confirmation: ({ node: name, client_order_id, quantity, price, trigger_price }, context) =>
      onRealMoney(name, context, () => ({
        action: `Change order ${client_order_id}`,
        facts: [
          ...given('New size', quantity),
          ...given('New price', price),
          ...given('New trigger price', trigger_price),
        ],
      })),
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('modify_order', { ...params, by: nameOf(context.session.identity) }),
  }),
  defineTool({
    name: 'cancel_order',
    title: 'Cancel an order',
    description:
      'Cancel an open order in a NautilusTrader trading node; one that is done already is answered as it is.',
    toolset: 'trading',
    policy: 'trade',
    input: CancelOrderParams.omit({ by: true }).extend({ node: nodeArgument }),
    output: OrderAnswer,
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('cancel_order', { ...params, by: nameOf(context.session.identity) }),
  }),
  defineTool({
    name: 'cancel_all_orders',
    title: 'Cancel all orders',
    description:
      'Cancel every open order of a NautilusTrader trading node, or those of an instrument, a side or a strategy. Says which are still open, if any.',
    toolset: 'trading',
    policy: 'trade',
    input: CancelAllOrdersParams.omit({ by: true }).extend({ node: nodeArgument }),
    output: CancelAllOrdersResult,
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('cancel_all_orders', { ...params, by: nameOf(context.session.identity) }),
  }),
  defineTool({
    name: 'list_orders',
    pages: ['orders'],
    title: 'Orders',
    description:
      'Orders of a NautilusTrader trading node, newest first: working, inflight, done or failed (denied, rejected); by instrument, strategy or client order id.',
    toolset: 'trading',
    policy: 'read',
    page: 'blotter',
    input: ListOrdersParams.extend({ node: nodeArgument }),
    output: ListOrdersResult,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('list_orders', params),
  }),
];
