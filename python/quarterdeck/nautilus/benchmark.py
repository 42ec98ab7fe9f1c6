"""What a run is measured against: the prices of one instrument over time."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from nautilus_trader.model.data import Bar, QuoteTick, TradeTick

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.frames import write_table
from quarterdeck.message import given
from quarterdeck.nautilus.catalog import Catalogs
from quarterdeck.nautilus.convert import plain
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.loaded import Loaded
from quarterdeck.nautilus.loading import check_item, open_file
from quarterdeck.nautilus.selection import select
from quarterdeck.protocol import DataItem
from quarterdeck.statistics.relative import Price

PLACE = "benchmark"
POINTS = 4000


class Benchmark:
    """The benchmark of a request: an item of its own, or data the run has anyway."""

    def __init__(
        self,
        item: DataItem,
        catalogs: Catalogs,
        workspace: Path,
        instruments: Instruments,
        data: list[Any],
        timezone: str,
    ) -> None:
        self._timezone = timezone
        self._prices: list[Price] = []
        self._own: list[Any] = []
        if names_only_an_instrument(item):
            self.instrument_id = str(given(item.instrument_id))
            known = {str(instrument.id) for held in data for instrument in held.instruments}
            if self.instrument_id not in known:
                raise QuarterdeckError(
                    "UNKNOWN_INSTRUMENT",
                    f'The run has no data of "{self.instrument_id}".{did_you_mean(self.instrument_id, known)}',
                    "Give a file or a catalog item as benchmark, or an instrument of the run's data.",
                    path=f"{PLACE}.instrument_id",
                )
            self._own = [held for held in data if self.instrument_id in map(_id, held.instruments)]
            return
        is_file = check_item(item, PLACE)
        held = (
            open_file(item, PLACE, workspace, instruments)
            if is_file
            else select(item, PLACE, catalogs.of(item), None, None)
        )
        loaded = held.load()
        self._prices = self._sampled(loaded)
        self.instrument_id = str(held.instruments[0].id) if held.instruments else PLACE
        if not self._prices:
            raise _without_prices()

    def prices(self, loaded: Loaded) -> list[Price]:
        """Return prices in order of time: the last of each day, and so many between as a screen shows."""
        if self._own and not self._prices:
            series = loaded.of_instrument(self.instrument_id)
            data = [datum for one in series for piece in one.pieces for datum in piece]
            # The data of a stream is not kept.
            data = data or [datum for held in self._own for datum in held.load()]
            kinds = (Bar, QuoteTick, TradeTick)
            first = next((kind for kind in kinds if any(isinstance(datum, kind) for datum in data)), None)
            if first is None:
                raise _without_prices()
            self._prices = self._sampled([datum for datum in data if isinstance(datum, first)])
        return self._prices

    def _sampled(self, data: list[Any]) -> list[Price]:
        data = sorted((datum for datum in data if _is_priced(datum)), key=lambda datum: datum.ts_init)
        if not data:
            return []
        stamps = np.fromiter((datum.ts_init for datum in data), np.int64, len(data))
        days = pd.to_datetime(stamps, unit="ns", utc=True).tz_convert(self._timezone).normalize()
        ends = np.flatnonzero(np.append(days[1:] != days[:-1], True))
        spread = np.linspace(0, len(data) - 1, min(POINTS, len(data))).astype(np.int64)
        return [(int(stamps[index]), _price(data[index])) for index in np.union1d(ends, spread)]


def write_benchmark(path: Path, instrument_id: str, prices: list[Price], begin: int, end: int) -> None:
    """Write the prices during a run, with the last one before it, as a table of at most 4000 rows."""
    before = [price for price in prices if price[0] <= begin][-1:]
    during = [*before, *(price for price in prices if begin < price[0] <= end)]
    picked = np.unique(np.linspace(0, max(0, len(during) - 1), min(POINTS, len(during))).astype(np.int64))
    kept = [during[index] for index in picked]
    table = pa.table(
        {
            "ts_event": pa.array([ts for ts, _ in kept], pa.int64()),
            "instrument_id": pa.array([instrument_id] * len(kept), pa.string()),
            "price": pa.array([plain(price) for _, price in kept], pa.string()),
        }
    )
    write_table(table, path)


def names_only_an_instrument(item: DataItem) -> bool:
    """Say whether an item means data the run has anyway."""
    others = (item.file, item.bid_file, item.ask_file, item.data_type)
    return given(item.instrument_id) is not None and all(given(value) is None for value in others)


def _id(instrument: Any) -> str:
    return str(instrument.id)


def _is_priced(datum: Any) -> bool:
    return isinstance(datum, Bar | QuoteTick | TradeTick)


def _price(datum: Any) -> Decimal:
    if isinstance(datum, Bar):
        return Decimal(str(datum.close))
    if isinstance(datum, TradeTick):
        return Decimal(str(datum.price))
    return (Decimal(str(datum.bid_price)) + Decimal(str(datum.ask_price))) / 2


def _without_prices() -> QuarterdeckError:
    return QuarterdeckError(
        "UNSUPPORTED",
        "The benchmark has neither bars nor quotes nor trades.",
        "Give an item of bars, quotes or trades.",
        path=PLACE,
    )
