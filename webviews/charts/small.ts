import { svg } from '../elements.ts';
import { fixed, short } from '../format.ts';

/** A small chart of bars around zero; gains are filled, losses hollow. */
export interface Bar {
  value: number;
  label: string;
  /** What a pointer is told. */
  title: string;
  /** Gain or loss when that is not the sign of the value. */
  gain?: boolean;
}

const size = { width: 300, height: 132, left: 40, right: 8, top: 8, bottom: 18 };

export function barChart(sentence: string, bars: Bar[], { signed = true, ticks = 4 } = {}): SVGElement {
  const high = Math.max(0, ...bars.map(({ value }) => value));
  const low = Math.min(0, ...bars.map(({ value }) => value));
  const y = scale(low, high || 1);
  const width = (size.width - size.left - size.right) / Math.max(1, bars.length);
  const every = Math.max(1, Math.ceil(bars.length / ticks));
  const write = (value: number) => (signed ? short(value) : fixed(value, 0));
  return frame(
    sentence,
    svg('line', { class: 'axis', x1: size.left, x2: size.width - size.right, y1: y(0), y2: y(0) }),
    ...[...new Set([high, 0, low])].map((value) =>
      svg('text', { x: size.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, write(value)),
    ),
    ...bars.map(({ value, title, gain }, i) =>
      svg(
        'rect',
        {
          class: (gain ?? value >= 0) ? 'up' : 'down',
          x: size.left + i * width + 1,
          width: Math.max(1, width - 2),
          y: Math.min(y(0), y(value)),
          height: Math.max(value === 0 ? 0 : 1, Math.abs(y(value) - y(0))),
        },
        svg('title', {}, title),
      ),
    ),
    ...bars.flatMap(({ label }, i) =>
      i % every === 0
        ? [svg('text', { x: size.left + i * width, y: size.height - 4, 'text-anchor': 'start' }, label)]
        : [],
    ),
  );
}

export function lineChart(sentence: string, values: number[], labels: [string, string, string]): SVGElement {
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  const y = scale(low, high === low ? low + 1 : high);
  const x = (i: number) =>
    size.left + (i / Math.max(1, values.length - 1)) * (size.width - size.left - size.right);
  return frame(
    sentence,
    svg('line', { class: 'axis', x1: size.left, x2: size.width - size.right, y1: y(0), y2: y(0) }),
    ...[...new Set([high, 0, low])].map((value) =>
      svg('text', { x: size.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, short(value)),
    ),
    svg('polyline', {
      class: 'series',
      points: values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' '),
    }),
    ...labels.map((label, i) =>
      svg(
        'text',
        {
          x: x(((values.length - 1) * i) / 2),
          y: size.height - 4,
          'text-anchor': ['start', 'middle', 'end'][i],
        },
        label,
      ),
    ),
  );
}

/** A line of a few pixels with its start as a level. */
export function sparkline(values: number[], width = 120, height = 18): SVGElement {
  const [high, low] = [Math.max(...values), Math.min(...values)];
  const y = (value: number) => height - 1 - ((value - low) / (high - low || 1)) * (height - 2);
  const x = (i: number) => (i / Math.max(1, values.length - 1)) * width;
  const start = y(values[0] ?? 0);
  return svg(
    'svg',
    { class: 'sparkline', width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' },
    svg('line', { class: 'axis', x1: 0, x2: width, y1: start, y2: start }),
    svg('polyline', {
      class: 'series',
      points: values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' '),
    }),
  );
}

function frame(sentence: string, ...children: SVGElement[]): SVGElement {
  const box = `0 0 ${size.width} ${size.height}`;
  return svg('svg', { class: 'small-chart', viewBox: box, role: 'img', 'aria-label': sentence }, ...children);
}

function scale(low: number, high: number): (value: number) => number {
  const span = high - low || 1;
  return (value) => size.top + ((high - value) / span) * (size.height - size.top - size.bottom);
}
