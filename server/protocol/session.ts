import * as z from 'zod';
import { BacktestRequest } from './backtest.ts';
import { Count, Json, Warning } from './values.ts';

/** `session.json` in the folder of a node's run: its session as a backtest is asked for. Written by the node. */
export const SessionFile = z
  .strictObject({
    request: BacktestRequest,
    strategies: z.array(z.string()).describe('Ids of the strategies whose orders are comparable.'),
    begin: z.string().describe('When they were started, in nanoseconds.'),
    end: z.string().describe('When they had ended, or the node stopped, in nanoseconds.'),
    warnings: z.array(Warning),
  })
  .meta({ id: 'SessionFile' });
export type SessionFile = z.infer<typeof SessionFile>;

export const CompareSessionParams = z
  .strictObject({
    session_directory: z.string().describe('Folder of the run of a node’s session.'),
    run_directory: z.string().describe('Folder of a backtest of it.'),
  })
  .meta({ id: 'CompareSessionParams' });

const Latency = z
  .strictObject({ median: z.number().nullable(), longest: z.number().nullable() })
  .meta({ id: 'SessionLatency' });

/** A session of a node against a backtest of it, its strategies' orders one by one in the order they were made. */
export const SessionComparison = z
  .strictObject({
    orders_alike: Count.describe('Orders that are alike before the first that is not.'),
    order: z
      .strictObject({
        differs: z.array(z.string()).describe('Columns that differ; empty where one has no more orders.'),
        session: Json.nullable(),
        backtest: Json.nullable(),
      })
      .meta({ id: 'DivergingOrder' })
      .optional()
      .describe('The first order that differs; absent when all are alike.'),
    other_orders: Count.describe(
      'Orders of the session that a backtest of it does not make: of tools, restored.',
    ),
    fills_compared: Count.describe('Orders alike that are filled in both.'),
    slippage_bps: z
      .strictObject({ mean: z.number().nullable(), worst: z.number().nullable() })
      .meta({ id: 'SessionSlippage' })
      .describe('Average price of the session against the backtest’s, in 1/10,000 of it; positive is worse.'),
    latency_ms: z
      .strictObject({ session: Latency, backtest: Latency })
      .meta({ id: 'SessionLatencies' })
      .describe('From an order’s submission to the venue’s first answer, by the engine’s times.'),
    warnings: z.array(Warning),
  })
  .meta({ id: 'SessionComparison' });
export type SessionComparison = z.infer<typeof SessionComparison>;
