import { type ExtensionContext, window } from 'vscode';
import { offerBundleEditor } from './bundleEditor.ts';
import { registerCommands } from './commands/index.ts';
import { greetLeftRunning } from './leftRunning.ts';
import { offerMcpServer } from './mcpProvider.ts';
import { restorePages } from './pageRestorer.ts';
import { statusItem } from './statusItem.ts';
import { StrategyLenses } from './strategyLenses.ts';
import { offerTasks } from './tasks.ts';
import { handleUris } from './uriHandler.ts';
import { Trees } from './views/trees.ts';
import { Whole } from './whole.ts';

/**
 * An MCP client with a face: everything it shows or does goes through the workspace's one server. The editor waits for this
 * function, so it only registers; what that leads to is loaded when it is first asked for.
 */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Quarterdeck', { log: true });
  const status = statusItem();
  const trees = new Trees(() => whole.load().then(({ app }) => app.views));
  const whole = new Whole({ context, log, status, trees });

  context.subscriptions.push(
    ...[log, status, trees, whole],
    new StrategyLenses(whole, log),
    offerMcpServer(whole, String(context.extension.packageJSON.version)),
    offerBundleEditor(whole),
    offerTasks(whole),
    restorePages(whole),
    handleUris(log),
    registerCommands(whole),
  );
  void greetLeftRunning(whole);
}
