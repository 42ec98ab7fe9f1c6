import { statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Journey } from './support/journey.ts';
import { until } from './support/until.ts';

let journey: Journey | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await journey?.editor.screenshot(`failed ${task.name}`);
  await journey?.end();
  journey = undefined;
});

test('the package is one file of at most 3 MB', () => {
  expect(statSync(process.env.QUARTERDECK_TEST_VSIX ?? '').size).toBeLessThan(3 * 1024 * 1024);
});

test.each([
  ['the current VS Code', false],
  ['the oldest VS Code we support', true],
])(
  'in %s a fresh profile with the package alone gets from the walkthrough to a report and an order on a demo node',
  async (_name, oldest) => {
    journey = await Journey.begin({ packed: true, oldest });
    const { editor } = journey;
    const setUp = editor.page.locator('.monaco-button:visible', { hasText: 'Set Up Engine' });
    // A fresh profile may open a walkthrough of the editor's own a moment later.
    await until('our walkthrough', async () => {
      await editor.command('Quarterdeck: Open Walkthrough');
      const shown = setUp.waitFor({ timeout: 5_000 });
      return shown.then(
        () => true,
        () => false,
      );
    });
    await editor.screenshot(`walkthrough-${oldest ? 'oldest' : 'current'}`);
    await setUp.click();
    await editor.page
      .locator('.notification-list-item-message', { hasText: 'NautilusTrader is set up' })
      .first()
      .waitFor({ timeout: 120_000 });

    await editor.showContainer('Quarterdeck');
    await editor.inlineAction('Trend', 'Run Backtest…');
    await editor.webview.locator('.state.completed').waitFor({ timeout: 120_000 });
    expect((await journey.runs())[0]?.status).toBe('completed');

    await editor.command('Quarterdeck: Open Walkthrough');
    await editor.page.locator('.getting-started-step:visible', { hasText: 'Trade on a demo node' }).click();
    await editor.page.locator('.monaco-button:visible', { hasText: 'Start Node' }).first().click();
    await editor.pick('demo');
    await editor.row('demo, simulated, made-up prices · running').waitFor({ timeout: 120_000 });
    await editor.page.locator('.monaco-button:visible', { hasText: 'Submit Order' }).first().click();
    for (const answer of ['EUR/USD.SIM', 'BUY', 'MARKET']) await editor.pick(answer);
    await editor.answer('1000');
    await editor.confirm('Send');
    await editor.page
      .locator('.notification-list-item-message', { hasText: /FILLED, filled 1000 at 1\.\d+/ })
      .first()
      .waitFor({ timeout: 60_000 });
  },
);
