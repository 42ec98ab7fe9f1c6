import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpServer } from '../server/support/httpServer.ts';
import { expectSlowReadersBounded } from '../server/support/slowReaders.ts';
import { TestWorkspace } from '../server/support/workspace.ts';

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

it('clients that do not read for a minute of a hundred events a second cost little', async () => {
  // What two nodes log is a hundred lines a second.
  await expectSlowReadersBounded(workspace, server, { nodes: 2, events: 7300, subscriptions: 0 });
  expect.hasAssertions();
});
