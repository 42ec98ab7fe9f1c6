import { writeFileSync } from 'node:fs';

/**
 * Writes a suite's totals to the file named by QUARTERDECK_TOTALS; unlike vitest's JSON it knows why a test was
 * skipped.
 */
export default class TotalsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      // A file that cannot be loaded, or a hook around all its tests that fails, is a failure of its own.
      totals.failed += module.errors().length;
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length;
      for (const test of module.children.allTests()) count(test, totals);
    }
    writeFileSync(process.env.QUARTERDECK_TOTALS, JSON.stringify(totals));
  }
}

function count(test, totals) {
  const { state, note } = test.result();
  if (state === 'passed') totals.passed += 1;
  else if (state === 'failed') totals.failed += 1;
  else totals.skipped.push({ name: test.fullName, ...(note ? { reason: note } : {}) });
}
