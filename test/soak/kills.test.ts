import { afterAll, expect, it } from 'vitest';
import { killAtRandom } from '../server/support/kills.ts';
import { TestWorkspace } from '../server/support/workspace.ts';

const workspace = new TestWorkspace();
afterAll(() => workspace.close());

it('survives hundreds of kills at random moments', { timeout: 3_600_000 }, async () => {
  const seed = Number(process.env.QUARTERDECK_TEST_SEED ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}: set QUARTERDECK_TEST_SEED to repeat`);
  await killAtRandom(workspace, { rounds: 200, seed });
  expect.hasAssertions();
});
