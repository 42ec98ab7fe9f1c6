import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unavailable } from './support/foreignTools.ts';
import { HttpServer } from './support/httpServer.ts';
import { inspect } from './support/inspector.ts';
import { play } from './support/scenario.ts';
import { inspectorClient, pythonClient, sdkClient } from './support/scenarioClients.ts';
import { main, TestWorkspace } from './support/workspace.ts';

/** Clients that others wrote, each doing the same things: what they accept counts more than what our own does. */
let workspace: TestWorkspace;
let http: HttpServer;
beforeAll(async () => {
  workspace = new TestWorkspace();
  http = await HttpServer.start(workspace, ['--sse']);
});
afterAll(async () => {
  await http.close();
  await workspace.close();
});

const stdio = () => [process.execPath, main, 'stdio', '--workspace', workspace.root];

describe('the TypeScript SDK', () => {
  it('plays the scenario over stdio', async () => {
    const [command = '', ...args] = stdio();
    await play(sdkClient(new StdioClientTransport({ command, args, env: workspace.env })));
  });

  it('plays it over Streamable HTTP', async () => {
    const requestInit = { headers: http.headers };
    await play(sdkClient(new StreamableHTTPClientTransport(new URL(http.at.url), { requestInit })));
  });

  it('plays it over HTTP and SSE', async () => {
    const requestInit = { headers: http.headers };
    await play(sdkClient(new SSEClientTransport(new URL(http.at.sse_url ?? ''), { requestInit })));
  });
});

describe('the Python SDK', () => {
  it('plays the scenario over stdio', () => play(pythonClient({ command: stdio() }, workspace)));

  it('plays it over Streamable HTTP', () =>
    play(pythonClient({ url: http.at.url, headers: http.headers, sse: false }, workspace)));

  it('plays it over HTTP and SSE', () =>
    play(pythonClient({ url: http.at.sse_url ?? '', headers: http.headers, sse: true }, workspace)));
});

describe.skipIf(unavailable)(`the MCP Inspector (${unavailable ?? 'its command line'})`, () => {
  /** Like most clients it passes little of its environment on to the server. */
  const passed = () =>
    ['QUARTERDECK_HOME', 'QUARTERDECK_PYTHON'].flatMap((name) => ['-e', `${name}=${workspace.env[name]}`]);
  const overHttp = () => [
    '--transport',
    'http',
    '--server-url',
    http.at.url,
    '--header',
    `Authorization: ${http.headers.authorization}`,
  ];

  it('plays the scenario over stdio', () =>
    play(inspectorClient({ before: passed(), after: stdio() }, workspace)));

  it('plays it over Streamable HTTP', () =>
    play(inspectorClient({ before: overHttp(), after: [] }, workspace)));

  it('finds the schemas of our tools portable', () => {
    const env = { ...workspace.env, HOME: workspace.folder };
    expect(inspect([...overHttp(), '--method', 'tools/list', '--strict'], env)).toContain('"import_data"');
  });
});
