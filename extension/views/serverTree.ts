import {
  commands,
  type Disposable,
  EventEmitter,
  type LogOutputChannel,
  type TreeDataProvider,
  type TreeDragAndDropController,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import { toQuarterdeckError } from '../../server/protocol/errors.ts';
import type { ServerClient } from '../client.ts';

/** What a view of the activity bar shows: rows from the server, and the resources that say when they changed. */
export interface TreeSource<Row> {
  id: string;
  /** Watched while the view is visible. */
  watched: readonly string[];
  /** What to watch besides, because of a row that is shown. */
  watchedFor?(row: Row): string | undefined;
  rows(parent: Row | undefined): Promise<Row[]>;
  item(row: Row): TreeItem;
  canSelectMany?: boolean;
  dragAndDropController?: TreeDragAndDropController<Row>;
}

/** Context key: no usable engine environment, so that the welcome text offers to set one up. */
const engineMissing = 'quarterdeck.engineMissing';

/** A tree that asks the server only while somebody looks at it. */
export class ServerTree<Row> implements TreeDataProvider<Row>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: TreeView<Row>;
  private readonly watching = new Map<string, Disposable>();

  constructor(
    private readonly source: TreeSource<Row>,
    private readonly client: ServerClient,
    private readonly log: LogOutputChannel,
  ) {
    const { id, canSelectMany = false, dragAndDropController } = source;
    const options = { treeDataProvider: this, showCollapseAll: true, canSelectMany };
    this.view = window.createTreeView(id, {
      ...options,
      ...(dragAndDropController ? { dragAndDropController } : {}),
    });
    this.view.onDidChangeVisibility(() => this.attend());
  }

  get selection(): readonly Row[] {
    return this.view.selection;
  }

  refresh(): void {
    this.changed.fire();
  }

  /** Without words of its own a row would be read out as its tooltip. */
  getTreeItem(row: Row): TreeItem {
    const item = this.source.item(row);
    const label = [item.label, item.description].filter((part) => typeof part === 'string' && part !== '');
    item.accessibilityInformation ??= { label: label.join(', ') };
    return item;
  }

  /** A tree has no place for an error but the line above it: what is wrong and what to do. */
  async getChildren(parent?: Row): Promise<Row[]> {
    try {
      const rows = await this.source.rows(parent);
      if (parent === undefined) {
        this.attend(rows);
        this.view.message = '';
        void commands.executeCommand('setContext', engineMissing, false);
      }
      return rows;
    } catch (error) {
      const { type, message, next_step } = toQuarterdeckError(error).toObject();
      this.log.warn(`${this.source.id}: ${message}`);
      void commands.executeCommand('setContext', engineMissing, type === 'environment');
      this.view.message = type === 'environment' ? '' : `${message} ${next_step}`;
      return [];
    }
  }

  dispose(): void {
    for (const watch of this.watching.values()) watch.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  /** Watches what the rows ask for, and nothing while nobody looks. */
  private attend(rows: Row[] = []): void {
    const wanted = new Set(this.view.visible ? this.source.watched : []);
    for (const row of this.view.visible ? rows : []) {
      const uri = this.source.watchedFor?.(row);
      if (uri !== undefined) wanted.add(uri);
    }
    for (const [uri, watch] of this.watching) {
      if (wanted.has(uri)) continue;
      watch.dispose();
      this.watching.delete(uri);
    }
    for (const uri of wanted) {
      if (this.watching.has(uri)) continue;
      this.watching.set(
        uri,
        this.client.watch(uri, () => this.refresh()),
      );
    }
  }
}
