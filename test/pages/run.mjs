import { existsSync } from 'node:fs';
import path from 'node:path';
import { provision, unsupported } from '../vscode/provision.mjs';
import { conclude, repository, runSuite } from '../vscode/suite.mjs';

/**
 * The pages in a real browser, in front of a real server: `node test/pages/run.mjs [vitest arguments]`, after a build.
 * QUARTERDECK_PYTHON names a Python with nautilus_trader, QUARTERDECK_TEST_CACHE where the browser is kept,
 * QUARTERDECK_TEST_SCREENSHOTS a folder for pictures. The last line says how many passed, failed and were skipped.
 */
const reason = unsupported();
if (reason) {
  console.log(`The tests of the pages are skipped: ${reason}.`);
  conclude({ passed: 0, failed: 0, skipped: 1 });
} else {
  conclude(await run(process.argv.slice(2)));
}

async function run(args) {
  if (!process.env.QUARTERDECK_PYTHON)
    throw new Error('QUARTERDECK_PYTHON must name a Python with nautilus_trader.');
  if (!existsSync(path.join(repository, 'dist/webviews/report.js'))) throw new Error('Build first.');
  const parts = await provision();
  return runSuite('test/pages/vitest.config.mts', args, () => ({
    QUARTERDECK_TEST_EDITOR: JSON.stringify(parts),
  }));
}
