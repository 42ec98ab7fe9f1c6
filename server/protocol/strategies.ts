import * as z from 'zod';
import { Importable, Json, Warning } from './values.ts';

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

export const ListStrategiesParams = z
  .strictObject({ workspace: z.string(), file: z.string().optional() })
  .meta({ id: 'ListStrategiesParams' });

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

export const CheckStrategyParams = z
  .strictObject({
    workspace: z.string(),
    strategy: Importable,
    check_config: z.boolean().describe('False: only import the class and describe its config.'),
  })
  .meta({ id: 'CheckStrategyParams' });

export const CodeModule = z
  .strictObject({ module: z.string(), file: z.string(), sha256: z.string() })
  .meta({ id: 'CodeModule' });

/** Which code produced a run: the hash of every workspace module it imported, and the state of the repository. */
export const CodeIdentity = z
  .strictObject({
    modules: z.array(CodeModule),
    git_commit: z.string().optional(),
    git_dirty: z.boolean().optional(),
  })
  .meta({ id: 'CodeIdentity' });
export type CodeIdentity = z.infer<typeof CodeIdentity>;

/** A mistake that the source shows with certainty. */
export const Problem = z
  .strictObject({
    code: z.string(),
    path: z.string().describe('file:line.'),
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
    problems: z.array(Problem).describe('Mistakes found in the source of the class, without running it.'),
    warnings: z.array(Warning),
  })
  .meta({ id: 'CheckStrategyResult' });
