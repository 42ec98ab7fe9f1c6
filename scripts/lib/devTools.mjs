import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from './command.mjs';
import { describePython } from './environment.mjs';
import { root, testCache } from './paths.mjs';

const lock = path.join(root, 'python', 'requirements-dev.lock');

/**
 * pytest, ruff, mypy and the like in a folder for PYTHONPATH, so that the engine environment stays as users have it.
 * Instant when the folder for this lock and this Python is there.
 *
 * @param {string} python the engine environment's
 * @returns {Promise<string>} the folder
 */
export async function devTools(python) {
  const { tag, base } = await describePython(python);
  // Git may have checked the lock out with other line ends.
  const text = readFileSync(lock, 'utf8').replaceAll('\r\n', '\n');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const folder = path.join(testCache(), `python-${hash}-${tag}`);
  if (!existsSync(folder))
    await install(folder, python, base, 'pytest, ruff, mypy and the like', ['-r', lock]);
  return folder;
}

/**
 * nautilus_trader with what a plain `pip install` brings today (pandas 3, for one), in a folder for PYTHONPATH:
 * what a user without us would run.
 */
export async function plainEngine(python, version) {
  const { tag, base } = await describePython(python);
  const folder = path.join(testCache(), `plain-${version}-${tag}`);
  if (!existsSync(folder)) {
    await install(folder, python, base, `nautilus_trader ${version}`, [`nautilus_trader==${version}`]);
  }
  return folder;
}

/** The environment of a command that uses the tools. */
export function withTools(tools, env = process.env) {
  const host = path.join(root, 'python');
  return {
    ...env,
    PYTHONPATH: [tools, host].join(path.delimiter),
    PYTHONUTF8: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** Made beside its place and renamed into it, so that an interruption leaves nothing half made. */
async function install(folder, python, base, what, wanted) {
  console.log(`Installing ${what} (once) into ${folder} …`);
  mkdirSync(path.dirname(folder), { recursive: true });
  const partial = `${folder}.${randomBytes(4).toString('hex')}.partial`;
  try {
    const said = [];
    for (const [command, ...args] of installers(python, base)) {
      const target = ['--target', partial, '--only-binary', ':all:', ...wanted];
      const { code, output } = await run(command, [...args, ...target], { capture: 'all' });
      if (code === 0) return settle(partial, folder);
      said.push(`${[command, ...args].join(' ')}\n${output.trim()}`);
      rmSync(partial, { recursive: true, force: true });
    }
    throw new Error(`${what} could not be installed.\n${said.join('\n\n')}\nInstalling uv often helps.`);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** uv where there is one, ours or the user's; else pip, which also knows the index settings that uv does not. */
function installers(python, base) {
  const uv = uvPrograms().map((file) => [file, 'pip', 'install', '--quiet', '--python', python]);
  const pip = [...new Set([python, base])].map((file) => [
    file,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-input',
  ]);
  return [...uv, ...pip];
}

function uvPrograms() {
  const name = process.platform === 'win32' ? 'uv.exe' : 'uv';
  const own = ['bin', 'Scripts'].map((folder) => path.join(dataFolder(), 'tools', 'uv', folder));
  const onPath = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const files = [...onPath, ...own].map((folder) => path.join(folder, name));
  return files.filter((file) => existsSync(file)).slice(0, 1);
}

/** Where `quarterdeck setup` keeps its own uv; see server/paths.ts. */
function dataFolder(env = process.env) {
  if (env.QUARTERDECK_HOME) return path.resolve(env.QUARTERDECK_HOME);
  if (process.platform === 'win32') {
    return path.join(env.LOCALAPPDATA || path.join(os.homedir(), 'AppData', 'Local'), 'Quarterdeck');
  }
  if (process.platform === 'darwin')
    return path.join(os.homedir(), 'Library', 'Application Support', 'Quarterdeck');
  return path.join(env.XDG_DATA_HOME || path.join(os.homedir(), '.local', 'share'), 'quarterdeck');
}

function settle(partial, folder) {
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Another run was faster.
    if (!existsSync(folder)) throw error;
  }
}
