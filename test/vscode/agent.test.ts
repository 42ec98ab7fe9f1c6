import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { RunSummary } from '../../server/protocol/run.ts';
import { fixed } from '../../webviews/format.ts';
import { Journey } from './support/journey.ts';
import { until } from './support/until.ts';

let journey: Journey;

beforeAll(async () => {
  journey = await Journey.begin({ agentMode: true });
});
beforeEach(({ task, onTestFailed }) => onTestFailed(() => journey.editor.screenshot(`failed ${task.name}`)));
afterAll(() => journey?.end());

test('the first question makes the editor start our server and offer its tools to the model', async () => {
  await journey.editor.chat.widen(560);
  await journey.askAgent('What can you do?', []);
  await answered('What can you do?', 0);
  const turn = (await journey.transcript()).find(({ offered }) => offered.length > 0);
  for (const name of [
    'get_environment',
    'list_strategies',
    'import_data',
    'run_backtest',
    'get_run',
    'cancel_run',
    'initialize_trading_node',
  ]) {
    const ours = (tool: string) => tool.startsWith('mcp_nautilus-') && tool.endsWith(`_${name}`);
    expect(turn?.tools.filter(ours)).toHaveLength(1);
    expect(turn?.offered.filter(ours)).toHaveLength(1);
  }
});

test('agent mode imports data and runs a real backtest once the person allows it, and gets its figures', async () => {
  const prompt = 'Import my data and backtest the trend strategy';
  await journey.askAgent(prompt, [
    { tool: 'import_data', input: JSON.parse(await journey.read('import.json')) },
    { tool: 'run_backtest', input: JSON.parse(await journey.read('backtests/trend_engine.json')) },
    { tool: 'get_run', input: { run_id: '$run_id' } },
  ]);

  await asked('Data import');
  expect(await journey.files('catalog')).toEqual([]);
  await allow('Data import');
  await asked('NautilusTrader backtest');
  expect(await journey.files('.quarterdeck/runs').then((runs) => runs.length)).toBeLessThanOrEqual(1);
  await journey.editor.screenshot('agent-asks');
  await allow('NautilusTrader backtest');

  // get_run only reads, and is not asked about.
  await answered(prompt, 3);
  const run = (await journey.runs()).at(-1);
  expect(run?.status).toBe('completed');
  expect(run?.summary?.counts.fills).toBeGreaterThan(0);
  const { counts, balances } = RunSummary.partial()
    .loose()
    .parse(await lastResult());
  expect({ counts, balances }).toEqual({ counts: run?.summary?.counts, balances: run?.summary?.balances });
});

test('the chat shows the run as a card of ours, with the figures of the run', async () => {
  const { editor } = journey;
  const summary = (await journey.runs()).at(-1)?.summary;
  const pnl = summary?.statistics.pnl.USD?.['PnL (total)'] ?? undefined;
  const card = await editor.chat.card('Trend', fixed(Math.abs(pnl ?? Number.NaN), 2));
  await card.locator('canvas').first().waitFor();
  await editor.screenshot('agent-answered');
});

test('agent mode starts a demo node, places an order and cancels it, each with the person’s leave', async () => {
  const start = 'Start a demo node';
  await journey.askAgent(start, [{ tool: 'initialize_trading_node', input: { profile: 'demo' } }]);
  await asked('Start a NautilusTrader node');
  expect(await journey.files('.quarterdeck/nodes')).toEqual([]);
  await allow('Start a NautilusTrader node');
  await allowResult();
  await answered(start, 1);
  expect(await lastResult()).toMatchObject({ node: 'demo', state: 'running' });

  const order = 'Bid for euros below the market';
  const bid = { side: 'BUY', type: 'LIMIT', quantity: '1000', price: '1.01000' };
  await journey.askAgent(order, [
    { tool: 'submit_order', input: { instrument_id: 'EUR/USD.SIM', ...bid, wait_for: 'accepted' } },
    { tool: 'list_orders', input: { status: 'working' } },
  ]);
  await asked('Submit an order');
  await journey.editor.screenshot('agent-asks-order');
  expect(await journey.call('list_orders', {})).toMatchObject({ orders: [] });
  await allow('Submit an order');
  await allowResult();
  await answered(order, 2);
  const [working] = z
    .looseObject({ orders: z.array(z.looseObject({ client_order_id: z.string(), status: z.string() })) })
    .parse(await lastResult()).orders;
  expect(working?.status).toBe('ACCEPTED');
  await journey.editor.chat.card('Buy 1,000 EUR/USD.SIM limit 1.01');
  await journey.editor.screenshot('agent-order');

  const cancel = 'Cancel it';
  const { client_order_id } = working ?? {};
  await journey.askAgent(cancel, [{ tool: 'cancel_order', input: { client_order_id } }]);
  await asked('Cancel an order');
  await allow('Cancel an order');
  await allowResult();
  await answered(cancel, 1);
  const done = () => journey.call('list_orders', { status: 'done' });
  await expect
    .poll(done, { timeout: 30_000 })
    .toMatchObject({ orders: [{ client_order_id, status: 'CANCELED' }] });
});

const [allowed, reviewed] = [/^Allow (?!Without)/, /^Allow Without Review/];

/** The editor's own question before a tool that does more than read. */
const asked = (title: string) => journey.editor.chat.asks(allowed, `Run ${title}`);

const allow = (title: string) => journey.editor.chat.press(allowed, `Run ${title}`);

/** Its question whether the model may see what came back from outside. */
const allowResult = () => journey.editor.chat.press(reviewed);

const answered = (prompt: string, calls: number) =>
  journey.editor.chat.read(`The script of "${prompt}" ended after calls: ${calls}`);

async function lastResult(): Promise<unknown> {
  const result = await until('a result in the transcript', async () =>
    (await journey.transcript()).flatMap(({ results }) => results.slice(-1)).at(-1),
  );
  return JSON.parse(result);
}
