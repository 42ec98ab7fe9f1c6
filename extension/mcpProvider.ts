import {
  Disposable,
  EventEmitter,
  lm,
  McpHttpServerDefinition,
  RelativePattern,
  Uri,
  workspace,
} from 'vscode';
import type { Whole } from './whole.ts';

/** Offers the workspace's server to the editor's own MCP host, and so to Copilot. */
export function offerMcpServer(whole: Whole, version: string): Disposable {
  // Absent in editors without AI features; everything else works there.
  if (typeof lm?.registerMcpServerDefinitionProvider !== 'function') return { dispose() {} };
  const changed = new EventEmitter<void>();
  const registered = lm.registerMcpServerDefinitionProvider('quarterdeck.mcp', {
    onDidChangeMcpServerDefinitions: changed.event,
    async provideMcpServerDefinitions() {
      if (!workspace.workspaceFolders?.length) return [];
      if (await isRegistered(whole)) return [];
      const { url = 'http://127.0.0.1/mcp', token } = whole.app?.server.known ?? {};
      return [define(version, url, token)];
    },
    async resolveMcpServerDefinition() {
      const { app, rest } = await whole.load();
      try {
        const { url, token } = await app.server.attach();
        // What an agent does may need a person's yes, which is asked through our own session.
        app.client.greet();
        return define(version, url, token);
      } catch (error) {
        void rest.showError(error, app.log);
        return undefined;
      }
    },
  });
  const tell = () => changed.fire();
  const moved = whole.onDidStart(({ server }) => server.onDidMove(tell));
  return Disposable.from(registered, changed, moved, ...watchConfigs(tell));
}

/** A workspace may have our server in its own `mcp.json`, for those without the extension. */
async function isRegistered(whole: Whole): Promise<boolean> {
  const files = (workspace.workspaceFolders ?? []).map(({ uri }) => Uri.joinPath(uri, ...config.split('/')));
  const texts = await Promise.all(
    files.map((file) =>
      workspace.fs.readFile(file).then(
        (bytes) => new TextDecoder().decode(bytes),
        () => '',
      ),
    ),
  );
  if (texts.every((text) => text === '')) return false;
  const { app, rest } = await whole.load();
  const registered = texts.some((text) => rest.registersUs(text, app.server.known?.url));
  if (registered)
    app.log.info('.vscode/mcp.json registers the server already; it is not offered a second time.');
  return registered;
}

function watchConfigs(tell: () => void): Disposable[] {
  return (workspace.workspaceFolders ?? []).flatMap((folder) => {
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, config));
    return [watcher, watcher.onDidCreate(tell), watcher.onDidChange(tell), watcher.onDidDelete(tell)];
  });
}

const config = '.vscode/mcp.json';

function define(version: string, url: string, token: string | undefined): McpHttpServerDefinition {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return new McpHttpServerDefinition('Quarterdeck', Uri.parse(url), headers, version);
}
