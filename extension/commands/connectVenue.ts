import { l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import * as z from 'zod';
import { type NodeClient, NodeDescription, type NodeProfile } from '../../server/protocol/node.ts';
import { VenueCheck } from '../../server/protocol/venues.ts';
import type { App } from '../app.ts';
import {
  askCredentials,
  isComplete,
  listVenues,
  pickEnvironment,
  profileItem,
  type Venue,
  venueItem,
} from '../venues.ts';
import { isActive, kindWords, listNodes } from '../views/node.ts';
import { startProfile, working } from './nodes.ts';

const title = l10n.t('Connect Venue');

/** From a venue's name to a node that trades there: environment, credentials, instruments, then what to do with them. */
export async function connectVenue(app: App): Promise<void> {
  const { venues, profiles } = await listVenues(app);
  const ready = profiles.filter(({ kind }) => kind === 'testnet' || kind === 'live');
  const items: (QuickPickItem & { venue?: Venue })[] = [
    ...ready.map(profileItem),
    { label: l10n.t('Adapters of NautilusTrader'), kind: QuickPickItemKind.Separator },
    ...venues.map(venueItem),
  ];
  const picked = await window.showQuickPick(items, { title, placeHolder: l10n.t('Which venue?') });
  if (!picked) return;
  if (picked.venue) await connectAdapter(app, picked.venue);
  else await connectProfile(app, picked.label);
}

async function connectProfile(app: App, profile: string): Promise<void> {
  const step = await pickStep([]);
  if (step?.label === steps.check) await check(app, profile, { profile });
  if (step?.label === steps.start) await startProfile(app, profile, { profile });
}

async function connectAdapter(app: App, venue: Venue): Promise<void> {
  const chosen = await pickEnvironment(venue, title);
  if (!chosen) return;
  const { environment, credentials } = chosen;
  const missing = credentials && !isComplete(credentials) ? credentials.names : [];
  if (!(await askCredentials(app, missing, title))) return;
  const instruments = await window.showInputBox({
    title,
    prompt: l10n.t(
      'Instruments, with spaces between them, for example {0}. Empty: all it has.',
      `BTCUSDT.${clientOf(venue)}`,
    ),
  });
  if (instruments === undefined) return;
  const clients = clientsOf(venue, environment, instruments.split(/[\s,]+/).filter(Boolean));
  const nodes = (await listNodes(app.client)).filter((row) => isActive(row) && row.kind !== 'demo');
  const step = await pickStep(
    nodes.map(({ node, kind }) => ({
      label: l10n.t('Connect to {0}', node),
      description: kindWords[kind],
      node,
    })),
  );
  if (step?.label === steps.check) await check(app, venue.name, { config: profileOf(venue, clients) });
  if (step?.label === steps.start) {
    await startProfile(app, venue.name, { config: profileOf(venue, clients), name: venue.name });
  }
  if (step?.node !== undefined) {
    const { node } = step;
    const request = { node, venue: clientOf(venue), ...clients };
    await working(l10n.t('Connecting {0}…', venue.name), () =>
      app.client.call('connect_venue', request, NodeDescription),
    );
    app.views.refresh();
    void window.showInformationMessage(l10n.t('{0} is connected to node {1}.', venue.name, node));
  }
}

/** Signs in at a venue through a node that is gone afterwards. */
export function checkConnection(app: App, venue: Venue, environment: string | undefined): Promise<void> {
  return check(app, venue.name, { config: profileOf(venue, clientsOf(venue, environment, [])) });
}

const steps = { check: l10n.t('Check the Connection'), start: l10n.t('Start a Node') };

function pickStep(more: (QuickPickItem & { node: string })[]) {
  const items: (QuickPickItem & { node?: string })[] = [
    {
      label: steps.check,
      detail: l10n.t('Signs in, looks at clock, instruments, data and account; places nothing'),
    },
    { label: steps.start, detail: l10n.t('Strategies can be deployed on it and orders sent') },
    ...more,
  ];
  return window.showQuickPick(items, { title, placeHolder: l10n.t('What now?') });
}

const Checked = z.object({ ok: z.boolean(), venue: z.string(), rows: z.array(VenueCheck) });

async function check(app: App, name: string, subject: object): Promise<void> {
  const { ok, rows } = await working(l10n.t('Checking {0}…', name), () =>
    app.client.call('check_venue', subject, Checked),
  );
  for (const row of rows) {
    app.log.info(
      `${name}: ${row.check} ${row.status}: ${row.found}${row.next_step ? ` → ${row.next_step}` : ''}`,
    );
  }
  const bad = rows.find(({ status }) => status === 'fail') ?? rows.find(({ status }) => status === 'warn');
  const good = rows.filter(({ status }) => status === 'ok').map((row) => row.check);
  const text = bad
    ? `${name}: ${bad.check}: ${bad.found} ${bad.next_step ?? ''}`
    : l10n.t('{0} is well: {1}.', name, good.join(', '));
  const showLog = l10n.t('Show Log');
  const answer = await (ok
    ? window.showInformationMessage(text, showLog)
    : window.showWarningMessage(text, showLog));
  if (answer === showLog) app.log.show();
}

interface Clients {
  data_client?: NodeClient;
  exec_client?: NodeClient;
}

function clientsOf(
  { name, data, execution }: Venue,
  environment: string | undefined,
  instruments: string[],
): Clients {
  const provider = instruments.length > 0 ? { load_ids: instruments } : { load_all: true };
  const config = { instrument_provider: provider, ...(environment === undefined ? {} : { environment }) };
  const client = { adapter: name, config };
  return { ...(data ? { data_client: client } : {}), ...(execution ? { exec_client: client } : {}) };
}

/** A node of its own for them. */
function profileOf(venue: Venue, { data_client, exec_client }: Clients): NodeProfile {
  const client = clientOf(venue);
  return {
    ...(data_client ? { data_clients: { [client]: data_client } } : {}),
    ...(exec_client ? { exec_clients: { [client]: exec_client } } : {}),
  };
}

function clientOf({ name }: Venue): string {
  return name.toUpperCase();
}
