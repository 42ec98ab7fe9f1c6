import { type ExtensionContext, window, workspace } from 'vscode';
import { offerBundleEditor } from './bundleEditor.ts';
import { ServerClient } from './client.ts';
import { registerCommands } from './commands/index.ts';
import { hasActiveNode } from './leftRunning.ts';
import { offerMcpServer } from './mcpProvider.ts';
import { Operator } from './operator.ts';
import { Panels } from './panels.ts';
import { WorkspaceServer } from './server.ts';
import { StatusBar } from './statusBar.ts';
import { StrategyLenses } from './strategyLenses.ts';
import { offerTasks } from './tasks.ts';
import { handleUris } from './uriHandler.ts';
import { Views } from './views/index.ts';

/** An MCP client with a face: everything it shows or does goes through the workspace's one server. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Quarterdeck', { log: true });
  const operator = new Operator(context.secrets);
  const server = new WorkspaceServer(log, operator);
  const client = new ServerClient(server, operator, log);
  const reports = new Panels(context, client, log);
  const compare = (runs: string[]) => reports.openPage({ page: 'compare', runs });
  const views = new Views(client, server, log, compare);
  const { extensionPath, workspaceState: memory } = context;
  const { credentials } = operator;
  const app = { log, server, client, credentials, reports, views, memory, extensionPath };

  context.subscriptions.push(
    ...[log, operator, server, client, reports, views],
    new StatusBar(client),
    new StrategyLenses(client, log),
    offerMcpServer(server, client, log),
    offerBundleEditor(reports),
    offerTasks(app),
    handleUris(log),
    registerCommands(app),
  );

  // What a closed window left running is shown again without anybody asking.
  const [folder] = workspace.workspaceFolders ?? [];
  if (folder) void hasActiveNode(folder.uri.fsPath).then((found) => found && client.greet());
}
