import { GetMarketDataParams, GetMarketDataResult } from '../protocol/trading.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

export const marketDataTools = [
  defineTool({
    name: 'get_market_data',
    title: 'Market data',
    description:
      'Latest quote, trade, bars and order book of an instrument in a NautilusTrader trading node, with some history when asked. Says when prices are made up.',
    toolset: 'node',
    policy: 'read',
    input: GetMarketDataParams.extend({ node: nodeArgument }),
    output: GetMarketDataResult,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('get_market_data', params),
  }),
];
