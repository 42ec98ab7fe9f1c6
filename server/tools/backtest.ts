import * as z from 'zod';
import { catalogPath, resolveRequest } from '../files.ts';
import { BacktestRequest } from '../protocol/backtest.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { CatalogName, Mode } from '../protocol/values.ts';
import { fingerprintOf } from '../runs/fingerprint.ts';
import { canonicalRequest } from './aliases.ts';
import { endOfPatience } from './patience.ts';
import { RunAnswer, runAnswer } from './runAnswer.ts';
import { compareSession, replayOf } from './sessionReplay.ts';
import { defineTool } from './tool.ts';

export const backtestTools = [
  defineTool({
    name: 'run_backtest',
    brief: {
      statistics: '{periods_per_year?, timezone?, rolling_days?}: of the statistics beside the engine’s own.',
    },
    title: 'NautilusTrader backtest',
    description:
      'Run a NautilusTrader backtest of strategies on historical market data and get its result: trades, PnL, drawdown, Sharpe ratio, balances. Data are files (api "engine", BacktestEngine) or items of the data catalog (api "node", BacktestNode). Also runs a script or a BacktestRunConfig as it stands. The run is kept: get_run and nautilus://runs/{id} show its orders, fills, positions, equity and log.',
    toolset: 'backtest',
    policy: 'write',
    page: 'report',
    input: BacktestRequest.extend({
      strategies: BacktestRequest.shape.strategies.default([]),
      venues: BacktestRequest.shape.venues.default([]),
      data: BacktestRequest.shape.data.default([]),
      catalog: CatalogName,
      session: z
        .string()
        .optional()
        .describe(
          'Run of a node’s session to backtest: its data, code and settings, less what is given here.',
        ),
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
    canonical: canonicalRequest,
    async handler({ catalog, session, mode, tags, note, reuse, timeout_seconds, ...given }, context) {
      const replay = session === undefined ? undefined : await replayOf(session, given, context);
      const request = replay?.request ?? given;
      checkForm(request);
      const where = replay?.catalog ?? catalogPath(catalog, context);
      const resolved = resolveRequest(request, context);
      const order = {
        workspace: replay?.workspace ?? context.workspace,
        catalog: where,
        request,
        resolved,
        fingerprint: context.environment().then((engine) => fingerprintOf(resolved, where, engine)),
        tags: replay ? [...tags, replay.tag] : tags,
        ...(note === undefined ? {} : { note }),
        ...(timeout_seconds === undefined ? {} : { timeoutSeconds: timeout_seconds }),
      };
      // Whoever needs it hears of its failure; until then it is nobody's.
      order.fingerprint.catch(() => {});
      const earlier = reuse ? await context.runner.find(order) : undefined;
      if (earlier) return { ...runAnswer(earlier, context), reused: true };
      const record = await context.runner.start(order);
      if (mode === 'async') return runAnswer(record, context);

      const finished = await context.runner.wait(record.id, {
        signal: endOfPatience(mode, context),
        onProgress: context.onProgress,
        onLog: context.onLog,
      });
      // A client that cancels wants the run gone; one that merely went away does not.
      if (context.signal.aborted && !context.disconnected()) {
        return runAnswer(await context.runner.cancel(record.id), context);
      }
      const answer = runAnswer(finished, context);
      if (session === undefined || finished.status !== 'completed') return answer;
      return { ...answer, session: await compareSession(session, finished.id, context) };
    },
  }),
];

/** The fields a request consists of when it brings neither script nor run_config; the first three it then needs. */
const parts = ['strategies', 'venues', 'data', 'actors', 'exec_algorithms', 'instruments'] as const;
const settings = ['start', 'end', 'chunk_size', 'engine', 'api'] as const;

/** @throws QuarterdeckError INVALID_ARGUMENTS when a request says twice, or does not say, what to run */
function checkForm(request: BacktestRequest): void {
  const own = (['script', 'run_config'] as const).find((field) => request[field] !== undefined);
  if (request.args.length > 0 && request.script === undefined) {
    throw invalid(
      'args',
      'args are those of a script, and there is none.',
      'Give script, or leave args out.',
    );
  }
  if (own === undefined) {
    const missing = parts.slice(0, 3).find((field) => request[field].length === 0);
    if (missing === undefined) return;
    throw invalid(
      missing,
      `A backtest needs ${missing}.`,
      'Give strategies, venues and data; or script; or run_config.',
    );
  }
  const other =
    own === 'script' && request.run_config !== undefined
      ? 'run_config'
      : [
          ...parts.filter((field) => request[field].length > 0),
          ...settings.filter((field) => request[field] !== undefined),
        ][0];
  if (other !== undefined) {
    throw invalid(
      other,
      `${own} says itself what to run; ${other} does not go with it.`,
      `Leave ${other} out.`,
    );
  }
}

function invalid(path: string, message: string, nextStep: string): QuarterdeckError {
  return new QuarterdeckError('INVALID_ARGUMENTS', message, nextStep, { path });
}
