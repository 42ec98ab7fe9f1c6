import './lib/requireNode.mjs';
import os from 'node:os';
import path from 'node:path';
import { measure } from '../test/bench/figures.mjs';
import { heading, notes, plain, section, settle, table, withSection } from '../test/bench/report.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { reportLeftovers, snapshot } from './leftovers.mjs';
import { readIfExists, replaceFile } from './lib/atomicFile.mjs';
import { interruptedCode, passOnSignals, run, runNode } from './lib/command.mjs';
import { devTools, plainEngine } from './lib/devTools.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { enginePython } from './lib/environment.mjs';
import { root, serverBundle, testCache } from './lib/paths.mjs';
import { suiteEnvironment } from './lib/suites.mjs';
import { withTemporaryFolder } from './lib/temporaryFolder.mjs';

runAsEntry(import.meta.url, bench);

/** `npm run bench [-- --quick] [--write] [--editor] [--only=PART …]`: every figure beside what a user would do without us. */
async function bench(args) {
  passOnSignals();
  await install();
  await build();
  const python = await enginePython();
  const tools = await devTools(python);
  const { nautilus } = await versions(python);
  const plainPath = await plainEngine(python, nautilus);
  const load = os.loadavg()[0];
  const only = args.filter((arg) => arg.startsWith('--only=')).map((arg) => arg.slice('--only='.length));
  // The page tells of all parts or of none.
  const write = args.includes('--write') && only.length === 0;
  if (args.includes('--editor')) return benchEditor({ python, tools, load, write });
  const { figures, data, clean } = await withTemporaryFolder(async (folder) => {
    const before = snapshot(folder);
    const env = suiteEnvironment({ folder, cache: testCache(), python, tools });
    const say = (line) => console.log(`measuring: ${line} …`);
    const measured = await measure({
      python,
      tools,
      plainPath,
      serverBundle,
      env,
      folder,
      say,
      quick: args.includes('--quick'),
      ...(only.length > 0 ? { only } : {}),
    });
    return { ...measured, clean: await reportLeftovers(before) };
  });
  const results = figures.map(settle);
  const rows = table(results);
  const loads = [load, os.loadavg()[0]];
  const lines = heading({ ...(await versions(python)), data, loads });
  console.log(['', ...lines, '', plain(rows), '', ...notes(results)].join('\n'));
  if (write) keep('Server and engine', section(rows, lines, notes(results)));
  return interruptedCode() ?? (clean && results.every(({ ok }) => ok !== false) ? 0 : 1);
}

/** `--editor`: how fast the pages draw, and what the extension costs in a real VS Code. */
async function benchEditor({ python, tools, load, write }) {
  const { figures, clean } = await withTemporaryFolder(async (folder) => {
    const before = snapshot(folder);
    const file = path.join(folder, 'figures.json');
    const env = suiteEnvironment({ folder, cache: testCache(), python, tools });
    const figuresTo = { ...env, QUARTERDECK_TEST_FIGURES: file };
    await runNode([path.join('test', 'pages', 'run.mjs')], {
      env: { ...figuresTo, QUARTERDECK_TEST_FRAMES: '1' },
    });
    await runNode([path.join('test', 'vscode', 'run.mjs')], { env: figuresTo });
    return { figures: JSON.parse(readIfExists(file) ?? '[]'), clean: await reportLeftovers(before) };
  });
  const results = figures.map(settle);
  const data = 'SYNTHETIC one-minute bars';
  const lines = heading({ ...(await versions(python)), data, loads: [load, os.loadavg()[0]] });
  const rows = table(results);
  console.log(['', ...lines, '', plain(rows)].join('\n'));
  if (write) keep('Editor', section(rows, lines, []));
  const measured = results.length > 0 && results.every(({ ok }) => ok !== false);
  return interruptedCode() ?? (clean && measured ? 0 : 1);
}

/** Each of the two measurements has a part of the page of its own. */
function keep(title, text) {
  const file = path.join(root, 'docs', 'benchmarks.md');
  replaceFile(file, withSection(readIfExists(file), title, text));
  console.log('\nWritten to docs/benchmarks.md.');
}

async function versions(python) {
  const script =
    'import platform; from importlib.metadata import version; print(platform.python_version(), version("nautilus_trader"))';
  const { output } = await run(python, ['-c', script], { capture: 'stdout' });
  const [version, nautilus] = output.trim().split(' ');
  return { python: version, nautilus };
}
