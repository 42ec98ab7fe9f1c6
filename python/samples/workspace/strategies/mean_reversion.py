"""Mean reversion: buy an oversold close below the Bollinger band, with a bracket around the entry."""

from decimal import Decimal

from nautilus_trader.config import PositiveFloat, PositiveInt, StrategyConfig
from nautilus_trader.indicators import AverageTrueRange, BollingerBands, RelativeStrengthIndex
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import OrderSide, OrderType
from nautilus_trader.model.events import OrderDenied, OrderRejected
from nautilus_trader.model.identifiers import ClientOrderId, InstrumentId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.trading.strategy import Strategy


class MeanReversionConfig(StrategyConfig, frozen=True):
    """Configuration of ``MeanReversion``.

    Parameters
    ----------
    instrument_id : InstrumentId
        The instrument to trade.
    bar_type : BarType
        The bars to decide on.
    trade_size : Decimal, default 100
        Quantity of each entry.
    band_period : PositiveInt, default 20
        Bars the Bollinger bands are taken over.
    band_width : PositiveFloat, default 1.5
        Distance of the bands from their mean in standard deviations.
    rsi_period : PositiveInt, default 7
        Bars the relative strength index is taken over.
    rsi_oversold : PositiveFloat, default 0.35
        An entry needs an index below this; NautilusTrader's index runs from 0 to 1.
    stop_atr : PositiveFloat, default 2.5
        Distance of the stop below the entry in average true ranges over ``band_period`` bars.

    """

    instrument_id: InstrumentId
    bar_type: BarType
    trade_size: Decimal = Decimal(100)
    band_period: PositiveInt = 20
    band_width: PositiveFloat = 1.5
    rsi_period: PositiveInt = 7
    rsi_oversold: PositiveFloat = 0.35
    stop_atr: PositiveFloat = 2.5


class MeanReversion(Strategy):
    """Long only: entry, take profit at the bands' mean and stop go out as one bracket."""

    def __init__(self, config: MeanReversionConfig) -> None:
        super().__init__(config)
        self.instrument: Instrument | None = None
        self.bands = BollingerBands(config.band_period, config.band_width)
        self.rsi = RelativeStrengthIndex(config.rsi_period)
        self.atr = AverageTrueRange(config.band_period)

    def on_start(self) -> None:
        """Find the instrument, register the indicators, subscribe to the bars."""
        self.instrument = self.cache.instrument(self.config.instrument_id)
        if self.instrument is None:
            self.log.error(f"No instrument {self.config.instrument_id}")
            self.stop()
            return
        for indicator in (self.bands, self.rsi, self.atr):
            self.register_indicator_for_bars(self.config.bar_type, indicator)
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar: Bar) -> None:
        """Enter when the close is both below the lower band and oversold."""
        if not self.indicators_initialized() or not self.is_idle():
            return
        close = bar.close.as_double()
        if close < self.bands.lower and self.rsi.value < self.config.rsi_oversold:
            self.enter(close)

    def is_idle(self) -> bool:
        """Whether this strategy has neither a position nor an order under way."""
        return not (
            self.cache.positions_open(strategy_id=self.id)
            or self.cache.orders_open(strategy_id=self.id)
            or self.cache.orders_inflight(strategy_id=self.id)
        )

    def enter(self, close: float) -> None:
        """Buy at the market with a take profit and a stop, of which the first to fill cancels the other."""
        if self.instrument is None:
            return
        take_profit = self.instrument.make_price(self.bands.middle)
        stop = self.instrument.make_price(close - self.config.stop_atr * self.atr.value)
        self.submit_order_list(
            self.order_factory.bracket(
                instrument_id=self.config.instrument_id,
                order_side=OrderSide.BUY,
                quantity=self.instrument.make_qty(self.config.trade_size),
                tp_price=take_profit,
                sl_trigger_price=stop,
            )
        )

    def on_order_denied(self, event: OrderDenied) -> None:
        """React to an order that the engine refused."""
        self.close_unprotected(event.client_order_id)

    def on_order_rejected(self, event: OrderRejected) -> None:
        """React to an order that the venue refused."""
        self.close_unprotected(event.client_order_id)

    def close_unprotected(self, client_order_id: ClientOrderId) -> None:
        """Close the position when its bracket was refused."""
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
        for indicator in (self.bands, self.rsi, self.atr):
            indicator.reset()
