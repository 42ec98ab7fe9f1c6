import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differingPaths } from '../../server/runs/differences.ts';
import { unifiedDiff } from '../../server/runs/lineDiff.ts';

describe('unifiedDiff', () => {
  it('shows what changed with three lines around it', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].join('\n');
    expect(unifiedDiff(before, before.replace('e', 'E'), 'x.py')).toBe(
      '--- x.py\n+++ x.py\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    );
    expect(unifiedDiff(before, before, 'x.py')).toBe('');
  });

  it('leads from one text to the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, (old, now) => {
        expect(patched(old, unifiedDiff(old.join('\n'), now.join('\n'), 'f'))).toEqual(now);
      }),
    );
  });

  it('gives up on texts that have nothing in common, quickly', () => {
    const lines = (mark: string) => Array.from({ length: 5000 }, (_, i) => `${mark}${i}`).join('\n');
    expect(unifiedDiff(lines('a'), lines('b'), 'f')).toContain('-a4999\n+b0\n');
  });
});

/** Applies a diff the way patch does. */
function patched(old: string[], diff: string): string[] {
  const rest = [...old];
  const result: string[] = [];
  let taken = 0;
  for (const line of diff.split('\n').slice(2, -1)) {
    const start = /^@@ -(\d+)/.exec(line)?.[1];
    if (start !== undefined) {
      const skipped = rest.splice(0, Number(start) - 1 - taken);
      taken += skipped.length;
      result.push(...skipped);
      continue;
    }
    if (line.startsWith('+')) result.push(line.slice(1));
    else {
      expect(rest.shift()).toBe(line.slice(1));
      taken++;
      if (line.startsWith(' ')) result.push(line.slice(1));
    }
  }
  return [...result, ...rest];
}

describe('differingPaths', () => {
  it('names the innermost place at which values differ', () => {
    const a = { x: 1, list: [{ k: 'v' }, 2], same: { deep: [1] } };
    const b = { x: 1, list: [{ k: 'w' }, 2, 3], same: { deep: [1] }, more: null };
    expect(differingPaths([a, b])).toEqual([
      { path: 'list[0].k', values: ['"v"', '"w"'] },
      { path: 'list[2]', values: [null, '3'] },
      { path: 'more', values: [null, 'null'] },
    ]);
    expect(differingPaths([a, a])).toEqual([]);
  });
});
