import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../vscode/support/until.ts';
import { accessibilityProblems } from './axe.ts';
import { drawn, expectCalm, PagesWorkspace, picture, runUri, soon, texts, themeNames } from './workspace.ts';

let place: PagesWorkspace;
let run = '';

beforeAll(async () => {
  place = await PagesWorkspace.begin();
  run = await place.run({ strategies: [{ source: 'strategies/refused.py:Refused', config: {} }] });
});
afterAll(() => place?.end());

const open = (source: string, more: object = {}) =>
  place.pages.open(place.session, { page: 'blotter', data: { source }, ...more });

test('orders of a run: states in groups, a bracket under its entry, reasons in full below', async () => {
  const shown = await open(runUri(run));
  const { page } = shown;
  await page.locator('.line.order').first().waitFor();
  const groups = async () =>
    (await texts(page.locator('.line.group:not([hidden])'))).map((text) => text.replace(/\d.*$/, ''));
  await soon(groups).toEqual(['Working', 'In flight', 'Failed', 'Done']);
  const reasons = await texts(page.locator('.line.reason:not([hidden]) .reason'));
  expect(reasons.some((text) => text.includes('POST_ONLY'))).toBe(true);
  expect(reasons.some((text) => text.includes('quantity'))).toBe(true);
  expect(await page.locator('.line.child:not([hidden])').count()).toBe(2);
  expect(await page.getByText('bracket entry').count()).toBeGreaterThan(0);

  await page.getByRole('button', { name: /^Failed/ }).click();
  await soon(groups).toEqual(['Failed']);
  await page.getByRole('button', { name: /^All/ }).click();
  await page.locator('.toolbar .filter input').fill('deep');
  await until('the one tagged', async () => (await page.locator('.line.order:not([hidden])').count()) === 1);
  expectCalm(shown);
  await page.close();
});

