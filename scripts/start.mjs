import './lib/requireNode.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { reportLeftovers, snapshot } from './leftovers.mjs';
import { interruptedCode, passOnSignals, runNode } from './lib/command.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { serverBundle } from './lib/paths.mjs';

runAsEntry(import.meta.url, start);

/** `npm start`: everything a clone lacks, then the main job through our own MCP server. */
async function start() {
  passOnSignals();
  const before = snapshot();
  await install();
  await build();
  const { code } = await runNode([serverBundle, 'demo']);
  const clean = await reportLeftovers(before);
  return interruptedCode() ?? (code || (clean ? 0 : 1));
}
