import path from 'node:path';
import type { CallContext } from '../context.ts';
import { recordedCatalog } from '../nodes/sessions.ts';
import type { BacktestRequest } from '../protocol/backtest.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { RunRecord } from '../protocol/run.ts';
import type { SessionComparison } from '../protocol/session.ts';

export interface SessionReplay {
  /** The session's request, with what the caller gave in place of its own. */
  request: BacktestRequest;
  catalog: string;
  /** Where its code is: what the session kept of it, or the workspace when the caller names strategies. */
  workspace: string;
  tag: string;
}

/**
 * The backtest of a node's session: its recorded data, the code that ran, its venues as they were when it began.
 *
 * @throws QuarterdeckError INVALID_ARGUMENTS, NO_DATA
 */
export async function replayOf(
  id: string,
  given: BacktestRequest,
  context: CallContext,
): Promise<SessionReplay> {
  const record = await context.runs.get(id);
  const { request: own, kind } = record;
  if (kind === 'backtest') {
    throw new QuarterdeckError(
      'INVALID_ARGUMENTS',
      `${id} is a backtest, not the session of a node.`,
      'list_runs with kind "demo", "sandbox" or "live" shows sessions.',
      { path: 'session' },
    );
  }
  if (!isReplayable(record)) {
    throw new QuarterdeckError(
      'NO_DATA',
      `Of the session ${id} no market data were recorded.`,
      'record_mb of the node’s profile says how much is; a node that was given none has none.',
      { path: 'session' },
    );
  }
  const fields = Object.entries(given).filter(([, value]) => !(Array.isArray(value) && value.length === 0));
  const request: BacktestRequest = { ...own, ...Object.fromEntries(fields) };
  if (request.strategies.length === 0) {
    throw new QuarterdeckError(
      'INVALID_ARGUMENTS',
      `No strategy was deployed in the session ${id}.`,
      'Give strategies to run on its data.',
      { path: 'strategies' },
    );
  }
  const kept = path.join(context.runs.directory(id), 'source');
  const ownCode = given.strategies.length === 0;
  return {
    request: ownCode
      ? {
          ...request,
          strategies: own.strategies.map((strategy) => keptSource(strategy, kept, context.workspace)),
        }
      : request,
    catalog: recordedCatalog(context.runs, id),
    workspace: ownCode ? kept : context.workspace,
    tag: `session:${id}`,
  };
}

/** Whether a run is a session with market data a backtest can be made of. */
export function isReplayable({ kind, request }: RunRecord): boolean {
  return kind !== 'backtest' && request.data.length > 0;
}

/** A session against a backtest of it. */
export function compareSession(
  session: string,
  backtest: string,
  { engine, runs, signal }: CallContext,
): Promise<SessionComparison> {
  const directories = {
    session_directory: runs.directory(session),
    run_directory: runs.directory(backtest),
  };
  return engine.call('compare_session', directories, { signal });
}

function keptSource(strategy: BacktestRequest['strategies'][number], kept: string, workspace: string) {
  const [, file, name] = /^(.+\.py):([^:]+)$/.exec(strategy.source) ?? [];
  if (file === undefined) return strategy;
  const relative = path.relative(workspace, path.resolve(workspace, file));
  return { ...strategy, source: `${path.join(kept, relative)}:${name}` };
}
