import type { CallContext } from '../context.ts';
import { completeRunId } from '../resources/runs.ts';
import { runArgument, runOf } from './arguments.ts';
import type { Prompt } from './prompt.ts';

export const backtestPrompts: Prompt[] = [
  {
    name: 'explain_backtest',
    title: 'Explain this backtest',
    description:
      'Explain the result of a NautilusTrader backtest: where it earned and lost, and what to doubt.',
    arguments: [runArgument],
    message: async ({ run_id }, context) => `Explain ${await runOf(run_id, context)} to me.

1. \`get_run\` for the summary and its warnings, then detail "funnel", then "trades" in pages as far as you need them.
2. Say in a few sentences what the strategy did: how often it traded, how long it held, where profit and loss came from, the deepest drawdown and when. Every figure as the run gives it, with its unit; where the run has none, say so.
3. Say what to doubt: few trades, one trade that makes the result, fees or slippage left out, data with gaps or on one side only (\`check_data\`), fills at prices that could not be had, parameters chosen on this very data.
4. End with at most three things to do next, each a tool call I can agree to.`,
  },
  {
    name: 'compare_backtests',
    title: 'Compare runs',
    description: 'Compare NautilusTrader backtest runs and say which change made the difference.',
    arguments: [
      {
        name: 'run_ids',
        title: 'Runs',
        description: 'Two to six run ids, separated by commas; the two newest when left out.',
        complete: completeLast,
      },
    ],
    message: async ({ run_ids }, context) => {
      const ids = (run_ids ?? '').split(/[\s,]+/).filter(Boolean);
      const runs = await Promise.all(ids.map((id) => context.runs.get(id)));
      const which =
        runs.length === 0
          ? 'the two newest completed runs (`list_runs`)'
          : runs.map(({ id, status }) => `"${id}" (${status})`).join(', ');
      return `Compare these backtest runs: ${which}.

1. \`compare_runs\` shows statistics side by side, the parameters and source lines that differ, and the first trade in which they part.
2. Say first whether they can be compared at all: the same data, period, venue, fees and engine version. If not, say what would make them comparable.
3. Then say which difference in code or parameters explains which difference in the result, beginning with the first trade that differs; show the trade.
4. Say whether the difference is larger than chance would make it, given the number of trades; if that cannot be said, say so. Do not name a winner that the figures do not.`;
    },
  },
];

/** Completes the last id of a list. */
async function completeLast(given: string, context: CallContext): Promise<string[]> {
  const [, before = '', last = ''] = /^(.*[\s,])?([^\s,]*)$/s.exec(given) ?? [];
  const ids = await completeRunId(last, context);
  return ids.filter((id) => !before.includes(id)).map((id) => `${before}${id}`);
}
