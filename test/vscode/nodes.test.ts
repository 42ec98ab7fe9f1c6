import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { Journey } from './support/journey.ts';
import { until } from './support/until.ts';

let journey: Journey;

beforeAll(async () => {
  journey = await Journey.begin({ variables: { QUARTERDECK_APPROVAL_SECONDS: '15' } });
  await journey.editor.showContainer('Quarterdeck');
});
beforeEach(({ task, onTestFailed }) => onTestFailed(() => journey.editor.screenshot(`failed ${task.name}`)));
afterAll(() => journey?.end());

const demo = 'demo, simulated, made-up prices';

test('credentials of a venue are kept by the editor, known to the server by name, in no file of the workspace', async () => {
  const { editor } = journey;
  const secret = `canary-${'7'.repeat(24)}`;
  await editor.command('Quarterdeck: Add Venue Credentials…');
  await editor.quick.pick('binance');
  await editor.quick.pick('TESTNET');
  await editor.quick.answer('a-key');
  await editor.quick.answer(secret);
  await editor.notified(/Kept: BINANCE_TESTNET_API_KEY, BINANCE_TESTNET_API_SECRET/);
  expect(await present()).toEqual(['BINANCE_TESTNET_API_KEY', 'BINANCE_TESTNET_API_SECRET']);
  for (const text of await textsBelow(journey.workspace)) expect(text).not.toContain(secret);

  // A server that comes after is told of them as well.
  await journey.stopServer();
  await editor.command('Quarterdeck: Refresh Views');
  await until('the credentials at the next server', async () => (await present()).length === 2);

  await editor.command('Quarterdeck: Test Venue Credentials…');
  await editor.quick.pick('binance');
  await editor.quick.pick('TESTNET');
  await editor.notified(/: binance: .+|: binance is well/, 120_000);

  await editor.command('Quarterdeck: Remove Venue Credentials…');
  await editor.quick.pickAll('Which? Nodes that run');
  await editor.notified(/Removed: BINANCE_TESTNET_API_KEY/);
  await until('them to be gone', async () => (await present()).length === 0);
});

test('a demo node is started and takes an order, and the status bar says so', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Start Node…');
  await editor.quick.pick('demo');
  await editor.row(`${demo} · running`).waitFor({ timeout: 60_000 });
  await statusBar('demo running');
  await editor.row('SIM, simulated · connected').waitFor();

  await editor.command('Quarterdeck: Submit Order…');
  for (const answer of ['EUR/USD.SIM', 'BUY', 'MARKET']) await editor.quick.pick(answer);
  await editor.quick.answer('1000');
  await editor.confirm('Send');
  await editor.notified(/FILLED, filled 1000 at 1\.\d+/);
  await editor.row('Positions, 1 open').waitFor();
  await editor.screenshot('node-running');
});

test('the blotter shows the order and its position', async () => {
  const { editor } = journey;
  await journey.call('submit_order', bid);
  await editor.command('Notifications: Clear All Notifications');
  await editor.command('Quarterdeck: Open Blotter…');
  await editor.quick.pickFirst('Whose orders?');
  const blotter = editor.webview;
  await blotter.getByText('EUR/USD.SIM').first().waitFor({ timeout: 60_000 });
  // The market of the instrument is shown before its orders are.
  for (const state of ['Filled', 'Accepted']) {
    const row = blotter.locator('.line:not([hidden])').getByText(state, { exact: true });
    await row.first().waitFor();
  }
  await editor.command('View: Close Primary Side Bar');
  await editor.screenshot('blotter');
  await editor.command('View: Close All Editors');
  await editor.showContainer('Quarterdeck');
});

test('another client cannot resume after a halt unless the person here says yes, in time', async () => {
  const { editor } = journey;
  const dialog = editor.page.locator('.monaco-dialog-box');
  await editor.command('Quarterdeck: Halt Trading');
  await editor.row(`${demo} · halted`).waitFor();
  await statusBar('demo halted');

  const declined = journey.call('resume_trading', { node: 'demo' });
  await dialog.waitFor();
  for (const text of ['Let orders leave node demo again?', 'Halted by: ', 'A yes counts until ']) {
    expect(await editor.question()).toContain(text);
  }
  await editor.screenshot('approval');
  await editor.confirm('Cancel');
  expect(await declined).toMatchObject({ code: 'APPROVAL_DECLINED' });

  const late = journey.call('resume_trading', { node: 'demo' });
  await dialog.waitFor();
  expect(await late).toMatchObject({ code: 'APPROVAL_TIMEOUT' });
  await editor.confirm('Confirm');
  expect(await journey.call('get_risk', { node: 'demo' })).toMatchObject({ state: 'HALTED' });

  const accepted = journey.call('resume_trading', { node: 'demo' });
  await editor.confirm('Confirm');
  expect(await accepted).toMatchObject({ state: 'ACTIVE' });
  await editor.row(`${demo} · running`).waitFor();
});

