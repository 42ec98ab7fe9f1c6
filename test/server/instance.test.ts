import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { instanceFiles, ServerRecord } from '../../server/instance/record.ts';
import { isAlive } from '../../server/lock.ts';
import { TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
beforeEach(() => {
  workspace = new TestWorkspace();
});
afterEach(() => workspace.close());

function record(): ServerRecord {
  return ServerRecord.parse(
    JSON.parse(readFileSync(instanceFiles(workspace.home, workspace.root).record, 'utf8')),
  );
}

async function ended(pid: number): Promise<boolean> {
  for (let i = 0; i < 200 && isAlive(pid); i++) await sleep(50);
  return !isAlive(pid);
}

describe('one server per workspace', () => {
  it('is started once by clients that come at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => workspace.cli('attach')));
    const pids = answers.map(({ stdout }) => ServerRecord.parse(JSON.parse(stdout)).pid);
    expect(new Set(pids).size).toBe(1);
    expect(isAlive(pids[0] ?? 0)).toBe(true);
  });

  it('survives the end of a client, and ends on stop with its files gone', async () => {
    const client = await workspace.connect();
    const { pid, socket } = record();
    await client.close();
    expect(isAlive(pid)).toBe(true);
    expect((await workspace.cli('stop')).stdout).toContain(String(pid));
    expect(await ended(pid)).toBe(true);
    const left = readdirSync(path.join(workspace.home, 'servers'));
    expect(left.filter((name) => /\.(json|lock|sock)$/.test(name))).toEqual([]);
    expect(left).not.toContain(path.basename(socket));
    expect((await workspace.cli('stop')).stdout).toContain('No server was running');
  });

  it('keeps its secrets to the user', async () => {
    await workspace.cli('attach');
    const { token_file } = record();
    const modes = [token_file, instanceFiles(workspace.home, workspace.root).record].map(
      (file) => statSync(file).mode & 0o777,
    );
    if (process.platform !== 'win32') expect(modes).toEqual([0o600, 0o600]);
    expect(readFileSync(token_file, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is replaced when it was killed, on the same port and with the same token', async () => {
    const before = JSON.parse((await workspace.cli('attach')).stdout);
    const token = readFileSync(before.token_file, 'utf8');
    process.kill(before.pid, 'SIGKILL');
    expect(await ended(before.pid)).toBe(true);
    const after = JSON.parse((await workspace.cli('attach')).stdout);
    expect(after.pid).not.toBe(before.pid);
    expect(after.url).toBe(before.url);
    expect(readFileSync(after.token_file, 'utf8')).toBe(token);
  });

  it('leaves with a private server when that server’s only client leaves', async () => {
    const client = await workspace.connect(['--alone']);
    const pid = client.transport.pid ?? 0;
    await client.call('list_runs');
    await client.close();
    expect(await ended(pid)).toBe(true);
    expect((await workspace.cli('stop')).stdout).toContain('No server was running');
  });
});

describe('the loopback HTTP endpoint', () => {
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '0' } },
  };
  const post = async (headers: Record<string, string>, body: unknown = initialize, authorize = true) => {
    const { url, token_file } = ServerRecord.parse(JSON.parse((await workspace.cli('attach')).stdout));
    const token = readFileSync(token_file, 'utf8');
    return fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(authorize ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  };

  it('serves who has the token, in sessions', async () => {
    const response = await post({});
    expect(response.status).toBe(200);
    expect(response.headers.get('mcp-session-id')).toMatch(/^[0-9a-f-]{36}$/);
    await response.body?.cancel();
  });

  it.each([
    ['no token', {}, 401, false],
    ['a wrong token', { authorization: 'Bearer 0' }, 401, false],
    ['a foreign page', { origin: 'https://evil.example' }, 403, true],
    ['a page without origin', { origin: 'null' }, 403, true],
    ['an unknown session', { 'mcp-session-id': 'x' }, 404, true],
  ])('refuses %s', async (_what, headers, status, authorize) => {
    expect((await post(headers, initialize, authorize)).status).toBe(status);
  });

  it('refuses what is no JSON and what is too large, and goes on', async () => {
    expect((await post({}, '{')).status).toBe(400);
    expect((await post({}, `"${'x'.repeat(9 * 1024 * 1024)}"`)).status).toBe(413);
    expect((await post({})).status).toBe(200);
  });
});

it('the command line prints results, errors and help', async () => {
  const list = await workspace.cli('call', 'list_runs');
  expect([list.code, JSON.parse(list.stdout)]).toEqual([0, { runs: [], total: 0 }]);
  const wrong = await workspace.cli('call', 'get_run', '{"run_id":"nope"}');
  expect([wrong.code, JSON.parse(wrong.stdout).code]).toEqual([1, 'RUN_NOT_FOUND']);
  expect(JSON.parse((await workspace.cli('call', 'get_run', '{')).stdout).code).toBe('INVALID_ARGUMENTS');
  expect(JSON.parse((await workspace.cli('call', 'get_run', '@missing.json')).stdout).code).toBe(
    'FILE_NOT_FOUND',
  );
  expect(JSON.parse((await workspace.cli('read', 'nautilus://nothing')).stdout).code).toBe(
    'UNKNOWN_RESOURCE',
  );
  expect(JSON.parse((await workspace.cli('read', 'nautilus://runs')).stdout)).toEqual({ runs: [], total: 0 });
  const typo = await workspace.cli('cal');
  expect([typo.code, typo.stderr]).toEqual([1, expect.stringContaining('Did you mean "call"')]);
  expect((await workspace.cli('call', '--workspac', 'x')).stderr).toContain('Usage: quarterdeck call');
  const tools = z
    .array(z.object({ name: z.string() }))
    .parse(JSON.parse((await workspace.cli('tools', '--json')).stdout));
  expect(tools.map(({ name }) => name)).toContain('run_backtest');
  expect((await workspace.cli('--help')).stdout).toContain('stdio');
});
