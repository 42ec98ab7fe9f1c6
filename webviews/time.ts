import { exchangeZone } from './exchangeZones.ts';
import { missing } from './format.ts';
import { settings } from './settings.ts';

/** Times are milliseconds here: exact nanoseconds are only divided for the screen. */
export function milliseconds(nanoseconds: string): number {
  return nanoseconds.length > 15 ? Number(nanoseconds.slice(0, -6)) : Number(nanoseconds) / 1e6;
}

/** Name of the zone of every time shown, for the ends of axes, heads and footers. */
export let zoneName = zoneOfSettings();
/** Why times are not in the zone asked for; undefined when they are. */
export let zoneNote: string | undefined;
let parts = partsIn(zoneName);

/** With `exchange` in the settings, times are those of the venues shown; told as soon as a page knows them. */
export function showTimesOf(venues: readonly string[]): boolean {
  if (settings.timeZone !== 'exchange') return false;
  const before = zoneName;
  const { zone, note } = exchangeZone([...new Set(venues)]);
  zoneNote = note;
  zoneName = zone;
  parts = partsIn(zone);
  return before !== zone;
}

/** `2013-02-01T00:00:00.000` in the zone shown. */
export function wallClock(time: number): string {
  const iso = new Date(time).toISOString();
  if (zoneName === 'UTC') return iso.slice(0, -1);
  const found = Object.fromEntries(parts.formatToParts(time).map(({ type, value }) => [type, value]));
  const { year, month, day, hour, minute, second } = found;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${iso.slice(19, 23)}`;
}

/** A moment for other programs: ISO-8601 in the zone shown, with how far that is from UTC. */
export function isoTime(time: number): string {
  if (zoneName === 'UTC') return new Date(time).toISOString();
  const local = wallClock(time);
  const minutes = Math.round((Date.parse(`${local}Z`) - time) / 60_000);
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${local}${minutes < 0 ? '-' : '+'}${pad(size / 60)}:${pad(size % 60)}`;
}

/** `2013-02-01T00:00:00.000000001Z`: every digit of it. */
export function exactTime(nanoseconds: string): string {
  const second = new Date(Number(nanoseconds.slice(0, -9)) * 1000).toISOString().slice(0, 19);
  return `${second}.${nanoseconds.slice(-9)}Z`;
}

export function day(time: number): string {
  return wallClock(time).slice(5, 10);
}

/** `02-01 00:00`: the year is in the header. */
export function dayMinute(time: number | undefined): string {
  return time === undefined ? missing : wallClock(time).slice(5, 16).replace('T', ' ');
}

/** `2013-02-01 00:00` */
export function minute(time: number | undefined): string {
  return time === undefined ? missing : wallClock(time).slice(0, 16).replace('T', ' ');
}

export function clock(time: number): string {
  return wallClock(time).slice(11, 19);
}

export function clockMillis(time: number): string {
  return wallClock(time).slice(11, 23);
}

/** `45m`, `7h 29m`, `2d 16h` */
export function duration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return missing;
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)}s`;
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  const pad = (value: number) => String(value).padStart(2, '0');
  return hours < 24 ? `${hours}h ${pad(minutes % 60)}m` : `${Math.floor(hours / 24)}d ${pad(hours % 24)}h`;
}

/** Time since the event before: `+0.120 s`, `+4m 0.1s`. */
export function since(ms: number): string {
  if (ms < 60_000) return `+${(ms / 1000).toFixed(3)} s`;
  if (ms < 3_600_000) return `+${Math.floor(ms / 60_000)}m ${((ms % 60_000) / 1000).toFixed(1)}s`;
  return `+${duration(ms)}`;
}

function zoneOfSettings(): string {
  if (settings.timeZone === 'local') return Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: settings.timeZone }).resolvedOptions();
    return timeZone === 'Etc/UTC' ? 'UTC' : timeZone;
  } catch {
    // `exchange` until the venues are known, or a name that is none.
    return 'UTC';
  }
}

function partsIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
}