test('the person at the editor halts and resumes', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Halt Trading');
  await editor.row(`${demo} · halted`).waitFor();
  await editor.command('Quarterdeck: Resume Trading…');
  await editor.confirm('Confirm');
  await editor.row(`${demo} · running`).waitFor();
});

test('a window closed during a run and a node is opened again, and both are still there', async () => {
  const { editor } = journey;
  await journey.write('endless.py', endless);
  await editor.openFile('endless.py');
  await editor.command('Quarterdeck: Run Backtest…');
  const { id } = await until('the run', async () =>
    (await journey.runs()).find(({ status }) => status === 'running'),
  );
  await editor.reopen();
  await statusBar('demo running, 1 backtest');
  await editor.showContainer('Quarterdeck');
  await editor.row(`${demo} · running`).waitFor();
  await editor.row('Positions, 1 open').waitFor();
  await editor.inlineAction('Endless, running', 'Cancel Backtest…');
  const run = await until('its end', async () =>
    (await journey.runs()).find((record) => record.id === id && record.finished_at),
  );
  expect(run.status).toBe('cancelled');
});

test('a node is stopped and its positions closed', async () => {
  const { editor } = journey;
  await journey.write('strategies/each.py', eachSecond);
  const config = { instrument_id: 'EUR/USD.SIM', order_id_tag: '001' };
  await journey.call('deploy_strategy', { node: 'demo', source: 'strategies/each.py:Each', config });
  const Orders = z.object({ total: z.int() });
  await until('orders of the strategy', async () => {
    const orders = await journey.call('list_orders', { node: 'demo', strategy_id: 'Each-001' });
    return Orders.parse(orders).total > 2;
  });
  await editor.command('Quarterdeck: Stop Node…');
  await editor.confirm('Stop and Close Positions');
  await editor.row(`${demo} · stopped`).waitFor({ timeout: 60_000 });
});

test('Backtest This Session… runs the node’s session again and says where the two part', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Backtest This Session…');
  await editor.quick.pickFirst('Which run?');
  await editor.notified(
    /The backtest made the session's \d+ orders|Order \d+ is the first that differs/,
    60_000,
  );
});

test('Connect Venue… checks the practice venue and starts a node at it', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Connect Venue…');
  await editor.quick.pick('practice');
  await editor.quick.pick('Check the Connection');
  await editor.notified(/practice is well: connect/, 120_000);

  await editor.command('Quarterdeck: Connect Venue…');
  await editor.quick.pick('practice');
  await editor.quick.pick('Start a Node');
  await editor.row('practice, play money at a real adapter · running').waitFor({ timeout: 120_000 });
  await editor.row('BINANCE, ').waitFor();
  await editor.screenshot('node-practice');
  await editor.command('Quarterdeck: Stop Node…');
  await editor.confirm('Stop');
  await editor.row('practice, play money at a real adapter · stopped').waitFor({ timeout: 60_000 });
});

const bid = {
  ...{ node: 'demo', instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'LIMIT' },
  ...{ quantity: '2000', price: '1.01000', wait_for: 'accepted' },
};

const endless = `from nautilus_trader.trading.strategy import Strategy

class Endless(Strategy):
    def on_start(self):
        while True: pass
`;

const eachSecond = `from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class EachConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId


class Each(Strategy):
    def on_start(self):
        self.ticks = 0
        self.subscribe_quote_ticks(self.config.instrument_id)

    def on_quote_tick(self, tick):
        self.ticks += 1
        if self.ticks % 2:
            return
        instrument = self.cache.instrument(self.config.instrument_id)
        side = OrderSide.BUY if self.ticks % 4 else OrderSide.SELL
        self.submit_order(self.order_factory.market(instrument.id, side, instrument.make_qty(1000)))
`;

const Venues = z.object({
  venues: z.array(
    z.object({ credentials: z.array(z.object({ environment: z.string(), present: z.array(z.string()) })) }),
  ),
});

/** Which credentials of Binance's test network the server has, by name. */
async function present(): Promise<string[]> {
  const answer = Venues.parse(await journey.call('list_venues', { adapter: 'binance' }));
  const sets = answer.venues.flatMap(({ credentials }) => credentials);
  return sets.find(({ environment }) => environment === 'TESTNET')?.present ?? [];
}

function statusBar(text: string): Promise<void> {
  return journey.editor.page.locator('.statusbar-item', { hasText: text }).waitFor({ timeout: 60_000 });
}

async function textsBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.map((name) => path.join(folder, name));
  const read = files.map(async (file) => ((await stat(file)).isFile() ? readFile(file, 'latin1') : ''));
  return Promise.all(read.map((text) => text.catch(() => '')));
}
