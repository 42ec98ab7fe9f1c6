import { afterEach, test } from 'vitest';
import { keepFigures } from './support/figures.ts';
import { Journey } from './support/journey.ts';
import { until } from './support/until.ts';

/** What the editor costs, for `npm run bench -- --editor`. */
const rounds = 5;
const bars = 6000;

let journey: Journey | undefined;
afterEach(async () => {
  await journey?.end();
  journey = undefined;
});

test('activation, a backtest from the click to the report', async () => {
  journey = await Journey.begin();
  const { editor } = journey;
  await journey.write('data/bars.csv', minuteBars(bars));
  const settings = JSON.parse(await journey.read('quarterdeck.json'));
  settings.defaults.backtest.data[0].file = 'data/bars.csv';
  settings.defaults.backtest.data[0].bar_type = 'AAPL.XNAS-1-MINUTE-LAST-EXTERNAL';
  await journey.write('quarterdeck.json', JSON.stringify(settings));

  const activations: number[] = [];
  for (let i = 0; i < rounds; i++) {
    await editor.reopen();
    await editor.showContainer('Quarterdeck');
    await editor.row('Trend').waitFor({ timeout: 60_000 });
    activations.push(await editor.activationTime('Quarterdeck for NautilusTrader'));
  }
  await keepFigures({
    ...{ name: 'extension: code loaded and activated', unit: 'ms', ours: activations },
    ...{ otherwise: 'as the editor tells it', target: 100, isLimit: true },
  });

  await editor.showContainer('Quarterdeck');
  await editor.inlineAction('Trend', 'Run Backtest…');
  await editor.webview.locator('.state.completed').waitFor({ timeout: 120_000 });
  const clicks: number[] = [];
  for (let i = 0; i < rounds + 2; i++) {
    const { length } = await journey.runs();
    const shown = await editor.webview.locator('[data-field=run]').textContent();
    const started = performance.now();
    await editor.webview.getByText('Rerun').click();
    const next = editor.webview.locator('body', {
      has: editor.page.locator('.state.completed'),
      hasNotText: shown ?? '',
    });
    await next.waitFor({ timeout: 120_000 });
    clicks.push(performance.now() - started);
    await until('the run', async () => (await journey?.runs())?.[length]?.finished_at);
    // Warm is with a worker that waits: who reads the report gives it the second it needs.
    await editor.page.waitForTimeout(4_000);
  }
  await keepFigures({
    ...{ name: `${bars.toLocaleString('en-US')} bars, Rerun clicked → report shown, warm`, unit: 'ms' },
    ...{ ours: clicks.slice(2), otherwise: 'no counterpart', target: 1000, isLimit: true },
  });
});

test('memory of the extension host, beside one with an empty extension', async () => {
  const ours = await idleMemory(false);
  const theirs = await idleMemory(true);
  await keepFigures({
    ...{ name: 'extension host, idle and collected, above an empty extension', unit: 'MB' },
    ...{ ours: [ours - theirs], otherwise: `${Math.round(theirs)} MB with an empty one` },
    ...{ target: 30, isLimit: true },
  });
});

/** In megabytes, when nothing has been asked of it for a while. */
async function idleMemory(empty: boolean): Promise<number> {
  journey = await Journey.begin({ empty });
  if (!empty) {
    await journey.editor.showContainer('Quarterdeck');
    await journey.editor.row('Trend').waitFor({ timeout: 60_000 });
  }
  const samples = [];
  for (let i = 0; i < 6; i++) {
    await journey.editor.page.waitForTimeout(5_000);
    samples.push(await journey.editor.extensionHostMemory());
  }
  await journey.end();
  journey = undefined;
  return Math.min(...samples);
}

/** SYNTHETIC: a walk that goes up and down by turns. */
function minuteBars(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const price = 100 + 10 * Math.sin(i / 97) + Math.sin(i / 7);
    const cells = [price, price + 0.05, price - 0.05, price + 0.02].map((value) => value.toFixed(2));
    return [new Date(Date.UTC(2024, 0, 2) + i * 60_000).toISOString(), ...cells, '100'].join(',');
  });
  return ['timestamp,open,high,low,close,volume', ...rows, ''].join('\n');
}
