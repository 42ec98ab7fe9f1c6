import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageExtension } from '../../scripts/lib/vsix.mjs';
import { provision, provisionOldest, unsupported } from './provision.mjs';

/**
 * The tests in a real VS Code: `node test/vscode/run.mjs [vitest arguments]`, after a build.
 * QUARTERDECK_PYTHON names a Python with nautilus_trader, QUARTERDECK_TEST_CACHE where the editor is kept,
 * QUARTERDECK_TEST_SCREENSHOTS a folder for pictures. The last line says how many passed, failed and were skipped.
 */
const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const suites = 4;

const reason = unsupported();
if (reason) {
  console.log(`The tests in a real VS Code are skipped: ${reason}.`);
  conclude({ passed: 0, failed: 0, skipped: suites });
} else {
  conclude(await run(process.argv.slice(2)));
}

async function run(args) {
  if (!process.env.QUARTERDECK_PYTHON) {
    throw new Error(
      'QUARTERDECK_PYTHON must name a Python with nautilus_trader ("quarterdeck setup" makes one).',
    );
  }
  for (const bundle of ['dist/extension/main.js', 'dist/server/main.js', 'dist/webviews/report.js']) {
    if (!existsSync(path.join(repository, bundle))) throw new Error(`${bundle} is missing: build first.`);
  }
  const editor = await provision();
  const oldest = await provisionOldest();
  if (process.env.QUARTERDECK_TEST_SCREENSHOTS) {
    await mkdir(process.env.QUARTERDECK_TEST_SCREENSHOTS, { recursive: true });
  }
  // Everything temporary goes into one folder with a short name: Unix sockets in it may have 100 bytes.
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'qd-'));
  try {
    const report = path.join(scratch, 'report.json');
    const vsix = await packageExtension(path.join(scratch, 'quarterdeck.vsix'));
    await vitest(['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args], {
      TMPDIR: scratch,
      QUARTERDECK_TEST_EDITOR: JSON.stringify(editor),
      QUARTERDECK_TEST_EDITOR_OLDEST: JSON.stringify(oldest),
      QUARTERDECK_TEST_VSIX: vsix,
    });
    const { numPassedTests, numFailedTests, numPendingTests, success } = JSON.parse(
      await readFile(report, 'utf8'),
    );
    const failed = success ? numFailedTests : Math.max(1, numFailedTests);
    return { passed: numPassedTests, failed, skipped: numPendingTests };
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

function vitest(args, env) {
  const main = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const config = path.join(repository, 'test/vscode/vitest.config.mts');
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
