"""Opens a position at each quote and closes one now and then: many are open at once."""

import random

from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class PileConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    seed: int


class Pile(Strategy):
    """Never flat."""

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.chance = random.Random(self.config.seed)
        self.asked: list[str] = []
        self.subscribe_quote_ticks(self.instrument.id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        side = OrderSide.BUY if self.chance.random() < 0.6 else OrderSide.SELL
        quantity = self.instrument.make_qty(self.chance.randrange(1000, 9000))
        self.submit_order(self.order_factory.market(self.instrument.id, side, quantity))
        held = self.cache.positions_open(strategy_id=self.id)
        if held and self.chance.random() < 0.3:
            self.close_position(self.chance.choice(held))
        if self.chance.random() < 0.05:
            self.asked.append(str(self.portfolio.unrealized_pnl(self.instrument.id)))
            self.asked.append(str(self.portfolio.net_position(self.instrument.id)))
            self.asked.append(str(self.portfolio.margins_maint(self.instrument.id.venue)))
