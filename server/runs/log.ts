import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A page of a run's log: the engine's JSON lines. Read as a stream, since a log has no bound. */
export async function readRunLog(
  directory: string,
  after: number,
  limit: number,
): Promise<{ rows: Record<string, unknown>[]; total: number; next?: number }> {
  const file = path.join(directory, 'log.jsonl');
  if (!existsSync(file)) return { rows: [], total: 0 };
  const rows: Record<string, unknown>[] = [];
  let total = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    if (line.trim() === '') continue;
    if (total >= after && rows.length < limit) rows.push(parseLine(line));
    total++;
  }
  const next = after + rows.length;
  return { rows, total, ...(next < total ? { next } : {}) };
}

/** The last line of a run that was ended may be torn. */
function parseLine(line: string): Record<string, unknown> {
  try {
    const { color: _, ...kept } = JSON.parse(line) as Record<string, unknown>;
    return kept;
  } catch {
    return { message: line };
  }
}
