import { Disposable, type LogOutputChannel, workspace } from 'vscode';
import type { ServerClient } from '../client.ts';
import type { WorkspaceServer } from '../server.ts';
import { dataSource } from './data.ts';
import { nodeSource } from './node.ts';
import { runsSource } from './runs.ts';
import { ServerTree } from './serverTree.ts';
import { strategiesSource } from './strategies.ts';

/** The trees of our container in the activity bar. */
export class Views implements Disposable {
  private readonly trees: { refresh(): void; dispose(): void }[];
  private readonly files = workspace.createFileSystemWatcher('**/*.py');

  constructor(
    client: ServerClient,
    server: WorkspaceServer,
    log: LogOutputChannel,
    compare: (ids: string[]) => void,
  ) {
    const strategies = new ServerTree(
      strategiesSource(client, () => server.folder),
      client,
      log,
    );
    const refreshed = () => strategies.refresh();
    this.files.onDidCreate(refreshed);
    this.files.onDidChange(refreshed);
    this.files.onDidDelete(refreshed);
    this.trees = [
      strategies,
      new ServerTree(runsSource(client, compare), client, log),
      new ServerTree(dataSource(client), client, log),
      new ServerTree(nodeSource(client), client, log),
    ];
  }

  refresh(): void {
    for (const tree of this.trees) tree.refresh();
  }

  dispose(): void {
    Disposable.from(this.files, ...this.trees).dispose();
  }
}
