import * as z from 'zod';
import type { NodeOrder } from '../nodes/registry.ts';
import { nameOf } from '../protocol/identity.ts';
import { NodeDescription, NodeName, NodeProfile, NodeRecord, StopNodeResult } from '../protocol/node.ts';
import { CatalogName, Mode } from '../protocol/values.ts';
import { nodeArgument } from './nodeArgument.ts';
import { nodeOrder } from './nodeOrder.ts';
import { endOfPatience } from './patience.ts';
import { defineTool } from './tool.ts';

const stopSeconds = 15;

/** A node that has started, or one that is still about it. */
const NodeStart = NodeDescription.pick({ node: true, kind: true, state: true, reason: true }).extend({
  ...NodeDescription.omit({ node: true, kind: true, state: true, reason: true }).partial().shape,
  next_step: z.string().optional(),
});

export const nodeTools = [
  defineTool({
    name: 'initialize_trading_node',
    usual: true,
    brief: {
      config:
        'A profile of one’s own: {base?: "demo|replay|sandbox", venues?, instruments?, feed?, data_clients?, exec_clients?, …}; nautilus://schemas/initialize_trading_node has every field.',
      mode: '"auto" waits at most 45 s, "sync" to the end, "async" not at all.',
    },
    title: 'Start a NautilusTrader node',
    description:
      'Start a NautilusTrader TradingNode in its own process and connect its venues. Built-in profile "demo" needs nothing: 1,000,000 USD at a simulated venue, EUR/USD.SIM, BTCUSDT.SIM, AAPL.SIM on made-up prices. "replay" plays a catalog, "sandbox" simulates fills on real data, "practice" is a play-money exchange; quarterdeck.json names others; config is one inline.',
    toolset: 'node',
    policy: 'trade',
    input: z.strictObject({
      profile: z.string().optional().describe('Name of a profile; "demo" when config is left out too.'),
      config: NodeProfile.optional().describe('A profile of one’s own, given here.'),
      name: NodeName.optional().describe('The profile’s when left out.'),
      catalog: CatalogName,
      mode: Mode.default('auto'),
    }),
    output: NodeStart,
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
    async handler({ mode, ...wish }, context) {
      const order = nodeOrder(wish, context);
      const starting = context.nodes.start(order);
      const patience = endOfPatience(mode, context);
      return Promise.race([starting, unless(patience, starting, () => stillStarting(order))]);
    },
  }),
  defineTool({
    name: 'get_trading_node',
    usual: true,
    title: 'NautilusTrader node',
    description:
      'State of a running NautilusTrader trading node: venues and whether they are connected, instruments, strategies, counts of orders and positions. Without a name, and with several or none running, lists all.',
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

function stillStarting({ name, kind }: NodeOrder): z.input<typeof NodeStart> {
  const next_step = `get_trading_node {"node": "${name}"} says when it runs, or why it did not start.`;
  return { node: name, kind, state: 'starting', reason: null, next_step };
}

/** Settles with a value when a signal aborts; what is being waited for may then fail without anyone listening. */
function unless<T>(signal: AbortSignal, waited: Promise<unknown>, value: () => T): Promise<T> {
  return new Promise((resolve) => {
    const give = () => {
      waited.catch(() => undefined);
      resolve(value());
    };
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}
