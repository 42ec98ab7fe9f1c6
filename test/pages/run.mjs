import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { provision, unsupported } from '../vscode/provision.mjs';

/**
 * The pages in a real browser, in front of a real server: `node test/pages/run.mjs [vitest arguments]`, after a build.
 * QUARTERDECK_PYTHON names a Python with nautilus_trader, QUARTERDECK_TEST_CACHE where the browser is kept,
 * QUARTERDECK_TEST_SCREENSHOTS a folder for pictures. The last line says how many passed, failed and were skipped.
 */
const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const reason = unsupported();
if (reason) {
  console.log(`The tests of the pages are skipped: ${reason}.`);
  conclude({ passed: 0, failed: 0, skipped: 1 });
} else {
  conclude(await run(process.argv.slice(2)));
}

async function run(args) {
  if (!process.env.QUARTERDECK_PYTHON)
    throw new Error('QUARTERDECK_PYTHON must name a Python with nautilus_trader.');
  if (!existsSync(path.join(repository, 'dist/webviews/report.js'))) throw new Error('Build first.');
  const parts = await provision();
  const { QUARTERDECK_TEST_SCREENSHOTS: pictures } = process.env;
  if (pictures) await mkdir(pictures, { recursive: true });
  // Everything temporary goes into one folder with a short name: Unix sockets in it may have 100 bytes.
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'qd-'));
  try {
    const report = path.join(scratch, 'report.json');
    await vitest(['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args], {
      TMPDIR: scratch,
      QUARTERDECK_TEST_EDITOR: JSON.stringify(parts),
    });
    const { numPassedTests, numFailedTests, numPendingTests, success } = JSON.parse(
      await readFile(report, 'utf8'),
    );
    return {
      passed: numPassedTests,
      failed: success ? numFailedTests : Math.max(1, numFailedTests),
      skipped: numPendingTests,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

function vitest(args, env) {
  const main = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const config = path.join(repository, 'test/pages/vitest.config.mts');
  const child = spawn(process.execPath, [main, 'run', '--config', config, ...args], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

function conclude({ passed, failed, skipped }) {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}
