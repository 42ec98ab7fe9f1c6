import * as z from 'zod';
import { Decimal } from './values.ts';

const Count = z.int().min(0);
const Day = z.string().describe('YYYY-MM-DD');

export const Statistic = z.record(z.string(), z.number().nullable());

export const StatisticsOptions = z
  .strictObject({
    periods_per_year: z.int().min(1).max(366).optional().describe('Days a year: 252 (default), 365 …'),
    timezone: z.string().optional().describe('IANA zone in whose midnights days end; UTC by default.'),
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

/** Beside the engine's own; what there are more of is in the run's statistics.json. */
export const FurtherStatistics = z
  .strictObject({
    periods_per_year: z.int(),
    timezone: z.string(),
    time_in_market: z.number().nullable().describe('Share of the run in which a position was open.'),
    engine: Statistic.describe('Of the engine’s returns, by the statistics it does not register itself.'),
    accounts: z.array(AccountStatistics),
    trades: z.array(TradeStatistics),
  })
  .meta({ id: 'FurtherStatistics' });
