"""A strategy that takes its data in Python and does nothing with it: what remains is the cost of a datum."""

from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import Bar, BarType, QuoteTick, TradeTick
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class OnlookerConfig(StrategyConfig, frozen=True):
    """Config of Onlooker."""

    instrument_id: InstrumentId
    bar_type: BarType
    kind: str


class Onlooker(Strategy):
    """Subscribes to one kind of data."""

    def on_start(self) -> None:
        """Subscribe."""
        if self.config.kind == "bars":
            self.subscribe_bars(self.config.bar_type)
        elif self.config.kind == "quotes":
            self.subscribe_quote_ticks(self.config.instrument_id)
        else:
            self.subscribe_trade_ticks(self.config.instrument_id)

    def on_bar(self, bar: Bar) -> None:
        """Take a bar."""

    def on_quote_tick(self, tick: QuoteTick) -> None:
        """Take a quote."""

    def on_trade_tick(self, tick: TradeTick) -> None:
        """Take a trade."""
