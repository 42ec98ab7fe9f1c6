import { svg } from '../elements.ts';
import { axisNumber } from '../format.ts';
import type { EquityLine } from './run.ts';

const margin = { top: 8, right: 16, bottom: 22, left: 72 };

/** Draws equity over time into `frame`, again when its size changes. Colours come from the style sheet. */
export function drawEquity(frame: HTMLElement, line: EquityLine): void {
  const draw = () => frame.replaceChildren(chart(line, frame.clientWidth, frame.clientHeight));
  new ResizeObserver(draw).observe(frame);
}

function chart({ currency, points }: EquityLine, width: number, height: number): SVGElement {
  const times = points.map(({ milliseconds }) => milliseconds);
  const values = points.map(({ value }) => value);
  const [from = 0, to = 0] = [times[0], times.at(-1)];
  const ticks = valueTicks(Math.min(...values), Math.max(...values), height > 200 ? 6 : 4);
  const [low = 0, high = 1] = [ticks.at(0)?.value, ticks.at(-1)?.value];
  const x = (time: number) => margin.left + share(time, from, to) * (width - margin.left - margin.right);
  const y = (value: number) =>
    margin.top + (1 - share(value, low, high)) * (height - margin.top - margin.bottom);
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const sentence = `Equity from ${first} to ${last} ${currency}, lowest ${Math.min(...values)}, highest ${Math.max(...values)}`;

  return svg(
    'svg',
    { role: 'img', 'aria-label': sentence, viewBox: `0 0 ${width} ${height}` },
    ...ticks.flatMap(({ value, label }) => [
      svg('line', { class: 'grid', x1: margin.left, x2: width - margin.right, y1: y(value), y2: y(value) }),
      svg('text', { x: margin.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, label),
    ]),
    ...timeTicks(from, to, Math.max(2, Math.floor((width - margin.left - margin.right) / 110))).map(
      ({ time, label }, i, all) =>
        svg(
          'text',
          {
            x: x(time),
            y: height - 6,
            'text-anchor': i === 0 ? 'start' : i === all.length - 1 ? 'end' : 'middle',
          },
          label,
        ),
    ),
    svg('line', { class: 'base', x1: margin.left, x2: width - margin.right, y1: y(first), y2: y(first) }),
    svg('polyline', {
      class: 'line',
      points: points
        .map(({ milliseconds, value }) => `${x(milliseconds).toFixed(1)},${y(value).toFixed(1)}`)
        .join(' '),
    }),
  );
}

function share(value: number, from: number, to: number): number {
  return to > from ? (value - from) / (to - from) : 0.5;
}

/** Round values that enclose the line, at steps of 1, 2 or 5 times a power of ten. */
function valueTicks(low: number, high: number, wanted: number): { value: number; label: string }[] {
  const span = high - low || Math.abs(high) * 0.01 || 1;
  const rough = span / (wanted - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const start = Math.floor(low / step);
  const end = Math.max(Math.ceil(high / step), start + 1);
  return Array.from({ length: end - start + 1 }, (_, i) => {
    const value = (start + i) * step;
    return { value, label: axisNumber(value, step) };
  });
}

function timeTicks(from: number, to: number, wanted: number): { time: number; label: string }[] {
  const shows = to - from > 3 * 86_400_000 ? [0, 10] : [5, 16];
  return Array.from({ length: wanted }, (_, i) => {
    const time = from + ((to - from) * i) / (wanted - 1);
    return {
      time,
      label: new Date(time)
        .toISOString()
        .slice(...shows)
        .replace('T', ' '),
    };
  });
}
