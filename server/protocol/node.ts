import * as z from 'zod';
import { ErrorObject } from './errors.ts';
import { By } from './identity.ts';
import { RiskLimits } from './risk.ts';
import { Count, Decimal, Importable, InstrumentSpec, Json, Time, Warning } from './values.ts';

/**
 * demo: a feed marked synthetic, simulated fills. replay: the catalog's data, simulated fills. sandbox: an adapter's
 * data, simulated fills. testnet: an adapter executes where no real money can be: a venue's test or demo environment, or
 * an address of this machine. live: an adapter executes, and what it is connected to may be real money.
 */
export const nodeKinds = ['demo', 'replay', 'sandbox', 'testnet', 'live'] as const;
export const NodeKind = z.enum(nodeKinds).meta({ id: 'NodeKind' });
export type NodeKind = z.infer<typeof NodeKind>;

export const nodeStates = [
  'starting',
  'running',
  'degraded',
  'halted',
  'stopping',
  'stopped',
  'failed',
] as const;
export const NodeState = z.enum(nodeStates).meta({ id: 'NodeState' });
export type NodeState = z.infer<typeof NodeState>;

export const NodeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'is no name (a letter, then letters, digits, _ and -; at most 40)')
  .describe('Name of a trading node.');

/** A venue whose fills are simulated in the node: the fields of SandboxExecutionClientConfig, and its trading day. */
export const SimulatedVenue = z
  .strictObject({
    name: z.string().min(1).describe('Venue name; instruments end in ".NAME".'),
    oms_type: z.enum(['NETTING', 'HEDGING']).optional().describe('NETTING when left out.'),
    account_type: z.enum(['CASH', 'MARGIN', 'BETTING']).optional().describe('MARGIN when left out.'),
    starting_balances: z.array(z.string()).min(1).describe('For example ["1000000 USD"].'),
    base_currency: z.string().optional().describe('Leave out for a multi-currency account.'),
    default_leverage: Decimal.optional(),
    leverages: z.record(z.string(), Decimal).optional(),
    book_type: z.enum(['L1_MBP', 'L2_MBP', 'L3_MBO']).optional(),
    bar_execution: z.boolean().optional(),
    trade_execution: z.boolean().optional(),
    reject_stop_orders: z.boolean().optional(),
    support_gtd_orders: z.boolean().optional(),
    support_contingent_orders: z.boolean().optional(),
    use_position_ids: z.boolean().optional(),
    use_random_ids: z.boolean().optional(),
    use_reduce_only: z.boolean().optional(),
    frozen_account: z.boolean().optional(),
    maker_fee: Decimal.optional().describe('Share of the amount; the instruments’ own when left out.'),
    taker_fee: Decimal.optional(),
    session_end: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/)
      .default('00:00')
      .describe('Time of day at which DAY orders expire, as HH:MM or HH:MM:SS in session_timezone.'),
    session_timezone: z.string().default('UTC').describe('IANA name, for example "America/New_York".'),
  })
  .meta({ id: 'SimulatedVenue' });
export type SimulatedVenue = z.infer<typeof SimulatedVenue>;

/** A data or execution client of the engine: an adapter that comes with it, or a factory of one's own. */
export const NodeClient = z
  .strictObject({
    adapter: z.string().optional().describe('An adapter of the engine, for example "binance".'),
    factory: z.string().optional().describe('A factory class of one’s own: "package.module:Factory".'),
    config_path: z.string().optional().describe('Its config class as "package.module:Config".'),
    config: Json.default({}).describe(
      'Fields of the client’s config class. Credentials come from the environment.',
    ),
  })
  .meta({ id: 'NodeClient' });
export type NodeClient = z.infer<typeof NodeClient>;

/** Prices that nobody traded at: a seeded random walk per instrument. Whatever comes of them is marked synthetic. */
export const SyntheticFeed = z
  .strictObject({
    kind: z.literal('synthetic'),
    seed: Count.default(1).describe('The same seed gives the same prices.'),
    interval_ms: z
      .number()
      .min(0.01)
      .max(60_000)
      .default(250)
      .describe('Time between two quotes of an instrument.'),
    prices: z.record(z.string(), Decimal).optional().describe('First price by instrument id.'),
  })
  .meta({ id: 'SyntheticFeed' });

