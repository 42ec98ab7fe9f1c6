import './lib/requireNode.mjs';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { importProblems } from './checkImports.mjs';
import { lockProblems } from './checkLock.mjs';
import { textProblems } from './checkText.mjs';
import { outdated } from './generate.mjs';
import { install } from './install.mjs';
import { run, runNode } from './lib/command.mjs';
import { devTools, withTools } from './lib/devTools.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { enginePython } from './lib/environment.mjs';
import { root } from './lib/paths.mjs';
import { walk } from './lib/sources.mjs';
import { isFailure, summary } from './lib/totals.mjs';

runAsEntry(import.meta.url, check);

/** `npm run check`: everything that can be said without running the product. */
async function check() {
  await install();
  await build();
  const python = await enginePython();
  const totals = await runChecks({ python, tools: await devTools(python) });
  console.log(`\n${summary([totals])}`);
  return isFailure(totals) ? 1 : 0;
}

/** Each check gives what is wrong as text; nothing when all is well. */
const checks = {
  types: () => node('typescript/bin/tsc', ['--project', 'tsconfig.json']),
  'lint and format': () =>
    node('@biomejs/biome/bin/biome', ['ci', '--colors=off', '--error-on-warnings', '.']),
  imports: () => importProblems(sources(/\.(ts|mts|mjs|py)$/)).join('\n'),
  text: () => textProblems(sources(/\.(ts|mts|mjs|cjs|py|css|html|json|md|toml|in|yml)$/)).join('\n'),
  'npm lock': () =>
    lockProblems(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))).join('\n'),
  'Python lint': (context) => python(['ruff', 'check', ...pythonConfig, ...pythonFolders, samples], context),
  'Python format': (context) =>
    python(['ruff', 'format', '--check', ...pythonConfig, ...pythonFolders, samples], context),
  'Python types': (context) =>
    python(['mypy', '--config-file', pyproject, '--exclude', strategies, ...pythonFolders], context),
  'generated files': async (context) => {
    const files = await outdated(context);
    return files.map((file) => `${file} is not what "npm run generate" makes of the sources.`).join('\n');
  },
};

const pyproject = 'python/pyproject.toml';
const pythonConfig = ['--config', pyproject];
const pythonFolders = ['python/quarterdeck', 'test/engine'];

/** Written as users write theirs, on base classes that have no types. */
const samples = 'python/samples';
const strategies = '/strategies/';

/** @returns {Promise<import('./lib/totals.mjs').Totals>} one test per check */
export async function runChecks(context) {
  const waiting = Object.entries(checks);
  const failed = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, check] = next;
      const started = Date.now();
      const said = await Promise.resolve(check(context)).catch((error) => error.message || String(error));
      const problems = said.trim();
      console.log(
        `${problems ? '✗' : '✓'} ${name.padEnd(18)} ${((Date.now() - started) / 1000).toFixed(1)} s`,
      );
      if (problems) failed.push({ name, problems });
    }
  };
  await Promise.all([worker(), worker()]);
  for (const { name, problems } of failed) console.log(`\n── ${name} ──\n${problems}`);
  return { passed: Object.keys(checks).length - failed.length, failed: failed.length, skipped: [] };
}

async function node(script, args) {
  const env = { ...process.env, NO_COLOR: '1' };
  const { code, output } = await runNode([path.join('node_modules', script), ...args], {
    capture: 'all',
    env,
  });
  return code === 0 ? '' : output || `exit code ${code}`;
}

async function python(args, { python, tools }) {
  // mypy looks for our package where it is told to, and for libraries where this Python finds them.
  const env = { ...withTools(tools), MYPYPATH: path.join(root, 'python'), NO_COLOR: '1' };
  const { code, output } = await run(python, ['-m', ...args], { capture: 'all', env });
  return code === 0 ? '' : output || `exit code ${code}`;
}

function sources(pattern) {
  const files = [...walk('.')].filter((file) => pattern.test(file) && file !== 'package-lock.json');
  return files.map((file) => ({ path: file, text: readFileSync(path.join(root, file), 'utf8') }));
}
