import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    // The measurements run by name: QUARTERDECK_TEST_FRAMES=1 node test/pages/run.mjs
    include: [process.env.QUARTERDECK_TEST_FRAMES ? 'test/pages/**/*.bench.ts' : 'test/pages/**/*.test.ts'],
    fileParallelism: false,
    // As in the editor's: a gesture may meet a moment nobody thought of.
    retry: process.env.QUARTERDECK_TEST_FRAMES ? 0 : 1,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