/** The catalog's data, its times moved to now. */
export const ReplayFeed = z
  .strictObject({
    kind: z.literal('replay'),
    catalog: z.string().optional().describe('Data catalog: name, path or fsspec URL.'),
    data: z
      .array(
        z
          .strictObject({
            data_type: z.enum(['QuoteTick', 'TradeTick', 'Bar', 'OrderBookDelta', 'OrderBookDepth10']),
            instrument_id: z.string(),
            bar_type: z.string().optional(),
          })
          .meta({ id: 'ReplayItem' }),
      )
      .default([])
      .describe('What to replay; everything the catalog has for the node’s instruments when left empty.'),
    start: Time.optional(),
    end: Time.optional(),
    speed: z.number().min(0.001).max(1_000_000).default(1).describe('Times faster than it happened.'),
  })
  .meta({ id: 'ReplayFeed' });

/** Everything a node is built from. Environment and credentials are no part of it. */
export const NodeProfile = z
  .strictObject({
    base: z
      .enum(['demo', 'replay', 'sandbox', 'practice'])
      .optional()
      .describe('Built-in profile whose settings hold where this one says nothing.'),
    trader_id: z.string().optional().describe('NAME-TAG; made from the node’s name when left out.'),
    venues: z.array(SimulatedVenue).optional().describe('Venues with simulated fills.'),
    instruments: z.array(InstrumentSpec).optional().describe('Instruments the node knows from its start.'),
    feed: z.discriminatedUnion('kind', [SyntheticFeed, ReplayFeed]).optional(),
    data_clients: z.record(z.string(), NodeClient).optional().describe('By client id.'),
    exec_clients: z.record(z.string(), NodeClient).optional().describe('By client id.'),
    practice_venue: z
      .boolean()
      .optional()
      .describe('Clients of the adapter binance speak with the practice venue of this workspace.'),
    strategies: z.array(Importable).optional().describe('Deployed when the node has started.'),
    risk: Json.optional().describe('Risk limits, as set_risk_limits takes them.'),
    engine: Json.optional().describe(
      'Further fields of NautilusTrader’s TradingNodeConfig: cache, message_bus, data_engine, exec_engine, timeout_….',
    ),
    autostart: z.boolean().optional().describe('Started with the server.'),
    stale_seconds: z
      .number()
      .min(1)
      .max(86_400)
      .optional()
      .describe(
        'A venue whose quotes or trades are followed and that sends none for so long makes the node degraded; 120 when left out. Give more for markets that close.',
      ),
    record_mb: z
      .number()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe(
        'Market data recorded of a session at most, in MB, for its backtest; 256 when left out, 0 none.',
      ),
    on_server_loss: z
      .enum(['stop', 'flatten'])
      .optional()
      .describe(
        'When the server dies: halt, cancel open orders and stop (default), or close positions as well.',
      ),
  })
  .meta({ id: 'NodeProfile' });
export type NodeProfile = z.infer<typeof NodeProfile>;

export const VenueState = z
  .strictObject({
    name: z.string(),
    kind: z.string().describe('simulated, or the adapter that speaks with the venue.'),
    connected: z.boolean(),
    data: z.boolean().describe('Whether market data come from it.'),
    execution: z.boolean().describe('Whether orders go to it.'),
    account_id: z.string().nullable(),
    stale: z
      .string()
      .optional()
      .describe('It is connected and yet nothing comes from it: what, and for how long.'),
  })
  .meta({ id: 'VenueState' });

export const DeploymentState = z
  .strictObject({
    strategy_id: z.string(),
    source: z.string().nullable(),
    state: z.string().describe('The engine’s component state: RUNNING, STOPPED, …'),
    reason: z.string().nullable().describe('Why it is not running.'),
    identity: z.string().nullable().describe('Hash of its code.'),
    deployed_at: z.string(),
    orders: Count,
    positions_open: Count,
  })
  .meta({ id: 'DeploymentState' });
