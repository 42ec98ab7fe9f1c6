import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { BacktestRequest, MoreRun } from '../protocol/backtest.ts';
import { type NodeRecord, StopNodeResult } from '../protocol/node.ts';
import { SessionFile } from '../protocol/session.ts';
import { completed } from '../runs/outcome.ts';
import type { RunStore } from '../runs/store.ts';

/** What a node whose server was gone wrote of its end. */
const Farewell = z.object({ stopped: StopNodeResult, run: MoreRun.optional() });
export type Farewell = z.infer<typeof Farewell>;

/** Keeps a node's session as a run of the node's kind; answers the run's id. */
export async function keepSession(
  runs: RunStore,
  record: NodeRecord,
  { directory, ...outcome }: MoreRun,
): Promise<string> {
  const { node, kind } = record;
  const request = await requestOf(directory);
  const run = await runs.create({ request, catalog: '', tags: [], node }, directory, kind);
  const { started_at } = record;
  await runs.update(run.id, {
    ...completed(outcome, outcome.engine_seconds),
    catalog: recordedCatalog(runs, run.id),
    ...(started_at ? { started_at } : {}),
  });
  return run.id;
}

/** Where the market data of a session are. */
export function recordedCatalog(runs: RunStore, id: string): string {
  return path.join(runs.directory(id), 'data');
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

/** The session as a backtest would be asked for; of a node that could not say it, only that it was. */
async function requestOf(directory: string): Promise<BacktestRequest> {
  const text = await readFile(path.join(directory, 'session.json'), 'utf8').catch(() => undefined);
  const file = text === undefined ? undefined : SessionFile.parse(JSON.parse(text));
  return file?.request ?? BacktestRequest.parse({ strategies: [], venues: [], data: [] });
}
