import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KilledSession } from './support/orderKills.ts';
import { TestVenue } from './support/practiceVenue.ts';
import { TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let venue: TestVenue;
beforeAll(async () => {
  workspace = new TestWorkspace();
  venue = await TestVenue.start(path.join(workspace.folder, 'ledger'));
});
afterAll(async () => {
  await workspace.close();
  await venue.close();
});

it.skipIf(process.platform === 'win32')(
  'no order is lost or done twice when engine, server or both are killed (skipped on Windows: has no SIGKILL)',
  { timeout: 600_000 },
  async () => {
    const session = new KilledSession(workspace, venue, 1);
    await session.run(20);
    await session.check();
    console.log(
      `killed ${JSON.stringify(session.killed)}, ${session.orders} orders, retried ${JSON.stringify(session.retried)}`,
    );
    expect(session.retried.resumed).toBeGreaterThan(0);
  },
);
