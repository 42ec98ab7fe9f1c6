import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { difference, leftSince, ourProcesses, snapshot } from '../../scripts/leftovers.mjs';

describe('what counts as ours', () => {
  it('are servers and engines, told by their command lines', () => {
    const listing = [
      '   12 /usr/bin/node /opt/q/dist/server/main.js serve --workspace /w',
      '13 C:\\node.exe C:\\q\\dist\\server\\main.js stdio',
      '14 /opt/env/bin/python -u -m quarterdeck --role run',
      '15 /opt/env/bin/python -m quarterdeck_other',
      '16 node dist/extension/main.js',
      '17 ',
      '',
    ].join('\n');
    expect(ourProcesses(listing).map(({ pid }) => pid)).toEqual([12, 13, 14]);
  });

  it('is new only when it was not there before', () => {
    const server = { pid: 12, command: 'node dist/server/main.js serve' };
    const before = { processes: [server], temporary: ['quarterdeck-old'] };
    expect(difference(before, before)).toEqual([]);
    const reused = { pid: 12, command: 'python -m quarterdeck --role run' };
    expect(difference(before, { processes: [reused], temporary: ['quarterdeck-new'] })).toEqual([
      'process 12: python -m quarterdeck --role run',
      'in the temporary folder: quarterdeck-new',
    ]);
    expect(difference(before, { processes: [], temporary: [] })).toEqual([]);
  });
});

describe('a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'leftovers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is told of a process it leaves, until that ends', async () => {
    const before = snapshot(folder);
    const args = ['-e', 'setInterval(() => {}, 1000)', 'dist/server/main.js'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.once('spawn', resolve));
    try {
      expect(leftSince(before).filter((line) => line.startsWith(`process ${child.pid}:`))).toHaveLength(1);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    expect(leftSince(before).filter((line) => line.startsWith(`process ${child.pid}:`))).toEqual([]);
  });

  it('is told of a folder it leaves, and of nothing that others own', () => {
    mkdirSync(path.join(folder, 'quarterdeck-before'));
    const before = snapshot(folder);
    mkdirSync(path.join(folder, 'quarterdeck-mine'));
    mkdirSync(path.join(folder, 'another'));
    const folders = () => leftSince(before).filter((line) => line.startsWith('in the temporary folder'));
    expect(folders()).toEqual(['in the temporary folder: quarterdeck-mine']);
    rmdirSync(path.join(folder, 'quarterdeck-mine'));
    expect(folders()).toEqual([]);
  });
});
