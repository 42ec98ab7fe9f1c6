import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { closestMatch } from 'leven';
import * as z from 'zod';
import type { CallContext, SessionOptions } from './context.ts';
import { packageRoot } from './paths.ts';
import type { BacktestRequest } from './protocol/backtest.ts';
import type { DataItem } from './protocol/data.ts';
import { QuarterdeckError } from './protocol/errors.ts';
import type { NodeProfile } from './protocol/node.ts';
import { defaultCatalog } from './protocol/settings.ts';
import type { Importable, InstrumentSpec } from './protocol/values.ts';
import { isUrl, namedCatalogs } from './settings.ts';

export type Bounds = Pick<CallContext, 'workspace'> & { session: SessionOptions };

/**
 * The real path of what a caller names, refused when it leads outside the workspace and the readable roots.
 *
 * The path given back has no symbolic link in it, so what is opened is what was looked at.
 *
 * @param where JSON path of the argument, for the error.
 * @throws QuarterdeckError PATH_OUTSIDE_WORKSPACE
 */
export function readablePath(file: string, where: string, bounds: Bounds): string {
  const roots = [bounds.workspace, path.join(packageRoot, 'python', 'samples'), ...bounds.session.roots];
  if (isTricky(file) || leavesThisMachine(file, roots)) throw outside(file, where);
  const real = realPath(path.resolve(bounds.workspace, file));
  if (!roots.some((root) => contains(realPath(root), real))) throw outside(file, where);
  const own = contains(realPath(path.join(packageRoot, 'python', 'samples')), real);
  if (!own && !isWithinBoundary(real, bounds)) throw beyond(file, where);
  return real;
}

/**
 * The real path of what a caller wants written, refused outside the workspace and among what Quarterdeck keeps there:
 * only `.quarterdeck/exports` is written to by name.
 *
 * @throws QuarterdeckError PATH_OUTSIDE_WORKSPACE
 */
export function writablePath(file: string, where: string, bounds: Bounds): string {
  if (!isTricky(file) && !leavesThisMachine(file, [bounds.workspace])) {
    const workspace = realPath(bounds.workspace);
    const real = realPath(path.resolve(bounds.workspace, file));
    const own = path.join(workspace, '.quarterdeck');
    // In any case of letters: where a system does not tell them apart, what is not there yet has no other name.
    const kept = contains(folded(own), folded(real)) && !contains(path.join(own, 'exports'), real);
    const allowed = real !== workspace && contains(workspace, real) && !kept;
    if (allowed && !isWithinBoundary(real, bounds)) throw beyond(file, where);
    if (allowed) return real;
  }
  throw new QuarterdeckError(
    'PATH_OUTSIDE_WORKSPACE',
    `${quoted(file)} is no place to write to: only the workspace is, without what Quarterdeck keeps in it.`,
    'Give a path inside the workspace, or leave it out for .quarterdeck/exports.',
    { path: where },
  );
}

/** Whether a path lies in the folders the client keeps to; a client that named none keeps to those we allow. */
function isWithinBoundary(real: string, { session: { boundary } }: Bounds): boolean {
  return boundary === undefined || boundary.some((root) => contains(realPath(root), real));
}

function beyond(file: string, where: string): QuarterdeckError {
  return new QuarterdeckError(
    'PATH_OUTSIDE_WORKSPACE',
    `${quoted(file)} lies outside the roots this client named.`,
    'Name a file inside them, or add its folder to the client’s roots.',
    { path: where },
  );
}

/**
 * True for what the system would read as something else than the name of a file.
 *
 * @param platform as `process.platform` says it
 */
export function isTricky(file: string, platform: NodeJS.Platform = process.platform): boolean {
  if (file === '' || file.length > 4096 || /\p{Cc}/u.test(file)) return true;
  if (platform !== 'win32') return false;
  // Devices, and what a colon makes of a name: a stream beside the file.
  const names = file.replace(/^[a-z]:/i, '').split(/[\\/]/);
  return names.some((name) => name.includes(':') || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name));
}

/** Windows goes to another machine, and shows it who we are, as soon as one looks at `\\\\machine\\share`. */
function leavesThisMachine(file: string, roots: string[]): boolean {
  if (process.platform !== 'win32' || !/^[\\/]{2}/.test(file)) return false;
  return !roots.some((root) => contains(root, path.resolve(file)));
}

/**
 * The catalog a call reads: one of `quarterdeck.json` by its name, a path or an URL; when none is named the session's,
 * `NAUTILUS_PATH`'s, the one called "default" in `quarterdeck.json`, else the workspace's own.
 *
 * A name of `quarterdeck.json` may stand for a folder outside the workspace: whoever wrote it there allowed it.
 *
 * @param where JSON path of the argument, for the error.
 * @throws QuarterdeckError CATALOG_NOT_FOUND for what looks like a misspelt name, PATH_OUTSIDE_WORKSPACE
 */
