import { createHash, type Hash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { EngineEnvironment } from '../environment/environment.ts';
import type { BacktestRequest } from '../protocol/backtest.ts';
import type { DataItem } from '../protocol/data.ts';
import type { RunRecord } from '../protocol/run.ts';
import { isUrl } from '../settings.ts';

/** Files up to this size are hashed whole, larger ones by their two ends, size and time of change. */
const whole = 1024 * 1024;
const fileKeys = new Set(['file', 'bid_file', 'ask_file']);

/**
 * A hash of everything known before a run that decides its figures: the request with absolute paths, the files it
 * names (size, time of change, content), the catalog's files of its instruments (name, size, time of change), and
 * the engine's versions. The workspace's code is not in it, since only a run knows what it imports:
 * {@link hasSameCode}. Undefined where a catalog cannot be looked at from here, and for a script or a run config:
 * what those read is not known.
 */
export async function fingerprintOf(
  request: BacktestRequest,
  catalog: string,
  engine: EngineEnvironment,
): Promise<string | undefined> {
  if (request.script !== undefined || request.run_config !== undefined) return undefined;
  const hash = createHash('sha256');
  const { python, pythonVersion, nautilusTrader, pandas } = engine;
  hash.update(canonical({ request, python, pythonVersion, nautilusTrader, pandas }));
  for (const file of filesIn(request)) await addFile(hash, file);
  const ids = catalogIds(request);
  if (ids.length > 0) {
    const items = itemsOf(request.data, request.benchmark);
    const catalogs = new Set([catalog, ...items.flatMap((item) => item.catalog ?? [])]);
    if ([...catalogs].some(isUrl)) return undefined;
    for (const folder of catalogs) await addCatalog(hash, folder, ids);
  }
  return hash.digest('hex');
}

/** Whether the workspace modules a run imported are what they were. */
export async function hasSameCode({ code }: RunRecord, workspace: string): Promise<boolean> {
  if (!code) return false;
  for (const { file, sha256 } of code.modules) {
    const hash = createHash('sha256');
    const content = await contentOf(path.join(workspace, file));
    if (!content || hash.update(content).digest('hex') !== sha256) return false;
  }
  return true;
}

/** JSON with its keys in order, so that two ways to write a request are one. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Data, tables and sources a request names by path. */
function filesIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') {
    if (fileKeys.has(key)) return [value];
    const source = key === 'source' ? /^(.+\.py):[^:]+$/.exec(value)?.[1] : undefined;
    return source ? [source] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => filesIn(child, name));
}

/** Instruments a request takes data or definitions of from the catalog, as the catalog names folders. */
function catalogIds({ data: own, benchmark, instruments }: BacktestRequest): string[] {
  const data = itemsOf(own, benchmark);
  const named = [
    ...data.flatMap((item) => [item.instrument_id ?? item.bar_type, item.instrument]),
    ...instruments,
  ];
  const ids = named.filter((spec) => typeof spec === 'string').map((id) => id.replaceAll('/', ''));
  return data.some((item) => item.data_type !== undefined) && ids.length === 0 ? [''] : ids;
}

function itemsOf(data: DataItem[], benchmark: DataItem | undefined): DataItem[] {
  return benchmark === undefined ? data : [...data, benchmark];
}

async function addCatalog(hash: Hash, catalog: string, ids: string[]): Promise<void> {
  // Definitions lie in folders of the instrument's id, bars in folders that begin with it.
  const instruments = ids.map((id) => id.split('-')[0] ?? id);
  const folder = path.join(catalog, 'data');
  const types = await readdir(folder).catch(() => []);
  for (const type of types.sort()) {
    for (const name of (await readdir(path.join(folder, type)).catch(() => [])).sort()) {
      if (instruments.some((id) => name.startsWith(id)))
        await addListing(hash, path.join(folder, type, name));
    }
  }
}

async function addListing(hash: Hash, folder: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const stats = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  for (const [index, name] of names.entries()) {
    const found = stats[index];
    hash.update(`\n${folder}/${name} ${found?.size} ${found?.mtimeMs}`);
  }
}

async function addFile(hash: Hash, file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  hash.update(`\n${file} ${found?.size} ${found?.mtimeMs}\n`);
  const content = found?.isFile() ? await contentOf(file, whole) : undefined;
  if (content) hash.update(content);
}

/** A file's content; of one larger than `most` only its two ends. */
async function contentOf(file: string, most = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (size <= most) return await handle.readFile();
    const half = Buffer.alloc(most / 2);
    const ends = [];
    for (const position of [0, size - half.length]) {
      await handle.read(half, 0, half.length, position);
      ends.push(Buffer.from(half));
    }
    return Buffer.concat(ends);
  } finally {
    await handle.close();
  }
}
