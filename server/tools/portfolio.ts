import * as z from 'zod';
import { QuarterdeckError } from '../protocol/errors.ts';
import {
  AnalyzePortfolioParams,
  PortfolioAnalysis,
  PositionSizeParams,
  PositionSizeResult,
} from '../protocol/portfolio.ts';
import { requireCompleted } from '../runs/store.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

const daysPerYear = 252;

export const portfolioTools = [
  defineTool({
    name: 'analyze_portfolio',
    title: 'Portfolio analysis',
    description:
      'Portfolio analysis of a NautilusTrader trading node, or of a finished run: gross and net exposure by venue, instrument and currency, realized and unrealized PnL, VaR and CVaR (historical or parametric), volatility, beta, drawdown, concentration, and what moved today. Says how each was measured, and why what is null is missing.',
    toolset: 'risk',
    policy: 'read',
    input: AnalyzePortfolioParams.extend({
      node: nodeArgument,
      run_id: z.string().optional().describe('A finished run in the place of a node.'),
      venue: z.string().optional().describe('Of a run with several accounts, the one meant.'),
    }),
    output: PortfolioAnalysis.extend({ node: z.string().optional(), run_id: z.string().optional() }),
    async handler({ node: name, run_id, venue, benchmark, ...params }, context) {
      const { signal } = context;
      if (run_id === undefined) {
        if (venue !== undefined) throw onlyOfRuns('venue');
        const node = context.nodes.find(name);
        const wanted = benchmark === undefined ? params : { ...params, benchmark };
        return { node: node.name, ...(await node.call('analyze_portfolio', wanted, { signal })) };
      }
      if (name !== undefined) throw twoAtOnce('node');
      if (benchmark !== undefined) throw twoAtOnce('benchmark');
      const record = await context.runs.get(run_id);
      requireCompleted(record);
      const statistics = record.request.statistics;
      const run_directory = context.runs.directory(run_id);
      const days = {
        periods_per_year: statistics?.periods_per_year ?? daysPerYear,
        timezone: statistics?.timezone ?? 'UTC',
      };
      const account = venue === undefined ? {} : { venue };
      const analysis = await context.engine.call(
        'analyze_run',
        { ...params, ...days, ...account, run_directory },
        { signal },
      );
      return { run_id, ...analysis };
    },
  }),
  defineTool({
    name: 'calculate_position_size',
    title: 'Position size',
    description:
      'Position size for an instrument of a NautilusTrader trading node: fixed fractional (a share of equity lost at the stop, by the engine’s FixedRiskSizer), volatility target, or Kelly fraction with a cap. Rounded down to what the instrument can be traded in; says what capped it and whether the node’s risk limits would refuse an order of that size. Sends nothing.',
    toolset: 'risk',
    policy: 'read',
    input: PositionSizeParams.extend({ node: nodeArgument }),
    output: PositionSizeResult,
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('position_size', params, { signal: context.signal }),
  }),
];

function twoAtOnce(field: string): QuarterdeckError {
  return new QuarterdeckError(
    'INVALID_ARGUMENTS',
    field === 'node'
      ? 'A node and a run cannot be analysed at once.'
      : 'A run is measured against the benchmark it was run with.',
    field === 'node' ? 'Give node or run_id.' : 'Give benchmark to run_backtest, or leave it out here.',
    { path: field },
  );
}

function onlyOfRuns(field: string): QuarterdeckError {
  return new QuarterdeckError('INVALID_ARGUMENTS', `${field} goes with run_id.`, 'Leave it out for a node.', {
    path: field,
  });
}
