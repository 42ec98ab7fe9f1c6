import * as z from 'zod';
import { catalogPath, readablePath, resolveImportable, resolveRequest } from '../files.ts';
import { BacktestRequest } from '../protocol/backtest.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { CheckStrategyResult, StrategyPage } from '../protocol/strategies.ts';
import { CatalogName, Importable } from '../protocol/values.ts';
import { canonicalRequest } from './aliases.ts';
import { defineTool } from './tool.ts';

const request = BacktestRequest.shape;

export const strategyTools = [
  defineTool({
    name: 'list_strategies',
    pages: ['strategies'],
    title: 'NautilusTrader strategies',
    description:
      'NautilusTrader strategies, actors and execution algorithms in the workspace, with the fields of their configs. Reads source, runs none of it.',
    toolset: 'strategies',
    policy: 'read',
    input: z.strictObject({
      file: z.string().optional().describe('Only this Python file.'),
      after: z.int().min(0).optional(),
      limit: z.int().min(1).max(1000).optional(),
    }),
    output: StrategyPage,
    async handler({ file, after = 0, limit = 1000 }, context) {
      const { workspace, signal } = context;
      const params =
        file === undefined ? { workspace } : { workspace, file: readablePath(file, 'file', context) };
      const { strategies, unreadable } = await context.engine.call('list_strategies', params, { signal });
      const end = after + limit;
      return {
        strategies: strategies.slice(after, end),
        // On the first page only: they would leave no room on the others.
        unreadable: after === 0 ? unreadable : [],
        total: strategies.length,
        ...(end < strategies.length ? { next: end } : {}),
      };
    },
  }),
  defineTool({
    name: 'check_strategy',
    brief: Object.fromEntries(
      (
        ['strategies', 'actors', 'exec_algorithms', 'venues', 'instruments', 'data', 'engine', 'api'] as const
      ).map((field) => [field, 'Of the run, as in run_backtest.']),
    ),
    title: 'NautilusTrader strategy check',
    description:
      'Check a NautilusTrader strategy before a backtest: imports its class in a process of its own, describes its config as JSON Schema, validates the given config and names mistakes its source shows (file:line). With venues and data as in run_backtest it also tells what would go wrong in that run: subscriptions nothing serves, orders that no data can fill, a book type that drops the data, ids that clash. Runs the module’s top-level code.',
    toolset: 'strategies',
    policy: 'write',
    input: z.strictObject({
      source: Importable.shape.source,
      config: Importable.shape.config
        .unwrap()
        .optional()
        .describe('Config to validate; left out: only described.'),
      config_path: Importable.shape.config_path,
      strategies: request.strategies
        .default([])
        .describe('Further strategies of the run, when it has several.'),
      actors: request.actors,
      exec_algorithms: request.exec_algorithms,
      venues: request.venues
        .default([])
        .describe('Venues of the run, as in run_backtest; data is then needed too.'),
      instruments: request.instruments,
      data: request.data
        .default([])
        .describe('Data of the run, as in run_backtest; venues are then needed too.'),
      start: request.start,
      end: request.end,
      engine: request.engine,
      api: request.api,
      catalog: CatalogName,
    }),
    output: CheckStrategyResult,
    canonical: canonicalRequest,
    async handler({ source, config, config_path, catalog, ...run }, context) {
      const given = { source, config: config ?? {}, ...(config_path === undefined ? {} : { config_path }) };
      const strategy = resolveImportable(given, 'strategy', context);
      const { workspace, signal } = context;
      const params = {
        ...{ workspace, strategy, check_config: config !== undefined },
        ...(isRun(run)
          ? { catalog: catalogPath(catalog, context), request: resolveRequest({ ...run, args: [] }, context) }
          : {}),
      };
      return context.engine.call('check_strategy', params, { signal });
    },
  }),
];

/** Whether a check is of a run as well. @throws QuarterdeckError INVALID_ARGUMENTS when only half of one is there */
function isRun({ venues, data }: Pick<BacktestRequest, 'venues' | 'data'>): boolean {
  if ((venues.length === 0) === (data.length === 0)) return venues.length > 0;
  const [missing, there] = venues.length === 0 ? ['venues', 'data'] : ['data', 'venues'];
  throw new QuarterdeckError(
    'INVALID_ARGUMENTS',
    `${there} without ${missing} says too little of a run.`,
    'Give both to check a run, or neither to check the strategy alone.',
    { path: missing },
  );
}
