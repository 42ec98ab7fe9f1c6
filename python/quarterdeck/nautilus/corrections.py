"""The engine's bookkeeping without what makes it quadratic: same results to the last digit, in less time.

Each correction names what it corrects and the versions it was proved on; in other versions it is left out.
`test/engine/test_corrections.py` fails when upstream no longer behaves as described, so that the correction can go.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import nautilus_trader
import nautilus_trader.accounting.manager as manager_module
import nautilus_trader.adapters.sandbox.execution as sandbox_module
import nautilus_trader.portfolio.portfolio as portfolio_module
import nautilus_trader.system.kernel as kernel_module
import pandas as pd
from nautilus_trader.analysis.analyzer import PortfolioAnalyzer
from nautilus_trader.cache.cache import Cache
from nautilus_trader.core.datetime import unix_nanos_to_dt
from nautilus_trader.model.enums import PositionSide
from nautilus_trader.model.identifiers import PositionId
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.model.orders import Order
from nautilus_trader.model.position import Position

from quarterdeck.nautilus.snapshots import Book

VERSIONS = ("1.231.0",)
FEW = 64

type Leg = tuple[Decimal, Decimal, int]
"""Signed quantity, average price and time of opening."""
type Folded = tuple[Decimal, Decimal]

NOTHING = (Decimal(0), Decimal(0))


def apply_here() -> bool:
    """Return whether the corrections were proved on this engine."""
    return nautilus_trader.__version__ in VERSIONS


@contextmanager
def portfolio() -> Iterator[None]:
    """Give the portfolios made meanwhile an analyzer that appends and a cache that keeps open positions in order."""
    analyzer, kind, library = portfolio_module.PortfolioAnalyzer, kernel_module.Portfolio, manager_module.nautilus_pyo3
    if apply_here():
        portfolio_module.PortfolioAnalyzer = AppendingAnalyzer
        kernel_module.Portfolio = _portfolio
        # Stays: accounts are updated while the engine runs.
        manager_module.nautilus_pyo3 = library if isinstance(library, Folding) else Folding(library)
    try:
        yield
    finally:
        portfolio_module.PortfolioAnalyzer, kernel_module.Portfolio = analyzer, kind


def snapshots(book: Book) -> AbstractContextManager[None]:
    """Keep the snapshots of positions made meanwhile in a book; see snapshots.py."""
    return book.open() if apply_here() else nullcontext()


@contextmanager
def venue_cache(kernel: Any) -> Iterator[None]:
    """Give the simulated venues made meanwhile a cache that finds reduce-only orders without a walk over all."""
    original = kernel.cache
    if apply_here():
        kernel._cache = VenueCache(original)
    try:
        yield
    finally:
        kernel._cache = original


@contextmanager
def sandbox() -> Iterator[None]:
    """Give the simulated venues that nodes make meanwhile such a cache as well."""
    original = sandbox_module.SimulatedExchange

    def exchange(cache: Cache, **parts: Any) -> Any:
        return original(cache=VenueCache(cache), **parts)

    if apply_here():
        sandbox_module.SimulatedExchange = exchange
    try:
        yield
    finally:
        sandbox_module.SimulatedExchange = original


class AppendingAnalyzer(PortfolioAnalyzer):  # type: ignore[misc]
    """Corrects: `record_trade` and `add_trade` copy all earlier trades at each trade, `add_positions` all returns.

    Trades wait in lists and become the same Series when somebody reads them.
    """

    _position_returns: pd.Series

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[int, tuple[dict[Currency, pd.Series], dict[Currency, _Column]]] = {}

    def reset(self) -> None:
        """Reset as the engine does."""
        super().reset()
        self._waiting.clear()

    def calculate_statistics(self, account: Any, positions: list[Any]) -> None:
        """Calculate as the engine does."""
        self._settle()
        super().calculate_statistics(account, positions)

    def realized_pnls(self, currency: Currency | None = None) -> pd.Series | None:
        """Return what the engine returns."""
        self._settle()
        return super().realized_pnls(currency)

    def add_positions(self, positions: list[Any]) -> None:
        """Add positions as the engine does, and their returns at once."""
        self._positions += positions
        returns: dict[datetime, float] = {}
        for position in positions:
            if position.realized_pnl is None:
                continue
            self.add_trade(position.id, position.realized_pnl, position.ts_last)
            if position.ts_closed > 0:
                timestamp = unix_nanos_to_dt(position.ts_closed)
                value = float(position.realized_return)
                if timestamp in returns:
                    returns[timestamp] += value
                elif self._position_returns.empty or timestamp in self._position_returns:
                    # The first entry settles the type of the index, and a known one is added to.
                    self.add_position_return(timestamp, value)
                else:
                    returns[timestamp] = 0.0 + value
        if returns:
            more = pd.Series(list(returns.values()), index=pd.Index(list(returns)), dtype="float64")
            self._position_returns = pd.concat([self._position_returns, more])
            self._sync_returns_alias()

    def _append_pnl_record(
        self,
        pnls: dict[Currency, pd.Series],
        timestamps: dict[Currency, pd.Series],
        position_id: PositionId,
        realized_pnl: Money,
        ts_event: int | None,
    ) -> None:
        label, currency = position_id.value, realized_pnl.currency
        self._column(pnls, currency, "float64").append(label, realized_pnl.as_double())
        self._column(timestamps, currency, "object").append(label, None if ts_event is None else int(ts_event))

    def _column(self, table: dict[Currency, pd.Series], currency: Currency, dtype: str) -> "_Column":
        columns = self._waiting.setdefault(id(table), (table, {}))[1]
        if currency not in columns:
            columns[currency] = _Column(dtype)
        return columns[currency]

    def _settle(self) -> None:
        for table, columns in self._waiting.values():
            for currency, column in columns.items():
                series, known = column.series(), table.get(currency)
                table[currency] = series if known is None else pd.concat([known, series])
        self._waiting.clear()


class _Column:
    """Values waiting to become a Series."""

    def __init__(self, dtype: str) -> None:
        self._dtype = dtype
        self._labels: list[str] = []
        self._values: list[Any] = []

    def append(self, label: str, value: Any) -> None:
        self._labels.append(label)
        self._values.append(value)

    def series(self) -> pd.Series:
        return pd.Series(self._values, index=self._labels, dtype=self._dtype)


def _portfolio(msgbus: Any, cache: Cache, clock: Any, config: Any) -> Any:
    return portfolio_module.Portfolio(msgbus=msgbus, cache=PortfolioCache(cache), clock=clock, config=config)


class RelayingCache(Cache):  # type: ignore[misc]
    """A cache that has nothing of its own: what a subclass does not answer is asked of another, which is unchanged."""

    def __init__(self, cache: Cache) -> None:
        super().__init__()
        for name in dir(Cache):
            if not name.startswith("_") and name not in vars(type(self)) and callable(getattr(cache, name)):
                # Compiled code would take a bound method of its own class for "not overridden".
                setattr(self, name, partial(getattr(cache, name)))
        self._cache = cache


class PortfolioCache(RelayingCache):
    """Corrects: at each fill and account update the portfolio asks for the open positions, sorted by id each time.

    With 2,000 of them in HEDGING that is most of the time an order takes. Here the order is kept and only what has
    come and gone is put in its place; the positions themselves are looked up anew.
    """

    def __init__(self, cache: Cache) -> None:
        super().__init__(cache)
        self._sorted: dict[tuple[Any, Any], tuple[set[PositionId], list[PositionId]]] = {}

    def positions_open(
        self,
        venue: Any = None,
        instrument_id: Any = None,
        strategy_id: Any = None,
        side: Any = PositionSide.NO_POSITION_SIDE,
        account_id: Any = None,
    ) -> list[Position]:
        """Return the positions the engine returns, in its order."""
        cache = self._cache
        if venue is None and strategy_id is None and side == PositionSide.NO_POSITION_SIDE:
            ids = cache.position_open_ids(None, instrument_id, None, account_id)
            if len(ids) > FEW:
                return list(map(cache.position, self._in_order((instrument_id, account_id), ids)))
        return list(cache.positions_open(venue, instrument_id, strategy_id, side, account_id))

    def _in_order(self, key: tuple[Any, Any], ids: set[PositionId]) -> list[PositionId]:
        before, order = self._sorted.get(key, (set(), []))
        come, gone = ids - before, before - ids
        if len(come) + len(gone) > FEW:
            order = sorted(ids)
        else:
            for each in gone:
                del order[bisect_left(order, each)]
            for each in come:
                insort(order, each)
        # Without a filter the set is the engine's own, which changes.
        self._sorted[key] = (before if not come and not gone else set(ids), order)
        return order


class Folding:
    """Corrects: at each fill all open positions of an instrument are folded into one anew, for its margin.

    A fold goes from the first to the last, so where the beginning is what it was its result is what it was.
    """

    def __init__(self, library: Any) -> None:
        self._library = library
        self._known: dict[Leg, tuple[list[Leg], Folded]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def fold_net_position(self, legs: list[Leg]) -> Folded:
        """Return what the engine's own function returns."""
        if len(legs) <= FEW:
            return self._fold(legs)
        # The first leg tells one instrument from another, most of the time; the comparison decides.
        before, folded = self._known.get(legs[0], ([], NOTHING))
        count = len(before)
        if count > 0 and legs[:count] == before:
            beginning = [(*folded, before[-1][2])] if folded[0] else []
            result = self._fold([*beginning, *legs[count:]])
        else:
            result = self._fold(legs)
        if len(self._known) > FEW:
            self._known.clear()
        self._known[legs[0]] = (legs, result)
        return result

    def _fold(self, legs: list[Leg]) -> Folded:
        result: Folded = self._library.fold_net_position(legs)
        return result


class VenueCache(RelayingCache):
    """Corrects: at each fill the matching engine asks for all orders there ever were of the position.

    It does so to find the open reduce-only ones, and in NETTING one position has all orders of a strategy.
    Here it is given at most the one there is; where there are several it is given all as before, since it acts
    on them in the order of a set. Everything else is asked of the cache itself, which others see unchanged.
    (Left out is a warning, at each such fill, that legs of a spread were filled by orders in no cache.)
    """

    def orders_for_position(self, position_id: PositionId) -> list[Order]:
        """Return the orders of a position that the matching engine may have to change, or all."""
        cache = self._cache
        position = cache.position(position_id)
        if position is not None:
            ids = cache.client_order_ids_open(None, position.instrument_id)
            if len(ids) <= FEW:
                found = [order for order in map(cache.order, ids) if order.is_reduce_only]
                owners = [cache.position_id(order.client_order_id) for order in found]
                if all(owner is None for owner in owners):
                    return []
                if owners == [position_id]:
                    return found
        return list(cache.orders_for_position(position_id))
