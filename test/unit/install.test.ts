import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInstalled } from '../../scripts/install.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'install-'));
  mkdirSync(path.join(folder, 'node_modules'));
  write('package.json', { dependencies: { zod: '4.0.0' } });
  write('package-lock.json', { packages: { '': { dependencies: { zod: '4.0.0' } }, ...zod('4.0.0') } });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, value: unknown): void {
  writeFileSync(path.join(folder, file), JSON.stringify(value));
}

function installed(packages: object): void {
  write('node_modules/.package-lock.json', { packages });
}

function zod(version: string) {
  return { 'node_modules/zod': { version, integrity: `sha512-${version}` } };
}

describe('npm packages', () => {
  it('are there when npm left the lock’s own list', () => {
    installed(zod('4.0.0'));
    expect(isInstalled(folder)).toBe(true);
  });

  it('are not when npm was never run, or was interrupted', () => {
    expect(isInstalled(folder)).toBe(false);
  });

  it('are not when the lock has moved on', () => {
    installed(zod('3.9.0'));
    expect(isInstalled(folder)).toBe(false);
  });

  it('are not when one is there that the lock has dropped', () => {
    installed({ ...zod('4.0.0'), 'node_modules/old': { version: '1.0.0' } });
    expect(isInstalled(folder)).toBe(false);
  });

  it('are not when package.json asks for one the lock does not know', () => {
    installed(zod('4.0.0'));
    write('package.json', { dependencies: { zod: '4.0.0', leven: '4.1.0' } });
    expect(isInstalled(folder)).toBe(false);
  });

  it('are judged by what this platform needs', () => {
    const here = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
    const elsewhere = { ...here, os: ['aix'] };
    const lock = { '': { dependencies: { zod: '4.0.0' } }, ...zod('4.0.0') };
    write('package-lock.json', { packages: { ...lock, 'node_modules/native-aix': elsewhere } });
    installed(zod('4.0.0'));
    expect(isInstalled(folder)).toBe(true);
    write('package-lock.json', { packages: { ...lock, 'node_modules/native-here': here } });
    expect(isInstalled(folder)).toBe(false);
  });
});
