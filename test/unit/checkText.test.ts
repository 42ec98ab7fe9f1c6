import { describe, expect, it } from 'vitest';
import { maximumLines, textProblems } from '../../scripts/checkText.mjs';

const home = ['', 'home', 'me', 'project'].join('/');

describe('words no file has', () => {
  it.each([
    ['README.md', `Data is in ${home}.`],
    ['server/files.ts', `const place = '${home}';`],
    ['server/files.ts', `// @ts-${'ignore'}`],
    ['server/files.ts', `const value = answer as ${'any'};`],
    ['server/files.ts', `function f(value: ${'any'}): void {}`],
    ['server/files.ts', `const value = answer as ${'unknown'} as string;`],
    ['python/quarterdeck/peer.py', `x = y  # type: ${'ignore'}`],
  ])('%s: %s', (path, text) => {
    expect(textProblems([{ path, text }])).toHaveLength(1);
  });

  it.each([
    [
      'server/paths.ts',
      `path.join(env.XDG_DATA_HOME ?? path.join(os.homedir(), '.local', 'share'), 'quarterdeck')`,
    ],
    ['README.md', 'https://example.org/home/page and ~/work/quarterdeck'],
    ['server/files.ts', '/** Takes any value of the table. */'],
    ['server/files.ts', `const sentence = 'as any client would';`],
    ['python/quarterdeck/peer.py', 'x = y  # type: ignore[attr-defined]'],
  ])('%s may say %s', (path, text) => {
    expect(textProblems([{ path, text }])).toEqual([]);
  });
});

it('a hand-written file has a length one can read', () => {
  const text = Array.from({ length: maximumLines + 1 }, (_, i) => `const line${i} = ${i};`).join('\n');
  expect(textProblems([{ path: 'server/long.ts', text }])).toHaveLength(1);
  expect(
    textProblems([{ path: 'server/long.ts', text: `// Generated from the contract.\n${text}` }]),
  ).toEqual([]);
  expect(textProblems([{ path: 'notes.md', text }])).toEqual([]);
});
