import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runForeign, unavailable } from './support/foreignTools.ts';
import { HttpServer } from './support/httpServer.ts';
import { TestWorkspace } from './support/workspace.ts';

/** The protocol's own suite, against our HTTP entrance, sessions and guards. There is no list of expected failures. */
describe.skipIf(unavailable)(`the MCP conformance suite (${unavailable ?? 'every server scenario'})`, () => {
  let workspace: TestWorkspace;
  let server: HttpServer;
  beforeAll(async () => {
    workspace = new TestWorkspace();
    server = await HttpServer.start(workspace, ['--conformance']);
  });
  afterAll(async () => {
    await server.close();
    await workspace.close();
  });

  it.each([
    ['0.1.16', 'conformance', ['--suite', 'all'], 44],
    ['0.2.0-alpha.12, requirements of 2025-11-25', 'conformance-next', ['--requirements', '2025-11-25'], 84],
  ])('%s passes whole', (_version, folder, args, least) => {
    const url = server.at.url.replace('127.0.0.1', 'localhost');
    const printed = runForeign(`${folder}/dist/index.js`, ['server', '--url', url, ...args], workspace.env);
    const [, passed, failed] = /Total: (\d+) passed, (\d+) failed/.exec(printed) ?? [];
    console.log(`conformance ${_version}: ${passed} checks passed, ${failed} failed`);
    expect(Number(failed)).toBe(0);
    expect(Number(passed)).toBeGreaterThanOrEqual(least);
    expect(printed).not.toContain('✗');
  });

  it('lifts the token and nothing else', async () => {
    expect(server.at.token_file).toBeNull();
    expect((await server.post(undefined, { origin: 'https://evil.example' })).status).toBe(403);
  });
});
