import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The command line and server, as built. */
export const serverBundle = path.join(root, 'dist', 'server', 'main.js');

/** Where what only tests need is kept: large, shared by all clones, safe to delete. */
export function testCache(env = process.env) {
  if (env.QUARTERDECK_TEST_CACHE) return path.resolve(env.QUARTERDECK_TEST_CACHE);
  return path.join(platformCache(env), 'quarterdeck-test');
}

function platformCache(env) {
  if (process.platform === 'win32') return env.LOCALAPPDATA || path.join(os.homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
  return env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
}
