import { lineChart } from '../charts/small.ts';
import { fixed, percent } from '../format.ts';
import { t } from '../strings.ts';
import type { Cell } from './analysis.ts';
import type { EquityLine } from './equity.ts';
import type { Rolling } from './results.ts';

const usualWindow = 126;
const usualYear = 252;

export interface RollingOptions {
  rolling: readonly Rolling[];
  line: EquityLine | undefined;
  /** Days of the window and of a year, where the run was asked for others. */
  options: { rolling_days?: number | undefined; periods_per_year?: number | undefined } | undefined;
}

/** Sharpe, volatility and beta over a window that moves through the run, as the run's statistics have them. */
export function rollingCells({ rolling, line, options }: RollingOptions): Cell[] {
  const { rolling_days = usualWindow, periods_per_year = usualYear } = options ?? {};
  const rows = rolling.filter(({ venue, currency }) => venue === line?.venue && currency === line.currency);
  const note = t('{0} days, {1} a year', rolling_days, periods_per_year);
  const cell = (
    id: 'sharpe' | 'volatility' | 'beta',
    title: string,
    write: (value: number) => string,
    scale = 1,
  ): Cell[] => {
    const known = rows.flatMap(({ day, [id]: value }) => (typeof value === 'number' ? [{ day, value }] : []));
    const [first, last] = [known[0], known.at(-1)];
    if (!first || !last || known.length < 2) return [];
    const middle = known[Math.floor((known.length - 1) / 2)] ?? first;
    const values = known.map(({ value }) => value * scale);
    const fact = t('{0} at the end', write(last.value));
    const sentence = t(
      '{0} from {1} on {2} to {3} on {4}, between {5} and {6}',
      ...[title, write(first.value), first.day, write(last.value), last.day],
      ...[write(Math.min(...values) / scale), write(Math.max(...values) / scale)],
    );
    return [
      {
        ...{ id: `rolling-${id}`, title, note, fact },
        body: () => lineChart(sentence, values, [first.day, middle.day, last.day]),
      },
    ];
  };
  return [
    ...cell('sharpe', t('Rolling Sharpe'), (value) => fixed(value, 2)),
    ...cell('volatility', t('Rolling volatility, %'), (value) => percent(value, 1), 100),
    ...cell('beta', t('Rolling beta'), (value) => fixed(value, 2)),
  ];
}
