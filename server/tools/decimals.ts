/** The exact product of two decimal texts, such as "0.5" and "58000.10". */
export function decimalProduct(one: string, other: string): string {
  const [a, b] = [parts(one), parts(other)];
  const digits = (a.digits * b.digits).toString();
  const scale = a.scale + b.scale;
  const sign = digits.startsWith('-') ? '-' : '';
  const padded = digits.replace('-', '').padStart(scale + 1, '0');
  const whole = padded.slice(0, padded.length - scale);
  const fraction = padded.slice(padded.length - scale).replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function parts(text: string): { digits: bigint; scale: number } {
  const [whole = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(`${whole}${fraction}`), scale: fraction.length };
}
