import { Disposable, type LogOutputChannel, workspace } from 'vscode';
import type { ServerClient } from '../client.ts';
import type { WorkspaceServer } from '../server.ts';
import { dataSource, type InstrumentNode, type Series } from './data.ts';
import { type Detail, type NodeRow, nodeSource } from './node.ts';
import { type OlderRuns, type RunRow, runsSource } from './runs.ts';
import { ServerTree } from './serverTree.ts';
import { type StrategyNode, strategiesSource } from './strategies.ts';
import type { Trees } from './trees.ts';

/** What the trees of our container in the activity bar show. */
export class Views implements Disposable {
  readonly strategies: ServerTree<StrategyNode>;
  readonly runs: ServerTree<RunRow | OlderRuns>;
  readonly data: ServerTree<InstrumentNode | Series>;
  readonly node: ServerTree<NodeRow | Detail>;
  private readonly files = workspace.createFileSystemWatcher('**/*.py');

  constructor(
    private readonly trees: Trees,
    client: ServerClient,
    server: WorkspaceServer,
    log: LogOutputChannel,
    compare: (ids: string[]) => void,
  ) {
    const { strategies, runs, data, node } = trees;
    const files = strategiesSource(client, () => server.folder);
    this.strategies = new ServerTree(strategies, files, client, log);
    this.runs = new ServerTree(runs, runsSource(client, compare), client, log);
    this.data = new ServerTree(data, dataSource(client), client, log);
    this.node = new ServerTree(node, nodeSource(client), client, log);
    const changed = () => strategies.refresh();
    this.files.onDidCreate(changed);
    this.files.onDidChange(changed);
    this.files.onDidDelete(changed);
  }

  refresh(): void {
    const { strategies, runs, data, node } = this.trees;
    for (const tree of [strategies, runs, data, node]) tree.refresh();
  }

  dispose(): void {
    Disposable.from(this.files, this.strategies, this.runs, this.data, this.node).dispose();
  }
}
