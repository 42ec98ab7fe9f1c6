import { ensureServer } from '../instance/attach.ts';
import { homeDirectory } from '../paths.ts';
import type { Command } from './command.ts';
import { answerJson } from './output.ts';

export const attach: Command = {
  name: 'attach',
  usage: 'attach [--python PATH]',
  summary: 'start the workspace’s server when there is none and print where it is, as JSON',
  options: { python: { type: 'string' }, json: { type: 'boolean' } },
  run({ flags, options }) {
    const python = typeof options.python === 'string' ? { python: options.python } : {};
    const settings = { workspace: flags.workspace, home: homeDirectory(), ...python };
    return answerJson(() => ensureServer(settings), { line: true });
  },
};
