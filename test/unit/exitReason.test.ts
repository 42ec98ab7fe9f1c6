import { describe, expect, it } from 'vitest';
import { exitReason } from '../../server/engine/exitReason.ts';

describe('exitReason', () => {
  it('quotes a Rust panic', () => {
    const stderr =
      "thread '<unnamed>' panicked at crates/model/src/identifiers/trader_id.rs:67:\nCondition failed: no hyphen\nstack";
    const reason = exitReason({ signal: 'SIGABRT', stderr });
    expect(reason).toMatchObject({ code: 'ENGINE_ABORTED' });
    expect(reason.message).toContain('Condition failed: no hyphen');
    expect(reason.message).toContain('trader_id.rs:67');
  });

  it.each([
    ['memory allocation of 17179869184 bytes failed', undefined, 'SIGABRT'],
    ['MemoryError', 1, undefined],
    ['', 137, undefined],
  ])('tells running out of memory (%s)', (stderr, exitCode, signal) => {
    const exit = {
      stderr,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(signal === undefined ? {} : { signal }),
    };
    expect(exitReason(exit).code).toBe('OUT_OF_MEMORY');
  });

  it('tells a crash from an end from outside from an exit code', () => {
    expect(exitReason({ signal: 'SIGSEGV', stderr: '' }).code).toBe('ENGINE_ABORTED');
    expect(exitReason({ signal: 'SIGKILL', stderr: '' }).code).toBe('ENGINE_LOST');
    expect(exitReason({ exitCode: 3, stderr: 'x' }).message).toContain('exit code 3');
  });

  it('keeps only the end of a long output', () => {
    const { details } = exitReason({ exitCode: 1, stderr: `${'x'.repeat(100_000)}END` }).extra;
    expect(String(details?.stderr)).toMatch(/END$/);
    expect(String(details?.stderr).length).toBeLessThanOrEqual(2000);
  });
});
