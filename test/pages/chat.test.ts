import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { PagesWorkspace, picture, soon, texts } from './workspace.ts';

let place: PagesWorkspace;
beforeAll(async () => {
  place = await PagesWorkspace.begin();
});
afterAll(() => place?.end());

const budget = 400 * 1024;

test('run_backtest names its card, and the card is one small document that trades nothing', async () => {
  const tools = await place.session.tools();
  const meta = tools.find(({ name }) => name === 'run_backtest')?._meta;
  expect(meta).toMatchObject({
    ui: { resourceUri: 'ui://quarterdeck/report' },
    'ui/resourceUri': 'ui://quarterdeck/report',
  });
  for (const name of ['report', 'blotter']) {
    const { mimeType, text } = await place.session.document(`ui://quarterdeck/${name}`);
    expect(mimeType).toBe('text/html;profile=mcp-app');
    expect(Buffer.byteLength(text)).toBeLessThan(budget);
    expect(text).not.toMatch(/submit_order|cancel_order|modify_order|close_position|halt_trading/);
    expect(text.match(/<\/script/g)).toHaveLength(1);
  }
});

test('the card shows the figures of a backtest as a host hands them over', async () => {
  const answer = await place.session.call(
    'run_backtest',
    (await import('../server/support/data.ts')).emaCross(),
  );
  const page = await openCard('report', answer);
  const card = page.frameLocator('iframe');
  await card.locator('.tiles').waitFor();
  await card.locator('canvas').waitFor();
  expect(await card.locator('h1').textContent()).toBe('EMACross');
  const summary = answer as { statistics: { pnl: { USD: Record<string, number> } } };
  const net = summary.statistics.pnl.USD['PnL (total)'] ?? 0;
  expect((await texts(card.locator('.tiles dd')))[0]?.replace(/[,+]/g, '').replace('\u2212', '-')).toBe(
    net.toFixed(2),
  );
  await card.getByRole('button', { name: 'Open in editor' }).click();
  await soon(() => page.evaluate(() => (window as unknown as { said: string[] }).said.length)).toBe(1);
  await soon(() =>
    page.evaluate(() => (window as unknown as { height?: number }).height ?? Number.NaN),
  ).toBeLessThanOrEqual(300);
  await picture({ page, asked: [], troubles: [] }, 'chat-card');
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.close();
});

test('a failed run says why, orders are listed', async () => {
  const failed = await openCard(
    'report',
    undefined,
    JSON.stringify({
      type: 'strategy',
      code: 'STRATEGY_RAISED',
      message: 'no such price',
      next_step: 'Look at line 6.',
    }),
  );
  await failed.frameLocator('iframe').getByText('no such price').waitFor();
  await failed.close();
  const orders = {
    orders: [
      {
        client_order_id: 'O-1',
        instrument_id: 'EUR/USD.SIM',
        side: 'BUY',
        type: 'LIMIT',
        quantity: '1000',
        filled_qty: '0',
        price: '1.05',
        status: 'ACCEPTED',
        ts_init: '2026-11-26T10:00:00Z',
      },
    ],
    total: 1,
  };
  const page = await openCard('blotter', orders);
  await page.frameLocator('iframe').getByText('▲ Buy 1,000 EUR/USD.SIM limit 1.05').waitFor();
  await page.close();
});

/** A host as the specification describes it: a frame without rights, and answers to what the card asks. */
async function openCard(name: string, answer: unknown, error?: string): Promise<Page> {
  const { text } = await place.session.document(`ui://quarterdeck/${name}`);
  const page = await place.pages.blank({ width: 480, height: 320 });
  await page.exposeFunction('readForCard', (uri: string) => place.session.read(uri));
  const policy = `default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'none'`;
  const guarded = text.replace(
    '<head>',
    `<head><meta http-equiv="Content-Security-Policy" content="${policy}">`,
  );
  await page.evaluate(
    ({ html, result }) => {
      const own = window as unknown as {
        said: string[];
        height: number;
        readForCard(uri: string): Promise<unknown>;
      };
      own.said = [];
      const frame = document.createElement('iframe');
      frame.title = 'card';
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.style.cssText = 'width:100%;height:300px;border:0';
      addEventListener('message', async ({ data }) => {
        const send = (message: object) =>
          frame.contentWindow?.postMessage({ jsonrpc: '2.0', ...message }, '*');
        if (data.method === 'ui/initialize')
          send({
            id: data.id,
            result: {
              protocolVersion: '2026-01-26',
              hostInfo: { name: 'test', version: '1' },
              hostCapabilities: {},
              hostContext: { theme: 'dark' },
            },
          });
        if (data.method === 'ui/notifications/initialized')
          send({ method: 'ui/notifications/tool-result', params: result });
        if (data.method === 'ui/notifications/size-changed') own.height = data.params.height;
        if (data.method === 'ui/message') {
          own.said.push(data.params.content[0].text);
          send({ id: data.id, result: {} });
        }
        if (data.method === 'resources/read')
          send({
            id: data.id,
            result: {
              contents: [
                { uri: data.params.uri, text: JSON.stringify(await own.readForCard(data.params.uri)) },
              ],
            },
          });
      });
      frame.srcdoc = html;
      document.body.append(frame);
    },
    {
      html: guarded,
      result: error
        ? { isError: true, content: [{ type: 'text', text: error }] }
        : { content: [], structuredContent: answer },
    },
  );
  return page;
}
