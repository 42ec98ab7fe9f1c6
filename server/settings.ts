import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { closestMatch } from 'leven';
import type * as z from 'zod';
import { QuarterdeckError } from './protocol/errors.ts';
import { UserSettings, WorkspaceSettings } from './protocol/settings.ts';

/**
 * The settings of a workspace, from its `quarterdeck.json`; read anew when the file has changed.
 *
 * @throws QuarterdeckError INVALID_CONFIG with `file#/json/pointer` as its path
 */
export function workspaceSettings(workspace: string): WorkspaceSettings {
  return workspaceFile(path.join(workspace, 'quarterdeck.json'));
}

/**
 * The settings of the user, from `config.json` in the user data folder; read anew when the file has changed.
 *
 * @throws QuarterdeckError INVALID_CONFIG
 */
export function userSettings(home: string): UserSettings {
  return userFile(path.join(home, 'config.json'));
}

/** Settings of a workspace from the text of the file. @throws QuarterdeckError INVALID_CONFIG */
export function parseSettings(text: string, file: string): WorkspaceSettings {
  return parse(text, file, WorkspaceSettings);
}

const workspaceFile = reader(WorkspaceSettings);
const userFile = reader(UserSettings);

function reader<S extends z.ZodObject>(shape: S): (file: string) => z.output<S> {
  const known = new Map<string, { stamp: string; settings: z.output<S> }>();
  return (file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found) return shape.parse({});
    const stamp = `${found.mtimeMs} ${found.size}`;
    const entry = known.get(file);
    if (entry?.stamp === stamp) return entry.settings;
    const settings = parse(readText(file), file, shape);
    known.set(file, { stamp, settings });
    return settings;
  };
}

function parse<S extends z.ZodObject>(text: string, file: string, shape: S): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(
      file,
      '',
      `is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
      'Correct the file, then try again.',
    );
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  throw mistake(parsed.error, file, shape);
}

/** The catalogs of a workspace by name, as absolute paths and URLs. */
export function namedCatalogs(workspace: string): Record<string, string> {
  const { catalogs } = workspaceSettings(workspace);
  return Object.fromEntries(
    Object.entries(catalogs).map(([name, location]) => [name, located(location, workspace)]),
  );
}

export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}

function located(location: string, workspace: string): string {
  if (isUrl(location)) return location;
  return path.resolve(
    workspace,
    location.replace(/^~(?=$|[\\/])/, () => os.homedir()),
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(
      file,
      '',
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Give this user the right to read it, or remove it.',
    );
  }
}

function mistake(error: z.ZodError, file: string, shape: z.ZodObject): QuarterdeckError {
  const [issue] = error.issues;
  const keys = issue?.path.map(String) ?? [];
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const close = closestMatch(key, Object.keys(shape.shape), { maxDistance: 3 });
    const advice = close && keys.length === 0 ? `Did you mean "${close}"?` : 'Leave it out.';
    return invalid(
      file,
      pointer([...keys, key]),
      `has an unknown setting "${[...keys, key].join('.')}"`,
      advice,
    );
  }
  const where = keys.length === 0 ? '' : `"${keys.join('.')}": `;
  const what = issue?.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue?.message;
  return invalid(file, pointer(keys), `is not valid: ${where}${what}`, 'Correct the file, then try again.');
}

/** RFC 6901, as the fragment of an address. */
function pointer(keys: string[]): string {
  return keys.length === 0
    ? ''
    : `#/${keys.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
}

function invalid(file: string, fragment: string, what: string, nextStep: string): QuarterdeckError {
  return new QuarterdeckError('INVALID_CONFIG', `${file} ${what}.`, nextStep, { path: `${file}${fragment}` });
}
