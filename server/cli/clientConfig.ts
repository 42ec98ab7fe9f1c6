import path from 'node:path';
import { packageRoot } from '../paths.ts';
import { QuarterdeckError } from '../protocol/errors.ts';

/** The key under which each client keeps its servers, and where its file is. */
const clients = {
  vscode: {
    key: 'servers',
    type: { type: 'stdio' },
    where:
      'VS Code: .vscode/mcp.json in the workspace, or "MCP: Open User Configuration". (With the extension nothing is needed.)',
  },
  claude: {
    key: 'mcpServers',
    type: {},
    where:
      'Claude Desktop: Settings > Developer > Edit Config (claude_desktop_config.json). Claude Code: .mcp.json in the workspace.',
  },
  cursor: {
    key: 'mcpServers',
    type: {},
    where: 'Cursor: .cursor/mcp.json in the workspace, or ~/.cursor/mcp.json.',
  },
} as const;

/** The JSON that adds this server to a client, and where it belongs. */
export function clientConfig(client: string, workspace: string): { config: object; where: string } {
  const known = Object.entries(clients).find(([name]) => name === client)?.[1];
  if (!known) {
    throw new QuarterdeckError(
      'INVALID_ARGUMENTS',
      `There is no client "${client}".`,
      `--print-config takes one of: ${Object.keys(clients).join(', ')}.`,
      { path: '--print-config' },
    );
  }
  const main = path.join(packageRoot, 'dist', 'server', 'main.js');
  const args = [main, 'stdio', '--workspace', workspace];
  return {
    config: { [known.key]: { 'nautilus-trader': { ...known.type, command: 'node', args } } },
    where: known.where,
  };
}
