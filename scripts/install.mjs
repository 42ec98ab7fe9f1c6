import './lib/requireNode.mjs';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './lib/command.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { root } from './lib/paths.mjs';

runAsEntry(import.meta.url, install);

/** Makes node_modules what package-lock.json says; reads two files when it is. */
export async function install() {
  if (isInstalled(root)) return;
  console.log('Installing npm packages …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-progress'];
  const { code } = await run(npm, args, { shell: process.platform === 'win32' });
  if (code !== 0) {
    throw new Error(
      'npm could not install the packages; its message is above. Behind a proxy, see "npm config".',
    );
  }
}

/**
 * Compares the lock with the one npm leaves in node_modules when it has finished, which serves as the marker:
 * an interrupted install leaves none, and `npm install` by hand keeps it current.
 */
export function isInstalled(folder) {
  const wanted = readLock(path.join(folder, 'package-lock.json'));
  const present = readLock(path.join(folder, 'node_modules', '.package-lock.json'));
  if (!wanted || !present || !manifestMatches(folder, wanted[''])) return false;
  const packages = Object.entries(wanted).filter(([place]) => place !== '');
  return (
    packages.every(([place, entry]) => !isNeededHere(entry) || same(entry, present[place])) &&
    Object.entries(present).every(([place, entry]) => same(entry, wanted[place]))
  );
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/** A dependency added to package.json alone: npm then says that the lock is behind. */
function manifestMatches(folder, locked) {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return ['dependencies', 'devDependencies'].every(
    (kind) => JSON.stringify(manifest[kind] ?? {}) === JSON.stringify(locked?.[kind] ?? {}),
  );
}

function isNeededHere({ optional, os, cpu, libc }) {
  if (!optional) return true;
  // Which C library npm saw is npm's to know; the packages without one are enough to notice another machine's tree.
  return Boolean(os || cpu) && !libc && fits(os, process.platform) && fits(cpu, process.arch);
}

function fits(list, value) {
  return !list || list.includes(value);
}

function same(a, b) {
  return a?.version === b?.version && a?.integrity === b?.integrity;
}
