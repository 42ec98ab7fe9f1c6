import { attach } from '../instance/attach.ts';
import { homeDirectory } from '../paths.ts';
import type { CommonFlags } from './command.ts';

/** What a client says of itself when it attaches, from flags and environment. */
export async function sessionOptions(flags: CommonFlags, env: NodeJS.ProcessEnv = process.env) {
  const catalog = env.QUARTERDECK_CATALOG;
  const selection = await selected(
    flags.toolsets ?? env.QUARTERDECK_TOOLSETS,
    flags.excludeTools ?? env.QUARTERDECK_EXCLUDE_TOOLS,
  );
  return {
    roots: flags.roots,
    readOnly: flags.readOnly || env.QUARTERDECK_READ_ONLY === '1' || env.QUARTERDECK_READ_ONLY === 'true',
    ...(catalog ? { catalog } : {}),
    ...(selection ? { selection } : {}),
  };
}

/** The table of tools is heavy to load and an editor waits: only who names tools needs it. */
async function selected(toolsets: string | undefined, exclude: string | undefined) {
  if (!toolsets && !exclude) return undefined;
  const { parseSelection, tools } = await import('./rest.ts');
  return parseSelection(toolsets, exclude, tools);
}

/** Attaches a raw socket to the workspace's server. */
export async function attachSocket(flags: CommonFlags) {
  const { readOnly, ...options } = await sessionOptions(flags);
  const settings = { workspace: flags.workspace, home: homeDirectory() };
  return attach(settings, { ...options, read_only: readOnly, command: 'attach' });
}
