import * as z from 'zod';
import { nameOf } from '../protocol/identity.ts';
import { NodeDescription, NodeName, NodeProfile, NodeRecord, StopNodeResult } from '../protocol/node.ts';
import { CatalogName } from '../protocol/values.ts';
import { nodeArgument } from './nodeArgument.ts';
import { nodeOrder } from './nodeOrder.ts';
import { defineTool } from './tool.ts';

const stopSeconds = 15;

export const nodeTools = [
  defineTool({
    name: 'initialize_trading_node',
    usual: true,
    brief: {
      config:
        'A profile of one’s own: {base?: "demo|replay|sandbox", venues?, instruments?, feed?, data_clients?, exec_clients?, …}; resource nautilus://schemas/initialize_trading_node has every field.',
    },
    title: 'Start a NautilusTrader node',
    description:
      'Start a NautilusTrader TradingNode in a process of its own and connect its venues. The built-in profile "demo" needs nothing: simulated venue SIM with 1,000,000 USD, EUR/USD.SIM, BTCUSDT.SIM and AAPL.SIM on made-up prices. "replay" plays a data catalog, "sandbox" takes an adapter’s real data with simulated fills, "practice" is a play-money exchange; quarterdeck.json names further profiles, and config gives one inline.',
    toolset: 'node',
    policy: 'trade',
    input: z.strictObject({
      profile: z.string().optional().describe('Name of a profile; "demo" when config is left out too.'),
      config: NodeProfile.optional().describe('A profile of one’s own, given here.'),
      name: NodeName.optional().describe('Name of the node; the profile’s when left out.'),
      catalog: CatalogName,
    }),
    output: NodeDescription,
    confirmation(wish, context) {
      const { name, kind, profileName, request } = nodeOrder(wish, context);
      if (kind !== 'live') return undefined;
      return {
        action: `Start the node ${name}, which trades with real money`,
        facts: [
          { name: 'Profile', value: profileName },
          { name: 'Accounts at', value: Object.keys(request.exec_clients ?? {}).join(', ') || '—' },
          {
            name: 'Strategies',
            value: (request.strategies ?? []).map(({ source }) => source).join(', ') || 'none',
          },
        ],
      };
    },
    handler: (wish, context) => context.nodes.start(nodeOrder(wish, context)),
  }),
  defineTool({
    name: 'get_trading_node',
    usual: true,
    title: 'NautilusTrader node',
    description:
      'State of a running NautilusTrader trading node: venues and whether they are connected, instruments, strategies, counts of orders and positions. Without a name and with several nodes, or none running, lists all there are.',
    toolset: 'node',
    policy: 'read',
    input: z.strictObject({ node: nodeArgument }),
    output: NodeDescription.partial().extend({
      nodes: z
        .array(NodeRecord.omit({ request: true, error: true }))
        .optional()
        .describe('Every node known, when none is meant.'),
    }),
    async handler({ node: name }, context) {
      const active = context.nodes.all().filter((node) => node.active);
      if (name === undefined && active.length !== 1) {
        const records = context.nodes.all().map(({ record }) => record);
        return { nodes: records.map(({ request: _, error: __, ...rest }) => rest) };
      }
      const node = context.nodes.find(name);
      if (!node.active) {
        const { request: _, error: __, ...record } = node.record;
        return {
          node: node.name,
          kind: record.kind,
          state: record.state,
          reason: record.reason,
          nodes: [record],
        };
      }
      return node.call('describe_node', {}, { signal: context.signal });
    },
  }),
  defineTool({
    name: 'stop_trading_node',
    title: 'Stop a NautilusTrader node',
    description:
      'Stop a NautilusTrader trading node in order: cancel its open orders, close its positions where asked (flatten), stop its strategies, disconnect. Says what is left open at the venue, if anything.',
    toolset: 'node',
    policy: 'trade',
    input: z.strictObject({
      node: nodeArgument,
      flatten: z.boolean().default(false).describe('Close open positions as well.'),
      timeout_seconds: z.number().min(1).max(40).default(stopSeconds),
    }),
    output: StopNodeResult,
    async handler({ node, flatten, timeout_seconds }, context) {
      return context.nodes.stop(context.nodes.find(node), {
        flatten,
        reason: 'Stopped by stop_trading_node.',
        timeoutSeconds: timeout_seconds,
        by: nameOf(context.session.identity),
      });
    },
  }),
];
