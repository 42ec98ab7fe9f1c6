import * as z from 'zod';
import { element, svg } from '../elements.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';

const dayLength = 86_400_000;
const points = 4000;
/** Beyond this many days the sampled rows may step over a day. */
const mostDays = 1000;
const width = 436;

export interface Series {
  /** `bars`, `quotes` or `trades`, as the catalog's addresses have it. */
  path: string;
  id: string;
}

/** Which days of a series have data, from its first to its last, in UTC. */
export interface Coverage {
  first: number;
  days: boolean[];
}

const Answer = z.object({ rows: z.array(z.object({ ts_event: z.string() })) });

export async function readCoverage(host: Host, { path, id }: Series): Promise<Coverage | undefined> {
  const uri = `nautilus://catalogs/default/${path}/${encodeURIComponent(id)}?points=${points}`;
  const { rows } = Answer.parse(await host.read(uri));
  const days = rows.map(({ ts_event }) => Math.floor(Date.parse(ts_event) / dayLength));
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || last - first >= mostDays) return undefined;
  const has = new Set(days);
  return {
    first: first * dayLength,
    days: Array.from({ length: last - first + 1 }, (_, i) => has.has(first + i)),
  };
}

/** A bar with a gap for each day without data, and how many there are. */
export function coverageBar({ first, days }: Coverage): HTMLElement[] {
  const covered = days.filter(Boolean).length;
  const dayName = (i: number) => new Date(first + i * dayLength).toISOString().slice(0, 10);
  const gaps = days.flatMap((has, i) => (has ? [] : [dayName(i)]));
  const said =
    gaps.length === 0
      ? t('Every day from {0} to {1} has data.', dayName(0), dayName(days.length - 1))
      : t(
          '{0} of {1} days have data; none on {2}.',
          covered,
          days.length,
          `${gaps.slice(0, 12).join(', ')}${gaps.length > 12 ? ' …' : ''}`,
        );
  const picture = svg('svg', {
    ...{ class: 'coverage', viewBox: `0 0 ${width} 8`, preserveAspectRatio: 'none', role: 'img' },
    'aria-label': said,
  });
  const step = width / days.length;
  for (const { from, to } of stretches(days)) {
    picture.append(svg('rect', { x: from * step, y: 1, width: Math.max(1, (to - from) * step), height: 6 }));
  }
  picture.append(svg('title', {}, said));
  const words = t('{0} of {1} days (UTC)', covered, days.length);
  const box = element('span', { class: 'coverage-box' });
  box.append(picture);
  return [box, element('span', { class: 'muted' }, words)];
}

function stretches(days: boolean[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const [i, has] of days.entries()) {
    const last = found.at(-1);
    if (!has) continue;
    if (last && last.to === i) last.to = i + 1;
    else found.push({ from: i, to: i + 1 });
  }
  return found;
}
