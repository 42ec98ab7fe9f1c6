import { closestMatch } from 'leven';
import type { CallContext } from '../context.ts';
import { type ErrorObject, QuarterdeckError } from '../protocol/errors.ts';
import { renamedTools, tools } from '../tools/index.ts';
import { forbidden } from '../tools/selection.ts';
import type { Tool } from '../tools/tool.ts';

export type ToolAnswer = { ok: true; value: Record<string, unknown> } | { ok: false; error: ErrorObject };

/** The one place where a tool is called: policy, validation, the handler, and every error turned into an answer. */
export async function callTool(
  name: string,
  args: unknown,
  context: CallContext,
  table = tools,
): Promise<ToolAnswer> {
  try {
    const tool = findTool(name, table);
    const refusal = forbidden(tool, context.session);
    if (refusal) throw refusal;
    refuseUnsafeIntegers(args, '');
    return { ok: true, value: await tool.call(args, context) };
  } catch (error) {
    return { ok: false, error: toErrorObject(error) };
  }
}

/** What any thrown value looks like from outside. Never a stack trace. */
export function toErrorObject(error: unknown): ErrorObject {
  if (error instanceof QuarterdeckError) return error.toObject();
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof Error ? error.stack : message}\n`);
  return new QuarterdeckError(
    'INTERNAL',
    `Something failed inside Quarterdeck: ${message.slice(0, 500)}`,
    'This is a defect; please report it with the server’s log.',
  ).toObject();
}

function findTool(name: string, table: readonly Tool[]): Tool {
  const current = renamedTools[name] ?? name;
  const tool = table.find((candidate) => candidate.name === current);
  if (tool) return tool;
  const names = table.map((candidate) => candidate.name);
  const close = closestMatch(name, names, { maxDistance: 6 });
  throw new QuarterdeckError(
    'UNKNOWN_TOOL',
    `There is no tool "${name}".`,
    close ? `Did you mean "${close}"?` : 'tools/list shows the tools there are.',
  );
}

/** A JSON number beyond 2^53 has lost digits before anyone could look at it. */
function refuseUnsafeIntegers(value: unknown, path: string): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new QuarterdeckError(
      'UNSAFE_INTEGER',
      `${path || 'A number'} is an integer too large to be exact in JSON.`,
      'Give nanoseconds and other large integers as strings: "1720108799123456789".',
      { path },
    );
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    refuseUnsafeIntegers(child, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key);
  }
}
