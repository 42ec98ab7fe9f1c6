import { RunRecord } from '../../server/protocol/run.ts';
import { button, checkbox, iconButton, segments } from '../controls.ts';
import { type Child, element, table } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import { decimal, fixed, missing, percent, signed, signedPercent } from '../format.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { plural, t } from '../strings.ts';
import { dayMinute, showTimesOf, zoneName } from '../time.ts';
import { chipsOf, marketOf, nameOf, parametersOf, periodOf, venuesOf } from './about.ts';
import { sideWord } from './columns.ts';
import { CompareCharts } from './compareCharts.ts';
import { type Basis, mainCurrency } from './figures.ts';
import { readResults } from './load.ts';
import { errorView, loadingView } from './states.ts';
import { type StatisticRow, statisticGroups } from './statistics.ts';
import type { Trade } from './trade.ts';

/** One of the runs laid over each other, by letter, colour and dash. */
export interface Compared extends Basis {
  letter: string;
  uri: string;
  shown: boolean;
}

const letters = 'ABCDE';
type Side = 'all' | 'long' | 'short';

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

function netOf({ run }: Compared): number | undefined {
  const [, pnl] = mainCurrency(run.summary);
  return pnl?.['PnL (total)'] ?? undefined;
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
        percent(line?.deepest?.depth ?? 0, 2),
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

/** The rows of every run side by side, each with its difference to A and a mark on the best. */
function statisticsTable(compared: Compared[], side: Side): HTMLElement {
  const at = ['all', 'long', 'short'].indexOf(side);
  const tables = compared.map((one) => rowsOf(one));
  const [first = []] = tables;
  const rows = first
    .map(({ id, label }) => ({ id, label, cells: tables.map((rows) => rows.find((row) => row.id === id)) }))
    .filter(({ cells }) => cells.some((cell) => cell?.values[at]));
  return element(
    'table',
    { class: 'compare-statistics', 'aria-label': t('Statistics') },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('td'),
        ...compared
          .flatMap(({ letter }, i) => [
            element('th', { class: 'number', scope: 'col' }, element('strong', {}, letter)),
            i > 0 && element('td', { class: 'number' }),
          ])
          .filter((cell) => cell !== false),
      ),
    ),
    element(
      'tbody',
      {},
      ...rows.map(({ id, label, cells }) =>
        element(
          'tr',
          { 'data-statistic': id },
          element('th', { scope: 'row' }, label),
          ...statisticCells(cells, at),
        ),
      ),
    ),
  );
}

function statisticCells(cells: (StatisticRow | undefined)[], at: number): HTMLElement[] {
  const numbers = cells.map((cell) => (at === 0 ? cell?.number : undefined));
  const better = cells[0]?.better;
  const known = numbers.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  const best =
    better && new Set(known).size > 1 ? Math[better === 'more' ? 'max' : 'min'](...known) : undefined;
  return cells.flatMap((cell, i): HTMLElement[] => {
    const isBest = best !== undefined && numbers[i] === best;
    const value: Child[] = isBest
      ? [
          element('span', { class: 'best', role: 'img', 'aria-label': t('best') }, '●'),
          element('strong', {}, ` ${cell?.values[at] ?? missing}`),
        ]
      : [cell?.values[at] ?? missing];
    const made = element('td', { class: 'number' }, ...value);
    if (i === 0) return [made];
    const [own, reference] = [numbers[i], numbers[0]];
    const difference =
      own !== undefined && reference !== undefined && Number.isFinite(own - reference)
        ? (cell?.write?.(own - reference) ?? '')
        : '';
    return [made, element('td', { class: 'number hint' }, difference)];
  });
}

function rowsOf(one: Compared): StatisticRow[] {
  const { run, lines, trades } = one;
  const [currency] = mainCurrency(run.summary);
  const net = netOf(one);
  const start = lines[0]?.values[0];
  const share = net !== undefined && start ? net / start : undefined;
  const [fee] = Object.entries(run.summary?.commissions ?? {});
  const seconds = run.summary?.elapsed_seconds;
  const extra: StatisticRow[] = [
    {
      id: 'net',
      label: t('Net PnL · {0}', currency ?? ''),
      values: [signed(net, 2)],
      number: net,
      better: 'more',
      write: (value) => signed(value, 2),
    },
    {
      id: 'return',
      label: t('Return'),
      values: [signedPercent(share)],
      number: share,
      better: 'more',
      write: (value) => `${signed(value * 100, 2)} pp`,
    },
  ];
  const rows = statisticGroups({ run, lines, trades }).flatMap((group) => group.rows);
  const kept = rows.filter(({ further, id, write }) => !further && id !== 'net' && write !== undefined);
  return [
    ...extra,
    ...kept,
    {
      id: 'fees',
      label: t('Fees · {0}', fee?.[0] ?? ''),
      values: [fee ? decimal(fee[1]) : '0'],
      number: fee ? Number(fee[1]) : 0,
      better: 'less',
      write: (value) => signed(value, 2),
    },
    {
      id: 'seconds',
      label: t('Run time · s'),
      values: [fixed(seconds, 2)],
      number: seconds,
      write: (value) => signed(value, 2),
    },
  ];
}

function parameterTable(compared: Compared[], onlyDifferences: boolean): Node[] {
  const maps = compared.map(({ run }) => new Map(parametersOf(run)));
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  const rows = names.map((name) => ({ name, values: maps.map((map) => map.get(name) ?? missing) }));
  const differing = rows.filter(({ values }) => new Set(values).size > 1);
  const equal = rows.length - differing.length;
  const shown = onlyDifferences
    ? differing
    : [...differing, ...rows.filter(({ values }) => new Set(values).size === 1)];
  return [
    table(
      t('Parameters'),
      [t('Name'), ...compared.map(({ letter }) => letter)],
      shown.map(({ name, values }) => [element('span', { class: 'mono' }, name), ...values]),
    ),
    element('p', { class: 'hint' }, t('The other {0} given parameters are equal.', equal)),
  ];
}

function divergenceTable(compared: Compared[]): HTMLElement {
  const [reference, ...others] = compared;
  const rows = others.map((one): Child[] => {
    const label = element(
      'span',
      { class: 'row' },
      element('strong', {}, one.letter),
      element('span', { class: `dash run-${one.letter}` }),
    );
    const at = one.trades.findIndex((trade, i) => !alike(trade, reference?.trades[i]));
    const trade = one.trades[at];
    if (!trade)
      return [
        label,
        at < 0 && one.trades.length === reference?.trades.length ? t('none') : t('fewer trades'),
        '',
        '',
        '',
        '',
      ];
    const there = reference?.trades.find(
      ({ opened, closed }) => opened <= trade.opened && (closed ?? Number.POSITIVE_INFINITY) > trade.opened,
    );
    const what = there ? t('{0} since {1}', sideWord(there), dayMinute(there.opened)) : t('flat');
    return [
      label,
      `#${trade.number}`,
      dayMinute(trade.opened),
      sideWord(trade),
      decimal(trade.entryPrice ?? ''),
      what,
    ];
  });
  return table(
    t('First difference between trades'),
    [t('Run'), t('Trade'), t('Entry ({0})', zoneName), t('Side'), t('Entry px'), t('A at that time')],
    rows,
    (column) => column === 4,
  );
}

function alike(one: Trade, other: Trade | undefined): boolean {
  if (!other) return false;
  return (
    one.opened === other.opened &&
    one.closed === other.closed &&
    one.side === other.side &&
    one.quantity === other.quantity &&
    one.entryPrice === other.entryPrice &&
    one.exitPrice === other.exitPrice
  );
}
