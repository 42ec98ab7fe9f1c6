/** What `stdio` does without, a bundle of its own: an editor waits, and loading this takes longer than all else. */
export { toErrorObject } from '../mcp/callTool.ts';
export { describeTools } from '../mcp/toolList.ts';
export { tools } from '../tools/index.ts';
export { parseSelection } from '../tools/selection.ts';
export { serveAlone } from './alone.ts';
export { commands } from './commands.ts';
