import { attach } from '../instance/attach.ts';
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
