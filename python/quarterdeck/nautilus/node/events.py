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

TOGETHER_SECONDS = 0.01
HISTORY = 20
"""Events of an order that are told with it, the last ones."""
LOCAL = (OrderInitialized, OrderEmulated, OrderReleased)


class EventStream:
    """All events of orders, positions and accounts of a node, in the order the engine made them."""

    def __init__(self, kernel: Any, outlet: Outlet) -> None:
        self._cache = kernel.cache
        self._outlet = outlet
        self._loop = asyncio.get_running_loop()
        self._seq = 0
        self._pending: dict[tuple[NodeTopic, str], dict[str, Any] | Callable[[], dict[str, Any]]] = {}
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

    def tell(self, topic: NodeTopic, key: str, data: dict[str, Any] | Callable[[], dict[str, Any]]) -> None:
        """Tell the server how something is now; what changes several times before the next message is told once."""
        if not self._pending:
            self._loop.call_later(TOGETHER_SECONDS, self.flush)
        self._pending[topic, key] = data

    def flush(self) -> None:
        """Send what was told so far."""
        pending, self._pending = self._pending, {}
        events = []
        for (topic, key), data in pending.items():
            self._seq += 1
            events.append(NodeEvent(seq=self._seq, topic=topic, key=key, data=data() if callable(data) else data))
        if events:
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
        self.tell(NodeTopic.order, event.client_order_id.value, lambda: self._order_now(event))
        if isinstance(event, OrderFilled):
            self.tell(NodeTopic.fill, event.trade_id.value, lambda: fill_row(event))

    def _order_now(self, last: OrderEvent) -> dict[str, Any]:
        """Return an order as it is, with the last that happened to it; one that never got in has only that."""
        order = self._cache.order(last.client_order_id)
        row = {"client_order_id": last.client_order_id.value} if order is None else order_row(order)
        row["event"] = type(last).__name__
        if order is not None:
            row["events"] = ";".join(
                f"{type(event).__name__.removeprefix('Order')} {event.ts_event}" for event in order.events[-HISTORY:]
            )
        if reason := getattr(last, "reason", None):
            row["reason"] = str(reason)
        return row

    def _position(self, event: PositionEvent) -> None:
        self._listen(event)
        position = self._cache.position(event.position_id)
        if position is not None:
            self.tell(NodeTopic.position, event.position_id.value, lambda: position_row(position))

    def _account(self, event: AccountState) -> None:
        self._listen(event)
        self.tell(NodeTopic.account, event.account_id.value, lambda: account_row(event))

    def _listen(self, event: OrderEvent | PositionEvent | AccountState) -> None:
        for listener in self.listeners:
            listener(event)
