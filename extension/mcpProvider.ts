import { type Disposable, type LogOutputChannel, lm, McpHttpServerDefinition, Uri, workspace } from 'vscode';
import packageJson from '../package.json';
import { showError } from './errors.ts';
import type { WorkspaceServer } from './server.ts';

/** Offers the workspace's server to the editor's own MCP host, and so to Copilot. */
export function offerMcpServer(server: WorkspaceServer, log: LogOutputChannel): Disposable {
  // Absent in editors without AI features; everything else works there.
  if (typeof lm?.registerMcpServerDefinitionProvider !== 'function') return { dispose() {} };
  return lm.registerMcpServerDefinitionProvider('quarterdeck.mcp', {
    onDidChangeMcpServerDefinitions: server.onDidMove,
    provideMcpServerDefinitions() {
      if (!workspace.workspaceFolders?.length) return [];
      return [define(server.known?.url ?? 'http://127.0.0.1/mcp', server.known?.token)];
    },
    async resolveMcpServerDefinition() {
      try {
        const { url, token } = await server.attach();
        return define(url, token);
      } catch (error) {
        void showError(error, log);
        return undefined;
      }
    },
  });
}

function define(url: string, token: string | undefined): McpHttpServerDefinition {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return new McpHttpServerDefinition('Quarterdeck', Uri.parse(url), headers, packageJson.version);
}
