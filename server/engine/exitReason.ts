import { QuarterdeckError } from '../protocol/errors.ts';

/** How a worker ended, as the operating system tells it, and the last it wrote to stderr. */
export interface WorkerExit {
  exitCode?: number;
  signal?: string;
  stderr: string;
}

/** Turns the end of a worker into the error its pending call fails with. Never a guess: the cause is quoted. */
export function exitReason(exit: WorkerExit): QuarterdeckError {
  const details = {
    exit_code: exit.exitCode ?? null,
    signal: exit.signal ?? null,
    stderr: tail(exit.stderr),
  };
  if (
    /memory allocation of \d+ bytes failed|MemoryError|std::bad_alloc/.test(exit.stderr) ||
    exit.exitCode === 137
  ) {
    return new QuarterdeckError(
      'OUT_OF_MEMORY',
      'The engine process ran out of the memory it may use.',
      'Use less data per run (start, end, limit, chunk_size) or look for a collection in the strategy that only grows.',
      { details },
    );
  }
  const panic = /panicked at (.+?)(?:\n|$)(?:(.+?)(?:\n|$))?/.exec(exit.stderr);
  if (panic) {
    const where = (panic[1] ?? '').replace(/:$/, '');
    return new QuarterdeckError(
      'ENGINE_ABORTED',
      `NautilusTrader's core panicked and ended its process: ${(panic[2] ?? '').trim() || 'no message'} (at ${where}).`,
      'An identifier, price or quantity it was given is outside what the core accepts; the message names it.',
      { details },
    );
  }
  if (
    exit.signal === 'SIGABRT' ||
    exit.signal === 'SIGSEGV' ||
    exit.signal === 'SIGBUS' ||
    exit.signal === 'SIGILL'
  ) {
    return new QuarterdeckError(
      'ENGINE_ABORTED',
      `The engine process crashed with ${exit.signal}.`,
      'The last lines of its output are in details.stderr. Native code called by the strategy is the usual cause.',
      { details },
    );
  }
  const how = exit.signal
    ? `was ended by ${exit.signal}`
    : `ended with exit code ${exit.exitCode ?? 'unknown'}`;
  return new QuarterdeckError(
    'ENGINE_LOST',
    `The engine process ${how} in the middle of the call.`,
    exit.signal === 'SIGKILL'
      ? 'Something outside ended it; on a machine short of memory that is the system itself. Try again.'
      : 'Try again; the last lines of its output are in details.stderr.',
    { details },
  );
}

function tail(text: string): string {
  return text.slice(-2000);
}
