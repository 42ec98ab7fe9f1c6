import { Application, version } from '../instance/application.ts';
import { attach } from '../instance/attach.ts';
import { McpClient } from '../mcp/client.ts';
import { homeDirectory } from '../paths.ts';
import type { CommonFlags } from './command.ts';

/** What a client says of itself when it attaches, from flags and environment. */
export function sessionOptions(flags: CommonFlags, env: NodeJS.ProcessEnv = process.env) {
  const catalog = env.QUARTERDECK_CATALOG;
  return {
    roots: flags.roots,
    readOnly: env.QUARTERDECK_READ_ONLY === '1' || env.QUARTERDECK_READ_ONLY === 'true',
    ...(catalog ? { catalog } : {}),
  };
}

/** Attaches a raw socket to the workspace's server. */
export function attachSocket(flags: CommonFlags) {
  const { readOnly, ...options } = sessionOptions(flags);
  const settings = { workspace: flags.workspace, home: homeDirectory() };
  return attach(settings, { ...options, read_only: readOnly, command: 'attach' });
}

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
  const client = await McpClient.inProcess(application.session(sessionOptions(flags)), version);
  try {
    return await use(client);
  } finally {
    await client.close();
    await application.close();
  }
}
