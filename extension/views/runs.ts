import {
  DataTransferItem,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
} from 'vscode';
import * as z from 'zod';
import { RunStatus } from '../../server/protocol/run.ts';
import type { ServerClient } from '../client.ts';
import type { TreeSource } from './serverTree.ts';

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
const mime = 'application/vnd.code.tree.quarterdeck.runs';

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
    id: 'quarterdeck.runs',
    watched: ['nautilus://runs'],
    canSelectMany: true,
    async rows() {
      const { runs, total } = await listRuns(client);
      return total > runs.length ? [...runs, { older: total - runs.length }] : runs;
    },
    item: (row) => ('older' in row ? olderItem(row) : runItem(row)),
    dragAndDropController: {
      dragMimeTypes: [mime],
      dropMimeTypes: [mime],
      handleDrag(rows, data) {
        data.set(mime, new DataTransferItem(rows.flatMap((row) => ('run_id' in row ? [row.run_id] : []))));
      },
      handleDrop(target, data) {
        const dragged = z.array(z.string()).safeParse(data.get(mime)?.value).data ?? [];
        if (!target || !('run_id' in target)) return;
        const ids = [...new Set([target.run_id, ...dragged])];
        if (ids.length > 1) compare(ids.slice(0, mostCompared));
      },
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
  item.command = { command: 'quarterdeck.openReport', title: 'Open Report', arguments: [run] };
  return item;
}

function olderItem({ older }: OlderRuns): TreeItem {
  const item = new TreeItem(`${older.toLocaleString('en-US')} older runs`);
  item.description = 'list_runs finds them';
  item.iconPath = new ThemeIcon('ellipsis');
  return item;
}

export function nameOf({ strategies, run_id }: RunRow): string {
  const names = strategies.map((source) => source.split(':').at(-1) ?? source);
  return names.join(', ') || run_id;
}

/** The engine's figure in the currency it is in; nothing where there is none. */
export function pnlOf({ pnl, pnl_currency, status, error }: RunRow): string {
  if (status === 'failed') return error?.split(':')[0] ?? 'failed';
  if (pnl === null || pnl === undefined || !pnl_currency) return status === 'completed' ? '' : status;
  const amount = Math.abs(pnl).toLocaleString('en-US', { maximumFractionDigits: 2 });
  return `${pnl < 0 ? '−' : '+'}${amount} ${pnl_currency}`;
}

export function shortTime(iso: string): string {
  return `${iso.slice(5, 10)} ${iso.slice(11, 16)} UTC`;
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
    ['Run', run.run_id],
    ['Kind', run.kind],
    ['Created', run.created_at],
    ['PnL', pnlOf(run)],
    ['Orders', run.orders],
    ['Tags', run.tags.join(', ')],
    ['Note', run.note],
    ['Error', run.error],
  ]) {
    if (value !== undefined && value !== '') text.appendText(`\n${label}: ${value}\n`);
  }
  return text;
}
