import type { CancellationToken } from 'vscode';
import * as z from 'zod';
import { RunRecord } from '../server/protocol/run.ts';
import { runUri } from './addresses.ts';
import type { ServerClient } from './client.ts';

/** Starts a backtest and follows it to its end; cancelling the token cancels the run. @throws QuarterdeckError */
export async function runToEnd(
  client: ServerClient,
  request: object,
  token: CancellationToken,
  onChange: (record: RunRecord) => void,
): Promise<RunRecord> {
  const { run_id } = await client.call('run_backtest', { ...request, mode: 'async' }, Started);
  const cancel = () => client.call('cancel_run', { run_id }, z.unknown());
  return new Promise((resolve, reject) => {
    const look = () => client.read(runUri(run_id), RunRecord).then(settle).catch(stop(reject));
    const settle = (record: RunRecord) => {
      onChange(record);
      if (isFinished(record)) stop(resolve)(record);
    };
    const watching = client.watch(runUri(run_id), look);
    const cancelling = token.onCancellationRequested(() => void cancel().catch(stop(reject)));
    const stop =
      <T>(settled: (value: T) => void) =>
      (value: T) => {
        watching.dispose();
        cancelling.dispose();
        settled(value);
      };
    if (token.isCancellationRequested) void cancel().catch(stop(reject));
  });
}

function isFinished({ status }: RunRecord): boolean {
  return status !== 'queued' && status !== 'running';
}

const Started = z.object({ run_id: z.string() });
