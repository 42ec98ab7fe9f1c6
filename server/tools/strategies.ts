import * as z from 'zod';
import { readablePath, resolveImportable } from '../files.ts';
import { CheckStrategyResult, ListStrategiesResult } from '../protocol/strategies.ts';
import { Importable } from '../protocol/values.ts';
import { defineTool } from './tool.ts';

export const strategyTools = [
  defineTool({
    name: 'list_strategies',
    title: 'NautilusTrader strategies',
    description:
      'NautilusTrader strategies, actors and execution algorithms in the workspace, with the fields of their configs. Reads the source; imports and runs none of it.',
    toolset: 'strategies',
    policy: 'read',
    input: z.strictObject({
      file: z.string().optional().describe('Only this Python file, relative to the workspace.'),
    }),
    output: ListStrategiesResult,
    async handler({ file }, context) {
      const { workspace, signal } = context;
      const params =
        file === undefined ? { workspace } : { workspace, file: readablePath(file, 'file', context) };
      return context.engine.call('list_strategies', params, { signal });
    },
  }),
  defineTool({
    name: 'check_strategy',
    title: 'NautilusTrader strategy check',
    description:
      'Check a NautilusTrader strategy before a backtest: imports its class in a process of its own, describes its config as JSON Schema, validates the given config and names mistakes its source shows (file:line). Runs the module’s top-level code.',
    toolset: 'strategies',
    policy: 'write',
    input: z.strictObject({
      source: Importable.shape.source,
      config: Importable.shape.config
        .unwrap()
        .optional()
        .describe('Config to validate; left out: only described.'),
      config_path: Importable.shape.config_path,
    }),
    output: CheckStrategyResult,
    async handler({ source, config, config_path }, context) {
      const given = { source, config: config ?? {}, ...(config_path === undefined ? {} : { config_path }) };
      const strategy = resolveImportable(given, 'strategy', context);
      const params = { workspace: context.workspace, strategy, check_config: config !== undefined };
      return context.engine.call('check_strategy', params, { signal: context.signal });
    },
  }),
];
