import * as z from 'zod';
import { BacktestRequest } from './backtest.ts';
import { CodeIdentity } from './code.ts';
import { Importable, Json, Warning } from './values.ts';

export { ListStrategiesResult, StrategyPage, StrategyRow } from './strategyRows.ts';

export const ListStrategiesParams = z
  .strictObject({ workspace: z.string(), file: z.string().optional() })
  .meta({ id: 'ListStrategiesParams' });

export const CheckStrategyParams = z
  .strictObject({
    workspace: z.string(),
    strategy: Importable,
    check_config: z.boolean().describe('False: only import the class and describe its config.'),
    catalog: z.string().optional(),
    request: BacktestRequest.optional().describe(
      'The run it is for, without it: what would go wrong in it is told too.',
    ),
  })
  .meta({ id: 'CheckStrategyParams' });

/** A mistake that the source shows with certainty, or that data and venues show. */
export const Problem = z
  .strictObject({
    code: z.string(),
    path: z.string().describe('file:line, or where in the arguments.'),
    message: z.string(),
    next_step: z.string(),
  })
  .meta({ id: 'Problem' });

export const CheckStrategyResult = z
  .strictObject({
    source: z.string(),
    class_name: z.string(),
    config_class: z.string(),
    config_schema: Json.describe('JSON Schema of the config class.'),
    code: CodeIdentity,
    problems: z
      .array(Problem)
      .describe('Mistakes found without running it; a run with those of its data and venues is refused.'),
    warnings: z.array(Warning),
  })
  .meta({ id: 'CheckStrategyResult' });
