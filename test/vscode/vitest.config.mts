import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** One editor at a time: two of them and the engine would fight for two cores. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/vscode/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
