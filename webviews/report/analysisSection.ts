import type { RunRecord } from '../../server/protocol/run.ts';
import { element } from '../elements.ts';
import { icon } from '../icons.ts';
import { t } from '../strings.ts';
import { analysisCells, type Cell, drawdownTable } from './analysis.ts';
import type { EquityLine } from './equity.ts';
import type { Rolling } from './results.ts';
import { rollingCells } from './rolling.ts';
import { configName, pairs, parameterPairs, runSettings } from './settings.ts';
import type { Trade } from './trade.ts';

export interface AnalysisSection {
  roots: readonly HTMLElement[];
  /** What it was made with, and the falls of its curve: known before the trades. */
  showSettings(run: RunRecord, line: EquityLine | undefined): void;
  show(run: RunRecord, line: EquityLine | undefined, trades: Trade[], rolling: readonly Rolling[]): void;
}

/** What a run shows beside its figures, in cells: analysis, then what it was made with. */
export function analysisSection(narrow: boolean): AnalysisSection {
  const analysis = element('div', { class: 'analysis' });
  const settings = element('div', { class: 'settings' });
  return {
    roots: [analysis, settings],
    showSettings(run, line) {
      settings.replaceChildren(...cellsBelow(run, line).map((cell) => cellElement(cell, narrow)));
    },
    show(run, line, trades, rolling) {
      const options = run.request.statistics;
      const cells = [...analysisCells(line, trades), ...rollingCells({ rolling, line, options })];
      analysis.replaceChildren(...cells.map((cell) => cellElement(cell, narrow)));
    },
  };
}

function cellsBelow(run: RunRecord, line: EquityLine | undefined): Cell[] {
  const settings = runSettings(run);
  return [
    ...(line?.falls.length
      ? [
          {
            id: 'drawdowns',
            title: t('Worst drawdowns'),
            note: t('equity'),
            fact: t(
              '{0}, deepest {1}%',
              Math.min(5, line.falls.length),
              ((line.deepest?.depth ?? 0) * 100).toFixed(2).replace('-', '\u2212'),
            ),
            body: () => drawdownTable(line),
          },
        ]
      : []),
    {
      id: 'settings',
      title: t('Run settings'),
      note: '',
      fact: settings[0]?.[1] ?? '',
      body: () => pairs(settings),
    },
    {
      id: 'parameters',
      title: t('Parameters'),
      note: configName(run),
      fact: '',
      body: () => pairs(parameterPairs(run), true),
    },
  ];
}

/** Open where there is room, a line that opens where there is none. */
function cellElement({ id, title: name, note, fact, body }: Cell, narrow: boolean): HTMLElement {
  if (!narrow) {
    return element(
      'section',
      { class: 'cell', 'data-cell': id },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, name),
        note && element('span', { class: 'hint' }, note),
      ),
      body(),
    );
  }
  const open = id === 'calendar';
  const summary = element(
    'summary',
    {},
    icon('chevronRight'),
    element('h2', {}, name),
    element('span', { class: 'hint' }, fact || note),
  );
  const box = element('details', { class: 'cell', 'data-cell': id, open: open ? '' : undefined }, summary);
  const fillIn = () => {
    if (box.open && box.children.length === 1) box.append(body());
  };
  box.addEventListener('toggle', fillIn);
  fillIn();
  return box;
}
