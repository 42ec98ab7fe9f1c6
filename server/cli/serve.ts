import { serve as serveWorkspace } from '../instance/serve.ts';
import { homeDirectory } from '../paths.ts';
import type { Command } from './command.ts';

export const serve: Command = {
  name: 'serve',
  usage: 'serve [--python PATH]',
  summary: 'run the workspace’s server in this process; the other commands start it when they need it',
  options: { python: { type: 'string' } },
  async run({ flags, options }) {
    const python = typeof options.python === 'string' ? { python: options.python } : {};
    await serveWorkspace({ workspace: flags.workspace, home: homeDirectory(), ...python });
    return 0;
  },
};
