"""Buy and hold: the baseline every other strategy has to beat."""

from decimal import Decimal

from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class BuyAndHoldConfig(StrategyConfig, frozen=True):
    """Configuration of ``BuyAndHold``.

    Parameters
    ----------
    instrument_id : InstrumentId
        The instrument to hold.
    bar_type : BarType
        The first of these bars triggers the purchase.
    trade_size : Decimal, default 100
        Quantity to hold.

    """

    instrument_id: InstrumentId
    bar_type: BarType
    trade_size: Decimal = Decimal(100)


class BuyAndHold(Strategy):
    """Buys once, at the first bar, and sells at the end."""

    def __init__(self, config: BuyAndHoldConfig) -> None:
        super().__init__(config)
        self.has_bought = False

    def on_start(self) -> None:
        """Subscribe to the bars."""
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar: Bar) -> None:
        """Buy at the first bar."""
        instrument = self.cache.instrument(self.config.instrument_id)
        if self.has_bought or instrument is None:
            return
        self.has_bought = True
        self.submit_order(
            self.order_factory.market(
                instrument_id=self.config.instrument_id,
                order_side=OrderSide.BUY,
                quantity=instrument.make_qty(self.config.trade_size),
            )
        )

    def on_stop(self) -> None:
        """Sell what is held."""
        self.close_all_positions(self.config.instrument_id)
        self.unsubscribe_bars(self.config.bar_type)

    def on_reset(self) -> None:
        """Start afresh."""
        self.has_bought = False
