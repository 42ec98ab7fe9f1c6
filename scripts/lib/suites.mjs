import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run, runNode } from './command.mjs';
import { withTools } from './devTools.mjs';
import { walk } from './sources.mjs';
import { fromJunit, fromLastLine, settle } from './totals.mjs';

/**
 * The suites in the order they run: cheap and telling ones first. `needs` says what must be there before: a suite
 * that lists "python" gets the engine environment and the Python tools.
 */
export const suites = {
  check: { needs: ['python'], run: runCheck },
  unit: { needs: [], run: (context) => vitest('unit', context) },
  engine: { needs: ['python'], run: pytest },
  server: { needs: ['python'], run: (context) => vitest('server', context) },
  pages: { needs: ['python'], run: pages },
  vscode: { needs: ['python'], run: editor },
  soak: { needs: ['python'], byName: true, run: soak },
};

/**
 * What a suite may rely on, the same on every machine: a user data folder and a temporary folder of its own, the
 * engine's Python, and nothing else of the developer's settings.
 */
export function suiteEnvironment({ folder, cache, python, tools }) {
  const ours = /^(QUARTERDECK_|NAUTILUS_PATH$)/;
  const kept = /^QUARTERDECK_(TEST_|STARTED_BY$)/;
  const entries = Object.entries(process.env).filter(([name]) => !ours.test(name) || kept.test(name));
  return {
    ...Object.fromEntries(entries),
    TMPDIR: folder,
    TEMP: folder,
    TMP: folder,
    QUARTERDECK_HOME: path.join(folder, 'home'),
    QUARTERDECK_TEST_CACHE: cache,
    ...(python ? { QUARTERDECK_PYTHON: python, QUARTERDECK_TEST_PYTHONPATH: tools } : {}),
  };
}

async function runCheck({ python, tools }) {
  const { runChecks } = await import('../check.mjs');
  return runChecks({ python, tools });
}

async function vitest(project, { env, folder }) {
  const report = path.join(folder, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=./scripts/lib/vitestReporter.mjs'];
  const args = [path.join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', project, ...reporters];
  const { code } = await runNode(args, { env: { ...env, QUARTERDECK_TOTALS: report } });
  return settle(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, code);
}

async function pytest({ env, folder, python, tools }) {
  const report = path.join(folder, 'engine.xml');
  const together = ['-n', '2', '--dist', 'loadfile'];
  const args = [
    '-m',
    'pytest',
    'test/engine',
    '-q',
    '-p',
    'no:cacheprovider',
    ...together,
    `--junitxml=${report}`,
  ];
  const { code } = await run(python, args, { env: withTools(tools, env) });
  return settle(existsSync(report) ? fromJunit(readFileSync(report, 'utf8')) : undefined, code);
}

async function pages({ env }) {
  const options = { env, capture: 'stdout', echo: true };
  const { code, output } = await runNode([path.join('test', 'pages', 'run.mjs')], options);
  return settle(fromLastLine(output), code);
}

async function editor({ env }) {
  const options = { env, capture: 'stdout', echo: true };
  const { code, output } = await runNode([path.join('test', 'vscode', 'run.mjs')], options);
  return settle(fromLastLine(output), code);
}

async function soak(context) {
  const files = [...walk('test/soak')].filter((file) => file.endsWith('.test.ts'));
  if (files.length > 0) return vitest('soak', context);
  console.log('There are no soak tests yet.');
  return { passed: 0, failed: 0, skipped: [{ name: 'soak', reason: 'there are none yet' }] };
}
