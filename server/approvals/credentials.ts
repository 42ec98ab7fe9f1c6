import { QuarterdeckError } from '../protocol/errors.ts';

/** Variables that would change what a process of ours runs rather than what it may sign in with. */
const reserved =
  /^(PATH|HOME|SHELL|IFS|ENV|BASH_.*|LD_.*|DYLD_.*|NODE_.*|PYTHON.*|ELECTRON_.*|QUARTERDECK_.*)$/;
const longestValue = 8192;

/**
 * Credentials of venues, as environment variables of node processes.
 *
 * They are handed over by an operator and kept in this process's memory alone: never written, listed or answered.
 */
export class Credentials {
  private readonly values = new Map<string, string>();

  /** Names there are values for. */
  get names(): string[] {
    return [...this.values.keys()].sort();
  }

  /**
   * Takes values over; null forgets one.
   *
   * @throws QuarterdeckError INVALID_ARGUMENTS; then nothing was taken
   */
  set(given: Record<string, string | null>): void {
    for (const [name, value] of Object.entries(given)) {
      const usable = /^[A-Z][A-Z0-9_]{0,99}$/.test(name) && !reserved.test(name);
      if (!usable)
        throw invalid(
          name,
          'A credential is named like BINANCE_API_KEY, and not like a variable of the system.',
        );
      if (value !== null && (value.length > longestValue || /[\0\r\n]/.test(value) || value === ''))
        throw invalid(
          name,
          `The value of ${name} is empty, longer than ${longestValue} characters, or has line ends.`,
        );
    }
    for (const [name, value] of Object.entries(given)) {
      if (value === null) this.values.delete(name);
      else this.values.set(name, value);
    }
  }

  /** For the environment of a node's process, and for nothing else. */
  environment(): Record<string, string> {
    return Object.fromEntries(this.values);
  }
}

function invalid(path: string, message: string): QuarterdeckError {
  return new QuarterdeckError('INVALID_ARGUMENTS', message, 'Correct it and hand it over again.', { path });
}
