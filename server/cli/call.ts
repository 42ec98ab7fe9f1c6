import { readFileSync } from 'node:fs';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { Command } from './command.ts';
import { withClient } from './connection.ts';
import { answerJson } from './output.ts';

export const call: Command = {
  name: 'call',
  usage: 'call TOOL [JSON | @FILE | -]',
  summary: 'call a tool and print its result as JSON',
  run({ flags, positionals: [tool, text] }) {
    return answerJson(async () => {
      if (tool === undefined) throw missing('tool', '"quarterdeck tools" lists them.');
      const args = parseArguments(text);
      return withClient(flags, (client) => {
        const onProgress = process.stderr.isTTY ? showProgress : undefined;
        return client.callTool(tool, args, onProgress ? { onProgress } : {});
      });
    });
  },
};

export const read: Command = {
  name: 'read',
  usage: 'read URI',
  summary: 'read a nautilus:// resource and print it',
  run({ flags, positionals: [uri] }) {
    return answerJson(async () => {
      if (uri === undefined) throw missing('address', 'For example: quarterdeck read nautilus://runs');
      return withClient(flags, (client) => client.readResource(uri));
    });
  },
};

export const prompt: Command = {
  name: 'prompt',
  usage: 'prompt NAME [JSON | @FILE | -]',
  summary: 'fill a prompt in and print its messages',
  run({ flags, positionals: [name, text] }) {
    return answerJson(async () => {
      if (name === undefined) throw missing('prompt', '"quarterdeck prompts" lists them.');
      const args = Object.entries(parseArguments(text)).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      return withClient(flags, (client) => client.getPrompt(name, Object.fromEntries(args)));
    });
  },
};

/** Arguments as JSON text, from a file (`@file`) or from standard input (`-`). */
function parseArguments(text = '{}'): Record<string, unknown> {
  const json =
    text === '-' ? readFileSync(0, 'utf8') : text.startsWith('@') ? readArguments(text.slice(1)) : text;
  try {
    const value: unknown = JSON.parse(json.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new QuarterdeckError(
      'INVALID_ARGUMENTS',
      `The arguments are not JSON: ${why}.`,
      'Give a JSON object.',
    );
  }
  throw new QuarterdeckError(
    'INVALID_ARGUMENTS',
    'The arguments are not a JSON object.',
    'Give a JSON object.',
  );
}

function readArguments(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new QuarterdeckError(
      'FILE_NOT_FOUND',
      `The file "${file}" cannot be read.`,
      'Check the path after "@".',
    );
  }
}

function showProgress({
  progress,
  total,
  message,
}: {
  progress: number;
  total?: number;
  message?: string;
}): void {
  const share = total ? `${String(Math.round((100 * progress) / total)).padStart(3)} % ` : '';
  process.stderr.write(`\r\x1b[K${share}${message ?? ''}`);
}

function missing(what: string, nextStep: string): QuarterdeckError {
  return new QuarterdeckError('INVALID_ARGUMENTS', `The ${what} is missing.`, nextStep);
}
