import * as z from 'zod';
import { Decimal } from './values.ts';

const Count = z.int().min(0);
const Day = z.string().describe('YYYY-MM-DD');

export const Statistic = z.record(z.string(), z.number().nullable());

export const StatisticsOptions = z
  .strictObject({
    periods_per_year: z.int().min(1).max(366).optional().describe('Days a year: 252 (default), 365 …'),
    timezone: z.string().optional().describe('IANA zone in whose midnights days end; UTC by default.'),
    rolling_days: z
      .int()
      .min(2)
      .max(2000)
      .optional()
      .describe('Days of the window of rolling statistics (default 126, half a year).'),
  })
  .meta({ id: 'StatisticsOptions' });

export const Drawdown = z
  .strictObject({
    start: Day,
    valley: Day,
    recovered: Day.optional(),
    days: Count.describe('Calendar days from the high to the recovery or the end.'),
    depth: z.number().describe('Fraction of the high, negative.'),
    amount: Decimal,
  })
  .meta({ id: 'Drawdown' });

/** Of the daily equity of one account in one currency. */
export const AccountStatistics = z
  .strictObject({
    venue: z.string(),
    currency: z.string(),
    days: Count.describe('Days with data, each with one return.'),
    first_day: Day,
    last_day: Day,
    net_pnl: Decimal,
    values: Statistic,
    drawdowns: z.array(Drawdown).describe('Deepest first.'),
  })
  .meta({ id: 'AccountStatistics' });

/** Of the closed round trips in one currency, net of commissions. */
export const TradeStatistics = z
  .strictObject({
    currency: z.string(),
    side: z.enum(['all', 'long', 'short']).meta({ id: 'TradeSide' }),
    net_pnl: Decimal,
    gross_profit: Decimal,
    gross_loss: Decimal,
    values: Statistic,
  })
  .meta({ id: 'TradeStatistics' });

/** A run against its benchmark. */
export const BenchmarkStatistics = z
  .strictObject({
    instrument_id: z.string(),
    engine: Statistic.describe('By the engine’s own statistics that take a benchmark.'),
    accounts: z.array(
      z
        .strictObject({ venue: z.string(), currency: z.string(), days: Count, values: Statistic })
        .meta({ id: 'AccountAgainstBenchmark' }),
    ),
  })
  .meta({ id: 'BenchmarkStatistics' });

/** Beside the engine's own; what there are more of is in the run's statistics.json. */
export const FurtherStatistics = z
  .strictObject({
    periods_per_year: z.int(),
    timezone: z.string(),
    time_in_market: z.number().nullable().describe('Share of the run in which a position was open.'),
    turnover: z
      .record(z.string(), Decimal)
      .optional()
      .describe('Currency → value of all that was bought and sold.'),
    engine: Statistic.describe('Of the engine’s returns, by the statistics it does not register itself.'),
    accounts: z.array(AccountStatistics),
    trades: z.array(TradeStatistics),
    benchmark: BenchmarkStatistics.optional(),
  })
  .meta({ id: 'FurtherStatistics' });

/**
 * The deepest fall of an account's equity, open positions valued: of the account in that currency, else of the first;
 * undefined where an earlier version kept no such figure.
 */
export function equityDrawdown(
  further: z.infer<typeof FurtherStatistics> | undefined,
  currency: string | undefined,
): number | undefined {
  const accounts = further?.accounts ?? [];
  const account = accounts.find((one) => one.currency === currency) ?? accounts[0];
  return account?.values.equity_max_drawdown ?? undefined;
}

const account = { venue: z.string(), currency: z.string() };
const value = z.number().nullable();

/** Tables of an account's daily returns, and of the closed round trips by what they have in common. */
export const runTables = {
  monthly: z
    .strictObject({
      ...account,
      year: z.int(),
      months: z.array(value).length(12).describe('January to December; null where there is no day.'),
      total: z.number().describe('Of the year.'),
    })
    .meta({ id: 'MonthlyReturns' }),
  rolling: z
    .strictObject({
      ...account,
      day: Day,
      sharpe: value,
      sortino: value,
      volatility: value,
      beta: value.optional().describe('Against the benchmark, where the run has one.'),
      alpha: value.optional().describe('A day.'),
    })
    .meta({ id: 'RollingStatistics' }),
  distribution: z
    .strictObject({
      ...account,
      period: z.enum(['day', 'week', 'month', 'quarter', 'year']).meta({ id: 'ReturnPeriod' }),
      count: Count,
      mean: z.number(),
      least: z.number(),
      quarter: z.number().describe('25th percentile.'),
      median: z.number(),
      three_quarters: z.number().describe('75th percentile.'),
      most: z.number(),
      outliers: Count.describe('Further from the quartiles than 1.5 times their distance.'),
    })
    .meta({ id: 'ReturnDistribution' }),
  histogram: z
    .strictObject({ ...account, from: z.number(), to: z.number(), count: Count })
    .meta({ id: 'ReturnBin' }),
  groups: z
    .strictObject({
      currency: z.string(),
      by: z.enum(['instrument', 'strategy', 'month', 'weekday', 'hour']).meta({ id: 'TradeGrouping' }),
      key: z
        .string()
        .describe('Id, "2024-03", "1 Monday" … or "09", of the entry in the time zone of the days.'),
      trades: Count,
      winners: Count,
      net_pnl: Decimal,
    })
    .meta({ id: 'TradeGroup' }),
};
export type RunTable = keyof typeof runTables;
export const runTableNames = [
  'monthly',
  'rolling',
  'distribution',
  'histogram',
  'groups',
] as const satisfies RunTable[];

export function isRunTable(name: string): name is RunTable {
  return name in runTables;
}

/** `tables.json` of a run. */
export const RunTables = z
  .strictObject({
    monthly: z.array(runTables.monthly),
    rolling: z.array(runTables.rolling).describe('At most 1000 days an account.'),
    distribution: z.array(runTables.distribution),
    histogram: z.array(runTables.histogram).describe('Of daily returns.'),
    groups: z.array(runTables.groups).default([]),
  })
  .meta({ id: 'RunTables' });
export type RunTables = z.infer<typeof RunTables>;
