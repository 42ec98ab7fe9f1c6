"""Prices that a run saw in a stream and did not keep, read from its catalog again: as columns, not as objects."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import PriceType

from quarterdeck.nautilus.selection import Selection
from quarterdeck.nautilus.series import floats

COLUMNS = {
    "QuoteTick": {True: ("bid_price",), False: ("ask_price",)},
    "TradeTick": dict.fromkeys((True, False), ("price",)),
}
BAR = ("low", "high")


class HeldTrack(NamedTuple):
    """Lowest and highest prices by time; `whole`: of bars, whose time is when they had closed."""

    times: np.ndarray
    low: np.ndarray
    high: np.ndarray
    precision: int
    whole: bool

    def extremes(self, begin: int, end: int) -> tuple[float, float] | None:
        """Return the lowest low and the highest high from `begin` to `end`."""
        start = int(np.searchsorted(self.times, begin, side="right" if self.whole else "left"))
        stop = int(np.searchsorted(self.times, end, side="right"))
        if start >= stop:
            return None
        low, high = float(self.low[start:stop].min()), float(self.high[start:stop].max())
        return round(low, self.precision), round(high, self.precision)


class HeldPrices:
    """The prices of one instrument between two times."""

    def __init__(self, selections: list[Selection], begin: int, end: int) -> None:
        self._selections = selections
        self._begin = begin
        self._end = end
        self._tracks: dict[bool, HeldTrack | None] = {}

    def extremes(self, begin: int, end: int, long: bool) -> tuple[float, float] | None:
        """Return the lowest and highest price at which a position could have been closed."""
        if long not in self._tracks:
            self._tracks[long] = self._track(long)
        track = self._tracks[long]
        return None if track is None else track.extremes(begin, end)

    def _track(self, long: bool) -> HeldTrack | None:
        for kind, sides in COLUMNS.items():
            for selection in self._of(kind):
                if (track := self._read(selection, sides[long], whole=False)) is not None:
                    return track
        wanted, other = (PriceType.BID, PriceType.ASK) if long else (PriceType.ASK, PriceType.BID)

        def order(selection: Selection) -> tuple[int, int]:
            spec = BarType.from_str(selection.series[0].target).spec
            rank = 0 if spec.price_type == wanted else 2 if spec.price_type == other else 1
            return rank, int(spec.timedelta.value)

        bars = sorted(self._of("Bar"), key=order)
        return next((track for bar in bars if (track := self._read(bar, BAR, whole=True)) is not None), None)

    def _of(self, kind: str) -> Iterable[Selection]:
        return [selection for selection in self._selections if selection.series[0].data_type == kind]

    def _read(self, selection: Selection, names: tuple[str, ...], *, whole: bool) -> HeldTrack | None:
        tables = selection.columns(["ts_init", *names], self._begin, self._end)
        if not tables:
            return None
        table: Any = pa.concat_tables(tables)
        times = table["ts_init"].to_numpy().astype(np.int64)
        low, high = floats(table[names[0]]), floats(table[names[-1]])
        return HeldTrack(times, low, high, selection.instrument.price_precision, whole)
