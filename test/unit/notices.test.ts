import { expect, test } from 'vitest';
import { notices } from '../../scripts/lib/notices.mjs';

test('every package of a bundle is named once with its version and licence; our own files are not', () => {
  const text = notices(['server/main.ts', 'node_modules/zod/v4/a.js', 'node_modules/zod/v4/b.js']);
  expect(text.match(/^zod \d+\.\d+\.\d+ \(MIT\)$/gm)).toHaveLength(1);
  expect(text).toContain('Permission is hereby granted');
  expect(text).not.toContain('server/main.ts');
});

test('a scoped package inside another is found', () => {
  const nested = 'node_modules/@modelcontextprotocol/sdk/dist/esm/client/index.js';
  expect(notices([nested])).toContain('@modelcontextprotocol/sdk 1.');
});
