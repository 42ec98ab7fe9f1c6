import { existsSync } from 'node:fs';
import path from 'node:path';
import { type EnsureOptions, ensureEnvironment } from '../environment/environment.ts';
import { toErrorObject } from '../mcp/callTool.ts';
import { homeDirectory } from '../paths.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { Command, CommandInput } from './command.ts';
import { printJson } from './output.ts';

/** What `setup --json` prints. */
export interface SetupResult {
  python: string;
  origin: string;
  python_version: string;
  nautilus_trader: string;
  managed: boolean;
  /** False when there was one already. */
  installed: boolean;
  elapsed_seconds: number;
}

export const setup: Command = {
  name: 'setup',
  usage: 'setup [--json] [--python PATH] [--offline] [--wheels DIR]',
  summary: 'find the engine’s Python environment, or build one',
  options: {
    json: { type: 'boolean' },
    python: { type: 'string' },
    offline: { type: 'boolean' },
    wheels: { type: 'string' },
  },
  async run(input) {
    const json = input.options.json === true;
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    // With --json stdout is for the result alone.
    const say = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);
    const work = async (): Promise<SetupResult> => {
      const report = (step: string) => say(`${seconds().toFixed(1).padStart(6)} s  ${step}`);
      const environment = await stoppable((signal) =>
        ensureEnvironment({ ...settings(input), report, signal }),
      );
      say(`${seconds().toFixed(1).padStart(6)} s  ${environment.installed ? 'Installed' : 'Found'}`);
      return {
        python: environment.python,
        origin: environment.origin,
        python_version: environment.pythonVersion,
        nautilus_trader: environment.nautilusTrader,
        managed: environment.managed,
        installed: environment.installed,
        elapsed_seconds: Math.round(seconds() * 1000) / 1000,
      };
    };
    if (json) return answerInOneLine(work);
    const { nautilus_trader, python_version, python, origin } = await work();
    say(`NautilusTrader ${nautilus_trader} on Python ${python_version} (${origin}): ${python}`);
    return 0;
  },
};

function settings({ flags, options }: CommandInput): EnsureOptions {
  return {
    workspace: flags.workspace,
    home: homeDirectory(),
    preferredPython: typeof options.python === 'string' ? options.python : undefined,
    offline: options.offline === true,
    wheels: typeof options.wheels === 'string' ? wheelsFolder(options.wheels) : undefined,
  };
}

function wheelsFolder(value: string): string {
  const folder = path.resolve(value);
  if (existsSync(folder)) return folder;
  throw new QuarterdeckError('FILE_NOT_FOUND', `There is no folder "${folder}".`, 'Correct --wheels.', {
    path: '--wheels',
  });
}

/** An interrupt ends the installer and clears away the unfinished environment, instead of leaving both. */
async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // Not `once`: a listener that is gone when the next one looks lets that one end the process at once.
  for (const name of signals) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

/** One line, which a program finds as the last one whatever else was printed. */
async function answerInOneLine(work: () => Promise<SetupResult>): Promise<number> {
  try {
    printJson(await work(), { line: true });
    return 0;
  } catch (error) {
    printJson(toErrorObject(error), { line: true });
    return 1;
  }
}
