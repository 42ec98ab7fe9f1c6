"""A feed of what a catalog holds, at a chosen speed, its times moved to now."""

import asyncio
from collections.abc import Callable, Iterator
from heapq import merge
from typing import Any, NamedTuple

from nautilus_trader.live.factories import LiveDataClientFactory
from nautilus_trader.model.data import Bar, OrderBookDelta, OrderBookDepth10, QuoteTick, TradeTick

from quarterdeck.nautilus.catalog import CLASSES, Catalog, Holding
from quarterdeck.nautilus.node.clientconfigs import ReplayConfig
from quarterdeck.nautilus.node.feed import Feed

SLICE_NS = 86_400_000_000_000
LONGEST_SLEEP = 0.5
SLICE_SECONDS = 0.0005


class Series(NamedTuple):
    """One series to replay."""

    catalog: Catalog
    holding: Holding

    def data(self, start: int | None, end: int | None) -> Iterator[Any]:
        """Yield the series in order of time, a day of it in memory at once."""
        holding = self.holding
        identifier = holding.bar_type or holding.instrument_id
        for first, last in sorted(holding.intervals):
            moment = first if start is None else max(first, start)
            stop = last if end is None else min(last, end)
            while moment <= stop:
                until = min(moment + SLICE_NS - 1, stop)
                yield from self.catalog.store.query(
                    CLASSES[holding.data_type], identifiers=[identifier], start=moment, end=until
                )
                moment = until + 1


class ReplayClient(Feed):
    """Publishes the data of a catalog, subscribed to or not, until there is no more."""

    def __init__(self, loop: Any, name: str, config: ReplayConfig, msgbus: Any, cache: Any, clock: Any) -> None:
        super().__init__(loop, name, msgbus, cache, clock)
        self._settings = config
        self.ended = False
        self.position_ns = 0
        self.on_end: Callable[[str | None], None] = lambda _: None

    async def _connect(self) -> None:
        # What comes first must find the node running.
        self._pump = self._loop.create_task(self._run())
        self._pump.add_done_callback(self._finished)

    async def _run(self) -> None:
        settings = self._settings
        series = self._series()
        stream = merge(*(each.data(settings.start_ns, settings.end_ns) for each in series), key=lambda d: d.ts_init)
        begun, first = self._loop.time(), 0
        turn = begun + SLICE_SECONDS
        for datum in stream:
            first = first or datum.ts_init
            due = begun + (datum.ts_init - first) / 1e9 / settings.speed
            while (wait := due - self._loop.time()) > 0:
                await asyncio.sleep(min(wait, LONGEST_SLEEP))
            self.position_ns = datum.ts_init
            self.deliver(moved(datum, self._clock.timestamp_ns()))
            if self._loop.time() >= turn:
                await asyncio.sleep(0)
                turn = self._loop.time() + SLICE_SECONDS

    def _series(self) -> list[Series]:
        catalog = Catalog(self._settings.catalog)
        wanted = set(self._settings.wanted)
        return [
            Series(catalog, holding)
            for holding in catalog.holdings()
            if (holding.data_type, holding.instrument_id, holding.bar_type) in wanted
        ]

    def _finished(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        self.ended = True
        error = task.exception()
        self.on_end(None if error is None else f"{type(error).__name__}: {error}")

    async def _subscribe_bars(self, command: Any) -> None: ...
    async def _subscribe_order_book_deltas(self, command: Any) -> None: ...
    async def _subscribe_order_book_depth(self, command: Any) -> None: ...
    async def _unsubscribe_bars(self, command: Any) -> None: ...
    async def _unsubscribe_order_book_deltas(self, command: Any) -> None: ...
    async def _unsubscribe_order_book_depth(self, command: Any) -> None: ...


class ReplayFactory(LiveDataClientFactory):
    """Makes the feed."""

    @staticmethod
    def create(loop: Any, name: str, config: Any, msgbus: Any, cache: Any, clock: Any) -> Any:
        """Return the data client."""
        return ReplayClient(loop, name, config, msgbus, cache, clock)


def moved(datum: Any, now: int) -> Any:
    """Return the same datum as if it came now."""
    match datum:
        case QuoteTick():
            return QuoteTick(
                datum.instrument_id, datum.bid_price, datum.ask_price, datum.bid_size, datum.ask_size, now, now
            )
        case TradeTick():
            return TradeTick(
                datum.instrument_id, datum.price, datum.size, datum.aggressor_side, datum.trade_id, now, now
            )
        case Bar():
            return Bar(datum.bar_type, datum.open, datum.high, datum.low, datum.close, datum.volume, now, now)
        case OrderBookDelta():
            return OrderBookDelta(datum.instrument_id, datum.action, datum.order, datum.flags, datum.sequence, now, now)
        case OrderBookDepth10():
            return OrderBookDepth10(
                datum.instrument_id,
                datum.bids,
                datum.asks,
                datum.bid_counts,
                datum.ask_counts,
                datum.flags,
                datum.sequence,
                now,
                now,
            )
        case _:
            return datum
