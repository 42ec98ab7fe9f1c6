import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpServer, initialize } from './support/httpServer.ts';
import { rawRequest } from './support/rawRequest.ts';
import { TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let server: HttpServer;
beforeAll(async () => {
  workspace = new TestWorkspace();
  server = await HttpServer.start(workspace, ['--sse']);
});
afterAll(async () => {
  await server.close();
  await workspace.close();
});

const accept = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const port = () => new URL(server.at.url).port;
const status = async (headers: Record<string, string>, announced?: number) => {
  const all = { ...accept, ...server.headers, ...headers };
  const body = JSON.stringify(initialize);
  const sent = { headers: all, body, ...(announced === undefined ? {} : { announced }) };
  return (await rawRequest(server.at.url, sent)).status;
};

describe('who may come in', () => {
  it.each([
    ['127.0.0.1', 200],
    ['127.0.0.1:PORT', 200],
    ['localhost:PORT', 200],
    ['LOCALHOST:PORT', 200],
    ['[::1]:PORT', 200],
    ['evil.example', 403],
    ['evil.example:PORT', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example:PORT', 403],
    ['evil.example#localhost', 403],
    ['localhost@evil.example', 403],
    ['evil.example@localhost', 403],
    ['localhost:PORT@evil.example', 403],
    ['localhost.', 403],
    ['localhost:', 403],
    ['localhost:80:80', 403],
    ['127.0.0.1:999999', 403],
    ['0.0.0.0:PORT', 403],
    ['[::]:PORT', 403],
    ['[::ffff:127.0.0.1]:PORT', 403],
    ['2130706433', 403],
    ['127.1', 403],
    [' ', 403],
  ])('Host %s → %i', async (host, expected) => {
    expect(await status({ host: host.replace('PORT', port()) })).toBe(expected);
  });

  it.each([
    ['http://localhost:3000', 200],
    ['https://127.0.0.1', 200],
    ['http://[::1]:8080', 200],
    ['null', 403],
    ['', 403],
    ['http://evil.example', 403],
    ['http://localhost.evil.example', 403],
    ['http://evil.example/localhost', 403],
    ['http://localhost@evil.example', 403],
    ['http://evil.example?localhost', 403],
    ['file://localhost', 403],
    ['vscode-webview://localhost', 403],
    ['chrome-extension://localhost', 403],
    ['localhost', 403],
    ['http://localhost, http://evil.example', 403],
  ])('Origin %j → %i', async (origin, expected) => {
    expect(await status({ origin })).toBe(expected);
  });

  it.each([
    ['x-forwarded-host', 'localhost'],
    ['forwarded', 'host=localhost'],
    ['x-original-host', 'localhost'],
  ])('%s changes nothing', async (header, value) => {
    expect(await status({ host: 'evil.example', [header]: value })).toBe(403);
    expect(await status({ [header]: 'evil.example' })).toBe(200);
  });

  it.each([
    ['no token', { authorization: '' }],
    ['a wrong token', { authorization: `Bearer ${'0'.repeat(64)}` }],
    ['the start of the token', 'start'],
    ['the token and more', 'more'],
    ['another scheme', 'basic'],
  ])('%s → 401', async (_what, given) => {
    const { token } = server;
    const forged = {
      start: `Bearer ${token.slice(0, 63)}`,
      more: `Bearer ${token}0`,
      basic: `Basic ${token}`,
    };
    const headers =
      typeof given === 'string' ? { authorization: forged[given as keyof typeof forged] } : given;
    expect(await status(headers)).toBe(401);
    for (const url of [server.at.sse_url ?? '', `${server.at.url}x`]) {
      expect((await rawRequest(url, { method: 'GET', headers: { ...accept, ...headers } })).status).toBe(401);
    }
  });

  it('is decided before a body is read', async () => {
    expect(await status({ host: 'evil.example' }, 2 ** 40)).toBe(403);
    expect(await status({ authorization: 'Bearer x' }, 2 ** 40)).toBe(401);
  });

  it('listens on loopback alone', async () => {
    const outside = Object.values(os.networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    if (!outside) return console.log('This machine has no address but loopback.');
    const reached = await new Promise<boolean>((resolve) => {
      const socket = createConnection(Number(port()), outside.address, () => resolve(true));
      socket.once('error', () => resolve(false)).once('close', () => socket.destroy());
    });
    expect(reached).toBe(false);
  });
});

describe('the command', () => {
  const refused = async (...flags: string[]) => JSON.parse((await workspace.cli('http', ...flags)).stdout);

  it('refuses an address of the network without TLS or the flag that says so', async () => {
    expect(await refused('--host', '0.0.0.0')).toMatchObject({ code: 'INSECURE_BIND', path: '--host' });
    expect(await refused('--host', '::')).toMatchObject({ code: 'INSECURE_BIND' });
    expect(await refused('--host', '0.0.0.0', '--conformance', '--plain-http')).toMatchObject({
      code: 'INSECURE_BIND',
    });
  });

  it('says what is wrong with its flags', async () => {
    expect(await refused('--port', '70000')).toMatchObject({ code: 'INVALID_ARGUMENTS', path: '--port' });
    expect(await refused('--port', port())).toMatchObject({ code: 'ADDRESS_UNAVAILABLE' });
    expect(await refused('--tls-cert', 'x')).toMatchObject({ code: 'INVALID_ARGUMENTS' });
    expect(await refused('--tls-cert', 'x', '--tls-key', 'y')).toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('makes a token file for its owner alone, and takes no weak one', async () => {
    const file = path.join(workspace.folder, 'token');
    const other = await HttpServer.start(workspace, ['--token-file', file]);
    expect(other.token).toMatch(/^[0-9a-f]{64}$/);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    // Each entrance has the token it was given.
    expect((await other.post()).status).toBe(200);
    expect((await other.post(undefined, server.headers)).status).toBe(401);
    await other.close();
    if (process.platform !== 'win32') {
      chmodSync(file, 0o644);
      expect(await refused('--token-file', file)).toMatchObject({ code: 'INSECURE_TOKEN' });
      chmodSync(file, 0o600);
    }
    writeFileSync(file, 'swordfish');
    expect(await refused('--token-file', file)).toMatchObject({ code: 'INSECURE_TOKEN' });
  });

  it('serves TLS', async () => {
    const [cert, key] = ['cert', 'key'].map((name) =>
      path.join(import.meta.dirname, 'support', 'tls', `${name}.pem`),
    );
    const secure = await HttpServer.start(workspace, ['--tls-cert', cert ?? '', '--tls-key', key ?? '']);
    const sent = {
      headers: { ...accept, ...secure.headers },
      body: JSON.stringify(initialize),
      ca: readFileSync(cert ?? '', 'utf8'),
    };
    expect(secure.at.url).toMatch(/^https:/);
    expect((await rawRequest(secure.at.url, sent)).status).toBe(200);
    await secure.close();
  });

  it('gives its entrance up when it ends, and the server stays', async () => {
    const other = await HttpServer.start(workspace, []);
    await other.close();
    await expect(other.post()).rejects.toThrow();
    expect((await server.post()).status).toBe(200);
    expect(existsSync(server.at.token_file ?? '')).toBe(true);
  });
});

describe('bodies', () => {
  it.each([
    ['no JSON', '{', 400],
    ['a JSON text', '"x"', 400],
    ['null', 'null', 400],
    ['an empty body', '', 400],
    ['an empty batch', '[]', 400],
    ['no JSON-RPC', '{"jsonrpc":"1.0"}', 400],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x80]), 400],
    ['one over the limit', `"${'x'.repeat(8 * 1024 * 1024)}"`, 413],
    ['ten mebibytes', `"${'x'.repeat(10 * 1024 * 1024)}"`, 413],
  ])('%s is refused with a JSON-RPC error, and the next call is answered', async (_what, body, expected) => {
    const headers = { ...accept, ...server.headers };
    const refused = await rawRequest(server.at.url, { headers, body });
    expect(refused.status).toBe(expected);
    expect(JSON.parse(refused.text)).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { code: expect.any(Number) },
    });
    expect((await server.post()).status).toBe(200);
  });

  it('one over the limit is refused under the id of its request, on both transports', async () => {
    const headers = { ...accept, ...server.headers };
    const params = { name: 'list_runs', arguments: { x: 'x'.repeat(8 * 1024 * 1024) } };
    const body = JSON.stringify({ method: 'tools/call', params, jsonrpc: '2.0', id: 'long' });
    const stream = await fetch(server.at.sse_url ?? '', { headers: server.headers });
    const told = new TextDecoder().decode((await stream.body?.getReader().read())?.value);
    const posts = new URL(/^data: (.+)$/m.exec(told)?.[1] ?? '', server.at.sse_url).href;
    for (const url of [server.at.url, posts]) {
      const { status: code, text } = await rawRequest(url, { headers, body });
      expect([code, JSON.parse(text).id]).toEqual([413, 'long']);
    }
  });

  it('a body of 64 MiB does not end the server', async () => {
    const body = Buffer.alloc(64 * 1024 * 1024, 'x');
    const sending = rawRequest(server.at.url, { headers: { ...accept, ...server.headers }, body });
    const outcome = await sending.then(
      ({ status: code }) => code,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(outcome);
    expect((await server.post()).status).toBe(200);
  });
});
