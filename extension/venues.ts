import { l10n, type QuickPickItem, window } from 'vscode';
import * as z from 'zod';
import { NodeKind } from '../server/protocol/node.ts';
import { Adapter } from '../server/protocol/venues.ts';
import type { App } from './app.ts';
import { kindWords } from './views/node.ts';

const CredentialSet = z.object({
  environment: z.string(),
  names: z.array(z.string()),
  present: z.array(z.string()),
});
type CredentialSet = z.infer<typeof CredentialSet>;

/** An adapter of the engine as `list_venues` tells it. */
const Venue = Adapter.omit({ fields: true }).extend({ credentials: z.array(CredentialSet) });
export type Venue = z.infer<typeof Venue>;

const Profile = z.object({ name: z.string(), kind: NodeKind });
const Venues = z.object({ venues: z.array(Venue), profiles: z.array(Profile) });

/** @throws QuarterdeckError */
export function listVenues({ client }: App): Promise<z.infer<typeof Venues>> {
  return client.call('list_venues', {}, Venues);
}

interface VenueItem extends QuickPickItem {
  venue: Venue;
}

export function venueItem(venue: Venue): VenueItem {
  const { name, data, execution, credentials, package: needed } = venue;
  const what = [data ? l10n.t('data') : '', execution ? l10n.t('orders') : ''].filter(Boolean).join(', ');
  const signedIn = credentials.filter(isComplete).map(({ environment }) => environment.toLowerCase());
  const keys = signedIn.length > 0 ? l10n.t('credentials for {0}', signedIn.join(', ')) : '';
  const missing = needed && !needed.installed ? l10n.t('needs the package {0}', needed.name) : '';
  return { label: name, description: what, detail: [keys, missing].filter(Boolean).join(' · '), venue };
}

/**
 * One of an adapter's environments, those without real money first; undefined in `environment` where it has none.
 *
 * @returns undefined when nobody picks one
 */
export async function pickEnvironment(
  { name, environments, test_environments, credentials }: Venue,
  title: string,
): Promise<{ environment: string | undefined; credentials: CredentialSet | undefined } | undefined> {
  const known = environments.length > 0 ? environments : credentials.map(({ environment }) => environment);
  const setOf = (environment?: string) => credentials.find((set) => set.environment === environment);
  if (known.length < 2) {
    return {
      environment: environments[0],
      credentials: setOf(known[0]) ?? credentials[0],
    };
  }
  const items = known
    .map((environment) => ({
      label: environment,
      description: test_environments.includes(environment) ? l10n.t('play money') : l10n.t('REAL MONEY'),
      test: test_environments.includes(environment),
    }))
    .sort((a, b) => Number(b.test) - Number(a.test));
  const picked = await window.showQuickPick(items, {
    title,
    placeHolder: l10n.t('Which environment of {0}?', name),
  });
  if (!picked) return undefined;
  const environment = environments.includes(picked.label) ? picked.label : undefined;
  return { environment, credentials: setOf(picked.label) };
}

/**
 * Asks for each of these and keeps what was said: in the editor's secret storage, and in the server's memory.
 *
 * @returns false when the person gave up; then nothing was kept
 */
export async function askCredentials(app: App, names: readonly string[], title: string): Promise<boolean> {
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = await window.showInputBox({
      title,
      prompt: l10n.t(
        "{0}. It is kept in the editor's secret storage, never in a file of the workspace.",
        name,
      ),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? l10n.t('Empty; Escape gives up.') : undefined),
    });
    if (value === undefined) return false;
    values[name] = value.trim();
  }
  // The server refuses what cannot be a credential: only what it took is kept.
  await app.client.handOver(values);
  await app.credentials.add(values);
  return true;
}

export function isComplete({ names, present }: CredentialSet): boolean {
  return names.every((name) => present.includes(name));
}

export function profileItem({ name, kind }: z.infer<typeof Profile>): QuickPickItem {
  return { label: name, description: kindWords[kind], detail: l10n.t('Profile') };
}
