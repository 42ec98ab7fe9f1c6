import { afterAll, beforeAll, expect, test } from 'vitest';
import { barsItem, emaCross } from '../server/support/data.ts';
import { until } from '../vscode/support/until.ts';
import { accessibilityProblems } from './axe.ts';
import { expectCalm, expectNoOverflow, PagesWorkspace, picture, texts, themeNames } from './workspace.ts';

let place: PagesWorkspace;
beforeAll(async () => {
  place = await PagesWorkspace.begin();
});
afterAll(() => place?.end());

const { strategies: _, ...defaults } = emaCross();
const open = (more: object = {}) =>
  place.pages.open(place.session, {
    page: 'strategies',
    data: { source: 'strategies/quiet.py', defaults: JSON.stringify(defaults) },
    width: 740,
    ...more,
  });

test('a strategy is checked, its parameters changed, run, and the run appears below', async () => {
  const shown = await open();
  const { page } = shown;
  await page.getByText('its config is understood').waitFor();
  const field = page.locator('[data-field=patience]');
  expect(await field.locator('.usual').textContent()).toContain('default 3');
  await field.locator('input').fill('three');
  await field.getByText('is no number').waitFor();
  expect(await page.locator('.run-bar').textContent()).toContain('is no number');
  await field.locator('input').fill('5');
  expect(await field.getAttribute('class')).toContain('changed');
  await page.locator('.run-bar', { hasText: 'first run' }).waitFor();

  await page.keyboard.press('Control+Enter');
  await page.locator('.runs tbody tr').first().waitFor({ timeout: 60_000 });
  await page.getByText('Finished run').waitFor();
  await page.locator('.run-bar', { hasText: 'same parameters as the last run' }).waitFor();
  await page.locator('.runs .words .link').first().click();
  await until('the report', async () =>
    shown.asked.some((one) => one.type === 'page' && one.address.page === 'report'),
  );
  await field.getByRole('button', { name: /Back to the default/ }).click();
  await page.locator('.run-bar', { hasText: 'patience' }).waitFor();
  expectCalm(shown);
  await page.close();
});

test('another strategy of the workspace is picked; two runs can be compared', async () => {
  const shown = await open();
  const { page } = shown;
  await page.getByText('its config is understood').waitFor();
  await page.locator('.header qd-dropdown').click();
  await page.locator('.header qd-option', { hasText: 'Refused' }).click();
  await page.locator('.header', { hasText: 'strategies/refused.py' }).waitFor();
  expect(await texts(page.locator('[role=tab]'))).toEqual(['Backtest', 'Deploy']);
  expectCalm(shown);
  await page.close();
});

test('a strategy is deployed into a node that is started for it, seen to run, and stopped', async () => {
  const shown = await open();
  const { page } = shown;
  await page.getByText('its config is understood').waitFor();
  await page.getByRole('tab', { name: 'Deploy' }).click();
  await page.locator('.run-bar', { hasText: 'into a new node demo' }).waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Deploy' }).click();
  const row = page.locator('.deployed tbody tr');
  await row.filter({ hasText: 'running' }).waitFor({ timeout: 90_000 });
  await page.locator('.run-bar', { hasText: 'into demo' }).waitFor();
  await picture(shown, 'strategies-deploy');
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Open orders' }).click();
  await until('the blotter', async () =>
    shown.asked.some((one) => one.type === 'page' && one.address.page === 'blotter'),
  );
  await row.getByRole('button', { name: 'Stop…' }).click();
  await page.getByRole('button', { name: 'Stop it' }).click();
  await row.filter({ hasText: 'stopped' }).waitFor();
  await place.session.call('stop_trading_node', {});
  expectCalm(shown);
  await page.close();
});

test('data of the catalog are picked with the days they cover', async () => {
  await place.session.call('import_data', { items: [barsItem()] });
  const shown = await place.pages.open(place.session, {
    page: 'strategies',
    data: { source: 'strategies/refused.py' },
    width: 740,
  });
  const { page } = shown;
  await page.locator('.coverage-box').waitFor();
  expect(await page.locator('.coverage').getAttribute('aria-label')).toContain('2024-01-01');
  expectCalm(shown);
  await page.close();
});

test('in every theme and width the page is accessible and fits', async () => {
  for (const theme of themeNames) {
    const shown = await open({ theme });
    await shown.page.getByText('its config is understood').waitFor();
    expect(await accessibilityProblems(shown.page)).toEqual([]);
    await expectNoOverflow(shown.page);
    await picture(shown, `strategies-${theme}`, true);
    await shown.page.close();
  }
  const narrow = await open({ width: 400 });
  await narrow.page.getByText('its config is understood').waitFor();
  await expectNoOverflow(narrow.page);
  expect(await accessibilityProblems(narrow.page)).toEqual([]);
  await picture(narrow, 'strategies-400', true);
  await narrow.page.close();
});
