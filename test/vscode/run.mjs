import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageExtension } from '../../scripts/lib/vsix.mjs';
import { provision, provisionOldest, unsupported } from './provision.mjs';
import { conclude, repository, runSuite } from './suite.mjs';

/**
 * The tests in a real VS Code: `node test/vscode/run.mjs [vitest arguments]`, after a build.
 * QUARTERDECK_PYTHON names a Python with nautilus_trader, QUARTERDECK_TEST_CACHE where the editor is kept,
 * QUARTERDECK_TEST_SCREENSHOTS a folder for pictures. The last line says how many passed, failed and were skipped.
 */
const suites = 6;

const reason = unsupported();
if (reason) {
  console.log(`The tests in a real VS Code are skipped: ${reason}.`);
  conclude({ passed: 0, failed: 0, skipped: suites });
} else {
  conclude(await run(process.argv.slice(2)));
}

async function run(args) {
  if (!process.env.QUARTERDECK_PYTHON) {
    throw new Error(
      'QUARTERDECK_PYTHON must name a Python with nautilus_trader ("quarterdeck setup" makes one).',
    );
  }
  for (const bundle of ['dist/extension/main.js', 'dist/server/main.js', 'dist/webviews/report.js']) {
    if (!existsSync(path.join(repository, bundle))) throw new Error(`${bundle} is missing: build first.`);
  }
  const editor = await provision();
  const oldest = await provisionOldest();
  return runSuite('test/vscode/vitest.config.mts', args, async (scratch) => ({
    QUARTERDECK_TEST_EDITOR: JSON.stringify(editor),
    QUARTERDECK_TEST_EDITOR_OLDEST: JSON.stringify(oldest),
    QUARTERDECK_TEST_VSIX: await packageExtension(path.join(scratch, 'quarterdeck.vsix')),
  }));
}
