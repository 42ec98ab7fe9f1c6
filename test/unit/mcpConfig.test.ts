import { expect, it } from 'vitest';
import { registersUs } from '../../extension/mcpConfig.ts';
import { clientConfig } from '../../server/cli/clientConfig.ts';

const url = 'http://127.0.0.1:1234/mcp';
const servers = (entry: object, name = 'any') => JSON.stringify({ servers: { [name]: entry } });

it.each(['vscode', 'claude', 'cursor'])('what "doctor --print-config %s" prints is ours', (client) => {
  expect(registersUs(JSON.stringify(clientConfig(client, 'workspace').config), undefined)).toBe(true);
});

it.each([
  ['the launcher', servers({ command: 'python', args: ['nautilus_trader_server.py'] })],
  ['npx', servers({ command: 'npx', args: ['-y', 'quarterdeck@0.1.0', 'stdio'] })],
  ['an installed command', servers({ command: '/usr/local/bin/quarterdeck', args: ['stdio'] })],
  ['the address of our server', servers({ type: 'http', url })],
  [
    'a file with comments',
    `// mine\n{ "servers": { /* a */ "x": { "command": "quarterdeck", "args": ["stdio",], }, } }`,
  ],
])('%s is ours', (_what, text) => {
  expect(registersUs(text, url)).toBe(true);
});

it.each([
  ['no file', ''],
  ['no JSON', '{ servers: '],
  ['another server', servers({ command: 'npx', args: ['-y', 'other', '--note', 'not quarterdeck at all'] })],
  ['another address', servers({ type: 'http', url: 'https://example.com//mcp' })],
  ['a comment about us', '{ "servers": { } } // "command": "quarterdeck"'],
  ['nonsense', '{ "servers": { "x": 5, "y": null } }'],
])('%s is not', (_what, text) => {
  expect(registersUs(text, url)).toBe(false);
});
