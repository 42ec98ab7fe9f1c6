import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import * as z from 'zod';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import { emaCross } from '../server/support/data.ts';
import { TestWorkspace } from '../server/support/workspace.ts';
import { openBrowser } from './browser.ts';
import { PageServer, type ShownPage, type Theme } from './pageServer.ts';
import { HttpSession } from './session.ts';

export const themeNames: Theme[] = ['dark', 'light', 'hc'];

/** One workspace, one server, one browser: what all tests of a file look at. */
export class PagesWorkspace {
  private constructor(
    readonly workspace: TestWorkspace,
    readonly session: HttpSession,
    readonly pages: PageServer,
    private readonly browser: Browser,
  ) {}

  static async begin(): Promise<PagesWorkspace> {
    const workspace = new TestWorkspace();
    workspace.write('strategies/quiet.py', quiet);
    workspace.write('strategies/raising.py', raising);
    workspace.write('strategies/refused.py', refused);
    const session = await HttpSession.attach(workspace.root, workspace.env);
    const browser = await openBrowser(mkdtempSync(path.join(os.tmpdir(), 'b-')));
    const pages = new PageServer(browser);
    await pages.start();
    return new PagesWorkspace(workspace, session, pages, browser);
  }

  /** Runs a backtest to its end and gives its id. */
  async run(changes: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.session.call('run_backtest', emaCross(changes)).catch((error: unknown) => {
      if (error instanceof QuarterdeckError) return error.toObject().details;
      throw error;
    });
    return z.object({ run_id: z.string() }).parse(answer).run_id;
  }

  async end(): Promise<void> {
    await this.session.close();
    await this.browser.close();
    await this.pages.close();
    await this.workspace.close();
  }
}

export function runUri(id: string): string {
  return `nautilus://runs/${encodeURIComponent(id)}`;
}

/** Keeps a picture when a folder for them is named. */
export async function picture({ page }: ShownPage, name: string, fullPage = false): Promise<void> {
  const folder = process.env.QUARTERDECK_TEST_SCREENSHOTS;
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage });
}

/** Nothing in the page broke its own policy or threw. The controls' empty style elements are let through by it. */
export function expectCalm({ troubles }: ShownPage): void {
  expect(troubles).toEqual([]);
}

/** Looks until what was read is as expected: a page draws what it is told at its next frame, or a later one. */
export function soon<T>(read: () => Promise<T>) {
  return expect.poll(read, { timeout: 60_000 });
}

/** Everything the page was told until now is drawn. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

export async function texts(locator: Locator): Promise<string[]> {
  return (await locator.allTextContents()).map((text) => text.trim());
}

export async function expectNoOverflow(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
}

const quiet = `from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import BarType
from nautilus_trader.trading.strategy import Strategy


class QuietConfig(StrategyConfig, frozen=True):
    """Nothing to decide."""

    patience: int = 3


class Quiet(Strategy):
    """Looks on."""

    def __init__(self, config: QuietConfig) -> None:
        super().__init__(config)

    def on_start(self) -> None:
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"))

    def on_bar(self, bar) -> None:
        pass
`;

const raising = `from nautilus_trader.trading.strategy import Strategy


class Raising(Strategy):
    def on_start(self) -> None:
        raise ValueError("no such price")
`;

const refused = `from decimal import Decimal

from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy

ID = InstrumentId.from_str("EUR/USD.SIM")


class Refused(Strategy):
    """One order of every fate: filled, working, in a bracket, rejected, denied, cancelled."""

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(ID)
        self.seen = 0
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"))

    def on_bar(self, bar) -> None:
        self.seen += 1
        if self.seen != 20:
            return
        make, price = self.order_factory, self.instrument.make_price
        close = bar.close.as_decimal()
        size = self.instrument.make_qty(100_000)
        self.submit_order(make.market(ID, OrderSide.BUY, size))
        self.submit_order(make.limit(ID, OrderSide.BUY, size, price(close - Decimal("0.2")), tags=["deep"]))
        self.submit_order(make.limit(ID, OrderSide.BUY, size, price(close + Decimal("0.1")), post_only=True))
        self.submit_order(make.limit(ID, OrderSide.SELL, self.instrument.make_qty(10**12), price(close)))
        doomed = make.limit(ID, OrderSide.SELL, size, price(close + Decimal("0.3")))
        self.submit_order(doomed)
        self.cancel_order(doomed)
        self.submit_order_list(
            make.bracket(
                ID,
                OrderSide.BUY,
                size,
                entry_price=price(close - Decimal("0.1")),
                entry_order_type=2,
                sl_trigger_price=price(close - Decimal("0.15")),
                tp_price=price(close + Decimal("0.15")),
            )
        )
`;
