import { barChart, lineChart } from '../charts/small.ts';
import { element, table } from '../elements.ts';
import { fixed, percent, short, signed } from '../format.ts';
import { plural, t } from '../strings.ts';
import { dayMinute, duration, wallClock, zoneName } from '../time.ts';
import type { EquityLine } from './equity.ts';
import type { Trade } from './trade.ts';

/** One question about a run with its answer in a line, for where there is no room for the drawing. */
export interface Cell {
  id: string;
  title: string;
  note: string;
  fact: string;
  body(): Node;
}

const rollingTrades = 20;
const calendarDays = 92;
const weekdays = () => [t('Mon'), t('Tue'), t('Wed'), t('Thu'), t('Fri'), t('Sat'), t('Sun')];

/** Daily profit, distribution, hours and the rolling expectancy of a run's trades. */
export function analysisCells(line: EquityLine | undefined, trades: Trade[]): Cell[] {
  const closed = trades.filter((trade) => trade.closed !== undefined && trade.pnl !== undefined);
  const money = closed[0]?.currency ?? line?.currency ?? '';
  return [
    ...(line && line.times.length > 1 ? [calendar(line)] : []),
    ...(closed.length > 0
      ? [distribution(closed, money), byHour(closed, money), rolling(closed, money)]
      : []),
  ];
}

function calendar(line: EquityLine): Cell {
  const days = dailyProfit(line);
  const best = [...days].sort((a, b) => b.value - a.value)[0];
  const months =
    days.length > 0 && (line.times.at(-1) ?? 0) - (line.times[0] ?? 0) > calendarDays * 86_400_000;
  return {
    id: 'calendar',
    title: months ? t('PnL by month') : t('PnL by day'),
    note: t('{0}, days of {1}', line.currency, zoneName),
    fact: best ? t('best {0} {1}', best.day.slice(5), short(best.value)) : '',
    body: () => (months ? monthTable(days) : weekTable(days)),
  };
}

interface DayProfit {
  day: string;
  value: number;
}

/** Change of the equity over each day of the zone shown, from its last value before to its last value in it. */
export function dailyProfit({ times, values }: EquityLine): DayProfit[] {
  const days: DayProfit[] = [];
  let before = values[0] ?? 0;
  for (let i = 0; i < times.length; ) {
    const name = wallClock(times[i] ?? 0).slice(0, 10);
    let last = values[i] ?? 0;
    while (i < times.length && wallClock(times[i] ?? 0).startsWith(name)) {
      last = values[i] ?? last;
      i += 1;
    }
    days.push({ day: name, value: last - before });
    before = last;
  }
  // The account's first state alone is no day of the run.
  return days[0]?.value === 0 ? days.slice(1) : days;
}

function weekTable(days: DayProfit[]): Node {
  const weeks = new Map<string, (DayProfit | undefined)[]>();
  for (const one of days) {
    const { week, weekday } = isoWeek(one.day);
    const row = weeks.get(week) ?? Array.from({ length: 7 }, () => undefined);
    row[weekday] = one;
    weeks.set(week, row);
  }
  const shown = [0, 1, 2, 3, 4, 5, 6].filter(
    (i) => i < 5 || [...weeks.values()].some((row) => row[i] && row[i]?.value !== 0),
  );
  const most = Math.max(1e-9, ...days.map(({ value }) => Math.abs(value)));
  const names = weekdays();
  return element(
    'table',
    { class: 'calendar', 'aria-label': t('PnL by day') },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('td'),
        ...shown.map((i) => element('th', { scope: 'col' }, names[i])),
        element('th', { scope: 'col', class: 'number' }, t('Week')),
      ),
    ),
    element(
      'tbody',
      {},
      ...[...weeks].map(([week, row]) => {
        const sum = row.reduce((so, one) => so + (one?.value ?? 0), 0);
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, week.slice(5)),
          ...shown.map((i) => dayCell(row[i], most)),
          element('td', { class: 'number sum' }, signed(sum, 0)),
        );
      }),
    ),
  );
}

function dayCell(one: DayProfit | undefined, most: number): HTMLElement {
  if (!one) return element('td', { class: 'day none' });
  const cell = element(
    'td',
    {
      class: `day ${one.value > 0 ? 'up' : one.value < 0 ? 'down' : ''}`,
      title: `${one.day}: ${signed(one.value, 2)}`,
    },
    element('span', { class: 'hint' }, one.day.slice(8)),
    element('span', {}, signed(one.value, 0)),
  );
  cell.style.setProperty('--share', `${Math.round((Math.abs(one.value) / most) * 28)}%`);
  return cell;
}

