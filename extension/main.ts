import { type ExtensionContext, window } from 'vscode';
import { ServerClient } from './client.ts';
import { registerCommands } from './commands/index.ts';
import { offerMcpServer } from './mcpProvider.ts';
import { ReportPanels } from './reportPanels.ts';
import { WorkspaceServer } from './server.ts';

/** An MCP client with a face: everything it shows or does goes through the workspace's one server. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Quarterdeck', { log: true });
  const server = new WorkspaceServer(log);
  const client = new ServerClient(server, log);
  const reports = new ReportPanels(context.extensionUri, client, log);

  context.subscriptions.push(
    log,
    server,
    client,
    reports,
    offerMcpServer(server, log),
    registerCommands({ log, server, client, reports, extensionPath: context.extensionPath }),
  );
}
