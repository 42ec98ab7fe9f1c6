"""A BacktestEngine that can be watched: same results, but other threads get their turn while it runs."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.core.nautilus_pyo3 import MaxDrawdown

from quarterdeck.nautilus import corrections
from quarterdeck.nautilus.loaded import Loaded

STREAM = "backtest_data"
PIECES = 400
SMALLEST = 16


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
        with corrections.analyzer():
            super().__init__(config)
        # The engine has it and everyone asks for it, but it is not among the statistics registered by default.
        self.portfolio.analyzer.register_statistic(MaxDrawdown())
        self._observe = observe
        self._objects = objects
        self._streamed = 0
        self.loaded = Loaded()
        self.seconds = 0.0

    def add_venue(self, venue: Any, *arguments: Any, **options: Any) -> None:
        """Add a venue with the models and modules made for it."""
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
        try:
            super().run(start=start, end=end, run_config_id=run_config_id, streaming=streaming)
        finally:
            self.seconds += time.perf_counter() - began
        self._streamed += len(data)
        self._observe(self, self._streamed, None if streaming else self._streamed)

    def _slices(self, data: list[Any], start: Any) -> Iterator[list[Any]]:
        size = max(SMALLEST, -(-len(data) // PIECES))
        # The engine moves to its start by an index into what the stream holds at that moment.
        first = 0 if start is None else bisect_left(data, _nanoseconds(start), key=lambda datum: datum.ts_init)
        stop = first + size
        yield data[:stop]
        while stop < len(data):
            self._observe(self, stop, len(data))
            yield data[stop : stop + size]
            stop += size


# The name under which the engine logs.
ObservedEngine.__name__ = BacktestEngine.__name__


def _nanoseconds(moment: Any) -> int:
    return int(pd.to_datetime(moment, utc=True).value)
