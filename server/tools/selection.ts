import { closestMatch } from 'leven';
import type { SessionOptions } from '../context.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { type ToolSelection, type Toolset, toolsets } from '../protocol/selection.ts';
import type { Tool } from './tool.ts';

type Switches = Pick<SessionOptions, 'readOnly' | 'selection'>;

/** Toolsets that are of use only while a trading node runs. */
const trading: readonly Toolset[] = ['node', 'trading', 'risk'];

/** Whether a session is shown a tool. @param nodes whether a trading node runs */
export function isListed(tool: Tool, switches: Switches, nodes: boolean): boolean {
  if (tool.always) return true;
  if (forbidden(tool, switches)) return false;
  if (switches.selection?.toolsets) return true;
  return trading.includes(tool.toolset) ? nodes || tool.usual === true : tool.usual !== false;
}

/** Why a session may not call a tool; undefined when it may. Read-only goes before everything else. */
export function forbidden(tool: Tool, { readOnly, selection }: Switches): QuarterdeckError | undefined {
  const { name, policy, toolset, always } = tool;
  if (always) return undefined;
  if (readOnly && policy !== 'read') {
    return new QuarterdeckError(
      'READ_ONLY',
      `"${name}" changes something, and this session is read-only.`,
      'Ask the person to start the session without --read-only.',
    );
  }
  if (selection?.exclude.includes(name)) {
    return new QuarterdeckError(
      'TOOL_EXCLUDED',
      `"${name}" was excluded when this session was started.`,
      'Ask the person to start the session without --exclude-tools for it.',
    );
  }
  if (selection?.toolsets && !selection.toolsets.includes(toolset)) {
    return new QuarterdeckError(
      'TOOL_EXCLUDED',
      `"${name}" belongs to the toolset "${toolset}", and this session was started with ${selection.toolsets.join(', ')}.`,
      `Ask the person to add "${toolset}" to --toolsets.`,
    );
  }
  return undefined;
}

/**
 * A selection from what stands on a command line or in the environment: names separated by commas. "default" is none,
 * "all" every toolset.
 *
 * @throws QuarterdeckError INVALID_ARGUMENTS
 */
export function parseSelection(
  named: string | undefined,
  excluded: string | undefined,
  table: readonly Tool[],
): ToolSelection | undefined {
  const sets = names(named);
  const exclude = names(excluded);
  for (const set of sets) check(set, ['default', 'all', ...toolsets], 'toolset', '--toolsets');
  const known = table.map(({ name }) => name);
  for (const name of exclude) check(name, known, 'tool', '--exclude-tools');
  if (sets.length === 0 || sets.includes('default')) return exclude.length > 0 ? { exclude } : undefined;
  return { toolsets: toolsets.filter((set) => sets.includes('all') || sets.includes(set)), exclude };
}

function names(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

function check(name: string, known: readonly string[], what: string, flag: string): void {
  if (known.includes(name)) return;
  const close = closestMatch(name, known, { maxDistance: 4 });
  throw new QuarterdeckError(
    'INVALID_ARGUMENTS',
    `There is no ${what} "${name}".`,
    close ? `Did you mean "${close}"?` : `There are: ${known.join(', ')}.`,
    { path: flag },
  );
}