export function catalogPath(
  catalog: string | undefined,
  bounds: Bounds,
  where = 'catalog',
  env: NodeJS.ProcessEnv = process.env,
): string {
  const location = catalogTarget(catalog, bounds, where, env);
  if (catalog === undefined || isUrl(catalog) || existsSync(location)) return location;
  const names = Object.keys(namedCatalogs(bounds.workspace));
  const close = closestMatch(catalog, names, { maxDistance: 2 });
  if (close === undefined || close === catalog) return location;
  throw new QuarterdeckError(
    'CATALOG_NOT_FOUND',
    `There is no catalog "${catalog}".`,
    `Did you mean "${close}"? quarterdeck.json names ${names.join(', ')}.`,
    { path: where },
  );
}

/** The catalog a call writes to: named as {@link catalogPath} says, but it need not be there yet. */
export function catalogTarget(
  catalog: string | undefined,
  bounds: Bounds,
  where = 'catalog',
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { workspace, session } = bounds;
  const named = namedCatalogs(workspace);
  if (catalog !== undefined && catalog !== defaultCatalog) {
    return named[catalog] ?? namedByCaller(catalog, where, bounds);
  }
  const inherited = session.catalog ?? env.QUARTERDECK_CATALOG;
  if (inherited)
    return named[inherited] ?? (isUrl(inherited) ? inherited : path.resolve(workspace, inherited));
  if (env.NAUTILUS_PATH) return path.join(env.NAUTILUS_PATH, 'catalog');
  return named[defaultCatalog] ?? path.join(workspace, 'catalog');
}

/** Where object stores are. Other addresses a caller may use once `quarterdeck.json` gives them a name. */
const stores = /^(s3a?|gcs?|gs|az|abfss?|adl|oss|memory):\/\//i;

