import { element, table } from '../elements.ts';
import { t } from '../strings.ts';

/** A chart as screen readers meet it: one sentence, and the same as a table when it is asked for. */
export interface ChartTable {
  heads: string[];
  rows: string[][];
}

export interface Frame {
  root: HTMLElement;
  canvas: HTMLElement;
  describe(sentence: string): void;
  /** Shows the table in the place of the drawing, or the drawing again. */
  toggleTable(make: () => ChartTable): void;
}

const mostRows = 500;

export function chartFrame(label: string, height: number): Frame {
  const canvas = element('div', { class: 'chart-canvas', role: 'img', 'aria-label': label });
  const root = element('div', { class: 'chart', 'data-chart': label }, canvas);
  root.style.height = `${height}px`;
  let shown: HTMLElement | undefined;
  return {
    root,
    canvas,
    describe: (sentence) => canvas.setAttribute('aria-label', sentence),
    toggleTable(make) {
      if (shown) {
        shown.remove();
        shown = undefined;
        canvas.classList.remove('hidden');
        return;
      }
      const { heads, rows } = make();
      const note = rows.length > mostRows ? t('The first {0} of {1} rows.', mostRows, rows.length) : '';
      shown = element(
        'div',
        { class: 'chart-table', tabindex: 0, role: 'region', 'aria-label': label },
        table(label, heads, rows.slice(0, mostRows)),
        note && element('p', { class: 'hint' }, note),
      );
      canvas.classList.add('hidden');
      root.append(shown);
    },
  };
}
