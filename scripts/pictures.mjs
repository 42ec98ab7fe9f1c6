import './lib/requireNode.mjs';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { passOnSignals, runNode } from './lib/command.mjs';
import { devTools } from './lib/devTools.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { enginePython } from './lib/environment.mjs';
import { root, testCache } from './lib/paths.mjs';
import { suiteEnvironment } from './lib/suites.mjs';
import { withTemporaryFolder } from './lib/temporaryFolder.mjs';

/** The README's pictures, and what the tests in a real editor call the screenshots they are. */
const pictures = {
  'report.png': 'report-dark.png',
  'blotter.png': 'blotter.png',
  'strategies.png': 'strategies.png',
  'agent.png': 'agent-answered.png',
};
const files = ['runBacktest', 'nodes', 'views', 'agent'].map((name) => `test/vscode/${name}.test.ts`);

runAsEntry(import.meta.url, takePictures);

/** `npm run pictures`: runs the tests in a real editor and puts their screenshots into docs/. */
async function takePictures() {
  passOnSignals();
  await install();
  await build();
  const python = await enginePython();
  const tools = await devTools(python);
  return withTemporaryFolder(async (folder) => {
    const shots = path.join(folder, 'shots');
    mkdirSync(shots);
    const env = suiteEnvironment({ folder, cache: testCache(), python, tools });
    const { code } = await runNode([path.join('test', 'vscode', 'run.mjs'), ...files], {
      env: { ...env, QUARTERDECK_TEST_SCREENSHOTS: shots },
    });
    for (const [picture, shot] of Object.entries(pictures)) {
      const taken = path.join(shots, shot);
      if (existsSync(taken)) copyFileSync(taken, path.join(root, 'docs', picture));
      else console.error(`docs/${picture} stays as it is: the tests took no ${shot}.`);
    }
    return code;
  });
}
