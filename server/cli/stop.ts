import { stopServer } from '../instance/attach.ts';
import { homeDirectory } from '../paths.ts';
import type { Command } from './command.ts';

export const stop: Command = {
  name: 'stop',
  usage: 'stop',
  summary: 'end the workspace’s server, and the runs under way in it',
  async run({ flags }) {
    const pid = await stopServer({ workspace: flags.workspace, home: homeDirectory() });
    console.log(
      pid === undefined ? 'No server was running for this workspace.' : `Stopped the server (pid ${pid}).`,
    );
    return 0;
  },
};
