import { l10n, window } from 'vscode';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import type { App } from '../app.ts';
import { askCredentials, isComplete, listVenues, pickEnvironment, venueItem } from '../venues.ts';
import { checkConnection } from './connectVenue.ts';

/** Takes the credentials of one environment of a venue. */
export async function addCredentials(app: App): Promise<void> {
  const title = l10n.t('Add Venue Credentials');
  const { venues } = await listVenues(app);
  const items = venues.filter(({ credentials }) => credentials.length > 0).map(venueItem);
  const venue = (await window.showQuickPick(items, { title, placeHolder: l10n.t('Of which venue?') }))?.venue;
  const chosen = venue && (await pickEnvironment(venue, title));
  if (!chosen?.credentials) return;
  const { names } = chosen.credentials;
  if (await askCredentials(app, names, title)) {
    void window.showInformationMessage(l10n.t('Kept: {0}.', names.join(', ')));
  }
}

/** Signs in at a venue with what is kept, and says row by row what came of it. */
export async function testCredentials(app: App): Promise<void> {
  const title = l10n.t('Test Venue Credentials');
  const { venues } = await listVenues(app);
  const items = venues.filter(({ credentials }) => credentials.some(isComplete)).map(venueItem);
  if (items.length === 0) throw none();
  const venue = (await window.showQuickPick(items, { title, placeHolder: l10n.t('Of which venue?') }))?.venue;
  const chosen = venue && (await pickEnvironment(venue, title));
  if (venue && chosen) await checkConnection(app, venue, chosen.environment);
}

/** Forgets credentials, here and in the server; a node that runs keeps what it was started with. */
export async function removeCredentials(app: App): Promise<void> {
  const names = Object.keys(await app.credentials.all()).sort();
  if (names.length === 0) throw none();
  const picked = await window.showQuickPick(names, {
    title: l10n.t('Remove Venue Credentials'),
    placeHolder: l10n.t('Which? Nodes that run keep what they were started with.'),
    canPickMany: true,
  });
  if (!picked || picked.length === 0) return;
  await app.credentials.remove(picked);
  await app.client.handOver(Object.fromEntries(picked.map((name) => [name, null])));
  void window.showInformationMessage(l10n.t('Removed: {0}.', picked.join(', ')));
}

function none(): QuarterdeckError {
  return new QuarterdeckError(
    'CREDENTIALS_MISSING',
    l10n.t('There are no credentials of a venue.'),
    l10n.t('Add some: "Quarterdeck: Add Venue Credentials…".'),
  );
}
