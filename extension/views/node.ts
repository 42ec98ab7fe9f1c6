import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import * as z from 'zod';
import { NodeDescription, type NodeKind, NodeRecord, type NodeState } from '../../server/protocol/node.ts';
import { nodeUri } from '../addresses.ts';
import type { ServerClient } from '../client.ts';
import type { TreeSource } from './serverTree.ts';

/** A trading node as `nautilus://nodes` tells it. */
export const NodeRow = NodeRecord.omit({ request: true }).loose();
export type NodeRow = z.infer<typeof NodeRow>;

/** A line below a node: a venue, a strategy or a count. */
export interface Detail {
  label: string;
  description: string;
  icon: string;
}

const Nodes = z.object({ nodes: z.array(NodeRow) });
const active: readonly NodeState[] = ['starting', 'running', 'degraded', 'halted', 'stopping'];

/** The trading nodes of the workspace, newest first. @throws QuarterdeckError */
export async function listNodes(client: ServerClient): Promise<NodeRow[]> {
  const { nodes } = await client.read('nautilus://nodes', Nodes);
  return nodes.sort(
    (a, b) => Number(isActive(b)) - Number(isActive(a)) || b.created_at.localeCompare(a.created_at),
  );
}

export function isActive({ state }: Pick<NodeRow, 'state'>): boolean {
  return active.includes(state);
}

/** Trading nodes with their venues, strategies and open orders. */
export function nodeSource(client: ServerClient): TreeSource<NodeRow | Detail> {
  return {
    watched: ['nautilus://nodes'],
    watchedFor: (row) => ('node' in row && isActive(row) ? nodeUri(row.node) : undefined),
    async rows(parent) {
      if (parent === undefined) return listNodes(client);
      if (!('node' in parent)) return [];
      const node = await client.read(nodeUri(parent.node), NodeDescription);
      return details(node);
    },
    item: (row) => ('node' in row ? nodeItem(row) : detailItem(row)),
  };
}

function nodeItem(row: NodeRow): TreeItem {
  const { Expanded, None } = TreeItemCollapsibleState;
  const item = new TreeItem(row.node, isActive(row) ? Expanded : None);
  item.id = row.node;
  item.description = [kindWords[row.kind], row.state, row.reason].filter(Boolean).join(' · ');
  item.tooltip = [row.trader_id, item.description, row.started_at && l10n.t('since {0}', row.started_at)]
    .filter(Boolean)
    .join('\n');
  item.iconPath = iconOf(row);
  item.command = {
    command: 'quarterdeck.openBlotter',
    title: l10n.t('Open Blotter'),
    arguments: [nodeUri(row.node)],
  };
  item.contextValue = `node.${isActive(row) ? 'active' : 'ended'}.${row.state}`;
  return item;
}

export const kindWords: Record<NodeKind, string> = {
  demo: l10n.t('simulated, made-up prices'),
  replay: l10n.t('simulated, replayed data'),
  sandbox: l10n.t('simulated, real data'),
  testnet: l10n.t('play money at a real adapter'),
  live: 'LIVE',
};

function iconOf({ state, kind }: NodeRow): ThemeIcon {
  if (state === 'failed') return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
  if (state === 'degraded' || state === 'halted')
    return new ThemeIcon('debug-pause', new ThemeColor('list.warningForeground'));
  if (state === 'starting' || state === 'stopping') return new ThemeIcon('sync~spin');
  if (state === 'stopped') return new ThemeIcon('circle-outline');
  return new ThemeIcon(
    'vm-running',
    new ThemeColor(kind === 'live' ? 'list.warningForeground' : 'charts.green'),
  );
}

function details({ venues, strategies, counts }: NodeDescription): Detail[] {
  return [
    ...venues.map(({ name, kind, connected }) => ({
      label: name,
      description: `${kind} · ${connected ? l10n.t('connected') : l10n.t('disconnected')}`,
      icon: connected ? 'plug' : 'debug-disconnect',
    })),
    ...strategies.map(({ strategy_id, state, reason }) => ({
      label: strategy_id,
      description: [state.toLowerCase(), reason].filter(Boolean).join(' · '),
      icon: 'symbol-class',
    })),
    {
      label: l10n.t('Orders'),
      description: l10n.t(
        '{0} open · {1} in flight · {2} in all',
        counts.orders_open,
        counts.orders_inflight,
        counts.orders,
      ),
      icon: 'list-flat',
    },
    {
      label: l10n.t('Positions'),
      description: l10n.t('{0} open', counts.positions_open),
      icon: 'layers',
    },
  ];
}

function detailItem({ label, description, icon }: Detail): TreeItem {
  const item = new TreeItem(label);
  item.description = description;
  item.iconPath = new ThemeIcon(icon);
  return item;
}
