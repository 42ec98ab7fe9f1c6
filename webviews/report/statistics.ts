import { minus } from '../decimals.ts';
import { count, fixed, missing, percent, signed, signedDecimal, signedPercent } from '../format.ts';
import { t } from '../strings.ts';
import { duration } from '../time.ts';
import { afterRun, type Basis, deepestFall, find, mainCurrency } from './figures.ts';
import type { Trade } from './trade.ts';
import {
  exact,
  excursion,
  factor,
  holding,
  losses,
  mean,
  payoff,
  streak,
  sumOf,
  winRate,
  wins,
} from './trips.ts';

/** One line of the statistics: All, Long, Short; a single value when a side has none of its own. */
export interface StatisticRow {
  id: string;
  label: string;
  values: (string | undefined)[];
  /** Not among the key figures. */
  further?: boolean;
  /** Formula and source. */
  hint?: string;
  mood?: boolean;
  /** The same as a number, and which way is better, for comparisons. */
  number?: number | undefined;
  better?: 'more' | 'less' | undefined;
  write?(value: number): string;
}

export interface StatisticGroup {
  title: string;
  note?: string;
  rows: StatisticRow[];
}

const sides = ['LONG', 'SHORT'] as const;

export function statisticGroups(basis: Basis): StatisticGroup[] {
  const all = basis.trades ?? [];
  const ofTrades = [result(basis, all), trades(all)];
  // Rows whose numbers are on their way stand where they will be.
  const shown = basis.trades ? ofTrades : ofTrades.map(emptied);
  return [...shown, risk(basis), engine(basis)].filter(({ rows }) => rows.length > 0);
}

function emptied(group: StatisticGroup): StatisticGroup {
  return { ...group, rows: group.rows.map((one) => ({ ...one, values: [] })) };
}

function result({ run, lines, live }: Basis, all: Trade[]): StatisticGroup {
  const closed = all.filter((trade) => trade.closed !== undefined);
  const money = closed[0]?.currency;
  const parts = [closed, ...sides.map((side) => closed.filter((one) => one.side === side))];
  const sums = parts.map((part) => exact(part));
  const [currency] = mainCurrency(run.summary);
  const account = run.summary?.statistics.further?.accounts.find((one) => one.currency === currency);
  const rest = account && money === currency ? minus(account.net_pnl, sums[0] ?? '0') : undefined;
  const open = live && lines[0] && all.length > closed.length ? all.length - closed.length : 0;
  return {
    title: money ? t('Result · {0}', money) : t('Result'),
    rows: [
      row('sum', t('Sum of trades'), sums.map(signedDecimal), {
        mood: true,
        hint: t('Realised profit of all round trips, commissions included.'),
      }),
      row(
        'gross-profit',
        t('Gross profit'),
        parts.map((part) => fixed(sumOf(part, 1), 2)),
      ),
      row(
        'gross-loss',
        t('Gross loss'),
        parts.map((part) => fixed(sumOf(part, -1), 2)),
      ),
      ...(open ? [row('open', t('Open positions'), [count(open)])] : []),
      ...(rest && /[1-9]/.test(rest)
        ? [
            row('rest', t('Rollover and other'), [signedDecimal(rest)], {
              hint: t(
                'Net PnL minus the sum of trades: rollover interest, fees of open positions, conversion.',
              ),
            }),
          ]
        : []),
    ],
  };
}

