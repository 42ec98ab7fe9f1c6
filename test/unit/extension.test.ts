import { expect, test } from 'vitest';
import { commandIds } from '../../extension/commands/ids.ts';
import packageJson from '../../package.json';

test('every command of the extension is contributed, and no other', () => {
  const contributed = packageJson.contributes.commands.map(({ command }) => command);
  expect([...commandIds].sort()).toEqual(contributed.sort());
});

test('only a workspace of ours wakes the extension by itself; the MCP server has no activation event', () => {
  const events = packageJson.activationEvents.filter((event) => !event.startsWith('onWebviewPanel:'));
  expect(events).toEqual(['workspaceContains:quarterdeck.json', 'workspaceContains:.quarterdeck']);
  expect(packageJson.contributes.mcpServerDefinitionProviders.map(({ id }) => id)).toEqual([
    'quarterdeck.mcp',
  ]);
});
