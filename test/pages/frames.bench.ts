import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'vitest';
import { keepFigures } from '../vscode/support/figures.ts';
import { until } from '../vscode/support/until.ts';
import { openBrowser } from './browser.ts';
import { busyNode } from './busyNode.ts';
import { framesOf } from './frames.ts';
import { PageServer } from './pageServer.ts';

const orders = 100_000;
const seconds = 8;

/**
 * The blotter with 100,000 orders, 5,000 of which change each second: how evenly the page draws. Pages are drawn by
 * software here, on cores shared with the browser's other processes: an editor with a graphics card does better.
 */
test('frames of the blotter', { timeout: 600_000 }, async () => {
  // As in an editor, the page is in another process than who sends it its messages.
  const browser = await openBrowser(mkdtempSync(path.join(os.tmpdir(), 'b-')), ['--site-per-process']);
  const pages = new PageServer(browser);
  await pages.start();
  const options = { page: 'blotter' as const, data: { source: 'nautilus://nodes/busy' } };
  const { page, troubles } = await pages.openFramed(options, busyNode, { orders, updatesPerSecond: 5000 });
  const frame = await inner(page);
  const loading = Date.now();
  await until(
    'all orders',
    async () => (await frame.locator('[role=tab] .count').first().textContent()) === '100,000',
    120_000,
  );
  const loaded_ms = Date.now() - loading;
  for (const [name, prepare] of Object.entries(situations)) {
    await prepare(frame);
    await page.evaluate(() => {
      const around = window as unknown as { startBusy(): () => number; stopBusy(): number };
      around.stopBusy = around.startBusy();
    });
    const frames = await framesOf(frame, seconds);
    const rate = await frame.locator('.footer').textContent();
    const sent = await page.evaluate(() => (window as unknown as { stopBusy(): number }).stopBusy());
    const what = `blotter of ${orders.toLocaleString('en')} orders, ${sent / seconds > 4900 ? '5,000' : Math.round(sent / seconds)} changes a second, ${name}`;
    const common = { unit: 'ms', otherwise: 'no counterpart', isLimit: true as const };
    await keepFigures(
      { ...common, name: `${what}: a frame on average`, ours: [1000 / frames.fps], target: 18.2 },
      { ...common, name: `${what}: a frame, p95`, ours: [frames.p95_ms], target: 20 },
    );
    console.log(
      JSON.stringify({
        ...{ blotter: name, orders, loaded_ms, sent_per_second: Math.round(sent / seconds), ...frames },
        ...{ footer: /[\d,]+ updates\/s/.exec(rate ?? '')?.[0], troubles },
      }),
    );
  }
  await browser.close();
  await pages.close();
});

type Inner = Awaited<ReturnType<typeof inner>>;
const situations: Record<string, (frame: Inner) => Promise<unknown>> = {
  grouped: async () => {},
  'sorted by what changes': (frame) => frame.getByRole('button', { name: 'Filled', exact: true }).click(),
};

async function inner(page: Page) {
  await until('the frame', async () => page.frames().some((one) => one.url().endsWith('framed.html')));
  const found = page.frames().find((one) => one.url().endsWith('framed.html'));
  if (!found) throw new Error('No frame.');
  return found;
}
