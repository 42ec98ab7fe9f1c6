import type { App } from './app.ts';
import { ServerClient } from './client.ts';
import { Operator } from './operator.ts';
import { Panels } from './panels.ts';
import { WorkspaceServer } from './server.ts';
import { StatusBar } from './statusBar.ts';
import { Views } from './views/index.ts';
import type { Shell } from './whole.ts';

// What `later.ts` throws must be known here.
export * from '../server/protocol/errors.ts';
export { hasActiveNode } from './activeNode.ts';
export { showError } from './errors.ts';
export { registersUs } from './mcpConfig.ts';
export { listRuns } from './views/runs.ts';

/** Builds what the editor's own parts of us lead to. A bundle of its own: see {@link Whole}. */
export function start({ context, log, status, trees }: Shell): App {
  const operator = new Operator(context.secrets);
  const server = new WorkspaceServer(log, operator);
  const client = new ServerClient(server, operator, log);
  const reports = new Panels(context, client, log);
  const compare = (runs: string[]) => reports.openPage({ page: 'compare', runs });
  const views = new Views(trees, client, server, log, compare);
  context.subscriptions.push(operator, server, client, reports, views, new StatusBar(status, client));
  const { extensionPath, workspaceState: memory } = context;
  const { credentials } = operator;
  return { log, server, client, credentials, reports, views, memory, extensionPath };
}
