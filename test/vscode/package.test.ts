import { statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { isShown, succeeds } from './support/gestures.ts';
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
      return isShown(setUp, 5_000);
    });
    await editor.screenshot(`walkthrough-${oldest ? 'oldest' : 'current'}`);
    await until('the engine to be set up', async () => {
      await succeeds(setUp.click({ timeout: 5_000 }));
      return editor.notified('NautilusTrader is set up').then(
        () => true,
        () => false,
      );
    });

    await editor.showContainer('Quarterdeck');
    await editor.inlineAction('Trend', 'Run Backtest…');
    await editor.webview.locator('.state.completed').waitFor({ timeout: 120_000 });
    expect((await journey.runs())[0]?.status).toBe('completed');

    await editor.command('Quarterdeck: Open Walkthrough');
    const step = editor.page.locator('.getting-started-step:visible', { hasText: 'Trade on a demo node' });
    /** The walkthrough may open its first step again when one is done. */
    const press = (label: string, asked: string) =>
      until(`what "${label}" asks`, async () => {
        const button = editor.page.locator('.monaco-button:visible', { hasText: label }).first();
        if (!(await isShown(button, 1_000))) await succeeds(step.click({ timeout: 3_000 }));
        if (!(await succeeds(button.click({ timeout: 3_000 })))) return false;
        return isShown(editor.quick.row(asked), 10_000);
      });
    await press('Start Node', 'demo');
    await editor.quick.pick('demo');
    await editor.row('demo, simulated, made-up prices · running').waitFor({ timeout: 120_000 });
    await press('Submit Order', 'EUR/USD.SIM');
    for (const answer of ['EUR/USD.SIM', 'BUY', 'MARKET']) await editor.quick.pick(answer);
    await editor.quick.answer('1000');
    await editor.confirm('Send');
    await editor.notified(/FILLED, filled 1000 at 1\.\d+/, 60_000);
  },
);
