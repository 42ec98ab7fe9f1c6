import { describe, expect, it } from 'vitest';
import { fromJunit, fromLastLine, isFailure, settle, summary } from '../../scripts/lib/totals.mjs';

describe('totals of the suites', () => {
  it('come from a JUnit report, with the reason of what was skipped', () => {
    const report = `<?xml version="1.0"?><testsuites><testsuite name="pytest" tests="5">
      <testcase classname="test.engine.test_a" name="test_one" time="0.1" />
      <testcase classname="test.engine.test_a" name="test_two[&quot;a&gt;b&quot;]"><failure message="assert 1 == 2">text</failure></testcase>
      <testcase classname="test.engine.test_b" name="test_three"><error message="failed on setup">text
        over lines</error></testcase>
      <testcase classname="test.engine.test_b" name="test_four"><skipped type="pytest.skip" message="needs Linux &amp; more">x</skipped></testcase>
      <testcase classname="" name="test_five"><system-out>said &lt;failure</system-out></testcase>
    </testsuite></testsuites>`;
    expect(fromJunit(report)).toEqual({
      passed: 2,
      failed: 2,
      skipped: [{ name: 'test.engine.test_b › test_four', reason: 'needs Linux & more' }],
    });
  });

  it('come from the last line of a runner, and from nothing else', () => {
    expect(fromLastLine('noise\n3 passed, 1 failed, 0 skipped\n')).toEqual({
      passed: 3,
      failed: 1,
      skipped: [],
    });
    const skipped = fromLastLine('They are skipped: this is darwin-arm64.\n0 passed, 0 failed, 2 skipped');
    expect(skipped?.skipped).toHaveLength(2);
    expect(skipped?.skipped[0]?.reason).toContain('darwin-arm64');
    expect(fromLastLine('3 passed, 1 failed, 0 skipped\nand then it crashed')).toBeUndefined();
    expect(fromLastLine('')).toBeUndefined();
  });

  it('count a suite that broke as a failure', () => {
    const fine = { passed: 4, failed: 0, skipped: [] };
    expect(settle(fine, 0)).toEqual(fine);
    expect(settle(fine, 1)).toEqual({ ...fine, failed: 1 });
    expect(settle({ ...fine, failed: 2 }, 1).failed).toBe(2);
    expect(settle(undefined, 0).failed).toBe(1);
  });

  it('refuse a suite that ran nothing', () => {
    expect(isFailure({ passed: 0, failed: 0, skipped: [] })).toBe(true);
    expect(isFailure({ passed: 0, failed: 0, skipped: [{ name: 'a' }] })).toBe(false);
    expect(isFailure({ passed: 1, failed: 0, skipped: [] })).toBe(false);
    expect(isFailure({ passed: 1, failed: 1, skipped: [] })).toBe(true);
  });

  it('add up in one line', () => {
    const results = [
      { passed: 2, failed: 1, skipped: [{ name: 'a' }] },
      { passed: 40, failed: 0, skipped: [] },
    ];
    expect(summary(results)).toBe('42 passed, 1 failed, 1 skipped');
  });
});
