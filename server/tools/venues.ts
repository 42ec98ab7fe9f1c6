import * as z from 'zod';
import { kindOf } from '../nodes/kinds.ts';
import { builtInProfiles, completed } from '../nodes/profiles.ts';
import { connectVenue } from '../nodes/registry.ts';
import { checkVenue } from '../nodes/venueCheck.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { NodeDescription, NodeProfile, nodeKinds } from '../protocol/node.ts';
import { Adapter, ConnectVenueParams, DisconnectVenueParams, VenueCheck } from '../protocol/venues.ts';
import { workspaceSettings } from '../settings.ts';
import { onRealMoney } from './confirmation.ts';
import { nodeArgument } from './nodeArgument.ts';
import { nodeOrder } from './nodeOrder.ts';
import { defineTool } from './tool.ts';

export const venueTools = [
  defineTool({
    name: 'list_venues',
    title: 'Venues',
    description:
      'List the venues a trading node can connect to: every adapter of the installed NautilusTrader (Binance, Bybit, OKX, Interactive Brokers, …) with what it needs: environments, test networks, extra packages, and which credentials are present, by name and never by value. With adapter: the fields of its config. Also the profiles there are.',
    toolset: 'node',
    policy: 'read',
    input: z.strictObject({
      adapter: z.string().optional().describe('One of them, with the fields of its configs.'),
    }),
    output: z.object({
      venues: z.array(
        Adapter.extend({
          credentials: z.array(
            z.strictObject({
              environment: z.string(),
              names: z.array(z.string()),
              present: z.array(z.string()).describe('Those of them there is a value for.'),
            }),
          ),
        }),
      ),
      profiles: z.array(z.strictObject({ name: z.string(), kind: z.enum(nodeKinds) })),
    }),
    async handler({ adapter }, context) {
      const { adapters } = await context.engine.call(
        'list_adapters',
        adapter === undefined ? {} : { adapter },
      );
      if (adapters.length === 0) {
        throw new QuarterdeckError(
          'UNKNOWN_SOURCE',
          `The engine has no adapter "${adapter}".`,
          'list_venues without arguments lists those there are.',
          { path: 'adapter' },
        );
      }
      const known = new Set(context.credentials.names);
      const isPresent = (name: string) => known.has(name) || Boolean(process.env[name]);
      const { profiles } = workspaceSettings(context.workspace);
      return {
        venues: adapters.map((each) => ({
          ...each,
          credentials: each.credentials.map((set) => ({ ...set, present: set.names.filter(isPresent) })),
        })),
        profiles: Object.entries({ ...builtInProfiles, ...profiles }).map(([name, profile]) => ({
          name,
          kind: kindOf(completed(profile)),
        })),
      };
    },
  }),
  defineTool({
    name: 'connect_venue',
    title: 'Connect a venue',
    description:
      'Connect a venue of a running trading node again, or add one to it: an adapter of NautilusTrader or a factory of one’s own, for market data (data_client), execution (exec_client) or both. A node that trades no real money takes none that may be: that needs a node of its own.',
    toolset: 'node',
    policy: 'trade',
    hints: { idempotent: true },
    input: ConnectVenueParams.extend({ node: nodeArgument }),
    output: NodeDescription,
    confirmation({ node, venue, exec_client }, context) {
      if (!exec_client) return undefined;
      return onRealMoney(node, context, () => ({
        action: `Let the node trade at ${venue} with real money`,
        facts: [{ name: 'Adapter', value: exec_client.adapter ?? exec_client.factory ?? '—' }],
      }));
    },
    async handler({ node: name, ...params }, context) {
      const node = context.nodes.find(name);
      const { exec_client } = params;
      const { kind } = node.record;
      if (exec_client && kind !== 'live') {
        // As it is sent: only a profile's clients are given the practice venue's addresses.
        const wanted = kindOf({ exec_clients: { [params.venue]: exec_client } });
        if (wanted !== kind) throw otherMoney(node.name, kind, params.venue, wanted);
      }
      return connectVenue(context.engine, node, params);
    },
  }),
  defineTool({
    name: 'disconnect_venue',
    title: 'Disconnect a venue',
    description:
      'Disconnect a venue of a running trading node. Its open orders and positions stay as they are at the venue: cancel them first if they are not to.',
    toolset: 'node',
    policy: 'trade',
    hints: { idempotent: true },
    input: DisconnectVenueParams.extend({ node: nodeArgument }),
    output: NodeDescription,
    confirmation: ({ node, venue }, context) =>
      onRealMoney(node, context, () => ({ action: `Disconnect ${venue}`, facts: [] })),
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('disconnect_venue', params),
  }),
  defineTool({
    name: 'check_venue',
    title: 'Check a venue',
    description:
      'Check the connection to a venue row by row: connect, clock skew, instruments, age of market data, account and, with order, a smallest limit order far from the market that is submitted, modified, cancelled and reconciled. Uses a running node, or a temporary one of a profile. Says which of package, credentials, environment or network is wrong.',
    toolset: 'node',
    policy: 'trade',
    hints: { destructive: false },
    input: z.strictObject({
      node: nodeArgument,
      profile: z.string().optional().describe('Profile of a temporary node, for example "practice".'),
      config: NodeProfile.optional().describe('A profile given here.'),
      venue: z.string().optional().describe('Which of its venues; the first that executes when left out.'),
      instrument_id: z.string().optional().describe('Instrument to check with; any when left out.'),
      order: z.boolean().default(false).describe('Also place and cancel an order that cannot fill.'),
    }),
    output: z.object({
      ok: z.boolean().describe('Whether no row failed.'),
      kind: z.enum(nodeKinds),
      venue: z.string(),
      rows: z.array(VenueCheck),
    }),
    confirmation({ node, profile, config, venue, order }, context) {
      const facts = [{ name: 'Order', value: order ? 'the smallest, far below the market' : 'none' }];
      const what = `Check ${venue ?? 'the venue'} with real money`;
      if (profile === undefined && config === undefined) {
        return order ? onRealMoney(node, context, () => ({ action: what, facts })) : undefined;
      }
      const { kind, profileName } = nodeOrder({ profile, config }, context);
      if (kind !== 'live') return undefined;
      return { action: what, facts: [{ name: 'Profile', value: profileName }, ...facts] };
    },
    handler({ profile, config, node, ...asked }, context) {
      const temporary = profile !== undefined || config !== undefined;
      const order = temporary ? nodeOrder({ profile, config, name: 'check' }, context) : undefined;
      return checkVenue(context.nodes, order ?? context.nodes.find(node), asked, context.workspace);
    },
  }),
];

function otherMoney(node: string, kind: string, venue: string, wanted: string): QuarterdeckError {
  return new QuarterdeckError(
    'WRONG_ENVIRONMENT',
    `The node ${node} is ${kind}, and ${venue} would make it ${wanted}.`,
    'Start a node of its own for it, with a profile whose exec_clients name it.',
    { path: 'exec_client' },
  );
}
