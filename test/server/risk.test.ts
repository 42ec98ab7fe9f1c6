import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { emaCross } from './support/data.ts';
import { TestVenue } from './support/practiceVenue.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

const market = { instrument_id: 'EUR/USD.SIM', side: 'BUY', type: 'MARKET', quantity: '10000' };
const far = { ...market, type: 'LIMIT', price: '0.90000' };
const endless = `import time
from pathlib import Path

from nautilus_trader.trading.strategy import Strategy


class Endless(Strategy):
    def on_start(self):
        Path(__file__).with_name("begun").touch()
        while True:
            pass
`;

const Entry = z.object({
  kind: z.string(),
  who: z.string().optional(),
  command: z.string().optional(),
  client_order_id: z.string().optional(),
  orders: z.array(z.object({ client_order_id: z.string() })).optional(),
});

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
  await client.call('initialize_trading_node', { profile: 'demo' });
});
afterAll(() => workspace.close());

describe('limits', () => {
  it('refuse an order in words, whoever sends it, and count it', async () => {
    await client.call('set_risk_limits', { max_notional_per_order: '5000', price_band_percent: '1' });
    const large = await client.call('submit_order', market);
    expect(large).toMatchObject({ status: 'DENIED', reason: expect.stringMatching(/notional .* per order/) });
    const wild = await client.call('submit_order', {
      ...market,
      quantity: '1000',
      type: 'LIMIT',
      price: '2.00000',
    });
    expect(wild).toMatchObject({
      status: 'DENIED',
      reason: expect.stringContaining('the price band is 1 %'),
    });
    const small = await client.call('submit_order', { ...market, quantity: '1000', wait_for: 'closed' });
    expect(small).toMatchObject({ status: 'FILLED' });
    expect(await client.call('get_risk')).toMatchObject({
      state: 'ACTIVE',
      limits: { max_notional_per_order: '5000' },
      orders_passed: 1,
      orders_refused: 2,
    });
  });

  it('are loosened by a person alone', async () => {
    const error = await client.error('set_risk_limits', { max_notional_per_order: '50000' });
    expect(error.code).toBe('APPROVAL_UNAVAILABLE');
    const person = await workspace.connect([], {}, undefined, { elicitation: {} });
    const asked: string[] = [];
    let action: 'accept' | 'decline' = 'decline';
    person.sdk.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return { action, content: { confirm: true } };
    });
    expect((await person.error('set_risk_limits', { max_notional_per_order: '50000' })).code).toBe(
      'APPROVAL_DECLINED',
    );
    action = 'accept';
    await person.call('set_risk_limits', { max_notional_per_order: '50000' });
    expect(asked[0]).toContain('5000');
    expect(await client.call('get_risk')).toMatchObject({ limits: { max_notional_per_order: '50000' } });
  });
});

describe('the portfolio', () => {
  it('is analysed, with how and with what is missing and why', async () => {
    const analysis = await client.call('analyze_portfolio', { method: 'parametric', confidence: 0.99 });
    expect(analysis).toMatchObject({
      node: 'demo',
      currency: 'USD',
      exposure: { by_venue: [{ name: 'SIM' }], by_currency: [{ name: 'EUR' }] },
      holdings: [{ instrument_id: 'EUR/USD.SIM', quantity: '1000', share: 1 }],
      concentration: { largest: 'EUR/USD.SIM', herfindahl: 1 },
      risk: { confidence: 0.99, beta: null, method: expect.stringContaining('normal') },
      missing: expect.arrayContaining([{ what: 'risk.beta', reason: 'no benchmark was given' }]),
      synthetic: true,
    });
    expect(JSON.stringify(analysis).length).toBeLessThan(8000);
  });

  it('of a finished run is that of its days', async () => {
    const { run_id } = await client.run(emaCross());
    const analysis = await client.call('analyze_portfolio', { run_id, venue: 'SIM' });
    expect(analysis).toMatchObject({ run_id, exposure: null, risk: { interval_seconds: 86_400 } });
    const missing = analysis.missing as { what: string }[];
    expect(missing.map(({ what }) => what)).toContain('exposure');
    const { path: where } = await client.error('analyze_portfolio', { run_id, node: 'demo' });
    expect(where).toBe('node');
  });

  it('is sized by a stop, within what the limits let through', async () => {
    const sized = await client.call('calculate_position_size', {
      ...{ instrument_id: 'EUR/USD.SIM', entry_price: '1.10000', stop_price: '1.05000' },
      ...{ risk_percent: '0.5', equity: '100000' },
    });
    expect(sized).toMatchObject({ quantity: '10000', risk: '500', currency: 'USD', would_be_refused: null });
    const large = { instrument_id: 'EUR/USD.SIM', stop_price: '0.90000', equity: '100000000' };
    expect(await client.call('calculate_position_size', large)).toMatchObject({
      would_be_refused: expect.stringContaining('per order'),
    });
  });
});

