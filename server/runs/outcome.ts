import type { RunBacktestResult } from '../protocol/backtest.ts';
import type { RunRecord, RunSummary } from '../protocol/run.ts';

type Outcome = Omit<RunBacktestResult, 'more_runs'>;

/** What a run's record says once it has come to something. */
export function completed(result: Outcome, elapsedSeconds: number): Partial<RunRecord> {
  return {
    status: 'completed',
    finished_at: new Date().toISOString(),
    code: result.code,
    versions: result.versions,
    summary: summarize(result, elapsedSeconds),
    progress: undefined,
  };
}

function summarize(result: Outcome, elapsedSeconds: number): RunSummary {
  const { code: _, versions: __, more_runs: ___, ...kept } = { more_runs: [], ...result };
  const { engine_seconds: seconds, counts } = result;
  return {
    ...kept,
    elapsed_seconds: elapsedSeconds,
    events_per_second: seconds > 0 ? Math.round(counts.iterations / seconds) : null,
  };
}
