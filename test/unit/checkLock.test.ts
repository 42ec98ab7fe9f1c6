import { expect, it } from 'vitest';
import { lockProblems } from '../../scripts/checkLock.mjs';

const biome = { optionalDependencies: { '@biomejs/cli-darwin-arm64': '2.0.0' } };

it('a lock names no registry', () => {
  const zod = { resolved: 'https://registry.example/zod.tgz' };
  expect(lockProblems({ packages: { '': {}, 'node_modules/zod': zod } })).toHaveLength(1);
});

it('a lock has the packages of every platform', () => {
  const without = { '': {}, 'node_modules/@biomejs/biome': biome };
  expect(lockProblems({ packages: without })[0]).toContain('lacks @biomejs/cli-darwin-arm64');
  expect(lockProblems({ packages: { ...without, 'node_modules/@biomejs/cli-darwin-arm64': {} } })).toEqual(
    [],
  );
  const nested = 'node_modules/@biomejs/biome/node_modules/@biomejs/cli-darwin-arm64';
  expect(lockProblems({ packages: { ...without, [nested]: {} } })).toEqual([]);
});
