import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../server/lock.ts';
import { PracticeAddress } from '../../server/nodes/practiceVenue.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
});
afterAll(() => workspace.close());

const far = {
  instrument_id: 'BTCUSDT.BINANCE',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.01000',
  price: '50000.00',
  client_order_id: 'FIRST-1',
};
const exchange = (file: string) => path.join(workspace.root, '.quarterdeck', 'exchange', file);
const address = () => PracticeAddress.parse(JSON.parse(readFileSync(exchange('exchange.json'), 'utf8')));

describe('the practice venue', () => {
  it('is traded at through the real adapter, without arming and without credentials', async () => {
    expect(await client.call('initialize_trading_node', { profile: 'practice' })).toMatchObject({
      kind: 'testnet',
      state: 'running',
      synthetic: true,
      venues: [{ name: 'BINANCE', kind: 'binance', connected: true, data: true, execution: true }],
    });
    expect(await client.call('submit_order', far)).toMatchObject({ status: 'ACCEPTED' });
    const again = await client.call('submit_order', far);
    expect(again).toMatchObject({ status: 'ACCEPTED', client_order_id: 'FIRST-1' });
    expect(await client.call('cancel_order', { client_order_id: 'FIRST-1' })).toMatchObject({
      status: 'CANCELED',
    });
    const ledger = readFileSync(exchange('ledger.jsonl'), 'utf8');
    expect(new Set(ledger.match(/"id":\d+(?=,"account":"practice")/g)).size).toBe(1);
  });

  it('is no cover for a client that would reach the real venue', async () => {
    const exec_client = { adapter: 'binance', config: { api_key: 'k', api_secret: 's' } };
    expect(await client.error('connect_venue', { venue: 'REAL', exec_client })).toMatchObject({
      code: 'WRONG_ENVIRONMENT',
      path: 'exec_client',
    });
  });

  it('keeps an account while the server is there, and ends with it', async () => {
    const { pid } = address();
    await client.call('stop_trading_node');
    expect(isAlive(pid)).toBe(true);
    await client.call('initialize_trading_node', { profile: 'practice' });
    expect(address().pid).toBe(pid);
    await workspace.cli('stop');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});
