import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { decimal } from '../../webviews/format.ts';
import { Journey } from './support/journey.ts';
import { until } from './support/until.ts';

let journey: Journey;

beforeAll(async () => {
  journey = await Journey.begin();
});
beforeEach(({ task, onTestFailed }) => onTestFailed(() => journey.editor.screenshot(`failed ${task.name}`)));
afterAll(() => journey?.end());

test('Run Backtest… runs the open strategy and its report shows the figures of the run', async () => {
  const { editor } = journey;
  await editor.openFile('trend.py');
  await editor.command('Quarterdeck: Run Backtest…');

  const report = editor.webview;
  await report.locator('.state.completed').waitFor({ timeout: 120_000 });
  const [run] = await journey.runs();
  const summary = run?.summary;
  if (!run || !summary) throw new Error('The run has no summary.');

  expect(await report.locator('[data-field=run]').textContent()).toBe(run.id);
  const figure = (label: string) => report.locator(`.tile[data-figure^="${label}"] .value`).textContent();
  expect(await figure('Positions')).toBe(String(summary.counts.positions));
  expect(await figure('Data points')).toBe(decimal(String(summary.counts.iterations)));
  const [balance] = summary.balances;
  const cells = await report
    .locator('table')
    .first()
    .locator('tbody tr')
    .first()
    .locator('td')
    .allTextContents();
  expect(cells.slice(0, 3)).toEqual([balance?.venue, balance?.currency, decimal(balance?.total ?? '')]);
  await report.locator('.chart polyline').waitFor();
  const points = await report.locator('.chart polyline').getAttribute('points');
  expect(points?.split(' ').length).toBeGreaterThan(100);
  await expectNotification('Backtest finished');
});

test('the report keeps its shape in every theme and in a narrow column', async () => {
  const { editor } = journey;
  await editor.command('View: Close Primary Side Bar');
  await editor.command('Notifications: Clear All Notifications');
  for (const [name, theme, kind] of themes) {
    await editor.setSettings({ 'workbench.colorTheme': theme });
    await editor.webview.locator(`body.${kind}`).waitFor();
    await editor.screenshot(`report-${name}`);
  }
  await editor.setSettings({ 'workbench.colorTheme': 'Default Dark Modern' });
  await editor.page.setViewportSize({ width: 480, height: 1400 });
  await editor.webview.locator('body.vscode-dark').waitFor();
  await editor.screenshot('report-narrow');
  const overflow = await editor.webview
    .locator('body')
    .evaluate((body) => body.scrollWidth - body.clientWidth);
  expect(overflow).toBe(0);
  await editor.page.setViewportSize({ width: 1400, height: 900 });
});

test('Rerun starts the same backtest again and shows it in the same tab', async () => {
  const { editor } = journey;
  await editor.webview.getByText('Rerun').click();
  const runs = await until('the second run', async () => {
    const all = await journey.runs();
    return all.length === 2 && all.every(({ status }) => status === 'completed') ? all : undefined;
  });
  const [first, second] = runs.sort((a, b) => (a.id < b.id ? -1 : 1));
  await editor.webview.locator('[data-field=run]', { hasText: second?.id ?? 'none' }).waitFor();
  expect(second?.summary?.balances).toEqual(first?.summary?.balances);
  expect(second?.summary?.statistics).toEqual(first?.summary?.statistics);
});

test('a file without a strategy says what is wrong and what to do', async () => {
  const before = await journey.runs();
  await journey.write('empty.py', 'answer = 42\n');
  await journey.editor.openFile('empty.py');
  await journey.editor.command('Quarterdeck: Run Backtest…');
  await expectNotification('no class derived from Strategy');
  expect(await journey.runs()).toEqual(before);
});

const themes = [
  ['dark', 'Default Dark Modern', 'vscode-dark'],
  ['light', 'Default Light Modern', 'vscode-light'],
  ['high-contrast', 'Default High Contrast', 'vscode-high-contrast'],
] as const;

async function expectNotification(text: string): Promise<void> {
  await journey.editor.page.locator('.notification-list-item-message', { hasText: text }).first().waitFor();
}
