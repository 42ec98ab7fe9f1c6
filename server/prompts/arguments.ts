import type { CallContext } from '../context.ts';
import { completeNode } from '../resources/nodes.ts';
import { completeRunId } from '../resources/runs.ts';
import type { PromptArgument } from './prompt.ts';

/** The arguments that several prompts have. */
export const runArgument: PromptArgument = {
  name: 'run_id',
  title: 'Run',
  description: 'Id of a backtest run; the newest one when left out.',
  complete: completeRunId,
};

export const strategyArgument: PromptArgument = {
  name: 'strategy',
  title: 'Strategy',
  description: 'Strategy as "file.py:Class" or "package.module:Class".',
  required: true,
  complete: completeStrategy,
};

export const nodeArgument: PromptArgument = {
  name: 'node',
  title: 'Trading node',
  description: 'Name of a trading node; the running one when left out.',
  complete: completeNode,
};

/** The run a prompt is about, as its text names it. @throws QuarterdeckError RUN_NOT_FOUND */
export async function runOf(given: string | undefined, context: CallContext): Promise<string> {
  if (given === undefined) return 'the newest run (`list_runs` shows it first)';
  const { id, status } = await context.runs.get(given);
  return `run "${id}" (${status})`;
}

/** The node a prompt is about, as its text names it. @throws QuarterdeckError NODE_NOT_FOUND */
export function nodeOf(given: string | undefined, context: CallContext): string {
  if (given === undefined) return 'the running trading node (`get_trading_node` shows which there are)';
  const { name, record } = context.nodes.find(given);
  return `the trading node "${name}" (${record.state})`;
}

async function completeStrategy(prefix: string, context: CallContext): Promise<string[]> {
  const { workspace, signal } = context;
  const { strategies } = await context.engine.call('list_strategies', { workspace }, { signal });
  return strategies
    .filter(({ kind }) => kind === 'strategy')
    .map(({ source }) => source)
    .filter((source) => source.toLowerCase().includes(prefix.toLowerCase()));
}
