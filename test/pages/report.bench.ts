import type { Frame } from 'playwright-core';
import { test } from 'vitest';
import * as z from 'zod';
import { barsCsv } from '../server/support/data.ts';
import { keepFigures } from '../vscode/support/figures.ts';
import { until } from '../vscode/support/until.ts';
import { framesOf } from './frames.ts';
import { PagesWorkspace, picture, runUri } from './workspace.ts';

/** QUARTERDECK_TEST_FRAMES=200000 makes a shorter run with as many fills. */
const asked = Number(process.env.QUARTERDECK_TEST_FRAMES);
const bars = asked > 10_000 ? asked : 1_000_000;
const every = Math.floor(bars / 2500);

/**
 * The report of a run over a million bars with 5,000 fills: when its parts are seen, and how long the longest frame is
 * while the price is zoomed from one trade to the whole run. Pages are drawn by software here, beside the server.
 */
test(`report of ${bars} bars and 5,000 fills`, { timeout: 900_000 }, async () => {
  // Made before there is a connection: it keeps this process busy for longer than one may lie idle.
  const csv = barsCsv(bars);
  const place = await PagesWorkspace.begin();
  place.workspace.write('data/bars.csv', csv);
  place.workspace.write('strategies/steady.py', steady);
  const run = await place.run({
    strategies: [{ source: 'strategies/steady.py:Steady', config: {} }],
    mode: 'async',
  });
  await until(
    'the run',
    async () =>
      z.object({ status: z.string() }).parse(await place.session.read(runUri(run))).status === 'completed',
    600_000,
  );
  const options = { page: 'report' as const, data: { run: runUri(run) }, script: watchParts };
  // The first look makes the tables the server keeps; a report that is opened again finds them.
  for (const look of ['opened first', 'opened again']) {
    const opening = Date.now();
    const shown = await place.pages.open(place.session, options);
    const { page } = shown;
    const painted = await until('the whole report', async () => {
      const parts = await page.evaluate(() => (window as unknown as { parts: Parts }).parts);
      return parts.prices === undefined ? undefined : parts;
    });
    await page.waitForTimeout(500);
    const frames = framesOf(page.mainFrame(), 4);
    await zoomOut(page.mainFrame());
    const zoomed = await frames;
    console.log(JSON.stringify({ opened_ms: Date.now() - opening, ...zoomed, troubles: shown.troubles }));
    const what = `report of ${bars.toLocaleString('en')} bars and 5,000 fills, ${look}`;
    const limit = (part: string, value: number | undefined, target?: number) => ({
      ...{ name: `${what}: ${part}`, unit: 'ms', ours: value === undefined ? [] : [value] },
      ...{ otherwise: 'no counterpart', isLimit: true as const, ...(target === undefined ? {} : { target }) },
    });
    await keepFigures(
      limit('figures painted', painted.figures, 500),
      limit('equity painted', painted.curve),
      limit('prices painted', painted.prices),
      limit('longest frame of a zoom', zoomed.worst_ms, 100),
    );
    await picture(shown, 'report-million');
    await page.close();
  }
  await place.end();
});

/** Milliseconds from the page's start to its parts being there at a frame. */
interface Parts {
  figures?: number;
  curve?: number;
  trades?: number;
  prices?: number;
}

/** Looks at each frame which parts of the report are there. Runs in the page. */
function watchParts(): void {
  const parts: Parts = {};
  (window as unknown as { parts: Parts }).parts = parts;
  const has = (selector: string, least = 1) => document.querySelectorAll(selector).length >= least;
  const look = () => {
    const now = Math.round(performance.now());
    if (has('.tiles .tile .value', 8)) parts.figures ??= now;
    if (has('.equity-charts canvas', 2)) parts.curve ??= now;
    if (has('.tables .line')) parts.trades ??= now;
    if (/ bars?$/.test(document.querySelector('.price-section .where')?.textContent ?? ''))
      parts.prices ??= now;
    if (parts.prices === undefined) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function zoomOut(frame: Frame): Promise<void> {
  await frame.evaluate(async () => {
    for (let step = 0; step < 24; step++) {
      dispatchEvent(new KeyboardEvent('keydown', { key: '-', bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  });
}

const steady = `from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy

ID = InstrumentId.from_str("EUR/USD.SIM")


class Steady(Strategy):
    """In and out by the clock."""

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(ID)
        self.seen = 0
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"))

    def on_bar(self, bar) -> None:
        self.seen += 1
        side = {0: OrderSide.BUY, 30: OrderSide.SELL}.get(self.seen % ${every})
        if side is not None:
            self.submit_order(self.order_factory.market(ID, side, self.instrument.make_qty(100_000)))
`;
