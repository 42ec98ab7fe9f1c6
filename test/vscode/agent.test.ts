import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { RunSummary } from '../../server/protocol/run.ts';
import { Journey } from './support/journey.ts';
import { until } from './support/until.ts';

let journey: Journey;

beforeAll(async () => {
  journey = await Journey.begin({ agentMode: true });
});
beforeEach(({ task, onTestFailed }) => onTestFailed(() => journey.editor.screenshot(`failed ${task.name}`)));
afterAll(() => journey?.end());

test('the first question makes the editor start our server and offer its tools to the model', async () => {
  await journey.askAgent('What can you do?', []);
  const answered = journey.editor.page
    .locator('.interactive-session .interactive-list')
    .getByText('The script ended');
  await answered.first().waitFor();
  const turn = (await journey.transcript()).find(({ offered }) => offered.length > 0);
  for (const name of [
    'get_environment',
    'list_strategies',
    'import_data',
    'run_backtest',
    'get_run',
    'cancel_run',
  ]) {
    const ours = (tool: string) => tool.startsWith('mcp_nautilus-') && tool.endsWith(`_${name}`);
    expect(turn?.tools.filter(ours)).toHaveLength(1);
    expect(turn?.offered.filter(ours)).toHaveLength(1);
  }
});

test('agent mode runs a real backtest once the person allows it, and gets its figures', async () => {
  const { page } = journey.editor;
  const request = JSON.parse(await journey.read('backtests/trend_engine.json'));
  await journey.askAgent('Backtest the trend strategy', [{ tool: 'run_backtest', input: request }]);

  const allow = page
    .locator('.interactive-session .monaco-button')
    .filter({ hasText: /^Allow/ })
    .first();
  await allow.waitFor();
  expect(await journey.runs()).toEqual([]);
  await journey.editor.screenshot('agent-asks');
  await allow.click();

  const answer = page.locator('.interactive-session .interactive-list');
  await answer.getByText('The script ended after calls: 1').waitFor();
  const [run] = await journey.runs();
  expect(run?.status).toBe('completed');
  expect(run?.summary?.counts.fills).toBeGreaterThan(0);
  await answer
    .getByText(run?.id ?? 'no run')
    .first()
    .waitFor();
  await journey.editor.screenshot('agent-answered');

  const result = await until('the result in the transcript', async () =>
    (await journey.transcript()).flatMap(({ results }) => results).at(-1),
  );
  const { counts, balances } = RunSummary.partial().loose().parse(JSON.parse(result));
  expect({ counts, balances }).toEqual({ counts: run?.summary?.counts, balances: run?.summary?.balances });
});
