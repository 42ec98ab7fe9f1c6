import { resolveInstrument } from '../files.ts';
import {
  GetMarketDataParams,
  GetMarketDataResult,
  LoadInstrumentsParams,
  LoadInstrumentsResult,
  SubscribeMarketDataParams,
  SubscribeMarketDataResult,
} from '../protocol/trading.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

export const marketDataTools = [
  defineTool({
    name: 'get_market_data',
    title: 'Market data',
    description:
      'Current market data of an instrument: latest quote (bid and ask), trade, bars and order book in a NautilusTrader trading node, with some history when asked. Says when prices are made up.',
    toolset: 'node',
    policy: 'read',
    input: GetMarketDataParams.extend({ node: nodeArgument }),
    output: GetMarketDataResult,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('get_market_data', params),
  }),
  defineTool({
    name: 'subscribe_market_data',
    hints: { destructive: false, idempotent: true },
    title: 'Subscribe to market data',
    description:
      'Subscribe to market data: follow quotes, trades, bars or the order book of an instrument in a NautilusTrader trading node from now on. get_market_data and the nautilus://nodes/{node}/quotes|trades|bars|book resources then show them, and tell subscribers when they change.',
    toolset: 'node',
    policy: 'trade',
    input: SubscribeMarketDataParams.extend({ node: nodeArgument }),
    output: SubscribeMarketDataResult,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('subscribe_market_data', params),
  }),
  defineTool({
    name: 'unsubscribe_market_data',
    hints: { destructive: false, idempotent: true },
    title: 'Unsubscribe from market data',
    description:
      'Unsubscribe from market data: stop following quotes, trades, bars or the order book of an instrument in a trading node.',
    toolset: 'node',
    policy: 'trade',
    input: SubscribeMarketDataParams.extend({ node: nodeArgument }),
    output: SubscribeMarketDataResult,
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('unsubscribe_market_data', params),
  }),
  defineTool({
    name: 'load_instruments',
    hints: { destructive: false, idempotent: true },
    title: 'Load instruments',
    description:
      'Add instruments to a running NautilusTrader trading node: of one’s own (to_dict() form or template), of the data catalog by id, or from a venue by id or filter. An instrument given again is updated.',
    toolset: 'node',
    policy: 'trade',
    input: LoadInstrumentsParams.extend({ node: nodeArgument }),
    output: LoadInstrumentsResult,
    handler({ node, instruments, ...params }, context) {
      const resolved = instruments.map((spec, i) => resolveInstrument(spec, `instruments[${i}]`, context));
      return context.nodes.find(node).call('load_instruments', { ...params, instruments: resolved });
    },
  }),
];
