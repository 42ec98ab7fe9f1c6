import { closestMatch } from 'leven';
import { QuarterdeckError } from '../protocol/errors.ts';
import { backtestPrompts } from './backtests.ts';
import { dataPrompts } from './data.ts';
import type { Prompt } from './prompt.ts';
import { strategyPrompts } from './strategies.ts';
import { tradingPrompts } from './trading.ts';

/** Every prompt there is, in the order clients see them. */
export const prompts: readonly Prompt[] = [
  ...strategyPrompts,
  ...backtestPrompts,
  ...dataPrompts,
  ...tradingPrompts,
];

/** @throws QuarterdeckError UNKNOWN_PROMPT */
export function findPrompt(name: string, table = prompts): Prompt {
  const prompt = table.find((candidate) => candidate.name === name);
  if (prompt) return prompt;
  const names = table.map((candidate) => candidate.name);
  const close = closestMatch(name, names, { maxDistance: 6 });
  throw new QuarterdeckError(
    'UNKNOWN_PROMPT',
    `There is no prompt "${name}".`,
    close ? `Did you mean "${close}"?` : `There are: ${names.join(', ')}.`,
  );
}
