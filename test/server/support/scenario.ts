import { expect } from 'vitest';
import * as z from 'zod';
import { emaCross } from './data.ts';

/** One thing a client does, in the words of the protocol. */
export type Step =
  | { do: 'list'; method: 'tools/list' | 'resources/list' | 'resources/templates/list' | 'prompts/list' }
  | { do: 'call'; name: string; args: Record<string, unknown> }
  | { do: 'prompt'; name: string; args: Record<string, string> }
  | { do: 'read'; uri: string };

/** What came of a step, the same from every client: names, a value, or the error object. */
export const Outcome = z.object({
  names: z.array(z.string()).optional(),
  value: z.record(z.string(), z.unknown()).optional(),
  error: z.record(z.string(), z.unknown()).optional(),
});
export type Outcome = z.infer<typeof Outcome>;

/** What every client does, and what must come of it. */
export const scenario: readonly { step: Step; gives: (outcome: Outcome) => void }[] = [
  {
    step: { do: 'list', method: 'tools/list' },
    gives: ({ names }) => expect(names).toEqual(expect.arrayContaining(['run_backtest', 'import_data'])),
  },
  {
    step: { do: 'call', name: 'get_environment', args: {} },
    gives: ({ value }) => expect(value).toMatchObject({ nautilus_trader: expect.any(String) }),
  },
  {
    step: { do: 'call', name: 'run_backtest', args: emaCross() },
    gives: ({ value }) =>
      expect(value).toMatchObject({ status: 'completed', api: 'engine', counts: { iterations: 2000 } }),
  },
  {
    step: { do: 'call', name: 'run_backtest', args: emaCross({ venues: [] }) },
    gives: ({ error }) => expect(error).toMatchObject({ type: 'validation', next_step: expect.any(String) }),
  },
  {
    step: { do: 'call', name: 'no_such_tool', args: {} },
    gives: ({ error }) => expect(error).toMatchObject({ code: 'UNKNOWN_TOOL' }),
  },
  {
    step: { do: 'list', method: 'resources/list' },
    gives: ({ names }) => expect(names).toContain('nautilus://runs'),
  },
  {
    step: { do: 'list', method: 'resources/templates/list' },
    gives: ({ names }) => expect(names?.join()).toContain('nautilus://runs/{id}'),
  },
  {
    step: { do: 'list', method: 'prompts/list' },
    gives: ({ names }) => expect(names).toContain('import_my_data'),
  },
  {
    step: { do: 'prompt', name: 'import_my_data', args: { file: 'data/bars.csv' } },
    gives: ({ value }) => expect(value?.text).toContain('data/bars.csv'),
  },
  {
    step: { do: 'read', uri: 'nautilus://runs' },
    gives: ({ value }) => expect(JSON.stringify(value?.runs)).toContain('"completed"'),
  },
  {
    step: { do: 'read', uri: 'nautilus://nothing' },
    gives: ({ error }) => expect(JSON.stringify(error)).toContain('nautilus://nothing'),
  },
];

export type Client = (steps: Step[]) => Promise<Outcome[]>;

/** Has a client do everything and looks at what came of it. */
export async function play(client: Client): Promise<void> {
  const outcomes = await client(scenario.map(({ step }) => step));
  expect(outcomes).toHaveLength(scenario.length);
  for (const [i, { gives }] of scenario.entries()) gives(outcomes[i] ?? {});
}
