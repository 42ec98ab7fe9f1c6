/** What stands where there is no number. */
export const missing = '–';

const minus = '\u2212';

/** A decimal as the engine wrote it, grouped, without passing through a float. */
export function decimal(text: string): string {
  const [whole = '', fraction] = text.replace(/^-/, '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${text.startsWith('-') ? minus : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

export function fixed(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? missing : decimal(value.toFixed(digits));
}

/** Profit and loss always say which they are. */
export function signed(value: number | null | undefined, digits: number): string {
  const text = fixed(value, digits);
  return value !== null && value !== undefined && value > 0 ? `+${text}` : text;
}

export function count(value: number | null | undefined): string {
  return fixed(value, 0);
}

/** A share as percent. */
export function percent(share: number | null | undefined, digits: number): string {
  return share === null || share === undefined ? missing : `${fixed(share * 100, digits)}%`;
}

/** Short numbers for an axis: 1,020k, 12.5M. `step` decides how many digits tell two ticks apart. */
export function axisNumber(value: number, step: number): string {
  const [unit, suffix] = step >= 1e6 ? [1e6, 'M'] : step >= 1e3 ? [1e3, 'k'] : [1, ''];
  const digits = Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
  return `${fixed(value / unit, digits)}${suffix}`;
}

/** `2013-02-01 00:00`, in UTC as everything here. */
export function minute(time: string | undefined): string {
  return time === undefined ? missing : time.slice(0, 16).replace('T', ' ');
}

export function seconds(value: number): string {
  return value < 60 ? `${fixed(value, 2)} s` : `${Math.floor(value / 60)}m ${Math.round(value % 60)}s`;
}
