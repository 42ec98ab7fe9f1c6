import * as z from 'zod';
import { catalogPath, resolveRequest } from '../files.ts';
import { BacktestRequest } from '../protocol/backtest.ts';
import { Mode } from '../protocol/values.ts';
import { RunAnswer, runAnswer } from './runAnswer.ts';
import { defineTool } from './tool.ts';

const autoWaitMs = 45_000;

export const backtestTools = [
  defineTool({
    name: 'run_backtest',
    title: 'NautilusTrader backtest',
    description:
      'Run a NautilusTrader backtest of strategies on historical market data and get its result: trades, PnL, drawdown, Sharpe ratio, balances. Data are files (api "engine", BacktestEngine) or items of the data catalog (api "node", BacktestNode). The run is kept: get_run, list_runs and the nautilus://runs/{id} resources show its orders, fills, positions, equity and log.',
    toolset: 'backtest',
    policy: 'write',
    input: BacktestRequest.extend({
      catalog: z.string().optional().describe('Data catalog of catalog items: path or fsspec URL.'),
      mode: Mode.default('auto'),
      tags: z.array(z.string()).default([]),
      note: z.string().optional(),
      timeout_seconds: z.number().positive().optional().describe('Ends the run after this many seconds.'),
    }),
    output: RunAnswer,
    async handler({ catalog, mode, tags, note, timeout_seconds, ...request }, context) {
      const record = await context.runner.start({
        workspace: context.workspace,
        catalog: catalogPath(catalog, context),
        request,
        resolved: resolveRequest(request, context),
        tags,
        ...(note === undefined ? {} : { note }),
        ...(timeout_seconds === undefined ? {} : { timeoutSeconds: timeout_seconds }),
      });
      if (mode === 'async') return runAnswer(record, context);

      const patience = mode === 'auto' ? [AbortSignal.timeout(autoWaitMs)] : [];
      const finished = await context.runner.wait(record.id, {
        signal: AbortSignal.any([context.signal, ...patience]),
        onProgress: context.onProgress,
        onLog: context.onLog,
      });
      // A client that cancels wants the run gone; one that merely went away does not.
      if (context.signal.aborted && !context.disconnected()) {
        return runAnswer(await context.runner.cancel(record.id), context);
      }
      return runAnswer(finished, context);
    },
  }),
];
