import { settings } from './settings.ts';

/** What stands where there is no number. */
export const missing = '–';

const minus = '\u2212';
const [groupMark, pointMark] = marks();

/** A decimal as the engine wrote it, grouped, without passing through a float. */
export function decimal(text: string): string {
  const [whole = '', fraction] = text.replace(/^-/, '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, groupMark);
  return `${text.startsWith('-') ? minus : ''}${grouped}${fraction === undefined ? '' : `${pointMark}${fraction}`}`;
}

export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const text = value.toFixed(digits);
  return decimal(/^-0(\.0+)?$/.test(text) ? text.slice(1) : text);
}

/** Profit and loss always say which they are. */
export function signed(value: number | null | undefined, digits: number): string {
  const text = fixed(value, digits);
  return value !== null && value !== undefined && Number(value.toFixed(digits)) > 0 ? `+${text}` : text;
}

/** A decimal with its sign, exactly as it is. */
export function signedDecimal(text: string): string {
  return /[1-9]/.test(text) && !text.startsWith('-') ? `+${decimal(text)}` : decimal(text);
}

export function count(value: number | null | undefined): string {
  return fixed(value, 0);
}

/** A share as percent. */
export function percent(share: number | null | undefined, digits: number): string {
  return share === null || share === undefined ? missing : `${fixed(share * 100, digits)}%`;
}

export function signedPercent(share: number | null | undefined, digits = 2): string {
  return share === null || share === undefined ? missing : `${signed(share * 100, digits)}%`;
}

/** Short numbers for an axis: 1,020k, 12.5M. `step` decides how many digits tell two ticks apart. */
export function axisNumber(value: number, step: number): string {
  const [unit, suffix] = step >= 1e6 ? [1e6, 'M'] : step >= 1e3 ? [1e3, 'k'] : [1, ''];
  const digits = Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
  return `${fixed(value / unit, digits)}${suffix}`;
}

/** `+12k`, `−911` */
export function short(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6) return `${signed(value / 1e6, size >= 1e7 ? 0 : 1)}M`;
  return size >= 10_000 ? `${signed(value / 1e3, 0)}k` : signed(value, size < 10 ? 2 : 0);
}

export function seconds(value: number): string {
  return value < 60 ? `${fixed(value, 2)} s` : `${Math.floor(value / 60)}m ${Math.round(value % 60)}s`;
}

/** `PARTIALLY_FILLED` as people write it. */
export function words(name: string): string {
  const text = name.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function marks(): [string, string] {
  if (settings.numberFormat !== 'locale') return [',', '.'];
  const found = new Intl.NumberFormat(undefined).formatToParts(12_345.6);
  const of = (type: string) => found.find((part) => part.type === type)?.value ?? '';
  return [of('group') || ' ', of('decimal') || '.'];
}
