import {
  type DataTransfer,
  type Disposable,
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import type { Views } from './index.ts';

/** What a view shows: it comes with the rest of the extension. */
export interface TreeContent<Row> {
  rows(parent: Row | undefined): Promise<Row[]>;
  item(row: Row): TreeItem;
  drag?(rows: readonly Row[], data: DataTransfer): void;
  drop?(target: Row | undefined, data: DataTransfer): void;
}

/** The rows of each view. */
type Contents = { [Name in 'strategies' | 'runs' | 'data' | 'node']: Views[Name] };
type RowOf<Content> = Content extends TreeContent<infer Row> ? Row : never;

/** A view as the editor has it from the start. */
export class Tree<Row> implements TreeDataProvider<Row>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  readonly view: TreeView<Row>;

  /** @param mime of rows that are dragged; several of them can then be selected as well */
  constructor(
    id: string,
    private readonly content: () => Promise<TreeContent<Row>>,
    mime?: string,
  ) {
    const dragging = mime === undefined ? {} : { dragAndDropController: this.dragging(mime) };
    const canSelectMany = mime !== undefined;
    this.view = window.createTreeView(id, {
      ...{ treeDataProvider: this, showCollapseAll: true, canSelectMany },
      ...dragging,
    });
  }

  refresh(): void {
    this.changed.fire();
  }

  async getTreeItem(row: Row): Promise<TreeItem> {
    return (await this.content()).item(row);
  }

  async getChildren(parent?: Row): Promise<Row[]> {
    return (await this.content()).rows(parent);
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }

  private dragging(mime: string) {
    return {
      dragMimeTypes: [mime],
      dropMimeTypes: [mime],
      handleDrag: async (rows: readonly Row[], data: DataTransfer) =>
        (await this.content()).drag?.(rows, data),
      handleDrop: async (target: Row | undefined, data: DataTransfer) =>
        (await this.content()).drop?.(target, data),
    };
  }
}

export const runsMime = 'application/vnd.code.tree.quarterdeck.runs';

/** The views of our container in the activity bar. */
export class Trees implements Disposable {
  readonly strategies: Tree<RowOf<Contents['strategies']>>;
  readonly runs: Tree<RowOf<Contents['runs']>>;
  readonly data: Tree<RowOf<Contents['data']>>;
  readonly node: Tree<RowOf<Contents['node']>>;

  constructor(views: () => Promise<Views>) {
    this.strategies = new Tree('quarterdeck.strategies', async () => (await views()).strategies);
    this.runs = new Tree('quarterdeck.runs', async () => (await views()).runs, runsMime);
    this.data = new Tree('quarterdeck.data', async () => (await views()).data);
    this.node = new Tree('quarterdeck.node', async () => (await views()).node);
  }

  dispose(): void {
    for (const tree of [this.strategies, this.runs, this.data, this.node]) tree.dispose();
  }
}
