"""Done orders of simulated venues beyond the latest: out of memory, into a file of the session, still answered for."""

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from nautilus_trader.model.events import OrderEvent
from nautilus_trader.model.identifiers import ClientOrderId
from nautilus_trader.serialization.serializer import MsgSpecSerializer

from quarterdeck.nautilus.node.cachejournal import Records, append_order
from quarterdeck.trading.compaction import Bounds, Done
from quarterdeck.trading.journal import Journal, read_journal

KEPT = Bounds().orders
"""Done orders that stay in memory: as many as a journal keeps whole."""
AT_ONCE = 3
"""Orders that go for each that ends: a few more than one, so that a backlog goes too."""


class Trimming:
    """Lets a session's memory not grow with its orders. An order that an open one depends on stays.

    Parameters
    ----------
    path : Path
        Where the orders go.
    is_simulated : Callable
        Whether an order's fills are simulated in the node: only then nobody can say anything of it afterwards.
    finish : Callable
        Takes name and state of an order that goes, for whoever asks for it again.

    """

    def __init__(
        self, kernel: Any, path: Path, is_simulated: Callable[[Any], bool], finish: Callable[[str, Done], None]
    ) -> None:
        self._cache = kernel.cache
        self._path = path
        self._is_simulated = is_simulated
        self._finish = finish
        self._loop = asyncio.get_running_loop()
        self._file: Journal | None = None
        done = sorted(self._cache.orders_closed(), key=lambda order: order.ts_last)
        self._done: deque[ClientOrderId] = deque(order.client_order_id for order in done)
        self._over = frozenset(self._done)
        self.count = 0

    def hear(self, event: Any) -> None:
        """Take note of an order that ended."""
        if not isinstance(event, OrderEvent):
            return
        order = self._cache.order(event.client_order_id)
        if order is not None and order.is_closed:
            self._done.append(order.client_order_id)
            if len(self._done) > KEPT:
                # Not amid the handling of an event.
                self._loop.call_soon(self._trim)

    def orders(self) -> list[Any]:
        """Return the orders of the session that went, as they were."""
        if self._file is None:
            return []
        self._file.sync()
        records = Records(MsgSpecSerializer(encoding=msgspec.json, timestamps_as_str=True), frozenset())
        for record in read_journal(self._path):
            records.take(record)
        return list(records.orders.values())

    def close(self) -> None:
        """Forget the file; the session's tables have what was in it."""
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)
            self._file = None

    def _trim(self) -> None:
        for _ in range(min(AT_ONCE, len(self._done) - KEPT)):
            name = self._done.popleft()
            order = self._cache.order(name)
            if order is None or not order.is_closed:
                continue
            if not self._is_simulated(order) or self._is_needed(order) or not self._written(order):
                self._done.append(name)
                return
            number = order.venue_order_id
            state = Done(order.status_string(), str(order.filled_qty), None if number is None else number.value)
            self._finish(name.value, state)
            self._cache.purge_order(name)
            self.count += 1

    def _is_needed(self, order: Any) -> bool:
        relatives = [*(order.linked_order_ids or ()), order.parent_order_id, order.exec_spawn_id]
        related = [self._cache.order(name) for name in relatives if name is not None]
        return any(other is not None and not other.is_closed for other in related)

    def _written(self, order: Any) -> bool:
        if order.client_order_id in self._over:
            return True
        if self._file is None:
            self._file = Journal(self._path)
        with self._file.together():
            append_order(self._file, order)
        return self._file.failure is None
