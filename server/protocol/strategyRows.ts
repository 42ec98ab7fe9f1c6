import * as z from 'zod';

/** A class found by reading source, never by importing it. */
export const StrategyRow = z
  .strictObject({
    source: z.string().describe('What run_backtest takes as source.'),
    kind: z.enum(['strategy', 'actor', 'exec_algorithm']),
    name: z.string(),
    config_class: z.string().optional(),
    description: z.string().optional(),
    file: z.string(),
    line: z.int().min(1),
    config_fields: z.array(
      z
        .strictObject({ name: z.string(), type: z.string(), default: z.string().optional() })
        .meta({ id: 'ConfigField' }),
    ),
  })
  .meta({ id: 'StrategyRow' });

export const ListStrategiesResult = z
  .strictObject({
    strategies: z.array(StrategyRow),
    unreadable: z.array(
      z
        .strictObject({ file: z.string(), line: z.int().optional(), message: z.string() })
        .meta({ id: 'UnreadableFile' }),
    ),
  })
  .meta({ id: 'ListStrategiesResult' });

/** A page of them. */
export const StrategyPage = ListStrategiesResult.extend({ total: z.int(), next: z.int().optional() });
