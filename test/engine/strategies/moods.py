"""Custom data, with and without an instrument, and a strategy that trades on it."""

from decimal import Decimal

from nautilus_trader.config import StrategyConfig
from nautilus_trader.core.data import Data
from nautilus_trader.model.custom import customdataclass
from nautilus_trader.model.data import DataType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import ClientId, InstrumentId
from nautilus_trader.trading.strategy import Strategy


@customdataclass
class Mood(Data):
    """How the market feels about an instrument."""

    instrument_id: InstrumentId = InstrumentId.from_str("EUR/USD.SIM")
    score: float = 0.0
    source: str = ""


@customdataclass
class Weather(Data):
    """Of no instrument."""

    degrees: float = 0.0


class Unregistered(Data):
    """Nothing knows how to write it."""


class MoodyConfig(StrategyConfig, frozen=True):
    """Config of Moody."""

    instrument_id: InstrumentId
    trade_size: Decimal = Decimal(100_000)


class Moody(Strategy):
    """Buys when the mood is good, sells when it is not."""

    def __init__(self, config: MoodyConfig) -> None:
        super().__init__(config)
        self.seen: list[str] = []

    def on_start(self) -> None:
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_data(DataType(Mood), client_id=ClientId("MOODS"))
        self.subscribe_data(DataType(Weather), client_id=ClientId("MOODS"))

    def on_data(self, data: Data) -> None:
        self.log.info(f"seen {data}")
        if isinstance(data, Mood):
            side = OrderSide.BUY if data.score > 0 else OrderSide.SELL
            quantity = self.instrument.make_qty(self.config.trade_size)
            self.submit_order(self.order_factory.market(self.config.instrument_id, side, quantity))
