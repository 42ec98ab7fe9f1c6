/** Amounts are whole numbers of 10⁻⁸, so that every sum is exact. */
export const one = 100_000_000n;

/** @returns undefined for what is no plain decimal of at most eight places. */
export function parseFixed(text: string): bigint | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,8}))?$/.exec(text);
  return match ? BigInt(match[1] ?? '') * one + BigInt((match[2] ?? '').padEnd(8, '0')) : undefined;
}

export function formatFixed(value: bigint): string {
  const size = value < 0n ? -value : value;
  const text = `${size / one}.${(size % one).toString().padStart(8, '0')}`;
  return value < 0n ? `-${text}` : text;
}

/** Product, rounded down to 10⁻⁸; exact where ticks and steps have eight places together. */
export function multiply(a: bigint, b: bigint): bigint {
  return (a * b) / one;
}
