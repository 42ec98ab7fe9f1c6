import { l10n, window } from 'vscode';
import * as z from 'zod';
import type { App } from '../app.ts';
import { runUri } from '../runs.ts';

const Runs = z.object({
  runs: z.array(
    z.object({
      run_id: z.string(),
      status: z.string(),
      created_at: z.string(),
      strategies: z.array(z.string()),
      orders: z.number().optional(),
    }),
  ),
});
const Nodes = z.object({
  nodes: z.array(z.object({ node: z.string(), state: z.string().optional() })).default([]),
});

/** The orders of a trading node, or of a run. */
export async function openBlotter({ client, reports }: App, argument: unknown): Promise<void> {
  if (typeof argument === 'string') return reports.openPage({ page: 'blotter', source: argument });
  const nodes = await client.read('nautilus://nodes', Nodes).catch(() => ({ nodes: [] }));
  const runs = await client.call('list_runs', { limit: 20 }, Runs);
  const items = [
    ...nodes.nodes.map(({ node, state }) => ({
      label: `$(server-process) ${node}`,
      description: state ?? '',
      source: `nautilus://nodes/${encodeURIComponent(node)}`,
    })),
    ...runs.runs.map((run) => ({ ...itemOf(run), source: runUri(run.run_id) })),
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

function itemOf({ status, created_at, strategies, orders }: z.infer<typeof Runs>['runs'][number]) {
  const names = strategies.map((one) => one.split(':').at(-1)).join(', ');
  const time = created_at.slice(0, 16).replace('T', ' ');
  return {
    label: `$(graph-line) ${names}`,
    description: [status, orders === undefined ? '' : `${orders} orders`].filter(Boolean).join(' · '),
    detail: `${time} UTC`,
  };
}
