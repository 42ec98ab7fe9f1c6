import path from 'node:path';
import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri } from 'vscode';
import type * as z from 'zod';
import { StrategyPage } from '../../server/protocol/strategyRows.ts';
import type { Strategy } from '../backtestRequest.ts';
import type { ServerClient } from '../client.ts';
import type { TreeSource } from './serverTree.ts';

/** A file that could not be read stands among the strategies with its reason. */
export type StrategyNode = Strategy | z.infer<typeof StrategyPage>['unreadable'][number];

/** Strategies, actors and execution algorithms of the workspace, read off the source. */
export function strategiesSource(client: ServerClient, folder: () => string): TreeSource<StrategyNode> {
  return {
    watched: [],
    async rows() {
      const { strategies, unreadable } = await client.call('list_strategies', { limit: 1000 }, StrategyPage);
      return [...strategies, ...unreadable];
    },
    item: (node) => ('source' in node ? strategyItem(node, folder()) : unreadableItem(node, folder())),
  };
}

const icons = {
  strategy: 'symbol-class',
  actor: 'eye',
  exec_algorithm: 'list-ordered',
} as const;

function strategyItem(strategy: Strategy, folder: string): TreeItem {
  const item = new TreeItem(strategy.name, TreeItemCollapsibleState.None);
  item.id = strategy.source;
  item.description = `${relative(folder, strategy.file)}:${strategy.line}`;
  item.tooltip = strategy.description ?? strategy.source;
  item.iconPath = new ThemeIcon(icons[strategy.kind]);
  item.contextValue = `definition.${strategy.kind}`;
  item.command = open(folder, strategy.file, strategy.line);
  return item;
}

function unreadableItem(
  { file, line = 1, message }: Exclude<StrategyNode, Strategy>,
  folder: string,
): TreeItem {
  const item = new TreeItem(relative(folder, file), TreeItemCollapsibleState.None);
  item.description = message;
  item.tooltip = l10n.t('{0} (line {1})', message, line);
  item.iconPath = new ThemeIcon('warning');
  item.command = open(folder, file, line);
  return item;
}

function open(folder: string, file: string, line: number) {
  const selection = { start: { line: line - 1, character: 0 }, end: { line: line - 1, character: 0 } };
  return {
    command: 'vscode.open',
    title: l10n.t('Open'),
    arguments: [Uri.file(path.resolve(folder, file)), { selection }],
  };
}

function relative(folder: string, file: string): string {
  return path.relative(folder, path.resolve(folder, file)) || file;
}