function monthTable(days: DayProfit[]): Node {
  const years = new Map<string, number[]>();
  for (const { day: name, value } of days) {
    const row = years.get(name.slice(0, 4)) ?? Array.from({ length: 12 }, () => Number.NaN);
    const month = Number(name.slice(5, 7)) - 1;
    row[month] = (Number.isNaN(row[month]) ? 0 : (row[month] ?? 0)) + value;
    years.set(name.slice(0, 4), row);
  }
  const most = Math.max(1e-9, ...[...years.values()].flat().filter(Number.isFinite).map(Math.abs));
  const names = Array.from({ length: 12 }, (_, i) =>
    new Date(Date.UTC(2024, i)).toLocaleString('en', { month: 'short', timeZone: 'UTC' }),
  );
  return element(
    'div',
    { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': t('PnL by month') },
    element(
      'table',
      { class: 'calendar' },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('td'),
          ...names.map((name) => element('th', { scope: 'col' }, name)),
          element('th', { class: 'number', scope: 'col' }, t('Year')),
        ),
      ),
      element(
        'tbody',
        {},
        ...[...years].map(([year, row]) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, year),
            ...row.map((value, i) =>
              Number.isNaN(value) ? dayCell(undefined, 1) : monthCell(`${year}-${i + 1}`, value, most),
            ),
            element(
              'td',
              { class: 'number sum' },
              short(row.filter(Number.isFinite).reduce((so, value) => so + value, 0)),
            ),
          ),
        ),
      ),
    ),
  );
}

function monthCell(name: string, value: number, most: number): HTMLElement {
  const cell = element(
    'td',
    { class: `day ${value >= 0 ? 'up' : 'down'}`, title: `${name}: ${signed(value, 2)}` },
    element('span', {}, short(value)),
  );
  cell.style.setProperty('--share', `${Math.round((Math.abs(value) / most) * 28)}%`);
  return cell;
}

function distribution(trades: Trade[], money: string): Cell {
  const values = trades.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = niceStep((high - low) / 10 || 1);
  const first = Math.floor(low / step);
  const bins = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => ({
    from: (first + i) * step,
    count: 0,
  }));
  for (const value of values) {
    const bin = bins[Math.min(bins.length - 1, Math.floor(value / step) - first)];
    if (bin) bin.count += 1;
  }
  const middle = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const bars = bins.map(({ from, count }) => ({
    value: count,
    label: short(from),
    gain: from >= 0,
    title: `${short(from)} … ${short(from + step)} ${money}: ${plural(count, 'trade', 'trades')}`,
  }));
  return {
    id: 'distribution',
    title: t('Distribution'),
    note: t('trades by PnL, {0}', money),
    fact: t('{0} trades, median {1}', values.length, fixed(middle, 0)),
    body: () =>
      barChart(
        t(
          'Distribution of {0} trades from {1} to {2} {3}, median {4}',
          values.length,
          fixed(low, 0),
          fixed(high, 0),
          money,
          fixed(middle, 0),
        ),
        bars,
        { signed: false },
      ),
  };
}

function byHour(trades: Trade[], money: string): Cell {
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { opened, value } of trades) {
    const hour = Number(wallClock(opened).slice(11, 13));
    hours[hour] = (hours[hour] ?? 0) + value;
  }
  const name = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
  const best = hours.indexOf(Math.max(...hours));
  const worst = hours.indexOf(Math.min(...hours));
  const bars = hours.map((value, hour) => ({
    value,
    label: String(hour).padStart(2, '0'),
    title: `${name(hour)}: ${signed(value, 2)} ${money}`,
  }));
  return {
    id: 'hours',
    title: t('By hour of entry'),
    note: t('PnL {0}, hour {1}', money, zoneName),
    fact: t('best {0}, worst {1}', name(best), name(worst)),
    body: () => barChart(t('Profit by hour of entry: best {0}, worst {1}', name(best), name(worst)), bars),
  };
}

function rolling(trades: Trade[], money: string): Cell {
  const size = Math.min(rollingTrades, Math.max(2, Math.floor(trades.length / 3)));
  const values: number[] = [];
  let sum = 0;
  for (const [i, { value }] of trades.entries()) {
    sum += value - (i >= size ? (trades[i - size]?.value ?? 0) : 0);
    if (i >= size - 1) values.push(sum / size);
  }
  const labels: [string, string, string] = [
    `#${size}`,
    `#${Math.round((size + trades.length) / 2)}`,
    `#${trades.length}`,
  ];
  return {
    id: 'rolling',
    title: t('Rolling expectancy'),
    note: t('{0}, last {1} trades', money, size),
    fact: t('last {0} trades', size),
    body: () =>
      lineChart(
        t('Mean profit of {0} trades at a time, last {1} {2}', size, fixed(values.at(-1), 0), money),
        values,
        labels,
      ),
  };
}

export function drawdownTable({ falls, currency }: EquityLine): Node {
  const rows = falls
    .slice(0, 5)
    .map(({ peak, valley, recovered, depth, amount, end }) => [
      dayMinute(peak),
      dayMinute(valley),
      recovered === undefined ? element('span', { class: 'muted' }, t('not yet')) : dayMinute(recovered),
      percent(depth, 2),
      signed(amount, 0),
      duration(end - peak),
    ]);
  return table(
    t('Worst drawdowns'),
    [t('Peak'), t('Valley'), t('Recovered'), t('Depth %'), currency, t('Length')],
    rows,
    (column) => column > 2,
  );
}

function isoWeek(name: string): { week: string; weekday: number } {
  const date = new Date(`${name}T00:00:00Z`);
  const weekday = (date.getUTCDay() + 6) % 7;
  const thursday = new Date(date.getTime() + (3 - weekday) * 86_400_000);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const number = 1 + Math.floor((thursday.getTime() - first) / (7 * 86_400_000));
  return { week: `${thursday.getUTCFullYear()}-W${String(number).padStart(2, '0')}`, weekday };
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough;
}
