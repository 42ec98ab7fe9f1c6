import { svg } from './elements.ts';

const paths = {
  pass: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm3.1 3.5L7 10.1 4.9 8l-.7.7L7 11.5l4.8-5.3-.7-.7Z',
  error:
    'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm2.6 2.7L8 7.3 5.4 4.7l-.7.7L7.3 8l-2.6 2.6.7.7L8 8.7l2.6 2.6.7-.7L8.7 8l2.6-2.6-.7-.7Z',
  warning: 'M8 1.5 15 14H1L8 1.5Zm0 2L2.7 13h10.6L8 3.5ZM7.5 6.5h1v3.5h-1V6.5Zm0 4.5h1v1h-1v-1Z',
  circle: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z',
  clock: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm-.5 2v4.5H11v-1H8.5V4h-1Z',
  slash:
    'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1c1.5 0 2.8.5 3.8 1.4l-8.4 8.4A6 6 0 0 1 8 2Zm0 12c-1.5 0-2.8-.5-3.8-1.4l8.4-8.4A6 6 0 0 1 8 14Z',
};
export type IconName = keyof typeof paths;

/** Decoration only: the word is always beside it. */
export function icon(name: IconName): SVGElement {
  return svg(
    'svg',
    { class: `icon icon-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { d: paths[name], fill: 'currentColor' }),
  );
}
