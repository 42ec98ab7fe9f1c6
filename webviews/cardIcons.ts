import { svg } from './elements.ts';

const paths = {
  pass: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.35 5.35-4 4a.5.5 0 0 1-.7 0l-2-2a.5.5 0 1 1 .7-.7L7 9.29l3.65-3.64a.5.5 0 0 1 .7.7Z',
  error:
    'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm2.6 2.7L8 7.3 5.4 4.7l-.7.7L7.3 8l-2.6 2.6.7.7L8 8.7l2.6 2.6.7-.7L8.7 8l2.6-2.6-.7-.7Z',
  warning: 'M8 1.5 15 14H1L8 1.5Zm0 2L2.7 13h10.6L8 3.5ZM7.5 6.5h1v3.5h-1V6.5Zm0 4.5h1v1h-1v-1Z',
  circle: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z',
};
export type CardIcon = keyof typeof paths;

/** Few and drawn in place: a card is sent whole into each chat. */
export function cardIcon(name: CardIcon): SVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { d: paths[name], fill: 'currentColor' }),
  );
}