/** A catalog by its path or its address. `file://` is a path like any other; an address may hide another in it. */
function namedByCaller(catalog: string, where: string, bounds: Bounds): string {
  const local = /^(?:file|local):\/\/(.*)$/is.exec(catalog)?.[1];
  if (local !== undefined && !local.includes('::')) return readablePath(decoded(local), where, bounds);
  if (stores.test(catalog) && !catalog.includes('::') && !/\p{Cc}/u.test(catalog)) return catalog;
  if (!isUrl(catalog) && !catalog.includes('::')) return readablePath(catalog, where, bounds);
  throw new QuarterdeckError(
    'PATH_OUTSIDE_WORKSPACE',
    `${quoted(catalog)} is no address a call may read from.`,
    'Use a path of the workspace, an object store as s3://bucket/catalog, or give the address a name in quarterdeck.json.',
    { path: where },
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same data item with every path absolute and allowed. */
export function resolveItem(item: DataItem, where: string, bounds: Bounds): DataItem {
  const resolved = { ...item };
  for (const key of ['file', 'bid_file', 'ask_file'] as const) {
    const file = item[key];
    if (file !== undefined) resolved[key] = readablePath(file, `${where}.${key}`, bounds);
  }
  if (item.catalog !== undefined) resolved.catalog = catalogPath(item.catalog, bounds, `${where}.catalog`);
  for (const key of ['as', 'data_type'] as const) {
    const named = item[key];
    if (named !== undefined) resolved[key] = resolveSource(named, `${where}.${key}`, bounds);
  }
  if (resolved.instrument !== undefined) {
    resolved.instrument = resolveInstrument(resolved.instrument, `${where}.instrument`, bounds);
  }
  return resolved;
}

/** An instrument `{"file": path}` stands for the definitions of a file. */
export function resolveInstrument(spec: InstrumentSpec, where: string, bounds: Bounds): InstrumentSpec {
  return isTable(spec) ? { ...spec, file: readablePath(spec.file, `${where}.file`, bounds) } : spec;
}

/** The same importable with its source file and the tables of its config absolute and allowed. */
export function resolveImportable(item: Importable, where: string, bounds: Bounds): Importable {
  const source = resolveSource(item.source, `${where}.source`, bounds);
  return { ...item, source, config: resolveTables(item.config, `${where}.config`, bounds) };
}

/** The same source, `file.py:Class` or `module:Class`, with its file absolute and allowed. */
function resolveSource(source: string, where: string, bounds: Bounds): string {
  const match = /^(.+\.py):([^:]+)$/.exec(source);
  return match ? `${readablePath(match[1] ?? '', where, bounds)}:${match[2]}` : source;
}

/** The same request with every path absolute and allowed. */
export function resolveRequest(request: BacktestRequest, bounds: Bounds): BacktestRequest {
  const importables = (items: Importable[], name: string) =>
    items.map((item, i) => resolveImportable(item, `${name}[${i}]`, bounds));
  return {
    ...request,
    ...(request.script === undefined ? {} : { script: readablePath(request.script, 'script', bounds) }),
    ...(request.run_config === undefined ? {} : { run_config: resolveRunConfig(request.run_config, bounds) }),
    ...(request.engine === undefined ? {} : { engine: resolveEngine(request.engine, bounds) }),
    strategies: importables(request.strategies, 'strategies'),
    actors: importables(request.actors, 'actors'),
    exec_algorithms: importables(request.exec_algorithms, 'exec_algorithms'),
    instruments: request.instruments.map((spec, i) => resolveInstrument(spec, `instruments[${i}]`, bounds)),
    data: request.data.map((item, i) => resolveItem(item, `data[${i}]`, bounds)),
    ...(request.benchmark === undefined
      ? {}
      : { benchmark: resolveItem(request.benchmark, 'benchmark', bounds) }),
    venues: request.venues.map((venue, i) => {
      const resolved = { ...venue };
      if (venue.modules) resolved.modules = importables(venue.modules, `venues[${i}].modules`);
      for (const key of ['fill_model', 'fee_model', 'latency_model', 'margin_model'] as const) {
        const model = venue[key];
        if (model) resolved[key] = resolveImportable(model, `venues[${i}].${key}`, bounds);
      }
      return resolved;
    }),
  };
}

/** The same engine fields with the folders it streams to and reads from absolute and allowed. */
function resolveEngine(engine: Record<string, unknown>, bounds: Bounds): Record<string, unknown> {
  const streaming = Streaming.safeParse(engine.streaming);
  const catalogs = Catalogs.safeParse(engine.catalogs);
  return {
    ...engine,
    ...(streaming.success && !isUrl(streaming.data.catalog_path)
      ? {
          streaming: {
            ...streaming.data,
            catalog_path: writablePath(streaming.data.catalog_path, 'engine.streaming.catalog_path', bounds),
          },
        }
      : {}),
    ...(catalogs.success
      ? {
          catalogs: catalogs.data.map((catalog, i) => ({
            ...catalog,
            path: namedByCaller(catalog.path, `engine.catalogs[${i}].path`, bounds),
          })),
        }
      : {}),
  };
}

const Streaming = z.looseObject({ catalog_path: z.string() });
const Catalogs = z.array(z.looseObject({ path: z.string() }));

/** The same profile of a node with every path absolute and allowed. */
export function resolveProfile(profile: NodeProfile, bounds: Bounds): NodeProfile {
  const { instruments, strategies } = profile;
  return {
    ...profile,
    ...(instruments
      ? { instruments: instruments.map((spec, i) => resolveInstrument(spec, `instruments[${i}]`, bounds)) }
      : {}),
    ...(strategies
      ? { strategies: strategies.map((item, i) => resolveImportable(item, `strategies[${i}]`, bounds)) }
      : {}),
  };
}

/** The same run config, `file.json`, `file.py:NAME` or `module:NAME`, with its file absolute and its catalogs allowed. */
function resolveRunConfig(named: string, bounds: Bounds): string {
  if (!named.endsWith('.json')) return resolveSource(named, 'run_config', bounds);
  const file = readablePath(named, 'run_config', bounds);
  for (const catalog of catalogsOf(file)) {
    namedByCaller(catalog, 'run_config', bounds);
  }
  return file;
}

/** The catalogs a file of `BacktestRunConfig.json()` names; none when it is no such file, which the engine will say. */
function catalogsOf(file: string): string[] {
  const Data = z.object({ catalog_path: z.string() });
  const Config = z.object({ data: z.array(Data) });
  try {
    const parsed = z.union([Config, z.array(Config)]).safeParse(JSON.parse(readFileSync(file, 'utf8')));
    const configs = parsed.success ? [parsed.data].flat() : [];
    return configs.flatMap((config) => config.data.map((data) => data.catalog_path));
  } catch {
    return [];
  }
}

/** A config value `{"file": path}` stands for a table. */
function resolveTables(
  config: Record<string, unknown>,
  where: string,
  bounds: Bounds,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (!isTable(value)) return [key, value];
      return [key, { ...value, file: readablePath(value.file, `${where}.${key}.file`, bounds) }];
    }),
  );
}

function isTable(value: unknown): value is { file: string } {
  return typeof value === 'object' && value !== null && 'file' in value && typeof value.file === 'string';
}

/** The real path of what exists of `file`, with the rest appended. */
function realPath(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(realPath(parent), path.basename(file));
  }
}

/**
 * Whether a file is a folder or lies in it, both as their file system names them: systems that fold case give one name
 * for every way of writing it.
 *
 * @param system whose paths they are
 */
export function contains(root: string, file: string, system: path.PlatformPath = path): boolean {
  const relative = system.relative(root, file);
  const leaves = relative === '..' || relative.startsWith(`..${system.sep}`);
  return !leaves && !system.isAbsolute(relative);
}

function folded(file: string): string {
  return file.normalize('NFC').toLowerCase();
}

/** As it was given, but on one line and of bounded length. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

function outside(file: string, where: string): QuarterdeckError {
  return new QuarterdeckError(
    'PATH_OUTSIDE_WORKSPACE',
    `${quoted(file)} lies outside the workspace and the readable roots.`,
    'Move it into the workspace, or start the client with --root and the folder it is in.',
    { path: where },
  );
}
