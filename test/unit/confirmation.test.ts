import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Confirmation } from '../../server/approvals/question.ts';
import type { CallContext } from '../../server/context.ts';
import { callTool } from '../../server/mcp/callTool.ts';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import { decimalProduct } from '../../server/tools/decimals.ts';
import { tools } from '../../server/tools/index.ts';

const order = {
  instrument_id: 'BTCUSDT.BINANCE',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.5',
  price: '58000.10',
};

/** What reaches a venue in a way that can cost money, with arguments that are valid. */
const risky: Record<string, Record<string, unknown>> = {
  initialize_trading_node: { config: { exec_clients: { BINANCE: { factory: 'a:B', config: {} } } } },
  submit_order: order,
  submit_order_list: { orders: [order, order], contingency: 'OCO' },
  modify_order: { client_order_id: 'O-1', price: '57000' },
  close_position: { instrument_id: 'BTCUSDT.BINANCE' },
  deploy_strategy: { source: 'my.package:Strategy', config: { size: '1' } },
};

const identity = { session: 's', client: { name: 'test', version: '1' }, transport: 'local' };

/** A node of this kind that answers questions, and notes what was asked of a person and what was done. */
function desk(kind: 'live' | 'demo') {
  const done: string[] = [];
  const asked: { tool: string; args: unknown; confirmation: Confirmation }[] = [];
  const node = {
    name: 'desk',
    record: { kind, profile: 'mine' },
    async call(method: string) {
      if (method === 'get_market_data') return { quote: { bid_price: '57999', ask_price: '58001' } };
      if (method === 'list_positions') return { positions: [{ side: 'LONG', quantity: '1.0' }] };
      done.push(method);
      throw new QuarterdeckError('NO_MARKET', 'Done.', 'Nothing.');
    },
  };
  const context = {
    workspace: process.cwd(),
    session: { roots: [], readOnly: false, identity },
    nodes: {
      find: () => node,
      async start() {
        done.push('start_node');
        throw new QuarterdeckError('NO_MARKET', 'Done.', 'Nothing.');
      },
    },
    async approve(tool: string, args: unknown, confirmation: Confirmation) {
      asked.push({ tool, args, confirmation });
      throw new QuarterdeckError('APPROVAL_DECLINED', 'No.', 'Nothing.');
    },
  } as unknown as CallContext;
  return { done, asked, context };
}

describe('with real money', () => {
  it.each(Object.entries(risky))('%s is not done without a yes', async (tool, args) => {
    const { done, asked, context } = desk('live');
    const answer = await callTool(tool, args, context);
    expect(answer).toMatchObject({ ok: false, error: { code: 'APPROVAL_DECLINED' } });
    expect(done).toEqual([]);
    expect(asked).toMatchObject([{ tool, args }]);
  });

  it('an order is shown with venue, side, size, market, price and what is open', async () => {
    const { asked, context } = desk('live');
    await callTool('submit_order', order, context);
    const { action, facts } = asked[0]?.confirmation ?? { action: '', facts: [] };
    expect(action).toBe('BUY 0.5 BTCUSDT.BINANCE LIMIT at 58000.10');
    expect(Object.fromEntries(facts.map(({ name, value }) => [name, value]))).toEqual({
      Node: 'desk (mine)',
      Venue: 'BINANCE',
      Side: 'BUY',
      Size: '0.5',
      Price: '58000.10',
      Market: '57999 / 58001',
      'Size × price': '29000.05',
      'Open now': 'LONG 1.0',
    });
  });

  it('every tool that trades asks, unless it takes risk away or only looks', () => {
    // These ask by their own rules, real money or not: test/server/risk.test.ts.
    const always = ['set_risk_limits', 'resume_trading'];
    const harmless = [
      ...always,
      ...['cancel_order', 'cancel_all_orders', 'stop_strategy', 'stop_trading_node', 'halt_trading'],
      ...['subscribe_market_data', 'unsubscribe_market_data', 'load_instruments'],
      ...['connect_venue', 'disconnect_venue', 'check_venue'],
    ];
    const asking = tools
      .filter(({ policy }) => policy === 'trade' || policy === 'danger')
      .map(({ name }) => name);
    for (const name of asking) expect([...Object.keys(risky), ...harmless]).toContain(name);
  });
});

it.each(Object.keys(risky).slice(1))('%s asks nobody on a demo node', async (tool) => {
  const { done, asked, context } = desk('demo');
  await callTool(tool, risky[tool], context);
  expect(asked).toEqual([]);
  expect(done).toEqual([tool]);
});

describe('the product of decimals', () => {
  it.each([
    ['0.5', '58000.10', '29000.05'],
    ['-1.50', '2', '-3'],
    ['0', '123.4', '0'],
    ['0.00000001', '0.00000001', '0.0000000000000001'],
    ['123456789012345678', '1000000000', '123456789012345678000000000'],
    ['-0.5', '0.1', '-0.05'],
  ])('%s × %s = %s', (one, other, product) => {
    expect(decimalProduct(one, other)).toBe(product);
  });

  it('is that of the integers they scale to', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.bigInt(-(10n ** 18n), 10n ** 18n), (a, b) => {
        expect(decimalProduct(a.toString(), b.toString())).toBe((a * b).toString());
      }),
    );
  });
});
