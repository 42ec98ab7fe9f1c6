import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { BacktestRequest, MoreRun } from '../protocol/backtest.ts';
import { type DeploymentState, type NodeRecord, StopNodeResult } from '../protocol/node.ts';
import { completed } from '../runs/outcome.ts';
import type { RunStore } from '../runs/store.ts';

/** What a node whose server was gone wrote of its end. */
const Farewell = z.object({ stopped: StopNodeResult, run: MoreRun.optional() });
export type Farewell = z.infer<typeof Farewell>;

/** Keeps a node's session as a run of the node's kind; answers the run's id. */
export async function keepSession(
  runs: RunStore,
  record: NodeRecord,
  strategies: DeploymentState[],
  { directory, ...outcome }: MoreRun,
): Promise<string> {
  const { node, kind } = record;
  const run = await runs.create(
    { request: requestOf(record, strategies), catalog: '', tags: [], node },
    directory,
    kind,
  );
  const { started_at } = record;
  await runs.update(run.id, {
    ...completed(outcome, outcome.engine_seconds),
    ...(started_at ? { started_at } : {}),
  });
  return run.id;
}

/** What a node said of its end, if it said something; it is said once. */
export async function takeFarewell(directory: string): Promise<Farewell | undefined> {
  const file = path.join(directory, 'farewell.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  await rm(file, { force: true });
  try {
    return Farewell.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The session as a backtest would be asked for: its strategies and venues; its data went by. */
function requestOf({ request }: NodeRecord, strategies: DeploymentState[]): BacktestRequest {
  return BacktestRequest.parse({
    strategies: strategies.flatMap(({ source }) => (source ? [{ source, config: {} }] : [])),
    venues: (request.venues ?? []).map(
      ({ name, oms_type, account_type, starting_balances, base_currency }) => ({
        name,
        oms_type: oms_type ?? 'NETTING',
        account_type: account_type ?? 'MARGIN',
        starting_balances,
        ...(base_currency ? { base_currency } : {}),
      }),
    ),
    instruments: request.instruments ?? [],
    data: [],
  });
}
