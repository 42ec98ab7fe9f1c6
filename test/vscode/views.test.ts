import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isShown, succeeds } from './support/gestures.ts';
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
  await editor.quick.answer('first try');
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
  await editor.quick.pickAll('Two to five runs');
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
  await editor.quick.pickFirst('Which run?');
  await editor.quick.pick('Bundle (.qdrun)');
  await editor.notified('Exported to');
  const [file = ''] = await journey.files('.quarterdeck/exports');
  await journey.copy(`.quarterdeck/exports/${file}`, 'kept.qdrun');
  await journey.stopServer();
  await editor.command('View: Close All Editors');
  await editor.openFile('kept.qdrun');
  await editor.webview.locator('.state.completed').waitFor();
  const pnl = editor.webview.locator('.tile[data-figure="pnl"] .value');
  await expect.poll(() => pnl.textContent(), { timeout: 30_000 }).toBe('+47,033.00');
  await editor.screenshot('bundle');
  await editor.command('View: Close All Editors');
});

test('New Strategy… writes a file from a template and opens it', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: New Strategy…');
  await editor.quick.pick('blank');
  await editor.quick.answer('GapFade');
  await editor.page.locator('.tab.active', { hasText: 'gap_fade.py' }).waitFor();
  expect(await journey.read('strategies/gap_fade.py')).toContain('class GapFade(Strategy)');
  await editor.row('GapFade').waitFor();
});

test('the installation is checked, and what was found is said', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Check the Installation');
  await editor.notified(/Everything the engine needs|engine environment|platform|pandas|disk/);
});

test('a run is deleted after a question, and comes back from its bundle', async () => {
  const { editor } = journey;
  const { length } = await journey.runs();
  await editor.contextAction('Trend, completed', 'Delete Run…');
  expect(await editor.question()).toContain('Delete the run of Trend?');
  await editor.confirm('Delete');
  await until('one run less', async () => (await journey.runs()).length === length - 1);
  await editor.command('Quarterdeck: Import Run…');
  await editor.quick.chooseFile('Import Run', journey.path('kept.qdrun'));
  const imported = await until('the imported run', async () => (await journey.runs())[length - 1]);
  await editor.webview.locator('[data-field=run]', { hasText: imported.id }).waitFor();
});

test('a run dragged onto another is compared with it', async () => {
  const { editor } = journey;
  await editor.command('View: Close All Editors');
  const rows = editor.page.getByRole('treeitem', { name: /^Trend, completed/ });
  await until('the comparison', async () => {
    await succeeds(rows.nth(0).dragTo(rows.nth(1), { timeout: 10_000 }));
    return isShown(editor.page.locator('.tab.active', { hasText: 'Compare 2 runs' }), 5_000);
  });
});

test('a file is imported into the catalog after its first rows were shown', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Import Data…');
  await editor.quick.chooseFile('Import Data', journey.path('data/aapl-daily.csv'));
  await editor.quick.answer('AAPL.XNAS');
  await editor.quick.pick('equity');
  await editor.quick.accept('Length of a bar');
  expect(await editor.question()).toMatch(/AAPL\.XNAS.*rows.*\(UTC\)/s);
  await editor.confirm('Import');
  await editor.notified(/Imported [\d,]+ rows: AAPL\.XNAS/);
  await editor.row('AAPL.XNAS').waitFor();
});

test('a request in backtests is a task', async () => {
  const { editor } = journey;
  const { length } = await journey.runs();
  await editor.command('Tasks: Run Task');
  await editor.quick.pick('quarterdeck');
  await editor.quick.pick('Quarterdeck: backtest trend_engine');
  const run = await until('the run of the task', async () => {
    const latest = (await journey.runs())[length];
    return latest?.finished_at === undefined ? undefined : latest;
  });
  expect(run.status).toBe('completed');
});

test('a task whose strategy raises is a problem at the line that raised', async () => {
  const { editor } = journey;
  const raising = `from nautilus_trader.trading.strategy import Strategy\n\n
class Raising(Strategy):
    def on_start(self):
        raise ValueError("no such price")
`;
  await journey.write('strategies/raising.py', raising);
  const request = JSON.parse(await journey.read('backtests/trend_engine.json'));
  const strategies = [{ source: 'strategies/raising.py:Raising', config: {} }];
  await journey.write('backtests/raising.json', JSON.stringify({ ...request, strategies }));
  await editor.command('Tasks: Run Task');
  await editor.quick.pick('quarterdeck');
  await editor.quick.pick('Quarterdeck: backtest raising');
  await editor.page.locator('.statusbar-item[aria-label*="Errors: 1"]').waitFor();
  await editor.command('Problems: Focus on Problems View');
  const problem = editor.page.locator('.markers-panel .monaco-list-row', { hasText: 'no such price' });
  await problem.filter({ hasText: '[Ln 6, Col 1]' }).waitFor();
  await editor.page.locator('.markers-panel .monaco-list-row', { hasText: 'raising.py' }).first().waitFor();
  await editor.screenshot('problems');
});

test('a link opens a report, and whatever else it names does nothing', async () => {
  const { editor } = journey;
  const runs = (await journey.runs()).filter(({ status }) => status === 'completed');
  const [id = ''] = runs.map((run) => run.id);
  const follow = async (path: string) => {
    await editor.command('Developer: Open URL');
    await editor.quick.answer(`code-oss://quarterdeck.quarterdeck/${path}`);
    await editor.confirm('Open');
  };
  await editor.command('View: Close All Editors');
  await follow(`run/${id}`);
  await editor.webview.locator('[data-field=run]', { hasText: id }).waitFor();

  const before = (await journey.runs()).map((run) => run.id);
  for (const path of [`rerun/${id}`, `deleteRuns/${id}`, 'haltTrading', 'quarterdeck.submitOrder'])
    await follow(path);
  await editor.command('Quarterdeck: Show Log');
  const nothing = editor.page.locator('.part.panel .view-line', { hasText: 'submitOrder' });
  await nothing
    .filter({ hasText: /nothing.to.open/ })
    .first()
    .waitFor();
  expect((await journey.runs()).map((run) => run.id)).toEqual(before);
  expect(await editor.page.locator('.monaco-dialog-box').count()).toBe(0);
});

test('the status bar leads to the actions, one of them the log', async () => {
  const { editor } = journey;
  const item = editor.page.locator('.statusbar-item', { hasText: 'Quarterdeck' }).first();
  await editor.click(item, editor.quick.row('Show Log'));
  await editor.quick.pick('Show Log');
  await editor.page.locator('.part.panel .view-line', { hasText: '[info]' }).first().waitFor();
});

test('another client’s configuration is copied', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Copy Client Configuration…');
  await editor.quick.pick('Cursor');
  await editor.notified(/Copied\./);
  expect(JSON.parse(await editor.clipboard())).toMatchObject({
    mcpServers: { 'nautilus-trader': { args: expect.arrayContaining([journey.workspace]) } },
  });
});

test('a workspace that registers our server itself gets no second one', async () => {
  const { editor } = journey;
  const servers = async () => {
    await editor.command('MCP: List Servers');
    return editor.quick.labels('Select an MCP Server');
  };
  await until('ours', async () => (await servers()).includes('Quarterdeck'));
  const ours = { command: 'quarterdeck', args: ['stdio'] };
  await journey.write('.vscode/mcp.json', JSON.stringify({ servers: { mine: ours } }));
  await until('its own alone', async () => {
    const names = await servers();
    return names.includes('mine') && !names.includes('Quarterdeck');
  });
});
