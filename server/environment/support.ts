/** What the engine may be: the one place to change for another NautilusTrader. */
export const nautilusRange = { from: [1, 231], below: [1, 232], text: '>=1.231,<1.232' } as const;

/** Python minor versions the engine has wheels for, the best first. */
export const pythonMinors: readonly number[] = [13, 12, 14];

/** What its wheels ask of the machine. */
export const wheelPlatform = { glibc: [2, 35], macOS: 26 } as const;

/** Room for the environment (about 1 GB) and for what the installer unpacks on the way. */
export const neededBytes = 2.5e9;

/** True for a final release inside `nautilusRange`; a pre-release or development build is none. */
export function isSupportedNautilus(version: string): boolean {
  const match = /^(\d+(?:\.\d+)*)(?:\.post\d+)?(?:\+[a-z0-9.]+)?$/i.exec(version);
  if (!match?.[1]) return false;
  const release = match[1].split('.').map(Number);
  return compare(release, nautilusRange.from) >= 0 && compare(release, nautilusRange.below) < 0;
}

/** Compares releases number by number; what is missing counts as 0. */
export function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
