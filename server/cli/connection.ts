import { Application, version } from '../instance/application.ts';
import { McpClient } from '../mcp/client.ts';
import { homeDirectory } from '../paths.ts';
import type { CommonFlags } from './command.ts';
import { attachSocket, sessionOptions } from './session.ts';

/** Connects a client (to the shared server, or to a private one with `--alone`), uses it, and lets go. */
export async function withClient<T>(flags: CommonFlags, use: (client: McpClient) => Promise<T>): Promise<T> {
  if (!flags.alone) {
    const client = await McpClient.overStream(await attachSocket(flags), version);
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  }
  const application = new Application({ workspace: flags.workspace, home: homeDirectory() });
  const client = await McpClient.inProcess(
    application.session(await sessionOptions(flags), 'in-process'),
    version,
  );
  try {
    return await use(client);
  } finally {
    await client.close();
    await application.close();
  }
}
