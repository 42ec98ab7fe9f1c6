import type { App } from '../app.ts';
import { backtestRequest } from '../backtestRequest.ts';
import { followRun } from './followRun.ts';
import { pickStrategy } from './pickStrategy.ts';

/** Runs the strategy of the open Python file (or of the file, class or row given) and shows its report. */
export async function runBacktest(app: App, target: unknown): Promise<void> {
  const strategy = await pickStrategy(app, target);
  const request = strategy && (await backtestRequest(app, strategy));
  if (request) await followRun(app, strategy.name, request);
}
