import { createInterface } from 'node:readline';
import { appointOperator, ensureServer } from '../instance/attach.ts';
import { homeDirectory } from '../paths.ts';
import { OperatorSecret } from '../protocol/approval.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { Command } from './command.ts';
import { answerJson } from './output.ts';

export const attach: Command = {
  name: 'attach',
  usage: 'attach [--python PATH] [--operator]',
  summary: 'start the workspace’s server when there is none and print where it is, as JSON',
  options: { python: { type: 'string' }, json: { type: 'boolean' }, operator: { type: 'boolean' } },
  run({ flags, options }) {
    const python = typeof options.python === 'string' ? { python: options.python } : {};
    const settings = { workspace: flags.workspace, home: homeDirectory(), ...python };
    return answerJson(
      async () => {
        // The secret comes on standard input: an argument, a variable or a file would show it to others.
        const secret = options.operator ? await readSecret() : undefined;
        const record = await ensureServer(settings);
        if (secret === undefined) return record;
        return { ...record, operator: await appointOperator(settings, secret) };
      },
      { line: true },
    );
  },
};

async function readSecret(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) {
    const secret = OperatorSecret.safeParse(line.trim());
    if (secret.success) return secret.data;
    break;
  }
  throw new QuarterdeckError(
    'INVALID_ARGUMENTS',
    'The operator’s secret is missing or too short.',
    'Write one line of 43 to 200 characters (256 random bits in base64 or hexadecimal) to standard input.',
    { path: '--operator' },
  );
}
