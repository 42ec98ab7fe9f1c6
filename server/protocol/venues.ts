import * as z from 'zod';
import { NodeClient, NodeDescription } from './node.ts';
import { Count } from './values.ts';

export const AdapterField = z
  .strictObject({
    client: z.enum(['data', 'execution']),
    name: z.string(),
    type: z.string(),
    default: z.string().optional().describe('As its source says; without one the field is required.'),
  })
  .meta({ id: 'AdapterField' });

export const CredentialSet = z
  .strictObject({ environment: z.string(), names: z.array(z.string()) })
  .meta({ id: 'CredentialSet' });

export const AdapterPackage = z
  .strictObject({
    name: z.string(),
    extra: z.string().describe('Of nautilus_trader, as in pip install "nautilus_trader[extra]".'),
    installed: z.boolean(),
  })
  .meta({ id: 'AdapterPackage' });

export const Adapter = z
  .strictObject({
    name: z.string(),
    data: z.boolean().describe('Whether it has market data.'),
    execution: z.boolean().describe('Whether it takes orders.'),
    environments: z.array(z.string()).describe('Values of its field environment, the real one first.'),
    test_environments: z.array(z.string()).describe('Those of them where no real money is.'),
    credentials: z.array(CredentialSet),
    package: AdapterPackage.optional().describe('What it needs besides the engine.'),
    fields: z.array(AdapterField).optional(),
  })
  .meta({ id: 'Adapter' });
export type Adapter = z.infer<typeof Adapter>;

export const ListAdaptersParams = z
  .strictObject({ adapter: z.string().optional() })
  .meta({ id: 'ListAdaptersParams' });
export const ListAdaptersResult = z
  .strictObject({ adapters: z.array(Adapter) })
  .meta({ id: 'ListAdaptersResult' });

const VenueName = z
  .string()
  .min(1)
  .max(40)
  .describe('Name of the client in the node, for example "BINANCE".');
const seconds = z.number().min(1).max(40);

export const ConnectVenueParams = z
  .strictObject({
    venue: VenueName,
    data_client: NodeClient.optional().describe('To add market data: adapter or factory, and its config.'),
    exec_client: NodeClient.optional().describe('To add execution: adapter or factory, and its config.'),
    timeout_seconds: seconds.default(30),
  })
  .meta({ id: 'ConnectVenueParams' });

export type ConnectVenueParams = z.infer<typeof ConnectVenueParams>;

export const TakeCredentialsParams = z
  .strictObject({ variables: z.record(z.string(), z.string()) })
  .meta({ id: 'TakeCredentialsParams' });

export const TakeCredentialsResult = z.strictObject({}).meta({ id: 'TakeCredentialsResult' });

export const DisconnectVenueParams = z
  .strictObject({ venue: VenueName, timeout_seconds: seconds.default(10) })
  .meta({ id: 'DisconnectVenueParams' });

export const checkStatuses = ['ok', 'warn', 'fail', 'skipped'] as const;
export const CheckStatus = z.enum(checkStatuses).meta({ id: 'CheckStatus' });

export const VenueCheck = z
  .strictObject({
    check: z.string(),
    status: CheckStatus,
    found: z.string(),
    next_step: z.string().optional(),
    milliseconds: Count.optional(),
  })
  .meta({ id: 'VenueCheck' });
export type VenueCheck = z.infer<typeof VenueCheck>;

export const ProbeVenueParams = z
  .strictObject({
    venue: VenueName,
    instrument_id: z.string().optional(),
    order: z.boolean().default(false),
  })
  .meta({ id: 'ProbeVenueParams' });
export const ProbeVenueResult = z
  .strictObject({ rows: z.array(VenueCheck) })
  .meta({ id: 'ProbeVenueResult' });

export const venueMethods = {
  list_adapters: { role: 'query', params: ListAdaptersParams, result: ListAdaptersResult },
  probe_venue: { role: 'node', params: ProbeVenueParams, result: ProbeVenueResult },
  take_credentials: { role: 'node', params: TakeCredentialsParams, result: TakeCredentialsResult },
  connect_venue: { role: 'node', params: ConnectVenueParams, result: NodeDescription },
  disconnect_venue: { role: 'node', params: DisconnectVenueParams, result: NodeDescription },
} as const;
