/** How many lines two texts may have together before only their difference in size is told. */
const mostLines = 20_000;
/** Beyond this many changed lines everything counts as replaced: the search takes their square in memory. */
const mostEdits = 1000;
const context = 3;

type Edit = { sign: ' ' | '-' | '+'; line: string };

/** A unified diff of two texts; empty when they are equal. */
export function unifiedDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const [old, now] = [before.split('\n'), after.split('\n')];
  const header = `--- ${name}\n+++ ${name}\n`;
  if (old.length + now.length > mostLines) return `${header}(${old.length} lines, now ${now.length})\n`;
  return header + hunks(edits(old, now));
}

/** The shortest way from one list of lines to the other (E. Myers, "An O(ND) Difference Algorithm", 1986). */
function edits(old: string[], now: string[]): Edit[] {
  const reach = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let steps = 0; steps <= mostEdits; steps++) {
    trace.push(new Map(reach));
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let x = isDown(reach, diagonal, steps)
        ? (reach.get(diagonal + 1) ?? 0)
        : (reach.get(diagonal - 1) ?? 0) + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x++;
      reach.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length) return walkBack(trace, old, now);
    }
  }
  return [
    ...old.map((line): Edit => ({ sign: '-', line })),
    ...now.map((line): Edit => ({ sign: '+', line })),
  ];
}

function isDown(reach: Map<number, number>, diagonal: number, steps: number): boolean {
  if (diagonal === -steps) return true;
  if (diagonal === steps) return false;
  return (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1);
}

function walkBack(trace: Map<number, number>[], old: string[], now: string[]): Edit[] {
  const found: Edit[] = [];
  let [x, y] = [old.length, now.length];
  for (let steps = trace.length - 1; steps >= 0; steps--) {
    const reach = trace[steps] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = isDown(reach, diagonal, steps);
    const fromX = steps === 0 ? 0 : (reach.get(down ? diagonal + 1 : diagonal - 1) ?? 0);
    const fromY = steps === 0 ? 0 : fromX - (down ? diagonal + 1 : diagonal - 1);
    while (x > fromX && y > fromY) {
      found.push({ sign: ' ', line: old[--x] ?? '' });
      y--;
    }
    if (steps === 0) break;
    if (down) found.push({ sign: '+', line: now[--y] ?? '' });
    else found.push({ sign: '-', line: old[--x] ?? '' });
  }
  return found.reverse();
}

function hunks(all: Edit[]): string {
  const near = new Set<number>();
  for (const [index, { sign }] of all.entries()) {
    if (sign !== ' ') for (let i = index - context; i <= index + context; i++) near.add(i);
  }
  let text = '';
  let [oldLine, newLine] = [1, 1];
  for (let index = 0; index < all.length; ) {
    if (!near.has(index)) {
      index++;
      oldLine++;
      newLine++;
      continue;
    }
    const hunk: Edit[] = [];
    for (let edit = all[index]; edit && near.has(index); edit = all[++index]) hunk.push(edit);
    const [removed, added] = [count(hunk, '+'), count(hunk, '-')];
    text += `@@ -${oldLine},${removed} +${newLine},${added} @@\n`;
    text += hunk.map(({ sign, line }) => `${sign}${line}\n`).join('');
    oldLine += removed;
    newLine += added;
  }
  return text;
}

/** Lines of a hunk on one side: all but those only the other side has. */
function count(hunk: Edit[], other: '+' | '-'): number {
  return hunk.filter(({ sign }) => sign !== other).length;
}
