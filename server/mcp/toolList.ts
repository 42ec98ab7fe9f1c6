import { pageUri } from '../resources/pages.ts';
import { tools } from '../tools/index.ts';
import { listedSchema } from '../tools/listing.ts';
import type { Tool } from '../tools/tool.ts';
import { iconsOf } from './icons.ts';
import { taskTools } from './tasks.ts';

const described = new WeakMap<Tool, ReturnType<typeof describe>>();

/** A tool as a list of tools shows it; made once, since schemas are slow to make and never change. */
export function listedTool(tool: Tool) {
  const known = described.get(tool);
  if (known) return known;
  const fresh = describe(tool);
  described.set(tool, fresh);
  return fresh;
}

/** Makes the list before the first client asks for it. */
export function prepareToolList(): void {
  tools.forEach(listedTool);
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
