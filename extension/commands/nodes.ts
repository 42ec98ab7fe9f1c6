import { l10n, ProgressLocation, type QuickPickItem, window } from 'vscode';
import * as z from 'zod';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import { NodeDescription, StopNodeResult } from '../../server/protocol/node.ts';
import type { App } from '../app.ts';
import { isActive, kindWords, listNodes, NodeRow } from '../views/node.ts';
import { readWorkspaceSettings } from '../workspaceSettings.ts';

const builtIn: QuickPickItem[] = [
  { label: 'demo', detail: l10n.t('Simulated venue with 1,000,000 USD, made-up prices; needs nothing') },
  { label: 'replay', detail: l10n.t('Simulated venue on the data of your catalog') },
  {
    label: 'practice',
    detail: l10n.t('The real Binance adapter with play money, at a practice venue on this machine'),
  },
];

/** Starts a trading node from a profile and says what runs. */
export async function startNode(app: App): Promise<void> {
  const { profiles } = await readWorkspaceSettings(app.server.folder);
  const own = Object.keys(profiles).map((label) => ({ label, detail: 'quarterdeck.json' }));
  const profile = await window.showQuickPick([...own, ...builtIn], {
    title: l10n.t('Start Node'),
    placeHolder: l10n.t('Which profile?'),
    // A walkthrough takes the focus back when it marks the step as done.
    ignoreFocusOut: true,
  });
  if (!profile) return;
  await startProfile(app, profile.label, { profile: profile.label });
}

/** @param wish as initialize_trading_node takes it */
export async function startProfile(app: App, name: string, wish: object): Promise<void> {
  const { node, state, kind } = await working(l10n.t('Starting {0}…', name), () =>
    app.client.call('initialize_trading_node', { ...wish, mode: 'sync' }, NodeDescription),
  );
  app.views.refresh();
  void window.showInformationMessage(l10n.t('Node {0} is {1} ({2}).', node, state, kindWords[kind]));
}

/** Stops a node in order; asks whether open positions are to be closed. */
export async function stopNode(app: App, target: unknown): Promise<void> {
  const node = await pickNode(app, target, l10n.t('Stop Node'));
  if (!node) return;
  const detail = l10n.t('Its strategies stop and its open orders are cancelled.');
  const [stop, flatten] = [l10n.t('Stop'), l10n.t('Stop and Close Positions')];
  const answer = await window.showWarningMessage(
    l10n.t('Stop node {0}?', node),
    { modal: true, detail },
    stop,
    flatten,
  );
  if (answer === undefined) return;
  const { cancelled, closed, orders_left, positions_left } = await working(
    l10n.t('Stopping {0}…', node),
    () => app.client.call('stop_trading_node', { node, flatten: answer === flatten }, StopNodeResult),
  );
  app.views.refresh();
  const left = [...orders_left, ...positions_left];
  const said = l10n.t(
    'Node {0} is stopped: {1} orders cancelled, {2} positions closed.',
    node,
    cancelled,
    closed,
  );
  if (left.length === 0) void window.showInformationMessage(said);
  else {
    const open = l10n.t('Still open at the venue: {0}.', left.slice(0, 5).join(', '));
    void window.showWarningMessage(`${said} ${open}`);
  }
}

/** No new order from here on, and what works is cancelled. Never asks twice: it has to be quick. */
export async function haltTrading(app: App, target: unknown): Promise<void> {
  const running = (await listNodes(app.client)).filter(isActive);
  const node = NodeRow.safeParse(target).data?.node ?? (running.length === 1 ? running[0]?.node : undefined);
  const nodes = node === undefined ? running.map((row) => row.node) : [node];
  if (nodes.length === 0) throw noNode();
  await Promise.all(nodes.map((name) => app.client.call('halt_trading', { node: name }, z.unknown())));
  app.views.refresh();
  void window.showWarningMessage(l10n.t('Trading is halted: {0}.', nodes.join(', ')));
}

export async function resumeTrading(app: App, target: unknown): Promise<void> {
  const node = await pickNode(app, target, l10n.t('Resume Trading'));
  if (!node) return;
  await app.client.call('resume_trading', { node }, z.unknown());
  app.views.refresh();
}

/** @throws QuarterdeckError when no node is running */
export async function pickNode(app: App, target: unknown, title: string): Promise<string | undefined> {
  const known = NodeRow.safeParse(target).data?.node;
  if (known !== undefined) return known;
  const rows = (await listNodes(app.client)).filter(isActive);
  if (rows.length === 0) throw noNode();
  if (rows.length === 1) return rows[0]?.node;
  const items = rows.map(({ node, kind, state }) => ({
    label: node,
    description: `${kindWords[kind]} · ${state}`,
  }));
  return (await window.showQuickPick(items, { title, placeHolder: l10n.t('Which node?') }))?.label;
}

function noNode(): QuarterdeckError {
  return new QuarterdeckError(
    'NODE_NOT_FOUND',
    l10n.t('No trading node is running.'),
    l10n.t('Start one: "Quarterdeck: Start Node…".'),
  );
}

export function working<T>(title: string, work: () => Promise<T>): Thenable<T> {
  return window.withProgress({ location: ProgressLocation.Notification, title }, work);
}
