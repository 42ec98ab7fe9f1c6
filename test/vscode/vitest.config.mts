import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** One editor at a time: two of them and the engine would fight for two cores. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    // The measurements run by name: npm run bench -- --editor
    include: [
      process.env.QUARTERDECK_TEST_FIGURES ? 'test/vscode/**/*.bench.ts' : 'test/vscode/**/*.test.ts',
    ],
    fileParallelism: false,
    // A gesture in a real editor may meet a moment nobody thought of; the output says which test needed a second try.
    retry: process.env.QUARTERDECK_TEST_FIGURES ? 0 : 1,
    testTimeout: process.env.QUARTERDECK_TEST_FIGURES ? 900_000 : 180_000,
    hookTimeout: 120_000,
  },
});
