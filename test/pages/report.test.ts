import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunRecord } from '../../server/protocol/run.ts';
import { decimal, signed } from '../../webviews/format.ts';
import { barsCsv, barsItem, simVenue } from '../server/support/data.ts';
import { until } from '../vscode/support/until.ts';
import { accessibilityProblems } from './axe.ts';
import {
  drawn,
  expectCalm,
  expectNoOverflow,
  PagesWorkspace,
  picture,
  runUri,
  soon,
  texts,
  themeNames,
} from './workspace.ts';

let place: PagesWorkspace;
let finished = '';
let second = '';

beforeAll(async () => {
  place = await PagesWorkspace.begin();
  finished = await place.run();
  second = await place.run({
    strategies: [
      {
        source: 'nautilus_trader.examples.strategies.ema_cross:EMACross',
        config: {
          instrument_id: 'EUR/USD.SIM',
          bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL',
          trade_size: '100000',
          fast_ema_period: 20,
          slow_ema_period: 50,
        },
      },
    ],
  });
});
afterAll(() => place?.end());

const open = (run: string, more: object = {}) =>
  place.pages.open(place.session, { page: 'report', data: { run: runUri(run) }, ...more });

test('the report shows the figures of the run, and its rows, chart and filter follow one another', async () => {
  const shown = await open(finished);
  const { page } = shown;
  const { summary } = RunRecord.parse(await place.session.read(runUri(finished)));
  if (!summary) throw new Error('The run has no summary.');
  await page.locator('.tile').first().waitFor();

  const figure = (id: string) => page.locator(`.tile[data-figure=${id}] .value`).textContent();
  const pnl = summary.statistics.pnl.USD;
  expect(await figure('pnl')).toBe(signed(pnl?.['PnL (total)'], 2));
  expect(await figure('trades')).toBe(String(summary.counts.trades));
  expect(await figure('expectancy')).toBe(signed(pnl?.Expectancy, 2));
  const sides = await texts(page.locator('[data-statistic=count] td'));
  expect(Number(sides[1]) + Number(sides[2])).toBe(Number(sides[0]));
  expect(await page.locator('[data-cell=settings]').textContent()).toContain(
    decimal(summary.balances[0]?.total ?? ''),
  );

  // The trade that made most is selected; its band lies over the price.
  await page.locator('[data-chart="Price and fills"] .trade-label:not([hidden])').waitFor();
  const selected = page.locator('.grid .line[aria-selected=true]');
  const number = (await texts(selected.locator('.cell').first()))[0];
  expect(await page.locator('.trade-label').textContent()).toContain(`#${number} `);

  await page.locator('.tables .grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.locator('.trade-label', { hasText: '#2 ' }).waitFor();
  await page.keyboard.press('F12');
  await until('the source', async () => shown.asked.some((one) => one.type === 'source'));

  await page.locator('.tables .filter input').fill('side:long pnl<0');
  const rows = async () => Number(await page.locator('.tables .grid').getAttribute('aria-rowcount')) - 1;
  await soon(rows).toBeLessThan(summary.counts.trades);
  expect(await rows()).toBeGreaterThan(0);
  expect(new Set(await texts(page.locator('.line:not([hidden]) .cell:nth-child(2)')))).toEqual(
    new Set(['▲ Long']),
  );
  await page.locator('.tables .filter input').fill('');

  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const saved = await until('the CSV', async () => shown.asked.find((one) => one.type === 'save'));
  expect(saved.type === 'save' && saved.text.split('\n').length).toBe(summary.counts.trades + 2);

  for (const [tab, count] of [
    ['Orders', summary.counts.orders],
    ['Fills', summary.counts.fills],
    ['Account', summary.counts.account_events],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await page.locator(`.tables .grid[aria-rowcount="${count + 1}"]`).waitFor();
  }
  expectCalm(shown);
  await page.close();
});

test('the window of the price chart is asked for again when it is zoomed, never more than a screen of it', async () => {
  const shown = await open(finished);
  const { page } = shown;
  const where = page.locator('.where');
  await until('the bars', async () => /bars/.test((await where.textContent()) ?? ''));
  const before = await where.textContent();
  await page.locator('body').press('0');
  await until('all of the run', async () => (await where.textContent()) !== before);
  await page.locator('body').press('+');
  await page.locator('body').press('[');
  await page.locator('body').press('t');
  await page.locator('.chart-table table').first().waitFor();
  expect(await page.locator('.chart-table').count()).toBe(2);
  expect(await texts(page.locator('[data-chart="Price and fills"] .chart-table th'))).toContain(
    'EMA 10 value',
  );
  await page.locator('body').press('t');

  // Indicators of the strategy lie over the prices, each with a switch that outlasts a reload.
  const switches = page.locator('.indicators .key');
  expect(await texts(switches)).toEqual(['EMA 10', 'EMA 20']);
  await switches.first().click();
  await soon(() => switches.first().getAttribute('aria-pressed')).toBe('false');
  await page.reload();
  await switches.first().waitFor();
  expect(await switches.evaluateAll((all) => all.map((one) => one.getAttribute('aria-pressed')))).toEqual([
    'false',
    'true',
  ]);
  expectCalm(shown);
  await page.close();
});

test('what is selected and where the window lies outlast a reload', async () => {
  const { page } = await open(finished);
  await page.locator('.tables .grid').focus();
  await page.locator('.line').first().waitFor();
  await page.keyboard.press('End');
  await drawn(page);
  const before = (await texts(page.locator('.line[aria-selected=true] .cell').first()))[0];
  await page.reload();
  const selected = page.locator('.line[aria-selected=true] .cell').first();
  await soon(() => selected.textContent()).toBe(before);
  await page.close();
});

test('a run without trades shows its funnel first, a failed one its reason, a deleted one that it is gone', async () => {
  const silent = await place.run({ strategies: [{ source: 'strategies/quiet.py:Quiet', config: {} }] });
  const quiet = await open(silent);
  await quiet.page.locator('.funnel').waitFor();
  expect(await quiet.page.locator('.band.warning').first().textContent()).toContain('submitted no order');
  const order = await quiet.page.evaluate(() =>
    [...document.querySelectorAll('.funnel, .tiles')].map(({ className }) => className),
  );
  expect(order).toEqual(['funnel', 'tiles']);
  await picture(quiet, 'report-no-trades', true);
  await quiet.page.close();

  const broken = await place.run({ strategies: [{ source: 'strategies/raising.py:Raising', config: {} }] });
  const failed = await open(broken);
  await failed.page.locator('.band.failure', { hasText: 'no such price' }).waitFor();
  await failed.page.getByRole('button', { name: /Go to line/ }).click();
  await until('the line', async () =>
    failed.asked.some((one) => one.type === 'source' && /raising\.py:\d+$/.test(one.place)),
  );
  await picture(failed, 'report-failed');
  await failed.page.close();

  const gone = await open('bt-20200101-000000-00-abcdef');
  await gone.page.getByText('This run was deleted.').waitFor();
  await gone.page.close();
});

test('a run under way shows how far it is and its figures so far, and turns into the report at its end', async () => {
  place.workspace.write('data/long.csv', longBars());
  const answer = await place.session.call('run_backtest', { ...longRun(), mode: 'async' });
  const id = (answer as { run_id: string }).run_id;
  const shown = await open(id);
  await shown.page.locator('.state.running, .state.completed').waitFor();
  // Faster machines may be done before the first trade is told: then this is the row of the report.
  const entered = shown.page.locator('.tables [role=row]:not([hidden]) [role=gridcell]', {
    hasText: /^1\.\d{5}$/,
  });
  await entered.first().waitFor();
  await picture(shown, 'report-running');
  await shown.page.locator('.state.completed').waitFor({ timeout: 90_000 });
  await shown.page.locator('[data-cell=settings]').waitFor();
  expectCalm(shown);
  await shown.page.close();
});

test('with the zone of the exchange every time is the venue’s; a long run has its rolling statistics', async () => {
  place.workspace.write('data/daily.csv', barsCsv(300, { minutes: 1440 }));
  const bar_type = 'EUR/USD.XNAS-1-DAY-LAST-EXTERNAL';
  const instrument = { template: 'fx', id: 'EUR/USD.XNAS' };
  const config = { instrument_id: 'EUR/USD.XNAS', bar_type, trade_size: '100000' };
  const daily = await place.run({
    strategies: [{ source: 'nautilus_trader.examples.strategies.ema_cross:EMACross', config }],
    venues: [simVenue({ name: 'XNAS' })],
    data: [barsItem({ file: 'data/daily.csv', instrument, bar_type })],
  });
  const shown = await open(daily, { settings: { timeZone: 'exchange' } });
  const { page } = shown;
  await page.locator('[data-cell=rolling-sharpe] svg').waitFor();
  await page.locator('[data-cell=rolling-volatility] svg').waitFor();
  expect(await texts(page.locator('[role=columnheader]'))).toContain('Entry (America/New_York)');
  await until('the axis', async () =>
    ((await page.locator('.where').textContent()) ?? '').includes('America/New_York'),
  );
  expect(await accessibilityProblems(page)).toEqual([]);
  await picture(shown, 'report-exchange', true);
  await page.close();
  // A simulated venue has no zone of its own, and the report says that.
  const unknown = await open(finished, { settings: { timeZone: 'exchange' } });
  await unknown.page.locator('[data-cell=settings]', { hasText: 'no zone is known for SIM' }).waitFor();
  await unknown.page.close();
});

test('runs laid over one another: letters, differences to the first, the first trade that differs', async () => {
  const shown = await place.pages.open(place.session, {
    page: 'report',
    data: { runs: `${finished} ${second}` },
  });
  const { page } = shown;
  await page.locator('.cards .card').nth(1).waitFor();
  expect(await texts(page.locator('.letter'))).toEqual(['A', 'B']);
  const net = await texts(page.locator('[data-statistic=net] td'));
  const [a = '', b = '', difference = ''] = net.map((text) =>
    text.replace(/[●,\s]/g, '').replace('\u2212', '-'),
  );
  expect(Number(b) - Number(a)).toBeCloseTo(Number(difference), 2);
  expect(await texts(page.locator('.settings .mono'))).toEqual(['fast_ema_period', 'slow_ema_period']);
  await picture(shown, 'report-compare', true);
  expectCalm(shown);
  await page.close();
});

test('in every theme and width the report is accessible and fits', async () => {
  for (const theme of themeNames) {
    const shown = await open(finished, { theme });
    await shown.page.locator('[data-cell=parameters]').waitFor();
    await until('the price', async () =>
      /bars/.test((await shown.page.locator('.where').textContent()) ?? ''),
    );
    expect(await accessibilityProblems(shown.page)).toEqual([]);
    await expectNoOverflow(shown.page);
    await picture(shown, `report-${theme}`, true);
    await shown.page.close();
  }
  for (const width of [1000, 400]) {
    const shown = await open(finished, { width, height: 900 });
    await shown.page.locator('[data-cell=parameters]').waitFor();
    await expectNoOverflow(shown.page);
    expect(await accessibilityProblems(shown.page)).toEqual([]);
    await picture(shown, `report-${width}`, true);
    await shown.page.close();
  }
});

function longBars(): string {
  const lines = ['timestamp,open,high,low,close,volume'];
  for (let i = 0; i < 20_000; i++) {
    const price = 1.1 + Math.sin(i / 40) * 0.003 + Math.sin(i / 2000) * 0.02;
    const time = new Date(Date.UTC(2024, 0, 1) + i * 60_000).toISOString();
    lines.push(
      `${time},${price.toFixed(5)},${(price + 0.0002).toFixed(5)},${(price - 0.0002).toFixed(5)},${price.toFixed(5)},1000000`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function longRun() {
  const bar_type = 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL';
  return {
    strategies: [
      {
        source: 'nautilus_trader.examples.strategies.ema_cross:EMACross',
        config: { instrument_id: 'EUR/USD.SIM', bar_type, trade_size: '100000' },
      },
    ],
    venues: [
      {
        name: 'SIM',
        oms_type: 'NETTING',
        account_type: 'MARGIN',
        base_currency: 'USD',
        starting_balances: ['1000000 USD'],
      },
    ],
    data: [
      { file: 'data/long.csv', as: 'bars', instrument: { template: 'fx', id: 'EUR/USD.SIM' }, bar_type },
    ],
  };
}
