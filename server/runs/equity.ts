import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ReadFrameResult } from '../protocol/engine.ts';

/**
 * The equity of a run as it is kept for who looks at it first, read without an engine.
 *
 * @returns undefined where the run kept none, or more points than are wanted: the engine thins the table then.
 */
export async function keptEquity(directory: string, points: number): Promise<ReadFrameResult | undefined> {
  const text = await readFile(path.join(directory, 'equity.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const kept = ReadFrameResult.parse(JSON.parse(text));
  return kept.rows.length <= points ? kept : undefined;
}
