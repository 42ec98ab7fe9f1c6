import { afterAll, expect, it } from 'vitest';
import { killAtRandom } from './support/kills.ts';
import { TestWorkspace } from './support/workspace.ts';

const workspace = new TestWorkspace();
afterAll(() => workspace.close());

it.skipIf(process.platform === 'win32')(
  'survives kills at random moments (skipped on Windows: needs ps)',
  async () => {
    await killAtRandom(workspace, { rounds: 4, seed: 20_240_101 });
    expect.hasAssertions();
  },
);
