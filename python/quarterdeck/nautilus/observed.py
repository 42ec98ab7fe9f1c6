"""A BacktestEngine that can be watched: same results, but other threads get their turn while it runs."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.core.nautilus_pyo3 import MaxDrawdown
from nautilus_trader.model.enums import BookType, book_type_to_str
from nautilus_trader.model.position import Position

from quarterdeck.nautilus import corrections
from quarterdeck.nautilus.loaded import Loaded
from quarterdeck.nautilus.logthread import LogThread
from quarterdeck.nautilus.markets import Market
from quarterdeck.nautilus.snapshots import Book

STREAM = "backtest_data"
PIECES = 1000
SMALLEST = 16
MOST_DAYS = 20_000


class ObservedEngine(BacktestEngine):  # type: ignore[misc]
    """Feeds its data to itself in slices and calls `observe` between them.

    The engine's own stream is one list, which it can run through without ever letting go of Python's lock.
    A generator under the stream's own name replaces it: the engine asks for the next slice when one is used up,
    so data and order stay exactly the same, and between two slices Python runs.
    """

    def __init__(
        self,
        config: BacktestEngineConfig,
        observe: Callable[["ObservedEngine", int, int | None], None],
        objects: Mapping[str, Mapping[str, Any]],
    ) -> None:
        with corrections.portfolio():
            super().__init__(config)
        # The engine has it and everyone asks for it, but it is not among the statistics registered by default.
        self.portfolio.analyzer.register_statistic(MaxDrawdown())
        self._observe = observe
        self._objects = objects
        self._log_thread = LogThread()
        self._snapshots = Book()
        self.settings = config
        self.markets: list[Market] = []
        self.on_begin: Callable[[ObservedEngine], None] = lambda _: None
        self._streamed = 0
        self.loaded = Loaded()
        self.seconds = 0.0
        self.timezone = "UTC"

    @property
    def snapshots(self) -> list[Position]:
        """Positions as they were when they were closed and, in NETTING, opened anew; in that order."""
        return self._snapshots.kept

    def add_venue(self, venue: Any, *arguments: Any, **options: Any) -> None:
        """Add a venue with the models and modules made for it."""
        book_type = book_type_to_str(options.get("book_type", BookType.L1_MBP))
        bar_execution = options.get("bar_execution", True)
        self.markets.append(Market(venue.value, book_type, bar_execution, f"venue {venue.value}"))
        with corrections.venue_cache(self.kernel):
            super().add_venue(venue, *arguments, **{**options, **self._objects.get(venue.value, {})})

    def add_data(self, data: list[Any], *arguments: Any, **options: Any) -> None:
        """Add data as the engine does, and note it."""
        super().add_data(data, *arguments, **options)
        self.loaded.add(data)

    def run(
        self,
        start: Any = None,
        end: Any = None,
        run_config_id: str | None = None,
        streaming: bool = False,
    ) -> None:
        """Run as the engine does, observed."""
        data = self.data
        if streaming:
            self.loaded.forget()
        if data and not streaming:
            self.add_data_iterator(STREAM, self._slices(data, start))
        began = time.perf_counter()
        self.on_begin(self)
        try:
            with corrections.snapshots(self._snapshots):
                super().run(start=start, end=end, run_config_id=run_config_id, streaming=streaming)
        finally:
            self.seconds += time.perf_counter() - began
        self._streamed += len(data)
        self._observe(self, self._streamed, None if streaming else self._streamed)

    def reset(self) -> None:
        """Reset as the engine does."""
        super().reset()
        self._snapshots = Book()

    def _slices(self, data: list[Any], start: Any) -> Iterator[list[Any]]:
        size = max(SMALLEST, -(-len(data) // PIECES))
        # The engine moves to its start by an index into what the stream holds at that moment.
        first = 0 if start is None else bisect_left(data, _nanoseconds(start), key=lambda datum: datum.ts_init)
        stops = sorted({*range(first + size, len(data), size), *self._day_ends(data, first), len(data)})
        yield data[: stops[0]]
        for begin, stop in pairwise(stops):
            self._log_thread.follow()
            self._observe(self, begin, len(data))
            yield data[begin:stop]

    def _day_ends(self, data: list[Any], first: int) -> Iterator[int]:
        """Give where to cut so that what is observed is the end of a day.

        The engine asks for more when it takes the last datum of a slice, before it acts on it: a slice has to end
        with the first datum of the next day.
        """
        if first >= len(data):
            return
        begin, end = (pd.Timestamp(data[index].ts_init, tz="UTC").tz_convert(self.timezone) for index in (first, -1))
        days = pd.date_range(begin.date(), end.date(), freq="D")[1 : MOST_DAYS + 1]
        # Clocks may change at midnight.
        midnights = days.tz_localize(self.timezone, ambiguous=[True] * len(days), nonexistent="shift_forward")
        at = first
        for midnight in midnights:
            at = bisect_left(data, midnight.value, lo=at, key=lambda datum: datum.ts_init)
            if first < at < len(data) - 1:
                yield at + 1


# The name under which the engine logs.
ObservedEngine.__name__ = BacktestEngine.__name__


def _nanoseconds(moment: Any) -> int:
    return int(pd.to_datetime(moment, utc=True).value)
