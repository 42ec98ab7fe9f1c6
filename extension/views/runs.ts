import {
  DataTransferItem,
  l10n,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
} from 'vscode';
import * as z from 'zod';
import { RunStatus } from '../../server/protocol/runStatus.ts';
import type { ServerClient } from '../client.ts';
import { nameOf, pnlOf, shortTime } from './runWords.ts';
import type { TreeSource } from './serverTree.ts';
import { runsMime } from './trees.ts';

/** A run as `list_runs` tells it, as far as the editor shows it. */
export const RunRow = z.object({
  run_id: z.string(),
  kind: z.string(),
  status: RunStatus,
  created_at: z.string(),
  strategies: z.array(z.string()),
  orders: z.int().optional(),
  pnl: z.number().nullable().optional(),
  pnl_currency: z.string().nullable().optional(),
  elapsed_seconds: z.number().optional(),
  error: z.string().optional(),
  tags: z.array(z.string()),
  note: z.string().optional(),
  baseline: z.boolean().optional(),
});
export type RunRow = z.infer<typeof RunRow>;

/** The last row of a long list: how many older runs are not shown. */
export interface OlderRuns {
  older: number;
}

const Runs = z.object({ runs: z.array(RunRow), total: z.int() });
const pageSize = 200;

/** As many runs as a page can overlay and still be read. */
export const mostCompared = 5;

/** The newest runs that fit the filter. @throws QuarterdeckError */
export async function listRuns(client: ServerClient, filter: object = {}): Promise<z.infer<typeof Runs>> {
  return client.call('list_runs', { limit: pageSize, ...filter }, Runs);
}

/** Runs of the workspace, newest first; one dragged onto another is compared with it. */
export function runsSource(
  client: ServerClient,
  compare: (ids: string[]) => void,
): TreeSource<RunRow | OlderRuns> {
  return {
    watched: ['nautilus://runs'],
    async rows() {
      const { runs, total } = await listRuns(client);
      return total > runs.length ? [...runs, { older: total - runs.length }] : runs;
    },
    item: (row) => ('older' in row ? olderItem(row) : runItem(row)),
    drag(rows, data) {
      const ids = rows.flatMap((row) => ('run_id' in row ? [row.run_id] : []));
      data.set(runsMime, new DataTransferItem(ids));
    },
    drop(target, data) {
      const dragged = z.array(z.string()).safeParse(data.get(runsMime)?.value).data ?? [];
      if (!target || !('run_id' in target)) return;
      const ids = [...new Set([target.run_id, ...dragged])];
      if (ids.length > 1) compare(ids.slice(0, mostCompared));
    },
  };
}

function runItem(run: RunRow): TreeItem {
  const item = new TreeItem(nameOf(run), TreeItemCollapsibleState.None);
  item.id = run.run_id;
  item.description = [pnlOf(run), shortTime(run.created_at)].filter(Boolean).join(' · ');
  item.iconPath = iconOf(run);
  const session = run.kind === 'backtest' ? '' : '.session';
  item.contextValue = `run.${run.status}${run.baseline ? '.baseline' : ''}${session}`;
  item.tooltip = tooltip(run);
  item.accessibilityInformation = { label: `${nameOf(run)}, ${run.status}, ${item.description}` };
  item.command = { command: 'quarterdeck.openReport', title: l10n.t('Open Report'), arguments: [run] };
  return item;
}

function olderItem({ older }: OlderRuns): TreeItem {
  const item = new TreeItem(l10n.t('{0} older runs', older.toLocaleString('en-US')));
  item.description = l10n.t('list_runs finds them');
  item.iconPath = new ThemeIcon('ellipsis');
  return item;
}

function iconOf({ status, baseline }: RunRow): ThemeIcon {
  if (baseline) return new ThemeIcon('star-full', new ThemeColor('charts.blue'));
  switch (status) {
    case 'completed':
      return new ThemeIcon('pass-filled');
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
    case 'cancelled':
      return new ThemeIcon('circle-slash');
    case 'running':
      return new ThemeIcon('sync~spin');
    case 'queued':
      return new ThemeIcon('watch');
  }
}

function tooltip(run: RunRow): MarkdownString {
  const text = new MarkdownString();
  text.appendText(`${nameOf(run)} · ${run.status}\n`);
  for (const [label, value] of [
    [l10n.t('Run'), run.run_id],
    [l10n.t('Kind'), run.kind],
    [l10n.t('Created'), run.created_at],
    [l10n.t('PnL'), pnlOf(run)],
    [l10n.t('Orders'), run.orders],
    [l10n.t('Tags'), run.tags.join(', ')],
    [l10n.t('Note'), run.note],
    [l10n.t('Error'), run.error],
  ]) {
    if (value !== undefined && value !== '') text.appendText(`\n${label}: ${value}\n`);
  }
  return text;
}
