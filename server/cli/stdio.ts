import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { Application } from '../instance/application.ts';
import { StreamTransport } from '../mcp/streamTransport.ts';
import { homeDirectory } from '../paths.ts';
import type { Command, CommonFlags } from './command.ts';
import { attachSocket, sessionOptions } from './connection.ts';

export const stdio: Command = {
  name: 'stdio',
  usage: 'stdio',
  summary: 'MCP over standard input and output (the default): a pipe to the workspace’s server',
  async run({ flags }) {
    await (flags.alone ? serveAlone(flags) : pipe(flags));
    return 0;
  },
};

/** Bytes in, bytes out: the end of our input ends this client's session and nothing else. */
async function pipe(flags: CommonFlags): Promise<void> {
  const socket = await attachSocket(flags);
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
  await once(socket, 'close');
  process.stdin.destroy();
}

async function serveAlone(flags: CommonFlags): Promise<void> {
  const application = new Application({ workspace: flags.workspace, home: homeDirectory() });
  const stream = Duplex.from({ readable: process.stdin, writable: process.stdout });
  const transport = new StreamTransport(stream);
  const closed = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  await application.session(sessionOptions(flags)).connect(transport);
  await closed;
  await application.close();
}
