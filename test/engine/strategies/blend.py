"""Trades one pair by a synthetic of two."""

from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class BlendConfig(StrategyConfig, frozen=True):
    """Config of Blend."""

    instrument_id: InstrumentId
    synthetic_id: InstrumentId


class Blend(Strategy):
    """Turns its position when the synthetic crosses where it began; logs what it saw."""

    def __init__(self, config: BlendConfig) -> None:
        super().__init__(config)
        self.first: float | None = None
        self.above = False

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_quote_ticks(self.config.instrument_id)
        self.subscribe_quote_ticks(self.config.synthetic_id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        if tick.instrument_id != self.config.synthetic_id:
            return
        price = tick.bid_price.as_double()
        if self.first is None:
            self.first = price
            self.log.info(f"first {tick.bid_price}")
        if (price > self.first) == self.above:
            return
        self.above = not self.above
        side = OrderSide.BUY if self.above else OrderSide.SELL
        quantity = self.instrument.make_qty(100_000)
        self.submit_order(self.order_factory.market(self.config.instrument_id, side, quantity))
