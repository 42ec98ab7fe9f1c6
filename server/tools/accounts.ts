import { nameOf } from '../protocol/identity.ts';
import {
  ClosePositionParams,
  ClosePositionResult,
  GetAccountParams,
  GetAccountResult,
  ListPositionsParams,
  ListPositionsResult,
} from '../protocol/trading.ts';
import { given, onRealMoney } from './confirmation.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

export const accountTools = [
  defineTool({
    name: 'close_position',
    title: 'Close a position',
    description:
      'Close a position of a NautilusTrader trading node, or all in an instrument, or a part of one, with reduce-only market orders in the name of whoever holds it.',
    toolset: 'trading',
    policy: 'trade',
    input: ClosePositionParams.omit({ by: true }).extend({ node: nodeArgument }),
    output: ClosePositionResult,
    confirmation: ({ node: name, ...which }, context) =>
      onRealMoney(name, context, () => ({
        action: `Close ${which.position_id ?? which.instrument_id ?? 'positions'} at the market`,
        facts: [
          ...given('Position', which.position_id),
          ...given('Instrument', which.instrument_id),
          ...given('Size', which.quantity ?? 'all of it'),
          ...given('Held by', which.strategy_id),
        ],
      })),
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('close_position', { ...params, by: nameOf(context.session.identity) }),
  }),
  defineTool({
    name: 'list_positions',
    pages: ['positions'],
    title: 'Positions',
    description:
      'Positions of a NautilusTrader trading node, newest first, open and closed: side, quantity, average prices, realized and unrealized PnL.',
    toolset: 'trading',
    policy: 'read',
    input: ListPositionsParams.extend({ node: nodeArgument }),
    output: ListPositionsResult,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('list_positions', params),
  }),
  defineTool({
    name: 'get_account',
    title: 'Account',
    description:
      'Accounts of a NautilusTrader trading node: balances, margins, leverage, equity, realized and unrealized PnL and commissions, per venue and currency.',
    toolset: 'trading',
    policy: 'read',
    input: GetAccountParams.extend({ node: nodeArgument }),
    output: GetAccountResult,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('get_account', params),
  }),
];
