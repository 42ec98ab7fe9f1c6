import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Runs the tests of a vitest configuration in a temporary folder of their own and counts them.
 *
 * @param {string} config relative to the repository
 * @param {string[]} args for vitest
 * @param {(scratch: string) => Promise<NodeJS.ProcessEnv> | NodeJS.ProcessEnv} environment what they get besides
 */
export async function runSuite(config, args, environment) {
  const { QUARTERDECK_TEST_SCREENSHOTS: pictures } = process.env;
  if (pictures) await mkdir(pictures, { recursive: true });
  // Everything temporary goes into one folder with a short name: Unix sockets in it may have 100 bytes.
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'qd-'));
  try {
    const report = path.join(scratch, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const env = { TMPDIR: scratch, ...(await environment(scratch)) };
    await vitest(['--config', path.join(repository, config), ...reporters, ...args], env);
    const { numPassedTests, numFailedTests, numPendingTests, success } = JSON.parse(
      await readFile(report, 'utf8'),
    );
    const failed = success ? numFailedTests : Math.max(1, numFailedTests);
    return { passed: numPassedTests, failed, skipped: numPendingTests };
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The last line, which other programs read, and the exit code. */
export function conclude({ passed, failed, skipped }) {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function vitest(args, env) {
  const main = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [main, 'run', ...args], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
