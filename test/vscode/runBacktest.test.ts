import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { decimal } from '../../webviews/format.ts';
import { isShown, succeeds } from './support/gestures.ts';
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
  const figure = (id: string) => report.locator(`.tile[data-figure="${id}"] .value`).textContent();
  // A report shows what it has, the curve first.
  await expect.poll(() => figure('trades'), { timeout: 30_000 }).toBe(String(summary.counts.trades));
  const [fees] = Object.values(summary.commissions);
  expect(await figure('fees')).toBe(decimal(fees ?? ''));
  const [balance] = summary.balances;
  await report.locator('.uplot canvas').first().waitFor();
  await expect
    .poll(() => report.locator('body').textContent(), { timeout: 30_000 })
    .toContain(decimal(balance?.total ?? ''));
  await journey.editor.notified('Backtest finished');
});

test('the report keeps its shape in every theme and in a narrow column', async () => {
  const { editor } = journey;
  await editor.command('View: Close Primary Side Bar');
  await editor.command('Notifications: Clear All Notifications');
  for (const [name, theme, kind] of themes) {
    await editor.setTheme(theme);
    await editor.webview.locator(`body.${kind}`).waitFor();
    await editor.webview
      .getByText(/\d+ 1-day last bars/)
      .first()
      .waitFor();
    await editor.screenshot(`report-${name}`);
  }
  await editor.setTheme('Dark Modern');
  await editor.page.setViewportSize({ width: 480, height: 1400 });
  await editor.webview.locator('body.vscode-dark').waitFor();
  await editor.screenshot('report-narrow');
  const body = editor.webview.locator('body');
  await expect
    .poll(() => body.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), {
      timeout: 30_000,
    })
    .toBe(0);
  await editor.page.setViewportSize({ width: 1400, height: 900 });
});

test('Rerun starts the same backtest again and shows it in the same tab', async () => {
  const [first] = await journey.runs();
  const second = await rerun();
  expect(second.summary?.balances).toEqual(first?.summary?.balances);
  expect(second.summary?.statistics).toEqual(first?.summary?.statistics);
});

test('above the class stand buttons that run and check it, and what its last run gave', async () => {
  const { editor } = journey;
  await editor.openFile('trend.py');
  const lens = (text: string) => editor.page.locator('.codelens-decoration a', { hasText: text });
  // The class stands below what fits on the screen.
  await until('the lens', async () => {
    await editor.page.keyboard.press('PageDown');
    if (await isShown(lens('Run Backtest').first(), 5_000)) return true;
    // The focus may have been elsewhere, or the list has come and moved the class away.
    await editor.openFile('trend.py');
    await editor.page.keyboard.press('Control+Home');
    return false;
  });
  const [run] = (await journey.runs()).slice(-1);
  await lens(`${run?.summary?.counts.orders} orders`).waitFor();
  await editor.screenshot('lenses');
  await until('the check', async () => {
    await succeeds(lens('Check').click({ timeout: 5_000 }));
    return editor.notified('Trend: no mistake found.', 20_000).then(
      () => true,
      () => false,
    );
  });
  const shown = editor.webview.locator('[data-field=run]', { hasText: run?.id ?? 'no run' });
  await editor.click(lens(`${run?.summary?.counts.orders} orders`), shown);
  // It is where Rerun put it, and the tab that was hidden shows what it showed.
  expect(await editor.page.locator('.tab', { hasText: 'Backtest 2' }).count()).toBe(1);
});

test('when the server was stopped, the same page goes on with a new one', async () => {
  await journey.stopServer();
  expect((await rerun()).status).toBe('completed');
});

test('a strategy that raises is shown with its error and where it stands', async () => {
  await runStrategy('raising.py', 'raise ValueError("no such price")');
  await journey.editor.notified('no such price');
  const band = journey.editor.webview.locator('.band.failure');
  await expect.poll(() => band.textContent(), { timeout: 30_000 }).toContain('no such price');
  await journey.editor.screenshot('report-failed');
  expect((await journey.runs()).at(-1)).toMatchObject({
    status: 'failed',
    error: { code: 'STRATEGY_RAISED' },
  });
});

test('Cancel in the progress notification ends the run', async () => {
  await runStrategy('endless.py', 'while True: pass');
  const running = await until('the run', async () =>
    (await journey.runs()).find(({ status }) => status === 'running'),
  );
  const ended = async () =>
    (await journey.runs()).find(({ id, finished_at }) => id === running.id && finished_at);
  await journey.editor.cancelProgress('Backtest', ended);
  expect((await ended())?.status).toBe('cancelled');
});

test('without quarterdeck.json the data that we ship are used', async () => {
  await journey.remove('quarterdeck.json');
  const { length } = await journey.runs();
  await journey.editor.openFile('mean_reversion.py');
  await journey.editor.command('Quarterdeck: Run Backtest…');
  const run = await until('the run', async () => {
    const latest = (await journey.runs())[length];
    return latest?.finished_at === undefined ? undefined : latest;
  });
  expect(run).toMatchObject({
    status: 'completed',
    request: { data: [{ file: expect.stringContaining('samples') }] },
  });
  // The report takes the focus when it comes.
  await journey.editor.webview.locator('[data-field=run]', { hasText: run.id }).waitFor();
});

test('Set Up Engine finds the environment there is', async () => {
  await journey.editor.command('Quarterdeck: Set Up Engine');
  await journey.editor.notified('NautilusTrader is set up');
});

test('a file without a strategy says what is wrong and what to do', async () => {
  const ids = async () => (await journey.runs()).map(({ id }) => id);
  const before = await ids();
  await journey.write('empty.py', 'answer = 42\n');
  await journey.editor.openFile('empty.py');
  await journey.editor.command('Quarterdeck: Run Backtest…');
  await journey.editor.notified('no class derived from Strategy');
  expect(await ids()).toEqual(before);
});

/** Clicks Rerun and waits until the page shows the finished new run. */
async function rerun() {
  const { length } = await journey.runs();
  await journey.editor.showTab('Backtest 2');
  const page = journey.editor.webview;
  await until('a new run', async () => {
    await succeeds(page.getByText('Rerun').click({ timeout: 5_000 }));
    const begun = until('it', async () => (await journey.runs()).length > length, 20_000);
    return begun.catch(() => false);
  });
  const run = await until('the new run', async () =>
    (await journey.runs()).slice(length).find(({ finished_at }) => finished_at !== undefined),
  );
  await page.locator('[data-field=run]', { hasText: run.id }).waitFor();
  return run;
}

/** Runs a strategy that does one thing when it starts. */
async function runStrategy(file: string, statement: string): Promise<void> {
  const source = `from nautilus_trader.trading.strategy import Strategy

class Example(Strategy):
    def on_start(self):
        ${statement}
`;
  await journey.write(file, source);
  await journey.editor.openFile(file);
  await journey.editor.command('Quarterdeck: Run Backtest…');
}

const themes = [
  ['dark', 'Dark Modern', 'vscode-dark'],
  ['light', 'Light Modern', 'vscode-light'],
  ['high-contrast', 'Dark High Contrast', 'vscode-high-contrast'],
  ['high-contrast-light', 'Light High Contrast', 'vscode-high-contrast-light'],
] as const;
