/**
 * What a suite came to.
 *
 * @typedef {{ passed: number, failed: number, skipped: { name: string, reason?: string }[] }} Totals
 */

/** @param {string} xml pytest's JUnit report @returns {Totals} */
export function fromJunit(xml) {
  const totals = { passed: 0, failed: 0, skipped: [] };
  for (const [, attributes, body = ''] of xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)) {
    const skipped = /<skipped\b([^>]*)/.exec(body);
    if (/<(failure|error)\b/.test(body)) totals.failed += 1;
    else if (skipped)
      totals.skipped.push({ name: testName(attributes), reason: attribute(skipped[1], 'message') });
    else totals.passed += 1;
  }
  return totals;
}

/**
 * @param {string} output what a runner printed, ending in "N passed, N failed, N skipped"
 * @returns {Totals | undefined} undefined when it ended otherwise
 */
export function fromLastLine(output) {
  const lines = output.trimEnd().split('\n');
  const match = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(lines.at(-1)?.trim() ?? '');
  if (!match) return undefined;
  const [passed, failed, skipped] = match.slice(1).map(Number);
  const reason = lines.find((line) => /\bskipped: /.test(line));
  return { passed, failed, skipped: Array.from({ length: skipped }, () => ({ name: 'a test', reason })) };
}

/**
 * A suite that broke without a failed test has failed all the same.
 *
 * @param {Totals | undefined} totals @param {number} code the suite's exit code @returns {Totals}
 */
export function settle(totals, code) {
  const known = totals ?? { passed: 0, failed: 0, skipped: [] };
  return known.failed === 0 && (code !== 0 || !totals) ? { ...known, failed: 1 } : known;
}

/** "N passed, N failed, N skipped" over all suites. */
export function summary(results) {
  const sum = (count) => results.reduce((total, result) => total + count(result), 0);
  const passed = sum((result) => result.passed);
  const failed = sum((result) => result.failed);
  return `${passed} passed, ${failed} failed, ${sum((result) => result.skipped.length)} skipped`;
}

/** True when a suite failed, or ran nothing at all, which proves nothing. */
export function isFailure({ passed, failed, skipped }) {
  return failed > 0 || passed + skipped.length === 0;
}

function testName(attributes) {
  return [attribute(attributes, 'classname'), attribute(attributes, 'name')].filter(Boolean).join(' › ');
}

function attribute(attributes, name) {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
  return value?.replace(/&(lt|gt|quot|apos|amp|#10);/g, (_, entity) => entities[entity]);
}

const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', '#10': ' ' };
