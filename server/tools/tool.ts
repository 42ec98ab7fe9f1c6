import * as z from 'zod';
import type { Confirmation } from '../approvals/question.ts';
import type { CallContext } from '../context.ts';
import type { Toolset } from '../protocol/selection.ts';
import { invalidArguments } from './arguments.ts';
import { fitPage, leftOutField, saysHowMuch, shortenAnswer } from './bounds.ts';

/** read: changes nothing; write: files or runs of ours, or runs user code; trade: reaches a venue; danger: real money. */
export type Policy = 'read' | 'write' | 'trade' | 'danger';

/** A tool is one value: what it is called, what it may do, what it takes, what it gives, and how. */
export interface ToolDefinition<I extends z.ZodObject, O extends z.ZodObject> {
  name: string;
  title: string;
  /** First sentence with the words of the domain: agents find tools by it. */
  description: string;
  toolset: Toolset;
  policy: Policy;
  /** Listed and accepted whatever a session's switches say: what stops trading must always be at hand. */
  always?: true;
  /**
   * Whether a session that named no toolsets is shown it. When left out: always, or, in a toolset of trading, while a
   * node runs.
   */
  usual?: boolean;
  /** What a call does beyond its policy, for clients that ask before they call. */
  hints?: { destructive?: boolean; idempotent?: boolean; openWorld?: boolean };
  /** Arguments whose shape a list of tools gives in words instead. */
  brief?: Record<string, string>;
  input: I;
  output: O;
  /** Lists of the answer that `after` pages through: fewer rows than asked for are given where they are long. */
  pages?: readonly string[];
  /** The page that shows what the tool answers, in hosts that show pages in a chat. */
  page?: PageName;
  /** Puts other names that are understood in the place of those of the schema, before it judges. */
  canonical?(args: unknown): unknown;
  /** What a person must confirm before this call goes on, because it moves real money; undefined where it does not. */
  confirmation?(
    args: z.output<I>,
    context: CallContext,
  ): Confirmation | undefined | Promise<Confirmation | undefined>;
  handler(args: z.output<I>, context: CallContext): Promise<z.input<O>>;
}

/** Pages a chat can show. */
export type PageName = 'report' | 'blotter';

/** A tool with its types folded away: what the table, the protocol and the command line work with. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  toolset: Toolset;
  policy: Policy;
  always: boolean;
  usual: boolean | undefined;
  hints: { destructive?: boolean; idempotent?: boolean; openWorld?: boolean };
  brief: Record<string, string>;
  page?: PageName | undefined;
  input: z.ZodObject;
  /**
   * Parses arguments, has a person confirm what must be, runs the handler and checks its result.
   *
   * @throws QuarterdeckError INVALID_ARGUMENTS, why there is no confirmation, and the handler's
   */
  call(args: unknown, context: CallContext): Promise<Record<string, unknown>>;
  inputSchema(): JsonSchema;
  outputSchema(): JsonSchema;
}

export type JsonSchema = { type: 'object'; [key: string]: unknown };

export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(tool: ToolDefinition<I, O>): Tool {
  const { name, title, description, toolset, policy, always = false, usual, hints = {}, brief = {} } = tool;
  const { page, pages = [], input } = tool;
  const output = tool.output.extend(leftOutField);
  const inputSchema = once(() => jsonSchema(input, 'input'));
  return {
    ...{ name, title, description, toolset, policy, always, usual, hints, brief, page, input },
    inputSchema,
    outputSchema: once(() => jsonSchema(output, 'output')),
    async call(args, context) {
      const parsed = input.safeParse(tool.canonical ? tool.canonical(args) : args);
      if (!parsed.success) throw invalidArguments(parsed.error, inputSchema());
      const confirmation = await tool.confirmation?.(parsed.data, context);
      const approval = confirmation && (await context.approve(name, parsed.data, confirmation));
      const allowed = approval ? { ...context, approval } : context;
      const result = output.parse(await tool.handler(parsed.data, allowed)) as Record<string, unknown>;
      if (saysHowMuch(args)) return result;
      return shortenAnswer(fitPage(result, pages, Number(parsed.data.after ?? 0)));
    },
  };
}

function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return { ...rest, type: 'object' };
}

function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
