import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    // The measurements run by name: QUARTERDECK_TEST_FRAMES=1 node test/pages/run.mjs
    include: [process.env.QUARTERDECK_TEST_FRAMES ? 'test/pages/**/*.bench.ts' : 'test/pages/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
