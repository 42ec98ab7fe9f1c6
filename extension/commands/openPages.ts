import { l10n, window } from 'vscode';
import { nodeUri, runUri } from '../addresses.ts';
import type { App } from '../app.ts';
import { listNodes } from '../views/node.ts';
import { listRuns, type RunRow } from '../views/runs.ts';
import { nameOf } from '../views/runWords.ts';

/** The orders of a trading node, or of a run. */
export async function openBlotter({ client, reports }: App, argument: unknown): Promise<void> {
  if (typeof argument === 'string') return reports.openPage({ page: 'blotter', source: argument });
  const nodes = await listNodes(client).catch(() => []);
  const { runs } = await listRuns(client, { limit: 20 });
  const items = [
    ...nodes.map(({ node, state }) => ({
      label: `$(server-process) ${node}`,
      description: state,
      source: nodeUri(node),
    })),
    ...runs.map((run) => ({ ...itemOf(run), source: runUri(run.run_id) })),
  ];
  if (items.length === 0) {
    void window.showInformationMessage(l10n.t('No orders yet: run a backtest or start a trading node.'));
    return;
  }
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Open Blotter'),
    placeHolder: l10n.t('Whose orders?'),
  });
  if (picked) reports.openPage({ page: 'blotter', source: picked.source });
}

/** The strategies of the workspace; the open file's first. */
export function openStrategies({ reports }: App): void {
  const document = window.activeTextEditor?.document;
  reports.openPage(
    document?.languageId === 'python'
      ? { page: 'strategies', source: document.fileName }
      : { page: 'strategies' },
  );
}

function itemOf(run: RunRow) {
  const { status, created_at, orders } = run;
  const time = created_at.slice(0, 16).replace('T', ' ');
  return {
    label: `$(graph-line) ${nameOf(run)}`,
    description: [status, orders === undefined ? '' : l10n.t('{0} orders', orders)]
      .filter(Boolean)
      .join(' · '),
    detail: `${time} UTC`,
  };
}
