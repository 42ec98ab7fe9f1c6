import {
  Disposable,
  EventEmitter,
  type LogOutputChannel,
  lm,
  McpHttpServerDefinition,
  RelativePattern,
  Uri,
  workspace,
} from 'vscode';
import packageJson from '../package.json';
import type { ServerClient } from './client.ts';
import { showError } from './errors.ts';
import { registersUs } from './mcpConfig.ts';
import type { WorkspaceServer } from './server.ts';

/** Offers the workspace's server to the editor's own MCP host, and so to Copilot. */
export function offerMcpServer(
  server: WorkspaceServer,
  client: ServerClient,
  log: LogOutputChannel,
): Disposable {
  // Absent in editors without AI features; everything else works there.
  if (typeof lm?.registerMcpServerDefinitionProvider !== 'function') return { dispose() {} };
  const changed = new EventEmitter<void>();
  const registered = lm.registerMcpServerDefinitionProvider('quarterdeck.mcp', {
    onDidChangeMcpServerDefinitions: changed.event,
    async provideMcpServerDefinitions() {
      if (!workspace.workspaceFolders?.length) return [];
      if (await isRegistered(server)) {
        log.info('.vscode/mcp.json registers the server already; it is not offered a second time.');
        return [];
      }
      return [define(server.known?.url ?? 'http://127.0.0.1/mcp', server.known?.token)];
    },
    async resolveMcpServerDefinition() {
      try {
        const { url, token } = await server.attach();
        // What an agent does may need a person's yes, which is asked through our own session.
        client.greet();
        return define(url, token);
      } catch (error) {
        void showError(error, log);
        return undefined;
      }
    },
  });
  const tell = () => changed.fire();
  return Disposable.from(registered, changed, server.onDidMove(tell), ...watchConfigs(tell));
}

/** A workspace may have our server in its own `mcp.json`, for those without the extension. */
async function isRegistered(server: WorkspaceServer): Promise<boolean> {
  const files = (workspace.workspaceFolders ?? []).map(({ uri }) => Uri.joinPath(uri, ...config.split('/')));
  const texts = await Promise.all(
    files.map((file) =>
      workspace.fs.readFile(file).then(
        (bytes) => new TextDecoder().decode(bytes),
        () => '',
      ),
    ),
  );
  return texts.some((text) => registersUs(text, server.known?.url));
}

function watchConfigs(tell: () => void): Disposable[] {
  return (workspace.workspaceFolders ?? []).flatMap((folder) => {
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, config));
    return [watcher, watcher.onDidCreate(tell), watcher.onDidChange(tell), watcher.onDidDelete(tell)];
  });
}

const config = '.vscode/mcp.json';

function define(url: string, token: string | undefined): McpHttpServerDefinition {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return new McpHttpServerDefinition('Quarterdeck', Uri.parse(url), headers, packageJson.version);
}
