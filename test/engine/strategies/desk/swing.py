"""Trades both ways with brackets and timers, and asks the portfolio what it is worth on the way."""

from datetime import timedelta
from decimal import Decimal

from nautilus_trader.config import PositiveInt, StrategyConfig
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy

from .signals import Momentum


class SwingConfig(StrategyConfig, frozen=True):
    """Config of Swing."""

    instrument_id: InstrumentId
    bar_type: BarType
    trade_size: Decimal
    length: PositiveInt = 5
    distance: Decimal = Decimal("0.00100")
    brackets: bool = True


class Swing(Strategy):
    """Follows the momentum of bars."""

    def __init__(self, config: SwingConfig) -> None:
        super().__init__(config)
        self.momentum = Momentum(config.length)
        self.asked: list[str] = []

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_bars(self.config.bar_type)
        self.subscribe_quote_ticks(self.config.instrument_id)
        self.clock.set_timer("worth", timedelta(minutes=37), callback=self.on_worth)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        """Subscribed so that quotes reach Python."""

    def on_worth(self, event: object) -> None:
        pnl = self.portfolio.unrealized_pnl(self.config.instrument_id)
        self.asked.append(str(pnl))
        # The answer shapes what happens, so a run that answers otherwise ends otherwise.
        if pnl is not None and pnl.as_double() < -5.0:
            self.cancel_all_orders(self.config.instrument_id)
            self.close_all_positions(self.config.instrument_id)

    def on_bar(self, bar: Bar) -> None:
        way = self.momentum.update(bar.close.as_double())
        if way == 0 or self.cache.orders_open_count(strategy_id=self.id) > 4:
            return
        side = OrderSide.BUY if way > 0 else OrderSide.SELL
        quantity = self.instrument.make_qty(self.config.trade_size)
        if not self.config.brackets:
            self.submit_order(self.order_factory.market(self.config.instrument_id, side, quantity))
            return
        distance = float(self.config.distance)
        close = bar.close.as_double()
        self.submit_order_list(
            self.order_factory.bracket(
                instrument_id=self.config.instrument_id,
                order_side=side,
                quantity=quantity,
                tp_price=self.instrument.make_price(close + way * distance),
                sl_trigger_price=self.instrument.make_price(close - way * distance),
            )
        )

    def on_stop(self) -> None:
        self.cancel_all_orders(self.config.instrument_id)
        self.close_all_positions(self.config.instrument_id)
