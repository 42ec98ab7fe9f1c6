import * as z from 'zod';
import { Count, Decimal } from './values.ts';

/** How risk is measured. */
const measured = {
  method: z
    .enum(['historical', 'parametric'])
    .meta({ id: 'RiskMethod' })
    .optional()
    .describe('historical (default): percentiles of what was seen; parametric: normal, mean zero.'),
  confidence: z.number().min(0.5).max(0.999).optional().describe('Of VaR and CVaR, 0.5 to 0.999; 0.95.'),
  horizon_days: z.number().min(0.001).max(366).optional().describe('Of VaR and CVaR; 1.'),
};

export const AnalyzePortfolioParams = z
  .strictObject({
    ...measured,
    currency: z.string().optional().describe('Currency of all amounts; that of the risk limits.'),
    benchmark: z.string().optional().describe('Instrument that beta is measured against.'),
  })
  .meta({ id: 'AnalyzePortfolioParams' });

export const AnalyzeRunParams = z
  .strictObject({
    ...measured,
    run_directory: z.string(),
    periods_per_year: z.int().min(1).max(366),
    timezone: z.string(),
    currency: z.string().optional(),
    venue: z.string().optional(),
  })
  .meta({ id: 'AnalyzeRunParams' });

const amount = Decimal.nullable();

export const ExposureRow = z
  .strictObject({
    name: z.string(),
    gross: Decimal.describe('Sum of the amounts without their signs.'),
    net: Decimal.describe('Sum with signs: short is negative.'),
  })
  .meta({ id: 'ExposureRow' });

export const Exposure = z
  .strictObject({
    gross: Decimal,
    net: Decimal,
    gross_to_equity: z.number().nullable(),
    by_venue: z.array(ExposureRow).describe('The ten largest.'),
    by_currency: z
      .array(ExposureRow)
      .describe('The ten largest, by what is held: the base currency of a pair, else the quote currency.'),
  })
  .meta({ id: 'Exposure' });

export const HoldingRow = z
  .strictObject({
    instrument_id: z.string(),
    quantity: Decimal.describe('Short is negative.'),
    price: amount,
    exposure: amount.describe('Notional at this price, short is negative.'),
    share: z.number().nullable().describe('Of the gross exposure.'),
    unrealized_pnl: amount,
    realized_pnl: amount,
    moved: amount.describe('What it won or lost since moved_since.'),
    price_change: z.number().nullable().describe('Since moved_since, as a fraction.'),
  })
  .meta({ id: 'HoldingRow' });

export const RiskMeasures = z
  .strictObject({
    method: z.string().describe('What was measured, and how.'),
    confidence: z.number(),
    horizon_days: z.number(),
    observations: Count,
    interval_seconds: z.number().nullable().describe('From one observation to the next.'),
    value_at_risk: amount.describe('A loss, as a positive amount.'),
    conditional_value_at_risk: amount.describe('The mean loss beyond value_at_risk.'),
    value_at_risk_share: z.number().nullable().describe('Of equity.'),
    volatility: z.number().nullable().describe('A year, as a fraction of equity.'),
    beta: z.number().nullable(),
    drawdown: z.number().nullable().describe('Below the highest equity now; 0 or less.'),
    max_drawdown: z.number().nullable(),
  })
  .meta({ id: 'RiskMeasures' });

export const Concentration = z
  .strictObject({
    largest: z.string().nullable(),
    largest_share: z.number().nullable().describe('Of the gross exposure.'),
    herfindahl: z.number().nullable().describe('Sum of the squared shares: 1 is everything in one.'),
    effective_positions: z.number().nullable().describe('1 / herfindahl.'),
  })
  .meta({ id: 'Concentration' });

export const PortfolioAnalysis = z
  .strictObject({
    as_of: z.string(),
    currency: z.string(),
    equity: amount,
    exposure: Exposure.nullable(),
    holdings: z.array(HoldingRow).describe('The ten largest, or that moved most.'),
    holdings_total: Count,
    unrealized_pnl: amount,
    realized_pnl: amount,
    today_pnl: amount.describe('Realised and unrealised since the UTC day began; of a run, its last day.'),
    moved_since: z.string().nullable(),
    risk: RiskMeasures,
    concentration: Concentration,
    missing: z
      .array(z.strictObject({ what: z.string(), reason: z.string() }).meta({ id: 'Missing' }))
      .describe('What is null, and why.'),
    synthetic: z.boolean().optional().describe('Prices are made up.'),
  })
  .meta({ id: 'PortfolioAnalysis' });

export const sizingMethods = ['fixed_fractional', 'volatility_target', 'kelly'] as const;

export const PositionSizeParams = z
  .strictObject({
    instrument_id: z.string().min(1).describe('Instrument id, for example "EUR/USD.SIM".'),
    side: z.enum(['BUY', 'SELL']).meta({ id: 'SizingSide' }).optional().describe('BUY when left out.'),
    method: z
      .enum(sizingMethods)
      .meta({ id: 'SizingMethod' })
      .optional()
      .describe('fixed_fractional (default, with a stop), volatility_target or kelly.'),
    entry_price: Decimal.optional().describe('The market’s when left out.'),
    stop_price: Decimal.optional().describe('Where the position would be closed at a loss.'),
    risk_percent: Decimal.optional().describe('fixed_fractional: of equity lost at the stop; 1.'),
    target_volatility_percent: Decimal.optional().describe('volatility_target: a year, of equity; 10.'),
    volatility_percent: Decimal.optional().describe(
      'volatility_target: a year, of the instrument; from the prices the node has seen when left out.',
    ),
    win_rate: z.number().gt(0).lt(1).optional().describe('kelly: share of trades that win.'),
    payoff_ratio: z.number().gt(0).optional().describe('kelly: average win over average loss.'),
    kelly_fraction: z.number().gt(0).max(1).optional().describe('kelly: part of the full bet; 0.5.'),
    max_percent: Decimal.optional().describe(
      'Cap. kelly: of equity staked, 20. volatility_target: of equity as notional, none. fixed_fractional: none.',
    ),
    equity: Decimal.optional().describe('In the account’s currency; the account’s own when left out.'),
  })
  .meta({ id: 'PositionSizeParams' });

export const PositionSizeResult = z
  .strictObject({
    instrument_id: z.string(),
    side: z.string(),
    method: z.string(),
    formula: z.string().describe('What was computed, with its source.'),
    quantity: Decimal.describe('Rounded down to what the instrument can be traded in; 0: do not trade.'),
    notional: amount,
    risk: amount.describe('Lost at the stop, in currency; null without a stop.'),
    currency: z.string().describe('Of notional, risk and equity.'),
    equity: Decimal,
    entry_price: Decimal,
    stop_price: amount,
    inputs: z.record(z.string(), z.string()).describe('What the formula was given, and from where.'),
    capped_by: z.array(z.string()).describe('What made it smaller, or zero.'),
    would_be_refused: z
      .string()
      .nullable()
      .describe('Why the node’s limits or halt would refuse a market order of this size now.'),
  })
  .meta({ id: 'PositionSizeResult' });
