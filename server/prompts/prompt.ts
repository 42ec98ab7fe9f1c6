import type { CallContext } from '../context.ts';
import { QuarterdeckError } from '../protocol/errors.ts';

/** What a prompt asks the person for; values are texts, as the protocol has it. */
export interface PromptArgument {
  name: string;
  title: string;
  description: string;
  required?: boolean;
  /** Values it may take, for completion. */
  complete?(prefix: string, context: CallContext): Promise<string[]>;
}

/** A prompt is one value: what it is called, what it asks for, and what it then says to the model. */
export interface Prompt {
  /** A slash command in the editors' chats. */
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
  /** The text of the person's message; what the person gave stands in it quoted. @throws QuarterdeckError */
  message(args: Record<string, string>, context: CallContext): Promise<string>;
}

export interface PromptAnswer {
  description: string;
  messages: { role: 'user'; content: { type: 'text'; text: string } }[];
}

const longestValue = 2000;

/** Fills a prompt in. @throws QuarterdeckError INVALID_ARGUMENTS, and what the prompt says of its arguments */
export async function fillPrompt(
  prompt: Prompt,
  args: Record<string, string>,
  context: CallContext,
): Promise<PromptAnswer> {
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value.trim() !== ''));
  for (const [name, value] of Object.entries(given)) {
    const known = prompt.arguments.some((argument) => argument.name === name);
    if (!known) throw invalid(name, `"${name}" is no argument of ${prompt.name}.`, listed(prompt));
    if (value.length > longestValue)
      throw invalid(name, `${name} is longer than ${longestValue} characters.`, 'Say it more briefly.');
  }
  const missing = prompt.arguments.find(({ name, required }) => required && given[name] === undefined);
  if (missing) throw invalid(missing.name, `${prompt.name} needs ${missing.name}.`, missing.description);
  const text = await prompt.message(given, context);
  return {
    description: prompt.description,
    messages: [{ role: 'user', content: { type: 'text', text } }],
  };
}

/** A value of the person's, as data: one line in quotes, so that it cannot pass for text of ours. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}

function listed({ arguments: args }: Prompt): string {
  return args.length === 0
    ? 'It takes none.'
    : `It takes ${args.map(({ name }) => name).join(', ')}; leave the rest out.`;
}

function invalid(path: string, message: string, nextStep: string): QuarterdeckError {
  return new QuarterdeckError('INVALID_ARGUMENTS', message, nextStep, { path });
}
