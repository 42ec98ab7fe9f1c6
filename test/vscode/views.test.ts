import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Journey } from './support/journey.ts';
import { until } from './support/until.ts';

let journey: Journey;

beforeAll(async () => {
  journey = await Journey.begin();
  await journey.editor.showContainer('Quarterdeck');
});
beforeEach(({ task, onTestFailed }) => onTestFailed(() => journey.editor.screenshot(`failed ${task.name}`)));
afterAll(() => journey?.end());

test('the views show the strategies of the folder and say what to do where there is nothing yet', async () => {
  const { editor } = journey;
  for (const name of ['BuyAndHold', 'MeanReversion', 'Trend']) await editor.row(name).waitFor();
  await editor.page.getByText('No backtest has run yet.').waitFor();
  await editor.page.getByText('The data catalog is empty.').waitFor();
  await editor.screenshot('views-empty');
});

test('a strategy’s row runs it, and the run appears with its PnL', async () => {
  const { editor } = journey;
  await editor.inlineAction('Trend', 'Run Backtest…');
  await editor.webview.locator('.state.completed').waitFor({ timeout: 120_000 });
  const [run] = await journey.runs();
  expect(run?.status).toBe('completed');
  await editor.row('Trend, completed').waitFor();
  await editor.screenshot('views-run');
});

test('a run becomes the baseline and keeps a note', async () => {
  const { editor } = journey;
  await editor.contextAction('Trend, completed', 'Set or Clear Baseline…');
  await until('the baseline', async () => (await journey.runs())[0]?.baseline);
  await editor.contextAction('Trend, completed', 'Note on a Run…');
  await editor.answer('first try');
  await until('the note', async () => (await journey.runs())[0]?.note === 'first try');
});

test('Rerun on its row runs it again', async () => {
  await journey.editor.inlineAction('Trend, completed', 'Rerun Backtest…');
  const second = await until('the second run', async () => {
    const [, next] = await journey.runs();
    return next?.finished_at === undefined ? undefined : next;
  });
  expect(second.summary?.balances).toEqual((await journey.runs())[0]?.summary?.balances);
  await journey.editor.webview.locator('[data-field=run]', { hasText: second.id }).waitFor();
});

test('Compare Runs… lays two runs over each other', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Compare Runs…');
  await editor.pickAll('Two to five runs');
  await editor.page.locator('.tab.active', { hasText: 'Compare 2 runs' }).waitFor();
  await editor.webview.locator('.uplot canvas').first().waitFor();
  await editor.screenshot('compare');
});

test('the strategies page opens beside the strategy, with its parameters', async () => {
  const { editor } = journey;
  await editor.command('View: Close All Editors');
  await editor.command('Notifications: Clear All Notifications');
  await editor.openFile('trend.py');
  await editor.command('Quarterdeck: Open Strategies');
  const page = editor.webview;
  await page.getByText('trade_size').first().waitFor({ timeout: 60_000 });
  expect(await page.locator('body').textContent()).toContain('Trend');
  await editor.screenshot('strategies');
  await editor.command('View: Close All Editors');
});

test('an exported bundle opens as a report, with no server to ask', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Export Run…');
  await editor.pickFirst('Which run?');
  await editor.pick('Bundle (.qdrun)');
  await editor.page.locator('.notification-list-item-message', { hasText: 'Exported to' }).waitFor();
  const [file = ''] = await journey.files('.quarterdeck/exports');
  await journey.copy(`.quarterdeck/exports/${file}`, 'kept.qdrun');
  await journey.stopServer();
  await editor.command('View: Close All Editors');
  await editor.openFile('kept.qdrun');
  await editor.webview.locator('.state.completed').waitFor();
  expect(await editor.webview.locator('.tile[data-figure="pnl"] .value').textContent()).toBe('+47,033.00');
  await editor.screenshot('bundle');
  await editor.command('View: Close All Editors');
});

test('New Strategy… writes a file from a template and opens it', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: New Strategy…');
  await editor.pick('blank');
  await editor.answer('GapFade');
  await editor.page.locator('.tab.active', { hasText: 'gap_fade.py' }).waitFor();
  expect(await journey.read('strategies/gap_fade.py')).toContain('class GapFade(Strategy)');
  await editor.row('GapFade').waitFor();
});

test('the installation is checked, and what was found is said', async () => {
  await journey.editor.command('Quarterdeck: Check the Installation');
  await journey.editor.page
    .locator('.notification-list-item-message', {
      hasText: /Everything the engine needs|engine environment|platform|pandas|disk/,
    })
    .first()
    .waitFor();
});
