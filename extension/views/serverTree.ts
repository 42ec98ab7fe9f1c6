import { commands, type DataTransfer, type Disposable, type LogOutputChannel, type TreeItem } from 'vscode';
import { toQuarterdeckError } from '../../server/protocol/errors.ts';
import type { ServerClient } from '../client.ts';
import type { Tree, TreeContent } from './trees.ts';

/** What a view of the activity bar shows: rows from the server, and the resources that say when they changed. */
export interface TreeSource<Row> {
  /** Watched while the view is visible. */
  watched: readonly string[];
  /** What to watch besides, because of a row that is shown. */
  watchedFor?(row: Row): string | undefined;
  rows(parent: Row | undefined): Promise<Row[]>;
  item(row: Row): TreeItem;
  drag?(rows: readonly Row[], data: DataTransfer): void;
  drop?(target: Row | undefined, data: DataTransfer): void;
}

/** Context key: no usable engine environment, so that the welcome text offers to set one up. */
const engineMissing = 'quarterdeck.engineMissing';

/** A tree that asks the server only while somebody looks at it. */
export class ServerTree<Row> implements TreeContent<Row>, Disposable {
  private readonly watching = new Map<string, Disposable>();
  private readonly listening: Disposable;

  constructor(
    private readonly tree: Tree<Row>,
    private readonly source: TreeSource<Row>,
    private readonly client: ServerClient,
    private readonly log: LogOutputChannel,
  ) {
    this.listening = tree.view.onDidChangeVisibility(() => this.attend());
  }

  /** Without words of its own a row would be read out as its tooltip. */
  item(row: Row): TreeItem {
    const item = this.source.item(row);
    const label = [item.label, item.description].filter((part) => typeof part === 'string' && part !== '');
    item.accessibilityInformation ??= { label: label.join(', ') };
    return item;
  }

  /** A tree has no place for an error but the line above it: what is wrong and what to do. */
  async rows(parent?: Row): Promise<Row[]> {
    const { view } = this.tree;
    try {
      const rows = await this.source.rows(parent);
      if (parent === undefined) {
        this.attend(rows);
        view.message = '';
        void commands.executeCommand('setContext', engineMissing, false);
      }
      return rows;
    } catch (error) {
      const { type, message, next_step } = toQuarterdeckError(error).toObject();
      this.log.warn(`${view.title}: ${message}`);
      void commands.executeCommand('setContext', engineMissing, type === 'environment');
      view.message = type === 'environment' ? '' : `${message} ${next_step}`;
      return [];
    }
  }

  drag(rows: readonly Row[], data: DataTransfer): void {
    this.source.drag?.(rows, data);
  }

  drop(target: Row | undefined, data: DataTransfer): void {
    this.source.drop?.(target, data);
  }

  dispose(): void {
    this.listening.dispose();
    for (const watch of this.watching.values()) watch.dispose();
  }

  /** Watches what the rows ask for, and nothing while nobody looks. */
  private attend(rows: Row[] = []): void {
    const { visible } = this.tree.view;
    const wanted = new Set(visible ? this.source.watched : []);
    for (const row of visible ? rows : []) {
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
        this.client.watch(uri, () => this.tree.refresh()),
      );
    }
  }
}