function trades(all: Trade[]): StatisticGroup {
  const closed = all.filter((trade) => trade.closed !== undefined);
  const parts = [closed, ...sides.map((side) => closed.filter((one) => one.side === side))];
  const each = (read: (part: Trade[]) => string) =>
    parts.map((part) => (part.length === 0 ? missing : read(part)));
  const number = (read: (part: Trade[]) => number) => {
    const value = read(closed);
    return Number.isFinite(value) ? value : undefined;
  };
  const money = (read: (part: Trade[]) => number) => each((part) => fixed(read(part), 2));
  const own = closed[0]?.own.currency ?? '';
  return {
    title: t('Trades'),
    rows: [
      row(
        'count',
        t('Count'),
        each((part) => count(part.length)),
        { number: closed.length, write: (value) => signed(value, 0) },
      ),
      row(
        'wins',
        t('Win rate'),
        each((part) => percent(winRate(part), 1)),
        {
          number: number(winRate),
          better: 'more',
          write: points(1),
          hint: t('Winners over all that were not even.'),
        },
      ),
      row(
        'average-win',
        t('Average win'),
        money((part) => mean(wins(part))),
      ),
      row(
        'average-loss',
        t('Average loss'),
        money((part) => mean(losses(part))),
      ),
      row(
        'payoff',
        t('Payoff'),
        each((part) => fixed(payoff(part), 2)),
        { number: number(payoff), better: 'more', write: ratio, hint: t('Average win over average loss.') },
      ),
      row(
        'factor',
        t('Profit factor'),
        each((part) => fixed(factor(part), 2)),
        { number: number(factor), better: 'more', write: ratio, hint: t('Gross profit over gross loss.') },
      ),
      row(
        'expectancy',
        t('Expectancy'),
        each((part) => signed(mean(part.map(({ value }) => value)), 2)),
        {
          mood: true,
          number: number((part) => mean(part.map(({ value }) => value))),
          better: 'more',
          write: amount,
          hint: t('Mean profit of a trade.'),
        },
      ),
      row(
        'largest-win',
        t('Largest win'),
        money((part) => Math.max(...wins(part))),
      ),
      row(
        'largest-loss',
        t('Largest loss'),
        money((part) => Math.min(...losses(part))),
        {
          number: number((part) => Math.min(...losses(part))),
          better: 'more',
          write: amount,
        },
      ),
      row(
        'streaks',
        t('Win / loss streak'),
        each((part) => `${streak(part, 1)} / ${streak(part, -1)}`),
      ),
      row(
        'held',
        t('Average holding'),
        each((part) => duration(holding(part))),
        {
          number: number(holding),
          write: (value) => `${value < 0 ? '\u2212' : '+'}${duration(Math.abs(value))}`,
        },
      ),
      row(
        'mfe',
        t('Average MFE · {0}', own),
        each((part) => excursion(part, 'mfe')),
        { hint: t('Maximum favourable excursion: the best a trade stood at, before commissions.') },
      ),
      row(
        'mae',
        t('Average MAE · {0}', own),
        each((part) => excursion(part, 'mae')),
        { hint: t('Maximum adverse excursion: the worst a trade stood at, before commissions.') },
      ),
    ],
  };
}

