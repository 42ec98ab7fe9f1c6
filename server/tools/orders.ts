import { ListOrdersParams, ListOrdersResult, OrderAnswer, SubmitOrderParams } from '../protocol/trading.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

export const orderTools = [
  defineTool({
    name: 'submit_order',
    title: 'Submit an order',
    description:
      'Submit an order to a NautilusTrader trading node: market, limit, stop, if-touched, trailing stop; GTC, IOC, FOK, GTD, DAY; post-only, reduce-only, iceberg, emulated, TWAP. Answers with how far the order has come (wait_for) and why, if it was denied or rejected. The same client_order_id with the same arguments never makes a second order.',
    toolset: 'trading',
    policy: 'trade',
    input: SubmitOrderParams.extend({ node: nodeArgument }),
    output: OrderAnswer,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('submit_order', params),
  }),
  defineTool({
    name: 'list_orders',
    title: 'Orders',
    description:
      'Orders of a NautilusTrader trading node, newest first: working, inflight, done or failed; by instrument, strategy or client order id.',
    toolset: 'trading',
    policy: 'read',
    input: ListOrdersParams.extend({ node: nodeArgument }),
    output: ListOrdersResult,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('list_orders', params),
  }),
];
