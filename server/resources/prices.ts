import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CallContext } from '../context.ts';
import { resolveRequest } from '../files.ts';
import type { ReadPricesResult } from '../protocol/prices.ts';
import { requireCompleted } from '../runs/store.ts';
import { countFrom } from './uri.ts';

const keeping = new Map<string, Promise<unknown>>();

/**
 * A window of the prices an instrument had in a run. They are read from the data of the run's request when first
 * asked for, and kept beside the run; a run over many bars of a file has kept them as it read them.
 *
 * @throws QuarterdeckError NO_DATA when the request names no data that can be read again
 */
export async function readPrices(
  id: string,
  instrument: string,
  query: URLSearchParams,
  context: CallContext,
): Promise<ReadPricesResult> {
  const run = await context.runs.get(id);
  requireCompleted(run);
  const directory = context.runs.directory(run.id);
  const file = path.join(directory, `prices-${instrument.replace(/[^\p{L}\p{N}.-]/gu, '_')}.parquet`);
  if (!existsSync(file)) {
    const barType = query.get('bar_type');
    const work = keeping.get(file) ?? keep(barType === null ? {} : { bar_type: barType });
    keeping.set(file, work);
    await work.finally(() => keeping.delete(file));
  }
  const [start, end] = [query.get('start'), query.get('end')];
  const params = {
    run_directory: directory,
    instrument_id: instrument,
    ...(start === null ? {} : { start }),
    ...(end === null ? {} : { end }),
    points: countFrom(query, 'points', { min: 2, max: 10_000 }) ?? 1000,
  };
  return context.engine.call('read_prices', params, { signal: context.signal });

  function keep(barType: { bar_type?: string }): Promise<unknown> {
    const request = resolveRequest(run.request, context);
    const { workspace } = context;
    // Not the caller's signal: another may be waiting for the same table.
    const what = {
      workspace,
      catalog: run.catalog,
      run_directory: directory,
      request,
      instrument_id: instrument,
    };
    return context.engine.call('keep_prices', { ...what, ...barType }, {});
  }
}