function risk({ run, lines }: Basis): StatisticGroup {
  const { summary } = run;
  const returns = summary?.statistics.returns;
  const { further } = summary?.statistics ?? {};
  const [currency] = mainCurrency(summary);
  const line = lines.find((one) => one.currency === currency) ?? lines[0];
  const account = further?.accounts.find((one) => one.currency === line?.currency)?.values ?? {};
  const value = (found: number | null | undefined, write: (value: number | null | undefined) => string) =>
    summary ? write(found) : afterRun();
  const figure = (found: number | null | undefined) => found ?? undefined;
  const two = (found: number | null | undefined) => fixed(found, 2);
  const share = (found: number | null | undefined) => percent(found, 2);
  const [sharpe, sortino] = [find(returns, 'Sharpe Ratio'), find(returns, 'Sortino Ratio')];
  const calmar = find(further?.engine, 'Calmar Ratio');
  const cagr = find(further?.engine, 'CAGR');
  const volatility = find(returns, 'Returns Volatility');
  const daily = find(returns, 'Max Drawdown');
  const deepest = deepestFall(summary, line);
  return {
    title: t('Risk and return'),
    note: t('daily returns, {0} a year', further?.periods_per_year ?? 252),
    rows: [
      row('sharpe', t('Sharpe'), [value(sharpe, two)], {
        number: figure(sharpe),
        better: 'more',
        write: ratio,
        hint: t('NautilusTrader: mean daily return of the account balance over its deviation, for a year.'),
      }),
      row('sortino', t('Sortino'), [value(sortino, two)], {
        number: figure(sortino),
        better: 'more',
        write: ratio,
      }),
      row('calmar', t('Calmar'), [value(calmar, two)], {
        number: figure(calmar),
        better: 'more',
        write: ratio,
        hint: t('CAGR over maximum drawdown.'),
      }),
      row('cagr', t('CAGR'), [value(cagr, share)], {
        number: figure(cagr),
        better: 'more',
        write: points(2),
      }),
      row('volatility', t('Volatility'), [value(volatility, share)], {
        number: figure(volatility),
        better: 'less',
        write: points(2),
      }),
      row('dd-equity', t('Max drawdown'), [share(deepest)], {
        number: figure(deepest),
        better: 'more',
        write: points(2),
        hint: t('Of the equity, open positions valued.'),
      }),
      row('dd-daily', t('Max DD, daily balance'), [value(daily, share)], {
        number: figure(daily),
        better: 'more',
        write: points(2),
        hint: t('NautilusTrader: of the account balance at each day’s end, open positions not valued.'),
      }),
      row('market', t('Time in market'), [value(further?.time_in_market, (found) => percent(found, 1))], {
        number: figure(further?.time_in_market),
        write: points(1),
      }),
      row('equity-sharpe', t('Sharpe, daily equity'), [value(account.sharpe, two)], { further: true }),
      row('equity-volatility', t('Volatility, daily equity'), [value(account.volatility, share)], {
        further: true,
      }),
      row('equity-dd', t('Max DD, daily equity'), [value(account.max_drawdown, share)], { further: true }),
      row('ulcer', t('Ulcer index'), [value(account.ulcer_index, share)], { further: true }),
      row('omega', t('Omega'), [value(account.omega, two)], { further: true }),
      row('tail', t('Tail ratio'), [value(account.tail_ratio, two)], { further: true }),
      row('var', t('Value at risk, 95%'), [value(account.value_at_risk, share)], { further: true }),
      row('cvar', t('Expected shortfall, 95%'), [value(account.conditional_value_at_risk, share)], {
        further: true,
      }),
      row('skew', t('Skew'), [value(account.skew, two)], { further: true }),
      row('kurtosis', t('Excess kurtosis'), [value(account.kurtosis, two)], { further: true }),
      row('best-day', t('Best day'), [value(account.best_day, (found) => signedPercent(found))], {
        further: true,
      }),
      row('worst-day', t('Worst day'), [value(account.worst_day, (found) => signedPercent(found))], {
        further: true,
      }),
      row('positive-days', t('Positive days'), [value(account.positive_days, (found) => percent(found, 1))], {
        further: true,
      }),
    ],
  };
}

/** Everything else the engine says, under its own names. */
function engine({ run }: Basis): StatisticGroup {
  const { pnl = {}, returns = {}, general = {}, further } = run.summary?.statistics ?? {};
  const known = /^(Sharpe|Sortino|Max Drawdown|Returns Volatility|Calmar|CAGR)/;
  const own = Object.entries({ ...returns, ...further?.engine, ...general }).filter(
    ([name]) => !known.test(name),
  );
  const rows = own.map(([name, value]) => row(`engine-${name}`, name, [fixed(value, 4)], { further: true }));
  const [, money = {}] = Object.entries(pnl)[0] ?? [];
  const moneyRows = Object.entries(money).map(([name, value]) =>
    row(`engine-${name}`, name, [fixed(value, name === 'Win Rate' ? 4 : 2)], { further: true }),
  );
  return { title: t('NautilusTrader’s own'), rows: [...moneyRows, ...rows] };
}

function row(
  id: string,
  label: string,
  values: (string | undefined)[],
  more: Partial<StatisticRow> = {},
): StatisticRow {
  return { id, label, values, ...more };
}

function ratio(value: number): string {
  return signed(value, 2);
}

function amount(value: number): string {
  return signed(value, 2);
}

function points(digits: number): (value: number) => string {
  return (value) => `${signed(value * 100, digits)} pp`;
}