export type DeploymentState = z.infer<typeof DeploymentState>;

export const NodeDescription = z
  .strictObject({
    node: z.string(),
    trader_id: z.string(),
    kind: NodeKind,
    state: NodeState,
    reason: z.string().nullable().describe('Why it is in this state, where it is not simply running.'),
    synthetic: z.boolean().describe('Prices are made up; nothing here says anything of a market.'),
    venues: z.array(VenueState),
    instruments: z.array(z.string()),
    strategies: z.array(DeploymentState),
    counts: z
      .strictObject({
        orders: Count,
        orders_open: Count,
        orders_inflight: Count,
        positions_open: Count,
        market_data: Count,
        market_data_dropped: Count,
      })
      .meta({ id: 'NodeCounts' }),
    started_at: z.string(),
    warnings: z.array(Warning),
  })
  .meta({ id: 'NodeDescription' });
export type NodeDescription = z.infer<typeof NodeDescription>;

export const StartNodeParams = z
  .strictObject({
    node: z.string(),
    kind: NodeKind,
    workspace: z.string(),
    directory: z.string().describe('The node’s folder: audit, journal, log.'),
    run_directory: z.string().describe('Where its orders, fills, positions and equity are kept as a run.'),
    catalog: z.string(),
    profile: NodeProfile,
    user_limits: RiskLimits.optional().describe('The user’s own: nothing is looser.'),
  })
  .meta({ id: 'StartNodeParams' });

export const DescribeNodeParams = z.strictObject({}).meta({ id: 'DescribeNodeParams' });

export const StopNodeParams = z
  .strictObject({
    flatten: z.boolean(),
    reason: z.string(),
    timeout_seconds: z.number().positive(),
    by: By,
  })
  .meta({ id: 'StopNodeParams' });

export const StopNodeResult = z
  .strictObject({
    cancelled: Count.describe('Orders that were open and are cancelled.'),
    closed: Count.describe('Positions that were open and are closed.'),
    orders_left: z.array(z.string()).describe('Orders that are still open at their venue.'),
    positions_left: z.array(z.string()).describe('Positions that are still open.'),
    run_id: z
      .string()
      .optional()
      .describe('The run the session is kept as: get_run, compare_runs and export_run take it.'),
    description: NodeDescription,
  })
  .meta({ id: 'StopNodeResult' });
export type StopNodeResult = z.infer<typeof StopNodeResult>;

/** What a node says unasked. Orders, fills, positions, accounts and states always arrive; market data may be merged. */
export const nodeTopics = [
  'state',
  'order',
  'fill',
  'position',
  'account',
  'strategy',
  'market',
  'log',
] as const;
export type NodeTopic = (typeof nodeTopics)[number];

export const NodeEvent = z
  .strictObject({
    seq: Count,
    topic: z.enum(nodeTopics).meta({ id: 'NodeTopic' }),
    key: z
      .string()
      .describe('What the event is of: a client order id, trade id, position id, account id, instrument id.'),
    data: Json,
  })
  .meta({ id: 'NodeEvent' });
export type NodeEvent = z.infer<typeof NodeEvent>;

export const NodeEvents = z.strictObject({ events: z.array(NodeEvent) }).meta({ id: 'NodeEvents' });

/** `node.json`: everything known of a node, readable without Python. Written only by the server. */
export const NodeRecord = z.strictObject({
  node: z.string(),
  kind: NodeKind,
  state: NodeState,
  reason: z.string().nullable(),
  profile: z.string().describe('Name of the profile it was made from, or "config".'),
  request: NodeProfile.describe('The profile as it was built.'),
  trader_id: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().optional(),
  stopped_at: z.string().optional(),
  pid: z.int().optional().describe('Its process.'),
  starts: Count.describe('How often it was started.'),
  run_id: z.string().optional().describe('The run its last session is kept as.'),
  error: ErrorObject.optional(),
});
export type NodeRecord = z.infer<typeof NodeRecord>;
