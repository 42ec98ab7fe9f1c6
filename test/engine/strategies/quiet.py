"""Strategies that do not trade, each for another reason, and one that trades to a plan."""

from decimal import Decimal

from nautilus_trader.config import StrategyConfig
from nautilus_trader.indicators import ExponentialMovingAverage
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy

PLAN = {3: 1, 6: 1, 10: -1, 14: -1, 20: -1}


class QuietConfig(StrategyConfig, frozen=True):
    """Config of all of them."""

    instrument_id: InstrumentId
    bar_type: BarType
    trade_size: Decimal = Decimal(100_000)
    period: int = 10


class Deaf(Strategy):
    """Subscribes to nothing."""

    def __init__(self, config: QuietConfig) -> None:
        super().__init__(config)


class Misled(Strategy):
    """Subscribes to bars nobody has, in a way that is known only when it runs."""

    def __init__(self, config: QuietConfig) -> None:
        super().__init__(config)

    def on_start(self) -> None:
        for bar_type in (self.config.bar_type,):
            self.subscribe_bars(bar_type)

    def on_bar(self, bar: Bar) -> None:
        raise AssertionError("there are no such bars")


class Patient(Strategy):
    """Waits for an indicator that needs more data than there is, and has no handler for quotes."""

    def __init__(self, config: QuietConfig) -> None:
        super().__init__(config)
        self.ema = ExponentialMovingAverage(config.period)
        self.quick = ExponentialMovingAverage(3)

    def on_start(self) -> None:
        self.register_indicator_for_bars(self.config.bar_type, self.ema)
        self.register_indicator_for_bars(self.config.bar_type, self.quick)
        self.subscribe_bars(self.config.bar_type)
        self.subscribe_quote_ticks(self.config.instrument_id)

    def on_bar(self, bar: Bar) -> None:
        if self.ema.initialized:
            raise AssertionError("it needs more bars")


class Refused(Strategy):
    """Submits what the venue rejects."""

    def __init__(self, config: QuietConfig) -> None:
        super().__init__(config)

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_quote_ticks(self.config.instrument_id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        if self.cache.orders_total_count() < 5:
            quantity = self.instrument.make_qty(self.config.trade_size)
            price = self.instrument.make_price(0.5)
            order = self.order_factory.limit(
                self.config.instrument_id, OrderSide.BUY, quantity, price, reduce_only=True
            )
            self.submit_order(order)


class Planned(Strategy):
    """Buys twice, sells in two parts, then goes short and stays so."""

    def __init__(self, config: QuietConfig) -> None:
        super().__init__(config)
        self.seen = 0

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_quote_ticks(self.config.instrument_id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.seen += 1
        way = PLAN.get(self.seen)
        if way is not None:
            self.trade(OrderSide.BUY if way > 0 else OrderSide.SELL)

    def trade(self, side: OrderSide) -> None:
        quantity = self.instrument.make_qty(self.config.trade_size)
        self.submit_order(self.order_factory.market(self.config.instrument_id, side, quantity))
