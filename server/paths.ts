import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Root of the installed product: the folder with our package.json, `python/` and `dist/`. */
export const packageRoot = findPackageRoot(__dirname);

/** The engine host: put on PYTHONPATH, never installed. */
export const pythonHost = path.join(packageRoot, 'python');

/** The user data folder: `QUARTERDECK_HOME`, else where the platform keeps application data. */
export function homeDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.QUARTERDECK_HOME) return path.resolve(env.QUARTERDECK_HOME);
  if (process.platform === 'win32') {
    return path.join(env.LOCALAPPDATA ?? path.join(os.homedir(), 'AppData', 'Local'), 'Quarterdeck');
  }
  if (process.platform === 'darwin') {
    return path.join(os.homedir(), 'Library', 'Application Support', 'Quarterdeck');
  }
  return path.join(env.XDG_DATA_HOME ?? path.join(os.homedir(), '.local', 'share'), 'quarterdeck');
}

/** Names a workspace in the user data folder: the same for every way of writing its path. */
export function workspaceHash(workspace: string): string {
  const real = existsSync(workspace) ? realpathSync.native(workspace) : path.resolve(workspace);
  const key = process.platform === 'win32' ? real.toLowerCase() : real;
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

function findPackageRoot(from: string): string {
  for (let dir = from; ; dir = path.dirname(dir)) {
    if (existsSync(path.join(dir, 'package.json')) && existsSync(path.join(dir, 'python'))) return dir;
    if (dir === path.dirname(dir)) throw new Error(`No package.json with python/ beside it above ${from}`);
  }
}
