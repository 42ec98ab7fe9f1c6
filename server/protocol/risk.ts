import * as z from 'zod';
import { Count, Decimal } from './values.ts';

/** What may leave a node: everything, what makes positions smaller, nothing but cancels. */
export const TradingStateName = z.enum(['ACTIVE', 'REDUCING', 'HALTED']).meta({ id: 'TradingStateName' });

export const OrderRateLimit = z
  .strictObject({ orders: z.int().min(1), seconds: z.int().min(1) })
  .meta({ id: 'OrderRateLimit' })
  .describe('At most so many orders in so many seconds.');

const amount = Decimal.nullable().optional();

/** Limits of a node; amounts in `currency`, null is no limit. */
export const RiskLimits = z
  .strictObject({
    currency: z.string().optional().describe('Currency of the amounts.'),
    max_notional_per_order: amount,
    max_notional_per_day: amount.describe('Of all orders of a UTC day.'),
    max_position_notional: amount.describe('Of one instrument, working orders included.'),
    max_order_rate: OrderRateLimit.nullable().optional(),
    price_band_percent: amount.describe('How much worse than the market a price may be.'),
    max_daily_loss: amount.describe('Realised and unrealised, since the UTC day began.'),
    allowed_instruments: z.array(z.string()).nullable().optional(),
  })
  .meta({ id: 'RiskLimits' });
export type RiskLimits = z.infer<typeof RiskLimits>;

export const GetRiskParams = z.strictObject({}).meta({ id: 'GetRiskParams' });

export const RiskState = z
  .strictObject({
    state: TradingStateName,
    since: z.string().nullable(),
    by: z.string().nullable().describe('Who halted it.'),
    reason: z.string().nullable(),
    limits: RiskLimits,
    limits_from: z
      .record(z.string(), z.enum(['built_in', 'profile', 'user', 'set']).meta({ id: 'LimitOrigin' }))
      .describe('Where each comes from: built in, the profile, the user’s config.json, set_risk_limits.'),
    day_notional: Decimal.describe('Of the orders that left today (UTC), in the currency of the limits.'),
    day_loss: Decimal.nullable().describe(
      'Today’s loss, negative for a profit; null where a rate is missing.',
    ),
    orders_passed: Count.describe('Since the node started.'),
    orders_refused: Count,
    orders_unchecked: Count.describe('Passed although their amount is not known.'),
    audit_entries: Count,
    audit_head: z.string().describe('Hash of the last line of the audit log.'),
    audit_problem: z.string().nullable().describe('Where the chain of the audit log was found broken.'),
  })
  .meta({ id: 'RiskState' });

export const SetRiskLimitsParams = z
  .strictObject({ limits: RiskLimits, by: z.string() })
  .meta({ id: 'SetRiskLimitsParams' });

export const LooserParams = z.strictObject({ limits: RiskLimits }).meta({ id: 'LooserParams' });
export const LooserResult = z
  .strictObject({ fields: z.array(z.string()).describe('In which these limits allow what is refused now.') })
  .meta({ id: 'LooserResult' });

export const HaltTradingParams = z
  .strictObject({
    state: z.enum(['REDUCING', 'HALTED']).meta({ id: 'HaltState' }),
    flatten: z.boolean(),
    by: z.string(),
    reason: z.string(),
    timeout_seconds: z.number().positive(),
  })
  .meta({ id: 'HaltTradingParams' });

export const HaltTradingResult = z
  .strictObject({
    state: TradingStateName,
    halted_at: z.string().describe('From when no new order could leave.'),
    cancelled: Count,
    closed: Count,
    orders_left: z.array(z.string()),
    positions_left: z.array(z.string()),
  })
  .meta({ id: 'HaltTradingResult' });

export const ResumeTradingParams = z.strictObject({ by: z.string() }).meta({ id: 'ResumeTradingParams' });
