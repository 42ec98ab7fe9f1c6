"""A strategy that trades nothing yet: bars come in, orders are to go out."""

from decimal import Decimal

from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class BlankConfig(StrategyConfig, frozen=True):
    """Configuration of ``Blank``.

    Parameters
    ----------
    instrument_id : InstrumentId
        The instrument to trade.
    bar_type : BarType
        The bars to decide on.
    trade_size : Decimal, default 100
        Quantity of an order.

    """

    instrument_id: InstrumentId
    bar_type: BarType
    trade_size: Decimal = Decimal(100)


class Blank(Strategy):
    """Decides at each bar; say in one sentence what it does."""

    def __init__(self, config: BlankConfig) -> None:
        super().__init__(config)
        self.instrument = None

    def on_start(self) -> None:
        """Look the instrument up and subscribe to the bars."""
        self.instrument = self.cache.instrument(self.config.instrument_id)
        if self.instrument is None:
            self.log.error(f"There is no instrument {self.config.instrument_id}")
            self.stop()
            return
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar: Bar) -> None:
        """Decide: call ``self.trade(OrderSide.BUY)`` or ``self.trade(OrderSide.SELL)``."""

    def trade(self, side: OrderSide) -> None:
        """Send a market order over ``trade_size``."""
        self.submit_order(
            self.order_factory.market(
                instrument_id=self.config.instrument_id,
                order_side=side,
                quantity=self.instrument.make_qty(self.config.trade_size),
            )
        )

    def on_stop(self) -> None:
        """Cancel what works, close what is held."""
        self.cancel_all_orders(self.config.instrument_id)
        self.close_all_positions(self.config.instrument_id)
        self.unsubscribe_bars(self.config.bar_type)

    def on_reset(self) -> None:
        """Start afresh."""
        self.instrument = None
