import * as z from 'zod';
import { catalogPath, resolveRequest } from '../files.ts';
import { BacktestRequest } from '../protocol/backtest.ts';
import { Mode } from '../protocol/values.ts';
import { fingerprintOf } from '../runs/fingerprint.ts';
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
      reuse: z
        .boolean()
        .default(false)
        .describe(
          'Answer an earlier run of the same request, data, code and engine instead of running again.',
        ),
      timeout_seconds: z.number().positive().optional().describe('Ends the run after this many seconds.'),
    }),
    output: RunAnswer,
    async handler({ catalog, mode, tags, note, reuse, timeout_seconds, ...request }, context) {
      const where = catalogPath(catalog, context);
      const resolved = resolveRequest(request, context);
      const order = {
        workspace: context.workspace,
        catalog: where,
        request,
        resolved,
        fingerprint: context.environment().then((engine) => fingerprintOf(resolved, where, engine)),
        tags,
        ...(note === undefined ? {} : { note }),
        ...(timeout_seconds === undefined ? {} : { timeoutSeconds: timeout_seconds }),
      };
      // Whoever needs it hears of its failure; until then it is nobody's.
      order.fingerprint.catch(() => {});
      const earlier = reuse ? await context.runner.find(order) : undefined;
      if (earlier) return { ...runAnswer(earlier, context), reused: true };
      const record = await context.runner.start(order);
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
