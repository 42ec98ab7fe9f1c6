import { Duplex } from 'node:stream';
import { Application } from '../instance/application.ts';
import { StreamTransport } from '../mcp/streamTransport.ts';
import { homeDirectory } from '../paths.ts';
import type { CommonFlags } from './command.ts';
import { sessionOptions } from './session.ts';

/** A private server in this process; the end of our input ends it. */
export async function serveAlone(flags: CommonFlags): Promise<void> {
  const application = new Application({ workspace: flags.workspace, home: homeDirectory() });
  const stream = Duplex.from({ readable: process.stdin, writable: process.stdout });
  const transport = new StreamTransport(stream);
  const closed = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  await application.session(await sessionOptions(flags), 'local').connect(transport);
  await closed;
  await application.close();
}
