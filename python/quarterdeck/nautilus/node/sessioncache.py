"""What a session did itself, of a cache that remembers the sessions before."""

from collections.abc import Callable
from typing import Any

from nautilus_trader.model.identifiers import ClientOrderId, PositionId


class SessionCache:
    """The node's cache without what was over when the session began; `restored` are the orders it began with.

    `gone` returns the orders of the session that the cache has no more.
    """

    def __init__(self, cache: Any, gone: Callable[[], list[Any]]) -> None:
        self._cache = cache
        self._gone = gone
        self.restored: frozenset[ClientOrderId] = frozenset(order.client_order_id for order in cache.orders())
        self._over = frozenset(order.client_order_id for order in cache.orders_closed())
        self._closed: dict[PositionId, int] = {position.id: position.ts_closed for position in cache.positions_closed()}
        self._snapshots = frozenset(position.id for position in cache.position_snapshots())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def orders(self) -> list[Any]:
        """Return the orders that were open in the session."""
        kept = (order for order in self._cache.orders() if order.client_order_id not in self._over)
        return [*self._gone(), *kept]

    def positions(self) -> list[Any]:
        """Return the positions that were open in the session."""
        return [
            position
            for position in self._cache.positions()
            if not (position.is_closed and self._closed.get(position.id) == position.ts_closed)
        ]

    def position_snapshots(self) -> list[Any]:
        """Return what positions were that the session closed and opened anew."""
        return [
            snapshot
            for snapshot in self._cache.position_snapshots()
            if snapshot.id not in self._snapshots and not self._is_earlier(snapshot)
        ]

    def orders_total_count(self) -> int:
        """Return how many orders the cache has of the session."""
        return sum(order.client_order_id not in self._over for order in self._cache.orders())

    def positions_total_count(self) -> int:
        """Return how many positions there are."""
        return len(self.positions())

    def _is_earlier(self, snapshot: Any) -> bool:
        """Say whether it is a position that was closed before the session, and kept when the session opened it anew."""
        return snapshot.ts_closed in self._closed.values()
