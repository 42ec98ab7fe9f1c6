"""What happens in a node: told to whoever waits in the node, to its journal, and to the server."""

import asyncio
from collections.abc import Callable
from typing import Any

from nautilus_trader.model.events import (
    AccountState,
    OrderEmulated,
    OrderEvent,
    OrderFilled,
    OrderInitialized,
    OrderReleased,
    PositionEvent,
)
from nautilus_trader.model.identifiers import ClientOrderId

from quarterdeck.nautilus.node.rows import account_row, fill_row, order_row, position_row
from quarterdeck.nodehandlers import Outlet
from quarterdeck.protocol import NodeEvent, NodeEvents, NodeTopic

type Listener = Callable[[OrderEvent | PositionEvent | AccountState], None]

LOCAL = (OrderInitialized, OrderEmulated, OrderReleased)


class EventStream:
    """All events of orders, positions and accounts of a node, in the order the engine made them."""

    def __init__(self, kernel: Any, outlet: Outlet) -> None:
        self._cache = kernel.cache
        self._outlet = outlet
        self._loop = asyncio.get_running_loop()
        self._seq = 0
        self._pending: list[NodeEvent] = []
        self._waiters: dict[ClientOrderId, list[asyncio.Event]] = {}
        self.local: set[ClientOrderId] = set()
        """Orders that are in the node only: on their way out, emulated, or sliced by an algorithm."""
        self.listeners: list[Listener] = []
        """Called at once with each event, before anyone else hears of it."""
        for topic, handler in (
            ("events.order.*", self._order),
            ("events.position.*", self._position),
            ("events.account.*", self._account),
        ):
            kernel.msgbus.subscribe(topic=topic, handler=handler)

    def tell(self, topic: NodeTopic, key: str, data: dict[str, Any]) -> None:
        """Tell the server something; what is told in one turn of the loop goes in one message."""
        self._seq += 1
        if not self._pending:
            self._loop.call_soon(self.flush)
        self._pending.append(NodeEvent(seq=self._seq, topic=topic, key=key, data=data))

    def flush(self) -> None:
        """Send what was told so far."""
        if self._pending:
            events, self._pending = self._pending, []
            self._outlet.notify("node_events", NodeEvents(events=events))

    async def until(self, condition: Callable[[], bool], client_order_id: ClientOrderId, seconds: float) -> None:
        """Wait until something is true of an order, looked at again after each of its events, or the time is up."""
        if condition():
            return
        happened = asyncio.Event()
        waiting = self._waiters.setdefault(client_order_id, [])
        waiting.append(happened)
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    happened.clear()
                    await happened.wait()
        except TimeoutError:
            pass
        finally:
            waiting.remove(happened)
            if not waiting:
                self._waiters.pop(client_order_id, None)

    def _order(self, event: OrderEvent) -> None:
        self._listen(event)
        if isinstance(event, LOCAL):
            self.local.add(event.client_order_id)
        else:
            self.local.discard(event.client_order_id)
        for happened in self._waiters.get(event.client_order_id, ()):
            happened.set()
        order = self._cache.order(event.client_order_id)
        if order is not None:
            row = {**order_row(order), "event": type(event).__name__}
            if reason := getattr(event, "reason", None):
                row["reason"] = str(reason)
            self.tell(NodeTopic.order, event.client_order_id.value, row)
        if isinstance(event, OrderFilled):
            self.tell(NodeTopic.fill, event.trade_id.value, fill_row(event))

    def _position(self, event: PositionEvent) -> None:
        self._listen(event)
        position = self._cache.position(event.position_id)
        if position is not None:
            self.tell(NodeTopic.position, event.position_id.value, position_row(position))

    def _account(self, event: AccountState) -> None:
        self._listen(event)
        self.tell(NodeTopic.account, event.account_id.value, account_row(event))

    def _listen(self, event: OrderEvent | PositionEvent | AccountState) -> None:
        for listener in self.listeners:
            listener(event)
