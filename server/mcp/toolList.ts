import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pageUri } from '../resources/pages.ts';
import { tools } from '../tools/index.ts';
import { listedSchema } from '../tools/listing.ts';
import type { Tool } from '../tools/tool.ts';
import { iconsOf } from './icons.ts';
import { taskTools } from './tasks.ts';

type ListedTool = ReturnType<typeof describe>;

let described: Map<string, ListedTool> | undefined;

/**
 * A tool as a list of tools shows it. Schemas never change, and making them takes a fifth of the time that a client waits
 * for a new server.
 */
export function listedTool(tool: Tool): ListedTool {
  described ??= new Map((built() ?? describeTools()).map((one) => [one.name, one]));
  return described.get(tool.name) ?? describe(tool);
}

/** All tools as a list shows them: the build writes this beside the bundle. */
export function describeTools(): ListedTool[] {
  return tools.map(describe);
}

function built(): ListedTool[] | undefined {
  try {
    return JSON.parse(readFileSync(path.join(__dirname, 'tools.json'), 'utf8'));
  } catch {
    // Run from sources, or while they are watched.
    return undefined;
  }
}

function describe(tool: Tool) {
  const { name, title, description, toolset } = tool;
  return {
    ...{ name, title, description },
    icons: iconsOf(toolset),
    inputSchema: listedSchema(tool),
    outputSchema: tool.outputSchema(),
    annotations: { title, ...annotations(tool) },
    ...(taskTools.has(name) ? { execution: { taskSupport: 'optional' as const } } : {}),
    ...(tool.page ? { _meta: shownBy(pageUri(tool.page)) } : {}),
  };
}

/** Where a host finds the page of a tool; older ones look for the flat name. */
function shownBy(resourceUri: string) {
  return { ui: { resourceUri, visibility: ['model', 'app'] }, 'ui/resourceUri': resourceUri };
}

function annotations({ policy, hints }: Tool) {
  const readOnly = policy === 'read';
  const trades = policy === 'trade' || policy === 'danger';
  return {
    readOnlyHint: readOnly,
    destructiveHint: hints.destructive ?? trades,
    idempotentHint: hints.idempotent ?? readOnly,
    openWorldHint: hints.openWorld ?? trades,
  };
}
