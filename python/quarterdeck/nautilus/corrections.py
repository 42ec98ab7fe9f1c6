"""The engine's bookkeeping without what makes it quadratic: same results to the last digit, in less time.

Each correction names what it corrects and the versions it was proved on; in other versions it is left out.
`test/engine/test_corrections.py` fails when upstream no longer behaves as described, so that the correction can go.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import nautilus_trader
import nautilus_trader.portfolio.portfolio as portfolio_module
import pandas as pd
from nautilus_trader.analysis.analyzer import PortfolioAnalyzer
from nautilus_trader.cache.cache import Cache
from nautilus_trader.core.datetime import unix_nanos_to_dt
from nautilus_trader.model.identifiers import PositionId
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.model.orders import Order

VERSIONS = ("1.231.0",)
FEW = 64


def apply_here() -> bool:
    """Return whether the corrections were proved on this engine."""
    return nautilus_trader.__version__ in VERSIONS


@contextmanager
def analyzer() -> Iterator[None]:
    """Give the portfolios made meanwhile an analyzer that appends."""
    original = portfolio_module.PortfolioAnalyzer
    if apply_here():
        portfolio_module.PortfolioAnalyzer = AppendingAnalyzer
    try:
        yield
    finally:
        portfolio_module.PortfolioAnalyzer = original


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


class VenueCache(Cache):  # type: ignore[misc]
    """Corrects: at each fill the matching engine asks for all orders there ever were of the position.

    It does so to find the open reduce-only ones, and in NETTING one position has all orders of a strategy.
    Here it is given at most the one there is; where there are several it is given all as before, since it acts
    on them in the order of a set. Everything else is asked of the cache itself, which others see unchanged.
    (Left out is a warning, at each such fill, that legs of a spread were filled by orders in no cache.)
    """

    def __init__(self, cache: Cache) -> None:
        super().__init__()
        for name in dir(Cache):
            if not name.startswith("_") and name not in vars(VenueCache) and callable(getattr(cache, name)):
                # Compiled code would take a bound method of its own class for "not overridden".
                setattr(self, name, partial(getattr(cache, name)))
        self._cache = cache

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
