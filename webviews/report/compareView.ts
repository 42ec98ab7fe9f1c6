import { RunRecord } from '../../server/protocol/run.ts';
import { button, checkbox, iconButton, segments } from '../controls.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import { percent, signed } from '../format.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { plural, t } from '../strings.ts';
import { showTimesOf } from '../time.ts';
import { chipsOf, marketOf, nameOf, periodOf, venuesOf } from './about.ts';
import { CompareCharts } from './compareCharts.ts';
import { divergenceTable, netOf, parameterTable, type Side, statisticsTable } from './compareTables.ts';
import { type Basis, deepestFall, mainCurrency } from './figures.ts';
import { readResults } from './results.ts';
import { errorView, loadingView } from './states.ts';
import type { Trade } from './trade.ts';

/** One of the runs laid over each other, by letter, colour and dash. */
export interface Compared extends Basis {
  letter: string;
  uri: string;
  shown: boolean;
  trades: Trade[];
}

const letters = 'ABCDE';

/** Two to five runs over each other; the first is what the others are measured against. */
export async function showComparison(root: HTMLElement, host: Host, ids: string[]): Promise<void> {
  const loading = setTimeout(() => root.replaceChildren(loadingView()), 150);
  try {
    const compared = await Promise.all(ids.slice(0, 5).map((id, i) => readOne(host, id, letters[i] ?? '?')));
    clearTimeout(loading);
    showTimesOf(compared.flatMap(({ run }) => venuesOf(run)));
    draw(root, host, compared);
  } catch (error) {
    clearTimeout(loading);
    root.replaceChildren(errorView(toErrorObject(error)));
  }
}

async function readOne(host: Host, id: string, letter: string): Promise<Compared> {
  const uri = `nautilus://runs/${encodeURIComponent(id)}`;
  const run = RunRecord.parse(await host.read(uri));
  const { lines, trades } = await readResults(host, uri, run);
  return { run, lines, trades, letter, uri, shown: true };
}

function draw(root: HTMLElement, host: Host, compared: Compared[]): void {
  const [first] = compared;
  if (!first) return;
  const charts = new CompareCharts(compared, root.clientWidth < 720);
  const statistics = element('div', {
    class: 'scroll-x',
    tabindex: 0,
    role: 'region',
    'aria-label': t('Statistics'),
  });
  const showStatistics = (side: Side) => statistics.replaceChildren(statisticsTable(compared, side));
  showStatistics('all');
  const sides = segments(
    t('Side'),
    [
      { value: 'all', text: t('All') },
      { value: 'long', text: t('Long') },
      { value: 'short', text: t('Short') },
    ],
    'all',
    showStatistics,
  );
  const parameters = element('div', {});
  const showParameters = (only: boolean) => parameters.replaceChildren(...parameterTable(compared, only));
  showParameters(true);
  root.replaceChildren(
    element(
      'header',
      { class: 'header' },
      element(
        'div',
        { class: 'text' },
        icon('compare'),
        element('h1', {}, t('Compare {0} runs', compared.length)),
        element(
          'span',
          { class: 'what clip' },
          [nameOf(first.run), marketOf(first.run)].filter(Boolean).join(' · '),
        ),
        element(
          'span',
          { class: 'muted facts clip' },
          [periodOf(first.run.summary), sameness(compared)].filter(Boolean).join(' · '),
        ),
      ),
      element(
        'div',
        { class: 'actions' },
        button(t('Open {0}', 'A'), 'secondary', () => host.openPage({ page: 'report', run: first.run.id }), {
          icon: 'graph',
        }),
      ),
    ),
    ...sampleBand(compared),
    element('div', { class: 'cards' }, ...compared.map((one) => card(one, host, charts))),
    element(
      'div',
      { class: 'compare-band' },
      charts.root,
      element(
        'section',
        {},
        element(
          'div',
          { class: 'section-head' },
          element('h2', {}, t('Statistics')),
          element('span', { class: 'hint' }, t('● best · small: difference to A')),
          element('div', { class: 'end' }, sides),
        ),
        statistics,
      ),
    ),
    element(
      'div',
      { class: 'settings two' },
      element(
        'section',
        { class: 'cell' },
        element(
          'div',
          { class: 'section-head' },
          element('h2', {}, t('Parameters')),
          element('div', { class: 'end' }, checkbox(t('Only differences'), true, showParameters)),
        ),
        parameters,
      ),
      element(
        'section',
        { class: 'cell' },
        element(
          'div',
          { class: 'section-head' },
          element('h2', {}, t('First difference between trades')),
          element('span', { class: 'hint' }, t('against A')),
        ),
        divergenceTable(compared),
      ),
    ),
  );
}

