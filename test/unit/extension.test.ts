import { expect, test } from 'vitest';
import { commandIds } from '../../extension/commands/ids.ts';
import packageJson from '../../package.json';

test('every command of the extension is contributed, and no other', () => {
  const contributed = packageJson.contributes.commands.map(({ command }) => command);
  expect([...commandIds].sort()).toEqual(contributed.sort());
});

test('the MCP server is found without an activation event of its own', () => {
  expect(packageJson.activationEvents.filter((event) => !event.startsWith('onWebviewPanel:'))).toEqual([]);
  expect(packageJson.contributes.mcpServerDefinitionProviders.map(({ id }) => id)).toEqual([
    'quarterdeck.mcp',
  ]);
});
