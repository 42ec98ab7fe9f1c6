import * as z from 'zod';
import { CodeIdentity } from './code.ts';
import { DataItem } from './data.ts';
import { FurtherStatistics, Statistic, StatisticsOptions } from './statistics.ts';
import { Count, Decimal, Importable, InstrumentSpec, Json, Time, Warning } from './values.ts';

/** The fields of the engine's BacktestVenueConfig; modules and models are given as {source, config}. */
export const BacktestVenue = z
  .strictObject({
    name: z.string().min(1).describe('Venue name; instruments end in ".NAME".'),
    oms_type: z.enum(['NETTING', 'HEDGING']),
    account_type: z.enum(['CASH', 'MARGIN', 'BETTING']),
    starting_balances: z.array(z.string()).min(1).describe('For example ["1000000 USD"].'),
    base_currency: z.string().optional().describe('Leave out for a multi-currency account.'),
    default_leverage: Decimal.optional(),
    leverages: z.record(z.string(), Decimal).optional(),
    margin_model: Importable.optional(),
    modules: z.array(Importable).optional(),
    fill_model: Importable.optional(),
    latency_model: Importable.optional(),
    fee_model: Importable.optional(),
    book_type: z.enum(['L1_MBP', 'L2_MBP', 'L3_MBO']).optional(),
    routing: z.boolean().optional(),
    reject_stop_orders: z.boolean().optional(),
    support_gtd_orders: z.boolean().optional(),
    support_contingent_orders: z.boolean().optional(),
    oto_trigger_mode: z.enum(['PARTIAL', 'FULL']).optional(),
    use_position_ids: z.boolean().optional(),
    use_random_ids: z.boolean().optional(),
    use_reduce_only: z.boolean().optional(),
    use_market_order_acks: z.boolean().optional(),
    bar_execution: z.boolean().optional(),
    bar_adaptive_high_low_ordering: z.boolean().optional(),
    trade_execution: z.boolean().optional(),
    liquidity_consumption: z.boolean().optional(),
    queue_position: z.boolean().optional(),
    allow_cash_borrowing: z.boolean().optional(),
    frozen_account: z.boolean().optional(),
    price_protection_points: z.int().min(0).optional(),
    settlement_prices: z.record(z.string(), Decimal).optional(),
    liquidation_enabled: z
      .boolean()
      .optional()
      .describe('Refused when true where the installed engine has no liquidation to switch on.'),
    liquidation_trigger_ratio: z.number().positive().optional(),
    liquidation_cancel_open_orders: z.boolean().optional(),
  })
  .meta({ id: 'BacktestVenue' });

export const BacktestApi = z
  .enum(['node', 'engine'])
  .describe('node: BacktestNode over the catalog. engine: BacktestEngine with loaders and wranglers.');

/** What a backtest is made of: the same value from an agent, the command palette and a script. */
export const BacktestRequest = z
  .strictObject({
    strategies: z.array(Importable),
    actors: z.array(Importable).default([]),
    exec_algorithms: z.array(Importable).default([]),
    venues: z.array(BacktestVenue),
    instruments: z.array(InstrumentSpec).default([]),
    data: z.array(DataItem),
    script: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Instead of all the others: a Python script of one's own that runs BacktestEngine or BacktestNode; " +
          'it runs unmodified, and each engine run in it is kept.',
      ),
    args: z.array(z.string()).default([]).describe('Command line arguments of script.'),
    run_config: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Instead of all the others: a file that BacktestRunConfig.json() wrote, or "file.py:NAME" or "module:NAME" ' +
          'of a BacktestRunConfig or a list of them; run by BacktestNode.',
      ),
    start: Time.optional(),
    end: Time.optional(),
    chunk_size: z
      .int()
      .min(1)
      .optional()
      .describe('Stream the catalog in chunks of this many rows (api "node").'),
    engine: Json.optional().describe(
      'Fields of BacktestEngineConfig, for example {"risk_engine": {"bypass": true}}.',
    ),
    api: BacktestApi.optional(),
    statistics: StatisticsOptions.optional(),
    benchmark: DataItem.optional().describe(
      'What the run is measured against: a file or catalog item, or {"instrument_id"} alone for the run’s own data of it.',
    ),
  })
  .meta({ id: 'BacktestRequest' });
export type BacktestRequest = z.infer<typeof BacktestRequest>;

export const RunBacktestParams = z
  .strictObject({
    workspace: z.string(),
    catalog: z.string(),
    run_id: z.string(),
    run_directory: z.string().describe('Existing folder that receives frames and log.jsonl.'),
    request: BacktestRequest,
  })
  .meta({ id: 'RunBacktestParams' });

export const Balance = z
  .strictObject({
    venue: z.string(),
    currency: z.string(),
    total: Decimal,
    free: Decimal,
    locked: Decimal,
  })
  .meta({ id: 'Balance' });

/** The engine's own portfolio statistics, binary floats as it computes them; null where it gives none (NaN). */
export const Statistics = z
  .strictObject({
    pnl: z.record(z.string(), Statistic).describe('Currency → statistic → value.'),
    returns: Statistic,
    general: Statistic,
    further: FurtherStatistics.optional(),
  })
  .meta({ id: 'Statistics' });

export const RunCounts = z
  .strictObject({
    iterations: Count.describe('Data points processed.'),
    events: Count,
    orders: Count,
    fills: Count,
    positions: Count.describe('Positions in the engine’s cache: on a NETTING venue one an instrument.'),
    trades: Count.describe(
      'Round trips: positions, and on a NETTING venue each time one was closed and reopened.',
    ),
    account_events: Count,
  })
  .meta({ id: 'RunCounts' });

/** What one engine run came to. */
const outcome = {
  api: BacktestApi,
  counts: RunCounts,
  balances: z.array(Balance),
  statistics: Statistics,
  commissions: z.record(z.string(), Decimal).describe('Currency → commissions paid.'),
  backtest_start: z.string().optional(),
  backtest_end: z.string().optional(),
  engine_seconds: z.number().describe('Wall time inside the engine, without loading and saving.'),
  warnings: z.array(Warning),
  code: CodeIdentity,
  versions: z.record(z.string(), z.string()),
};

/** A further engine run of a script or of several run configs. */
export const MoreRun = z
  .strictObject({
    directory: z.string().describe('Folder of its frames and log.jsonl, inside that of the first run.'),
    ...outcome,
  })
  .meta({ id: 'MoreRun' });
export type MoreRun = z.infer<typeof MoreRun>;

export const RunBacktestResult = z
  .strictObject({
    ...outcome,
    more_runs: z.array(MoreRun).default([]),
  })
  .meta({ id: 'RunBacktestResult' });
export type RunBacktestResult = z.infer<typeof RunBacktestResult>;
