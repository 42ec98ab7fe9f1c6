import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive, tryLock } from '../../server/lock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-unit-'));
  file = path.join(folder, 'x.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is had by one at a time and free again after release', () => {
  const release = tryLock(file);
  expect(release).toBeDefined();
  expect(tryLock(file)).toBeUndefined();
  release?.();
  expect(existsSync(file)).toBe(false);
  tryLock(file)?.();
});

it('is taken over from a process that is gone, and leaves nothing beside it', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  expect(isAlive(pid)).toBe(false);
  writeFileSync(file, String(pid));
  expect(tryLock(file)).toBeDefined();
  expect(readdirSync(folder)).toEqual(['x.lock']);
});

it('is taken over from a process that shows no life, though another has its id by now', () => {
  writeFileSync(file, String(process.ppid));
  expect(tryLock(file)).toBeUndefined();
  const longAgo = new Date(Date.now() - 120_000);
  utimesSync(file, longAgo, longAgo);
  expect(tryLock(file)).toBeDefined();
});

it('is taken over when it holds nonsense', () => {
  writeFileSync(file, 'not a pid');
  expect(tryLock(file)).toBeDefined();
});