describe('halt_trading', () => {
  it('cancels what works and refuses what is new, in a read-only session too', async () => {
    expect(await client.call('submit_order', far)).toMatchObject({ status: 'ACCEPTED' });
    const watcher = await workspace.connect(['--read-only']);
    const halted = await watcher.call('halt_trading', { reason: 'enough' });
    expect(halted).toMatchObject({
      nodes: [{ node: 'demo', state: 'HALTED', cancelled: 1, orders_left: [] }],
    });
    expect(await client.call('submit_order', market)).toMatchObject({
      status: 'DENIED',
      reason: expect.stringContaining('enough'),
    });
    expect(await client.call('get_trading_node')).toMatchObject({ state: 'halted', reason: 'enough' });
  });

  it('survives a restart of the node, which closes positions where asked', async () => {
    const stopped = await client.call('stop_trading_node', { flatten: true });
    expect(stopped).toMatchObject({ closed: 1, positions_left: [] });
    const again = await client.call('initialize_trading_node', { profile: 'demo' });
    expect(again).toMatchObject({ state: 'halted', reason: expect.stringContaining('enough') });
    expect(await client.call('submit_order', market)).toMatchObject({ status: 'DENIED' });
  });

  it('is undone by a person alone', async () => {
    expect((await client.error('resume_trading', {})).code).toBe('APPROVAL_UNAVAILABLE');
    const person = await workspace.connect([], {}, undefined, { elicitation: {} });
    person.sdk.setRequestHandler(ElicitRequestSchema, () => ({
      action: 'accept',
      content: { confirm: true },
    }));
    expect(await person.call('resume_trading', {})).toMatchObject({ state: 'ACTIVE' });
    expect(await client.call('submit_order', { ...market, wait_for: 'closed' })).toMatchObject({
      status: 'FILLED',
    });
    const flat = await client.call('halt_trading', { flatten: true });
    expect(flat).toMatchObject({ nodes: [{ closed: 1, positions_left: [] }] });
  });

  it('is in the audit log that the node’s resource shows', async () => {
    const { rows, total } = await client.read('nautilus://nodes/demo/audit?after=1&limit=2');
    expect(rows).toMatchObject([{ seq: 2 }, { seq: 3 }]);
    expect(total).toBeGreaterThan(10);
  });

  it('says there who asked for what, and names two clients apart', async () => {
    await client.call('initialize_trading_node', { profile: 'demo', name: 'asked' });
    const other = await workspace.connect([], {}, undefined, {}, 'other-desk');
    const order = { ...far, node: 'asked' };
    await client.call('submit_order', { ...order, client_order_id: 'of-test' });
    await other.call('submit_order', { ...order, client_order_id: 'of-other' });
    await other.call('modify_order', { node: 'asked', client_order_id: 'of-test', price: '0.80000' });
    await client.call('cancel_order', { node: 'asked', client_order_id: 'of-other' });
    await other.call('stop_trading_node', { node: 'asked' });
    const { rows } = await client.read('nautilus://nodes/asked/audit?limit=100');
    const entries = z
      .array(Entry)
      .parse(rows)
      .filter(({ kind }) => kind === 'command' || kind === 'stopping');
    const said = entries.map(({ command, orders, client_order_id, who }) => [
      command ?? 'stop',
      orders?.[0]?.client_order_id ?? client_order_id,
      who?.replace(/ \(.*/, ''),
    ]);
    expect(said).toEqual([
      ['SubmitOrder', 'of-test', 'test 0'],
      ['SubmitOrder', 'of-other', 'other-desk 0'],
      ['ModifyOrder', 'of-test', 'other-desk 0'],
      ['CancelOrder', 'of-other', 'test 0'],
      ['stop', undefined, 'other-desk 0'],
      ['CancelOrder', 'of-test', 'other-desk 0'],
    ]);
    const sessions = new Set(entries.map(({ who }) => who));
    expect(sessions.size).toBe(2);
  });

  it('lets nothing leave after it while orders pour in', async () => {
    const node = 'poured';
    await client.call('initialize_trading_node', { profile: 'demo', name: node });
    for (let i = 0; i < 10; i++) await client.call('submit_order', { ...far, node });
    const sent = Array.from({ length: 40 }, () => client.raw('submit_order', { ...market, node }));
    const halting = client.call('halt_trading', { node });
    const later = Array.from({ length: 15 }, () => client.raw('submit_order', { ...market, node }));
    expect(await halting).toMatchObject({ nodes: [{ state: 'HALTED', orders_left: [] }] });
    await Promise.all([...sent, ...later]);
    const { rows } = await client.read(`nautilus://nodes/${node}/audit?limit=500`);
    const entries = z.array(Entry).parse(rows);
    const halted = entries.findIndex(({ kind }) => kind === 'halted');
    const left = entries.slice(halted).filter(({ command }) => command === 'SubmitOrder');
    expect(left).toEqual([]);
    expect(entries.filter(({ kind }) => kind === 'refused').length).toBeGreaterThanOrEqual(15);
    expect(await client.call('list_orders', { node, status: 'working' })).toMatchObject({ total: 0 });
    await client.call('stop_trading_node', { node, flatten: true });
  });

  it('leaves a log whose every line carries the hash of the one before', () => {
    const file = path.join(workspace.root, '.quarterdeck/nodes/demo/audit.jsonl');
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { kind: string; prev: string; hash: string });
    for (const [i, entry] of entries.entries())
      expect(entry.prev).toBe(entries[i - 1]?.hash ?? '0'.repeat(64));
    const kinds = new Set(entries.map(({ kind }) => kind));
    expect(entries.length).toBeGreaterThan(10);
    for (const kind of ['opened', 'command', 'refused', 'limits', 'halted', 'resumed', 'stopped'])
      expect(kinds).toContain(kind);
  });

  it('is not needed where the user’s own limits hold: nothing in a workspace loosens them', async () => {
    const own = { risk: { simulated: { max_notional_per_order: '2000', max_daily_loss: '50' } } };
    writeFileSync(path.join(workspace.home, 'config.json'), JSON.stringify(own));
    const risk = { max_notional_per_order: '5000', max_daily_loss: '10' };
    const node = 'bounded';
    await client.call('initialize_trading_node', { config: { base: 'demo', risk }, name: node });
    expect(await client.call('get_risk', { node })).toMatchObject({
      limits: { max_notional_per_order: '2000', max_daily_loss: '10', price_band_percent: '50' },
      limits_from: {
        max_notional_per_order: 'user',
        max_daily_loss: 'profile',
        price_band_percent: 'built_in',
      },
    });
    const error = await client.error('set_risk_limits', { node, max_notional_per_order: '3000' });
    expect(error).toMatchObject({
      path: 'max_notional_per_order',
      next_step: expect.stringMatching(/config/),
    });
    expect(await client.call('set_risk_limits', { node, max_notional_per_order: '1000' })).toMatchObject({
      limits_from: { max_notional_per_order: 'set' },
    });
    await client.call('stop_trading_node', { node });
    writeFileSync(path.join(workspace.home, 'config.json'), '{"rsik": {}}');
    const mistyped = await client.error('initialize_trading_node', { profile: 'demo', name: 'other' });
    expect(mistyped).toMatchObject({ code: 'INVALID_CONFIG', next_step: 'Did you mean "risk"?' });
    rmSync(path.join(workspace.home, 'config.json'));
  });

  it.each([
    {
      profile: 'demo',
      instrument_id: 'EUR/USD.SIM',
      price: '0.90000',
      quantity: '10000',
      idle: 'time.sleep(600)',
    },
    {
      profile: 'practice',
      instrument_id: 'BTCUSDT.BINANCE',
      price: '50000.00',
      quantity: '0.01000',
      idle: 'pass',
    },
  ])(
    'ends a node whose strategy never gives its loop back, and has another cancel its orders ($profile)',
    async ({ profile, idle, ...order }) => {
      const node = `stuck-${profile}`;
      workspace.write(`${profile}.py`, endless.replace('pass', idle));
      await client.call('initialize_trading_node', { profile, name: node });
      const left = { ...order, node, side: 'BUY', type: 'LIMIT', client_order_id: 'left' };
      const { venue_order_id } = await client.call('submit_order', left);
      client.raw('deploy_strategy', { node, source: `${profile}.py:Endless` }).catch(() => undefined);
      const begun = path.join(workspace.root, 'begun');
      await expect.poll(() => existsSync(begun), { timeout: 60_000 }).toBe(true);
      rmSync(begun);
      const halted = await client.call('halt_trading', { node, reason: 'stuck' });
      expect(halted).toMatchObject({
        nodes: [
          {
            ...{ node, process_ended: true, state: 'HALTED', cancelled: 1, orders_left: [] },
            steps: [{}, {}, {}, { done: '1 orders were cancelled, 0 positions closed' }],
          },
        ],
      });
      expect(await client.call('list_orders', { node, client_order_id: 'left' })).toMatchObject({
        orders: [{ status: 'CANCELED' }],
      });
      expect(await client.call('get_trading_node', { node })).toMatchObject({
        state: 'halted',
        strategies: [],
      });
      expect(await client.call('submit_order', { ...left, client_order_id: 'new' })).toMatchObject({
        status: 'DENIED',
        reason: expect.stringContaining('stuck'),
      });
      if (profile === 'practice')
        expect(new TestVenue(workspace).ledger().orders.get(Number(venue_order_id))?.status).toBe('CANCELED');
    },
  );
});
