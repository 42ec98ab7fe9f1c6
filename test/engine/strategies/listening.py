"""Subscribes to all the kinds of data there are beside prices, and trades on what it hears."""

from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class ListeningConfig(StrategyConfig, frozen=True):
    """Config of Listening."""

    instrument_id: InstrumentId


class Listening(Strategy):
    """Buys at each mark price and sells at each funding rate; notes the others."""

    def __init__(self, config: ListeningConfig) -> None:
        super().__init__(config)

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_quote_ticks(self.config.instrument_id)
        self.subscribe_mark_prices(self.config.instrument_id)
        self.subscribe_funding_rates(self.config.instrument_id)
        self.subscribe_instrument_status(self.config.instrument_id)
        self.subscribe_instrument_close(self.config.instrument_id)
        self.subscribe_option_greeks(self.config.instrument_id)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        """Quotes move the market."""

    def on_mark_price(self, mark_price: object) -> None:
        self.trade(OrderSide.BUY)

    def on_funding_rate(self, funding_rate: object) -> None:
        self.trade(OrderSide.SELL)

    def on_instrument_status(self, data: object) -> None:
        self.log.info(f"status {data}")

    def on_instrument_close(self, update: object) -> None:
        self.log.info(f"close {update}")

    def on_option_greeks(self, greeks: object) -> None:
        self.trade(OrderSide.BUY)

    def trade(self, side: OrderSide) -> None:
        quantity = self.instrument.make_qty(100_000)
        self.submit_order(self.order_factory.market(self.config.instrument_id, side, quantity))
