import { once } from 'node:events';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { Command, CommonFlags } from './command.ts';
import { attachSocket } from './session.ts';

export const stdio: Command = {
  name: 'stdio',
  usage: 'stdio',
  summary: 'MCP over standard input and output (the default): a pipe to the workspace’s server',
  async run({ flags }) {
    if (flags.alone) await (await import('./rest.ts')).serveAlone(flags);
    else await pipe(flags);
    return 0;
  },
};

/** Bytes in, bytes out: the end of our input ends this client's session and nothing else. */
async function pipe(flags: CommonFlags): Promise<void> {
  const socket = await attachSocket(flags);
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
  await once(socket, 'close').catch((error: unknown) => {
    throw new QuarterdeckError(
      'SERVER_UNREACHABLE',
      `The workspace’s server ended: ${error instanceof Error ? error.message : String(error)}.`,
      'Connect again: it starts by itself.',
    );
  });
  process.stdin.destroy();
}