function sampleBand(compared: Compared[]): HTMLElement[] {
  const variants = new Set(compared.map(({ run }) => JSON.stringify(run.request.strategies)));
  const sameData =
    new Set(compared.map(({ run }) => JSON.stringify([run.request.data, run.request.start, run.request.end])))
      .size === 1;
  if (variants.size < 2 || !sameData) return [];
  const best = [...compared].sort((a, b) => (netOf(b) ?? 0) - (netOf(a) ?? 0))[0];
  const what = best
    ? t(
        'The best of several tries looks better than it is; {0}, the best here, has {1}.',
        best.letter,
        plural(best.trades.length, 'trade', 'trades'),
      )
    : '';
  return [
    element(
      'div',
      { class: 'band warning' },
      icon('warning'),
      element('p', {}, element('strong', {}, t('{0} variants on one sample.', variants.size)), ' ', what),
    ),
  ];
}

function sameness(compared: Compared[]): string {
  const same = (read: (one: Compared) => unknown) =>
    new Set(compared.map((one) => JSON.stringify(read(one)))).size === 1;
  const parts = [
    same(({ run }) => run.request.data) ? t('same data') : t('different data'),
    same(({ run }) => run.code?.modules) ? t('same code') : t('different code'),
  ];
  return parts.join(', ');
}

function card(one: Compared, host: Host, charts: CompareCharts): HTMLElement {
  const { run, letter, lines, trades } = one;
  const [currency] = mainCurrency(run.summary);
  const net = netOf(one);
  const [line] = lines;
  const eye = iconButton('eye', t('Hide {0} in the charts', letter), () => {
    one.shown = !one.shown;
    eye.replaceChildren(icon(one.shown ? 'eye' : 'eyeClosed'));
    eye.setAttribute(
      'aria-label',
      one.shown ? t('Hide {0} in the charts', letter) : t('Show {0} in the charts', letter),
    );
    charts.show();
  });
  const name = chipsOf(run).join(' · ') || nameOf(run);
  const made = element(
    'div',
    { class: 'card', 'data-run': run.id },
    element(
      'div',
      { class: 'row' },
      element('span', { class: `letter run-${letter}` }, letter),
      element('span', { class: `dash run-${letter}` }),
      linkTo(name, () => host.openPage({ page: 'report', run: run.id })),
      run.baseline && element('span', { class: 'chip' }, icon('star'), t('baseline')),
      element('span', { class: 'grow' }),
      eye,
    ),
    element(
      'div',
      { class: `value ${net && net > 0 ? 'gain' : net && net < 0 ? 'loss' : ''}` },
      signed(net, 2),
      element('span', { class: 'hint' }, ` ${currency ?? ''}`),
    ),
    element(
      'div',
      { class: 'hint' },
      t(
        '{0} max drawdown · {1}',
        percent(deepestFall(run.summary, line), 2),
        plural(trades.length, 'trade', 'trades'),
      ),
    ),
  );
  return made;
}

function linkTo(text: string, act: () => void): HTMLElement {
  const made = element('button', { type: 'button', class: 'link strong clip' }, text);
  made.addEventListener('click', act);
  return made;
}
