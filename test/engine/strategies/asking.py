"""Strategies that ask for data in different ways, and trade when they get it."""

from decimal import Decimal

from nautilus_trader.common.actor import Actor
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import OrderSide, TimeInForce
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class AskingConfig(StrategyConfig, frozen=True):
    """Config of all of them."""

    instrument_id: InstrumentId
    bar_type: BarType
    trade_size: Decimal = Decimal(100_000)
    with_quotes: bool = False
    time_in_force: TimeInForce = TimeInForce.GTC
    other_id: InstrumentId | None = None


class Asking(Strategy):
    """Subscribes to bars as configured, to quotes where it is told to; buys at each."""

    def __init__(self, config: AskingConfig) -> None:
        super().__init__(config)
        self.wanted = config.bar_type

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_bars(self.wanted)
        if self.config.with_quotes:
            self.subscribe_quote_ticks(self.config.instrument_id)

    def on_bar(self, bar: Bar) -> None:
        self.buy()

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.buy()

    def buy(self) -> None:
        if self.cache.orders_total_count() < 3:
            quantity = self.instrument.make_qty(self.config.trade_size)
            order = self.order_factory.market(
                self.config.instrument_id, OrderSide.BUY, quantity, time_in_force=self.config.time_in_force
            )
            self.submit_order(order)


class Spelling(Asking):
    """Writes its bar type out, and names its instrument in an f-string."""

    def on_start(self) -> None:
        super().on_start()
        self.subscribe_bars(BarType.from_str(f"{self.config.instrument_id}-5-MINUTE-LAST-EXTERNAL"))


class Watching(Asking):
    """Only looks, and submits nothing of itself."""

    def buy(self) -> None:
        """Look."""


class Ticking(Asking):
    """Asks for bars that may never come, and acts on a timer as well."""

    def on_start(self) -> None:
        super().on_start()
        self.clock.set_time_alert("later", self.clock.utc_now(), self.on_later)

    def on_later(self, event: object) -> None:
        self.buy()


class Looping(Asking):
    """Asks in a way that cannot be read before it runs; buys at each change of the book too."""

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_order_book_deltas(self.config.instrument_id)
        for bar_type in [self.config.bar_type]:
            self.subscribe_bars(bar_type)

    def on_order_book_deltas(self, deltas: object) -> None:
        self.buy()


class Listener(Actor):
    """Does nothing."""


def buy(strategy: Strategy) -> None:
    """Buy for a strategy, out of sight of who reads only its class."""
    if strategy.cache.orders_total_count() < 3:
        instrument = strategy.cache.instrument(strategy.config.instrument_id)
        quantity = instrument.make_qty(strategy.config.trade_size)
        strategy.submit_order(strategy.order_factory.market(instrument.id, OrderSide.BUY, quantity))


class Unseen(Strategy):
    """Buys at each bar, and at each change of the book."""

    def __init__(self, config: AskingConfig) -> None:
        super().__init__(config)

    def on_start(self) -> None:
        for instrument_id in [self.config.instrument_id]:
            self.subscribe_order_book_deltas(instrument_id)
        for bar_type in [self.config.bar_type]:
            self.subscribe_bars(bar_type)

    def on_bar(self, bar: Bar) -> None:
        buy(self)

    def on_order_book_deltas(self, deltas: object) -> None:
        buy(self)


class Closing(Asking):
    """Sells at the close, which a simulated venue does not know."""

    def buy(self) -> None:
        quantity = self.instrument.make_qty(self.config.trade_size)
        if self.cache.orders_total_count() == 0:
            self.submit_order(
                self.order_factory.market(
                    self.config.instrument_id, OrderSide.SELL, quantity, time_in_force=TimeInForce.AT_THE_CLOSE
                )
            )
        super().buy()
