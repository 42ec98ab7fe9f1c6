import './lib/requireNode.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { reportLeftovers, snapshot } from './leftovers.mjs';
import { interruptedCode, passOnSignals } from './lib/command.mjs';
import { devTools } from './lib/devTools.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { enginePython } from './lib/environment.mjs';
import { testCache } from './lib/paths.mjs';
import { suiteEnvironment, suites } from './lib/suites.mjs';
import { withTemporaryFolder } from './lib/temporaryFolder.mjs';
import { isFailure, settle, summary } from './lib/totals.mjs';

runAsEntry(import.meta.url, test);

/** `npm test`: every suite, or those named; all of them run even when one fails. */
async function test(names) {
  const chosen = choose(names);
  passOnSignals();
  await install();
  await build();
  const needs = new Set(chosen.flatMap((name) => suites[name].needs));
  const python = needs.has('python') ? await enginePython() : undefined;
  const tools = python && (await devTools(python));

  const { results, clean } = await withTemporaryFolder(async (folder) => {
    const before = snapshot(folder);
    const env = suiteEnvironment({ folder, cache: testCache(), python, tools });
    const results = await runAll(chosen, { env, folder, python, tools });
    return { results, clean: await reportLeftovers(before) };
  });
  print(results);
  return interruptedCode() ?? (clean && !results.some(isFailure) ? 0 : 1);
}

function choose(names) {
  const unknown = names.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    throw new Error(`There is no suite "${unknown[0]}". Suites: ${Object.keys(suites).join(', ')}.`);
  }
  return names.length > 0 ? names : Object.keys(suites).filter((name) => !suites[name].byName);
}

async function runAll(names, context) {
  const results = [];
  for (const name of names) {
    if (interruptedCode()) break;
    console.log(`\n── ${name} ──`);
    const started = Date.now();
    const totals = await suites[name].run(context).catch((error) => {
      console.error(error.message);
      return settle(undefined, 1);
    });
    results.push({ name, ...totals, seconds: (Date.now() - started) / 1000 });
  }
  return results;
}

/** A table, what was skipped and why, and the totals alone on the very last line. */
function print(results) {
  console.log('\nsuite      passed  failed  skipped  seconds');
  for (const { name, passed, failed, skipped, seconds } of results) {
    const numbers = [passed, failed, skipped.length, seconds.toFixed(1)];
    const cells = numbers.map((number, i) => String(number).padStart([6, 8, 9, 9][i]));
    console.log(name.padEnd(11) + cells.join(''));
  }
  for (const { name, skipped } of results) {
    for (const test of skipped)
      console.log(`skipped in ${name}: ${test.name}${test.reason ? ` (${test.reason})` : ''}`);
  }
  for (const { name } of results.filter((result) => isFailure(result) && result.failed === 0)) {
    console.log(`The suite ${name} ran no test at all, which counts as a failure.`);
  }
  if (interruptedCode()) console.log('Interrupted: not everything was run.');
  console.log(`\n${summary(results)}`);
}
