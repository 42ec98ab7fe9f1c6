"""Trend following: buy a breakout, let an average-true-range trailing stop take you out."""

from decimal import Decimal

from nautilus_trader.config import PositiveFloat, PositiveInt, StrategyConfig
from nautilus_trader.indicators import AverageTrueRange, DonchianChannel
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import OrderSide, OrderType
from nautilus_trader.model.events import OrderDenied, OrderRejected, PositionOpened
from nautilus_trader.model.identifiers import ClientOrderId, InstrumentId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.trading.strategy import Strategy


class TrendConfig(StrategyConfig, frozen=True):
    """Configuration of ``Trend``.

    Parameters
    ----------
    instrument_id : InstrumentId
        The instrument to trade.
    bar_type : BarType
        The bars to decide on.
    trade_size : Decimal, default 100
        Quantity of each entry.
    breakout_period : PositiveInt, default 20
        An entry needs a close above the highest high of this many earlier bars.
    atr_period : PositiveInt, default 14
        Bars the average true range is taken over.
    stop_atr : PositiveFloat, default 3.0
        Distance of the trailing stop in average true ranges at entry.

    """

    instrument_id: InstrumentId
    bar_type: BarType
    trade_size: Decimal = Decimal(100)
    breakout_period: PositiveInt = 20
    atr_period: PositiveInt = 14
    stop_atr: PositiveFloat = 3.0


class Trend(Strategy):
    """Long only: enters on a new high, leaves by a trailing stop that never moves away."""

    def __init__(self, config: TrendConfig) -> None:
        super().__init__(config)
        self.instrument: Instrument | None = None
        self.channel = DonchianChannel(config.breakout_period)
        self.atr = AverageTrueRange(config.atr_period)
        self.earlier_high: float | None = None

    def on_start(self) -> None:
        """Find the instrument, register the indicators, subscribe to the bars."""
        self.instrument = self.cache.instrument(self.config.instrument_id)
        if self.instrument is None:
            self.log.error(f"No instrument {self.config.instrument_id}")
            self.stop()
            return
        self.register_indicator_for_bars(self.config.bar_type, self.channel)
        self.register_indicator_for_bars(self.config.bar_type, self.atr)
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar: Bar) -> None:
        """Enter when this bar closes above every high of the bars before it."""
        # Registered indicators already hold this bar, and no close is above its own high:
        # a breakout is measured against the channel as it stood one bar ago.
        earlier_high, self.earlier_high = self.earlier_high, self.channel.upper
        if earlier_high is None or not self.indicators_initialized():
            return
        if bar.close.as_double() > earlier_high and self.is_idle():
            self.enter()

    def is_idle(self) -> bool:
        """Whether this strategy has neither a position nor an order under way."""
        return not (
            self.cache.positions_open(strategy_id=self.id)
            or self.cache.orders_open(strategy_id=self.id)
            or self.cache.orders_inflight(strategy_id=self.id)
        )

    def enter(self) -> None:
        """Buy at the market; the stop follows once the position is open."""
        if self.instrument is None:
            return
        self.submit_order(
            self.order_factory.market(
                instrument_id=self.config.instrument_id,
                order_side=OrderSide.BUY,
                quantity=self.instrument.make_qty(self.config.trade_size),
            )
        )

    def on_position_opened(self, event: PositionOpened) -> None:
        """Protect the new position."""
        if self.instrument is None:
            return
        distance = self.instrument.make_price(self.config.stop_atr * self.atr.value)
        self.submit_order(
            self.order_factory.trailing_stop_market(
                instrument_id=self.config.instrument_id,
                order_side=OrderSide.SELL,
                quantity=event.quantity,
                trailing_offset=distance.as_decimal(),
                reduce_only=True,
            )
        )

    def on_order_denied(self, event: OrderDenied) -> None:
        """React to an order that the engine refused."""
        self.close_unprotected(event.client_order_id)

    def on_order_rejected(self, event: OrderRejected) -> None:
        """React to an order that the venue refused."""
        self.close_unprotected(event.client_order_id)

    def close_unprotected(self, client_order_id: ClientOrderId) -> None:
        """Close the position when its stop was refused."""
        order = self.cache.order(client_order_id)
        # A refused market order protects nothing; closing again would be refused again.
        if order is not None and order.order_type != OrderType.MARKET:
            self.close_all_positions(self.config.instrument_id)

    def on_stop(self) -> None:
        """Leave nothing behind."""
        self.cancel_all_orders(self.config.instrument_id)
        self.close_all_positions(self.config.instrument_id)
        self.unsubscribe_bars(self.config.bar_type)

    def on_reset(self) -> None:
        """Start afresh."""
        self.channel.reset()
        self.atr.reset()
        self.earlier_high = None
