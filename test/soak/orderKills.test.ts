import { afterEach, beforeEach, expect, it } from 'vitest';
import { KilledSession } from '../server/support/orderKills.ts';
import { TestWorkspace } from '../server/support/workspace.ts';

let workspace: TestWorkspace;
beforeEach(() => {
  workspace = new TestWorkspace();
});
afterEach(() => workspace.close());

it.skipIf(process.platform === 'win32').each([11, 12, 13, 14, 15])(
  'no order is lost or done twice in a session with forty kills, seed %i (skipped on Windows: has no SIGKILL)',
  async (seed) => {
    const session = new KilledSession(workspace, seed);
    await session.run(40);
    await session.check();
    console.log(session.summary());
    expect(session.retried.resumed).toBeGreaterThan(0);
  },
);