test('the blotter is worked with the keyboard alone', async () => {
  const shown = await open(runUri(run));
  const { page } = shown;
  await page.locator('.line.order').first().waitFor();
  await page.getByRole('tab', { name: /Fills\s*[1-9]/ }).waitFor();
  // From region to region to the grid, down to the filled order, open it, read its details, come back.
  const focusIsGrid = () => page.evaluate(() => document.activeElement?.getAttribute('role') === 'treegrid');
  await until('the grid', async () => {
    await page.keyboard.press('F6');
    return focusIsGrid();
  });
  await page.keyboard.press('Home');
  const current = page.locator('.line[aria-selected=true]');
  await until('the filled order', async () => {
    await page.keyboard.press('ArrowDown');
    await drawn(page);
    return (await current.textContent())?.includes('Filled');
  });
  await page.keyboard.press('ArrowRight');
  await page.locator('.line.fill:not([hidden])').waitFor();
  expect(await current.getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.press('Enter');
  await page.locator('.details').waitFor();
  expect((await texts(page.locator('.timeline li'))).map((text) => text.slice(0, 6))).toEqual([
    'Initia',
    'Submit',
    'Filled',
  ]);
  await page.keyboard.press('Escape');
  await page.locator('.details').waitFor({ state: 'hidden' });
  expect(await focusIsGrid()).toBe(true);
  await page.keyboard.press('ArrowLeft');
  await page.locator('.line.fill:not([hidden])').waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+c');
  await until('the copy', async () => shown.asked.some((one) => one.type === 'copy'));
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('QD-TEXT-FIELD');
  expectCalm(shown);
  await page.close();
});

test('a demo node: orders as they are made, one cancelled without asking, several only after a yes', async () => {
  await place.session.call('initialize_trading_node', { profile: 'demo' });
  const shown = await open('nautilus://nodes/demo');
  const { page } = shown;
  await page.getByText('Trading active').waitFor();
  await page.getByText('Simulated').waitFor();
  await page.getByText('Synthetic data').waitFor();
  await page.getByText('No orders in this session.').waitFor();
  const submit = (args: object) =>
    place.session.call('submit_order', { instrument_id: 'EUR/USD.SIM', ...args });
  await submit({ side: 'BUY', type: 'MARKET', quantity: '100000' });
  for (const price of ['0.90000', '0.91000', '0.92000'])
    await submit({ side: 'BUY', type: 'LIMIT', quantity: '50000', price });
  await submit({ side: 'BUY', type: 'LIMIT', quantity: '50000', price: '1.30000', post_only: true });
  await page.locator('.pills .working', { hasText: '3' }).waitFor();
  await page.locator('.line.reason .reason', { hasText: 'POST_ONLY' }).waitFor();
  await page.locator('.quote', { hasText: '/' }).waitFor();
  await picture(shown, 'blotter-node');

  await page.getByText('Equity · USD').waitFor();
  await page.getByRole('button', { name: 'demo' }).click();
  await page.getByRole('menuitemcheckbox', { name: /demo · demo · running/ }).waitFor();
  await page.keyboard.press('Escape');

  // Quantity and price changed in the row with the keyboard; nothing is sent before the yes.
  await page.locator('.grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.locator('.details').waitFor();
  await page.keyboard.press('F2');
  const quantity = page.locator('.cell-input[aria-label=Quantity]');
  await until('the focus in the cell', () => quantity.evaluate((input) => document.activeElement === input));
  await picture(shown, 'blotter-edit');
  await page.keyboard.type('none');
  await page.keyboard.press('Enter');
  expect(await quantity.getAttribute('aria-invalid')).toBe('true');
  await quantity.fill('40,000');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('dialog', { hasText: 'Limit price 0.92000 → 0.91999' }).waitFor();
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.keyboard.press('Escape');
  await quantity.waitFor({ state: 'detached' });
  expect(await page.locator('.line.order', { hasText: '40,000' }).count()).toBe(0);
  await page.keyboard.press('F2');
  await quantity.fill('40,000');
  await page.keyboard.press('Enter');
  await page.locator('dialog', { hasText: 'Quantity 50,000 → 40,000' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.line.order', { hasText: '40,000' }).waitFor();
  await page.locator('.timeline', { hasText: 'Updated' }).waitFor();

  await page.locator('.grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Delete');
  await page.locator('.pills .working', { hasText: '2' }).waitFor();

  await page.getByRole('button', { name: 'Cancel all…' }).click();
  const question = page.locator('dialog');
  await question.waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Keep them');
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  expect(await page.locator('.pills .working').textContent()).toContain('2');
  await page.getByRole('button', { name: 'Cancel all…' }).click();
  await page.getByRole('button', { name: 'Cancel 2 orders' }).click();
  await page.locator('.pills .working', { hasText: '0' }).waitFor();

  // What waits while the pointer is on the rows says so in full, in a window that is not wide.
  await page.setViewportSize({ width: 1000, height: 900 });
  await page.locator('.grid').hover();
  await submit({ side: 'BUY', type: 'MARKET', quantity: '1000' });
  const moved = page.locator('.moved');
  await moved.waitFor();
  await picture(shown, 'blotter-moved');
  const isWhole = () =>
    moved.evaluate((chip) => chip.scrollHeight <= chip.clientHeight && chip.scrollWidth <= chip.clientWidth);
  await soon(isWhole).toBe(true);
  const toolbar = page.locator('.toolbar');
  await soon(() => toolbar.evaluate((bar) => bar.scrollWidth - bar.clientWidth)).toBe(0);
  await page.getByRole('tab', { name: /Positions/ }).hover();
  await moved.waitFor({ state: 'hidden' });
  await page.setViewportSize({ width: 1600, height: 1000 });

  await page.getByRole('tab', { name: /Positions/ }).click();
  await page.locator('.line', { hasText: 'Long' }).waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  await page
    .locator('.line', { hasText: /Filled [\d,]+ at/ })
    .first()
    .waitFor();
  await page.locator('.toolbar .filter input').fill('event:rejected');
  await until('the one rejection', async () => (await page.locator('.line:not([hidden])').count()) === 1);
  await picture(shown, 'blotter-events');
  await place.session.call('stop_trading_node', {});
  await page.locator('.trading', { hasText: 'Stopped' }).waitFor();
  expectCalm(shown);
  await page.close();
});

test('a view is saved under a name and comes back with its filter, states and columns', async () => {
  const shown = await open(runUri(run));
  const { page } = shown;
  await page.locator('.line.order').first().waitFor();
  await page.getByRole('button', { name: /^Failed/ }).click();
  await page.locator('.toolbar .filter input').fill('side:sell');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Client order id' }).click();
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.keyboard.type('refused sells');
  await page.keyboard.press('Enter');
  await until('the view kept', async () => shown.asked.some((one) => one.type === 'remember'));
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'All orders' }).click();
  await until('all orders', async () => (await page.locator('.line.order:not([hidden])').count()) > 5);
  const kept = shown.asked.find((one) => one.type === 'remember');
  await page.close();

  const remembered = JSON.stringify({ blotterViews: kept?.type === 'remember' ? kept.value : [] });
  const again = await place.pages.open(place.session, {
    page: 'blotter',
    data: { source: runUri(run), remembered },
  });
  await again.page.locator('.line.order').first().waitFor();
  await again.page.getByRole('button', { name: 'Saved views' }).click();
  await again.page.getByRole('menuitemcheckbox', { name: 'refused sells' }).click();
  await until('one', async () => (await again.page.locator('.line.order:not([hidden])').count()) === 1);
  await again.page.getByRole('columnheader', { name: 'Client order id' }).waitFor();
  expectCalm(again);
  await again.page.close();
});

test('in every theme and width the blotter is accessible', async () => {
  for (const theme of themeNames) {
    const shown = await open(runUri(run), { theme });
    await shown.page.locator('.line.order').first().waitFor();
    await shown.page.locator('.line.order').nth(1).click();
    await shown.page.keyboard.press('Enter');
    await shown.page.locator('.details').waitFor();
    expect(await accessibilityProblems(shown.page)).toEqual([]);
    await picture(shown, `blotter-${theme}`);
    await shown.page.getByRole('tab', { name: 'Events' }).click();
    await shown.page.locator('.line').first().waitFor();
    expect(await accessibilityProblems(shown.page)).toEqual([]);
    await shown.page.close();
  }
  const narrow = await open(runUri(run), { width: 400, height: 900 });
  await narrow.page.locator('.narrow-order').first().waitFor();
  expect(await accessibilityProblems(narrow.page)).toEqual([]);
  // Each reason is there in full: its words end above the end of its line.
  const spare = await narrow.page.locator('.line.reason:not([hidden])').evaluateAll((lines) =>
    lines.map((line) => {
      const words = line.querySelector('.reason-row')?.getBoundingClientRect();
      const { right, bottom } = line.getBoundingClientRect();
      return words ? Math.min(bottom - words.bottom, right - words.right) : -1;
    }),
  );
  expect(spare).toHaveLength(2);
  expect(Math.min(...spare)).toBeGreaterThanOrEqual(0);
  await picture(narrow, 'blotter-400');
  await narrow.page.close();
});
