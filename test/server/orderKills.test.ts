import { afterAll, expect, it } from 'vitest';
import { KilledSession } from './support/orderKills.ts';
import { TestWorkspace } from './support/workspace.ts';

const workspace = new TestWorkspace();
afterAll(() => workspace.close());

it.skipIf(process.platform === 'win32')(
  'no order is lost or done twice when engine, server or both are killed (skipped on Windows: has no SIGKILL)',
  { timeout: 600_000 },
  async () => {
    const session = new KilledSession(workspace, 1);
    await session.run(20);
    await session.check();
    console.log(session.summary());
    expect(session.retried.resumed).toBeGreaterThan(0);
  },
);
