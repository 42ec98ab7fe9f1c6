"""Follows an option chain, and buys the call with the highest strike of its first slice that has a price."""

from typing import Any

from nautilus_trader.config import StrategyConfig
from nautilus_trader.core import nautilus_pyo3
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy


class ChainConfig(StrategyConfig, frozen=True):
    """What chain is followed, and how often a slice of it comes."""

    series_id: str
    strikes: tuple[str, ...]
    interval_ms: int = 60_000


class Chain(Strategy):
    """Counts slices, and trades at the first and every fourth."""

    def __init__(self, config: ChainConfig) -> None:
        super().__init__(config)
        self.slices = 0

    def on_start(self) -> None:
        self.subscribe_option_chain(
            nautilus_pyo3.OptionSeriesId.from_str(self.config.series_id),
            nautilus_pyo3.StrikeRange.fixed([nautilus_pyo3.Price.from_str(each) for each in self.config.strikes]),
            self.config.interval_ms,
        )

    def on_option_chain(self, option_chain_slice: Any) -> None:
        self.slices += 1
        calls = [strike for strike in option_chain_slice.strikes() if option_chain_slice.get_call(strike) is not None]
        if calls and self.slices == 1:
            quote = option_chain_slice.get_call_quote(max(calls))
            instrument = self.cache.instrument(InstrumentId.from_str(str(quote.instrument_id)))
            self.submit_order(self.order_factory.market(instrument.id, OrderSide.BUY, instrument.make_qty(3)))
        elif self.slices % 4 == 0:
            for position in self.cache.positions_open(strategy_id=self.id):
                self.close_position(position)

    def on_stop(self) -> None:
        self.log.info(f"SLICES {self.slices}")
