import path from 'node:path';
import { execa } from 'execa';
import { l10n } from 'vscode';
import { ErrorObject, QuarterdeckError } from '../server/protocol/errors.ts';

/** Where the command line is, seen from this bundle. */
const cli = path.join(__dirname, '..', 'server', 'main.js');

/**
 * Runs `quarterdeck …` on the editor's own Node and returns the JSON it printed.
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
  const command = execa(process.execPath, [cli, ...args], {
    cwd: options.cwd,
    env: { ...options.env, ELECTRON_RUN_AS_NODE: '1' },
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    reject: false,
    ...(options.signal ? { cancelSignal: options.signal } : {}),
  });
  for await (const line of command.iterable({ from: 'stderr' })) options.onLine?.(String(line));
  const result = await command;
  const answer = parseJson(result.stdout) ?? parseJson(lastLine(result.stdout));
  if (result.exitCode === 0) return answer;
  if (result.isCanceled) throw cancelled(args[0]);
  const error = ErrorObject.safeParse(answer);
  if (error.success) throw QuarterdeckError.fromObject(error.data);
  throw new QuarterdeckError(
    'INTERNAL',
    l10n.t(
      '"quarterdeck {0}" failed: {1}',
      args[0] ?? '',
      lastLine(result.stderr) || result.shortMessage || l10n.t('it said nothing'),
    ),
    l10n.t('The log has all it said.'),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function cancelled(command = ''): QuarterdeckError {
  return new QuarterdeckError(
    'CANCELLED',
    l10n.t('"quarterdeck {0}" was cancelled.', command),
    l10n.t('Start it again when you like.'),
  );
}
