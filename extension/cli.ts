import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { l10n } from 'vscode';
import { ErrorObject, QuarterdeckError, toQuarterdeckError } from '../server/protocol/errors.ts';

/** Where the command line is, seen from this bundle. */
const cli = path.join(__dirname, '..', 'server', 'main.js');

/**
 * Runs `quarterdeck …` on the editor's own Node and returns the JSON it printed. By Node itself: what the server starts processes
 * with takes megabytes of the memory that all extensions share.
 *
 * @param onLine every line of its standard error, which is for people.
 * @throws QuarterdeckError what the command said is wrong; CANCELLED when `signal` aborts.
 */
export async function runCli(
  args: string[],
  options: {
    cwd: string;
    env?: Record<string, string>;
    signal?: AbortSignal;
    onLine?: (line: string) => void;
    /** Its standard input; nothing when left out. */
    input?: string;
  },
): Promise<unknown> {
  const { cwd, signal, onLine, input = '' } = options;
  const env = { ...process.env, ...options.env, ELECTRON_RUN_AS_NODE: '1' };
  const command = spawn(process.execPath, [cli, ...args], { cwd, env, windowsHide: true });
  const stop = () => void command.kill();
  signal?.addEventListener('abort', stop);
  // An editor that is closed leaves no set-up behind.
  process.once('exit', stop);
  try {
    if (signal?.aborted) stop();
    const ended = new Promise<number | null>((resolve, reject) => {
      command.once('error', reject);
      command.once('close', resolve);
    });
    // One that has ended before it read is told of by how it ended.
    command.stdin.on('error', () => {});
    command.stdin.end(input);
    let last = '';
    const lines = createInterface({ input: command.stderr, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('line', (line) => {
      last = line.trim() || last;
      onLine?.(line);
    });
    const [code, printed] = await Promise.all([ended, text(command.stdout)]);
    const answer = parseJson(printed) ?? parseJson(printed.trim().split('\n').at(-1) ?? '');
    if (code === 0) return answer;
    if (signal?.aborted) throw cancelled(args[0]);
    const error = ErrorObject.safeParse(answer);
    if (error.success) throw QuarterdeckError.fromObject(error.data);
    throw new QuarterdeckError(
      'INTERNAL',
      l10n.t('"quarterdeck {0}" failed: {1}', args[0] ?? '', last || l10n.t('it said nothing')),
      l10n.t('The log has all it said.'),
    );
  } catch (error) {
    throw toQuarterdeckError(error);
  } finally {
    signal?.removeEventListener('abort', stop);
    process.off('exit', stop);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cancelled(command = ''): QuarterdeckError {
  return new QuarterdeckError(
    'CANCELLED',
    l10n.t('"quarterdeck {0}" was cancelled.', command),
    l10n.t('Start it again when you like.'),
  );
}
