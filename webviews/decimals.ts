/** Exact sums of decimal strings: money is not added as floats. */
export function sum(texts: Iterable<string>): string {
  let digits = 0;
  const all = [...texts].map((text) => {
    const [whole = '0', fraction = ''] = text.split('.');
    digits = Math.max(digits, fraction.length);
    return { whole, fraction };
  });
  const total = all.reduce(
    (so, { whole, fraction }) => so + BigInt(whole + fraction.padEnd(digits, '0')),
    0n,
  );
  return write(total, digits);
}

export function minus(one: string, other: string): string {
  return sum([one, other.startsWith('-') ? other.slice(1) : `-${other}`]);
}

function write(total: bigint, digits: number): string {
  const text = (total < 0n ? -total : total).toString().padStart(digits + 1, '0');
  const cut = text.length - digits;
  return `${total < 0n ? '-' : ''}${text.slice(0, cut)}${digits === 0 ? '' : `.${text.slice(cut)}`}`;
}
