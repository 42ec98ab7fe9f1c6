import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientConfig } from '../../server/cli/clientConfig.ts';
import { examine, type Finding } from '../../server/cli/doctor.ts';
import { instanceFiles, publish } from '../../server/instance/record.ts';
import { packageRoot } from '../../server/paths.ts';
import { addPackage, basePython, makeVenv } from './support/venv.ts';

const base = await basePython();
const mayWriteAll = process.platform === 'win32' || process.getuid?.() === 0;

let folder: string;
let workspace: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-unit-'));
  workspace = path.join(folder, 'workspace');
  home = path.join(folder, 'home');
  mkdirSync(workspace);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function look(env: Record<string, string> = {}): Promise<Record<string, Finding>> {
  const findings = await examine(workspace, home, env);
  return Object.fromEntries(findings.map((finding) => [finding.name, finding]));
}

describe('doctor', () => {
  it('says what is missing and what to do', async () => {
    const found = await look();
    expect(found['engine environment']).toMatchObject({
      status: 'fail',
      next_step: 'Run "quarterdeck setup".',
    });
    expect(found.Node?.status).toBe('ok');
    expect(found['home folder']?.status).toBe('ok');
    expect(found.server?.found).toContain('not running');
  });

  it('passes on why the Python that was named is none', async () => {
    const found = await look({ QUARTERDECK_PYTHON: path.join(folder, 'nowhere') });
    expect(found['engine environment']).toMatchObject({ status: 'fail' });
    expect(found['engine environment']?.found).toContain('QUARTERDECK_PYTHON names');
  });

  it.skipIf(!base)(
    'warns of a pandas that makes backtests slow',
    async () => {
      if (!base) return;
      makeVenv(base, path.join(workspace, '.venv'));
      addPackage(path.join(workspace, '.venv'), 'nautilus_trader', '1.231.0');
      expect((await look()).pandas).toMatchObject({ status: 'fail', found: 'not installed' });
      addPackage(path.join(workspace, '.venv'), 'pandas', '3.1.1');
      const found = await look();
      expect(found.nautilus_trader).toMatchObject({ status: 'ok', found: '1.231.0' });
      expect(found.pandas?.status).toBe('warn');
    },
    30_000,
  );

  it.skipIf(mayWriteAll)(
    `fails on a folder it cannot write${mayWriteAll ? ' (skipped: this user may write all)' : ''}`,
    async () => {
      mkdirSync(home, { mode: 0o500 });
      expect((await look())['home folder']?.status).toBe('fail');
    },
  );

  it('fails on a home that is a file', async () => {
    writeFileSync(home, '');
    expect((await look())['home folder']?.status).toBe('fail');
  });

  it('tells a living server from one that died', async () => {
    const record = {
      version: '0',
      workspace,
      url: 'http://127.0.0.1:1/mcp',
      socket: '',
      token_file: '',
      started_at: '',
    };
    publish(instanceFiles(home, workspace), { ...record, pid: process.pid });
    expect((await look()).server).toMatchObject({ status: 'ok', found: expect.stringContaining(record.url) });
    publish(instanceFiles(home, workspace), { ...record, pid: 2 ** 30 });
    expect((await look()).server?.status).toBe('warn');
  });
});

describe('--print-config', () => {
  const args = [path.join(packageRoot, 'dist', 'server', 'main.js'), 'stdio', '--workspace', '/w'];

  it.each([
    ['vscode', { servers: { 'nautilus-trader': { type: 'stdio', command: 'node', args } } }],
    ['claude', { mcpServers: { 'nautilus-trader': { command: 'node', args } } }],
    ['cursor', { mcpServers: { 'nautilus-trader': { command: 'node', args } } }],
  ])('%s', (client, config) => {
    expect(clientConfig(client, '/w').config).toEqual(config);
  });

  it('names the clients it knows', () => {
    expect(() => clientConfig('emacs', '/w')).toThrow('There is no client "emacs".');
  });
});
