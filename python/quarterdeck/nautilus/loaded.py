"""The data an engine was given, as it was given: by type and instrument, in order of time."""

from bisect import bisect_left, bisect_right
from typing import Any

from nautilus_trader.model.data import Bar, CustomData

from quarterdeck.nautilus.itemparts import SeriesName, series_of

SAMPLES = 64


class Series:
    """All data of one type and instrument or bar type."""

    def __init__(self, kind: str, target: str, instrument_id: str) -> None:
        self.kind = kind
        self.target = target
        self.instrument_id = instrument_id
        self.pieces: list[list[Any]] = []

    @property
    def name(self) -> SeriesName:
        """Which series it is."""
        return SeriesName(self.kind, self.target, self.instrument_id)

    def count(self, begin: int | None = None, end: int | None = None) -> int:
        """Return how much data there is from `begin` to `end`, both included."""
        return sum(stop - start for start, stop in (_bounds(piece, begin, end) for piece in self.pieces))

    def between(self, begin: int, end: int) -> list[Any]:
        """Return the data from `begin` to `end`, both included, in order of time."""
        found = [piece[slice(*_bounds(piece, begin, end))] for piece in self.pieces]
        if len(found) == 1:
            return found[0]
        return sorted((datum for piece in found for datum in piece), key=lambda datum: datum.ts_init)

    def first(self, begin: int | None = None) -> int | None:
        """Return the first time, from `begin` on."""
        times = [
            piece[start].ts_init for piece in self.pieces if (start := _bounds(piece, begin, None)[0]) < len(piece)
        ]
        return min(times, default=None)

    def last(self, end: int | None = None) -> int | None:
        """Return the last time, up to `end`."""
        times = [piece[stop - 1].ts_init for piece in self.pieces if (stop := _bounds(piece, None, end)[1]) > 0]
        return max(times, default=None)


class Loaded:
    """What went into an engine. Knows nothing of data that comes mixed or in a stream, and says so."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str], Series] = {}
        self.complete = True

    def add(self, data: list[Any]) -> None:
        """Note a list of data; its objects are kept, not copied."""
        if not data:
            return
        step = max(1, len(data) // SAMPLES)
        names = {_name(datum) for datum in (*data[::step], data[-1])}
        if len(names) > 1 or None in names:
            self.complete = False
            return
        kind, target, instrument_id = _name(data[0]) or ("", "", "")
        series = self._series.setdefault((kind, target), Series(kind, target, instrument_id))
        series.pieces.append(data)

    def forget(self) -> None:
        """Drop what was noted: the data of a stream is not kept."""
        self._series.clear()
        self.complete = False

    def series(self) -> list[Series]:
        """Return all series."""
        return list(self._series.values())

    def find(self, kind: str, target: str) -> Series | None:
        """Return one series."""
        return self._series.get((kind, target))

    def of_instrument(self, instrument_id: str) -> list[Series]:
        """Return the series of an instrument."""
        return [series for series in self._series.values() if series.instrument_id == instrument_id]


def _name(datum: Any) -> tuple[str, str, str] | None:
    if isinstance(datum, Bar):
        return "Bar", str(datum.bar_type), str(datum.bar_type.instrument_id)
    if isinstance(datum, CustomData):
        return series_of(datum.data)
    instrument_id = getattr(datum, "instrument_id", None)
    return None if instrument_id is None else (type(datum).__name__, str(instrument_id), str(instrument_id))


def _bounds(piece: list[Any], begin: int | None, end: int | None) -> tuple[int, int]:
    def key(datum: Any) -> int:
        return int(datum.ts_init)

    start = 0 if begin is None else bisect_left(piece, begin, key=key)
    stop = len(piece) if end is None else bisect_right(piece, end, key=key)
    return start, max(start, stop)
