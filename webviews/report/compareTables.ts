import { type Child, element, table } from '../elements.ts';
import { decimal, fixed, missing, signed, signedPercent } from '../format.ts';
import { t } from '../strings.ts';
import { dayMinute, zoneName } from '../time.ts';
import { parametersOf } from './about.ts';
import { sideWord } from './columns.ts';
import type { Compared } from './compareView.ts';
import { mainCurrency } from './figures.ts';
import { type StatisticRow, statisticGroups } from './statistics.ts';
import type { Trade } from './trade.ts';

export type Side = 'all' | 'long' | 'short';

export function netOf({ run }: Compared): number | undefined {
  const [, pnl] = mainCurrency(run.summary);
  return pnl?.['PnL (total)'] ?? undefined;
}

/** The rows of every run side by side, each with its difference to A and a mark on the best. */
export function statisticsTable(compared: Compared[], side: Side): HTMLElement {
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

export function parameterTable(compared: Compared[], onlyDifferences: boolean): Node[] {
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

export function divergenceTable(compared: Compared[]): HTMLElement {
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
