"""Order commands of tools: sent once, answered with how far the order has come."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.identifiers import ClientId, ClientOrderId, PositionId
from nautilus_trader.model.orders import Order

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import Message, given, optional
from quarterdeck.nautilus.identifiers import check_identifier, parse_instrument_id
from quarterdeck.nautilus.node.desk import Desk
from quarterdeck.nautilus.node.events import EventStream
from quarterdeck.nautilus.node.gate import Gate
from quarterdeck.nautilus.node.known import known_order
from quarterdeck.nautilus.node.orderforms import OrderForms
from quarterdeck.nautilus.node.orderlists import WITH_PARENT, check_list, linked
from quarterdeck.nautilus.node.rows import average_price, event_row, order_row
from quarterdeck.protocol import (
    Contingency,
    ListOrdersParams,
    ListOrdersResult,
    OrderAnswer,
    SubmitOrderListParams,
    SubmitOrderListResult,
    SubmitOrderParams,
    WaitFor,
)
from quarterdeck.trading.compaction import DIGEST, DONE, Done

EVENTS_SHOWN = 20
PATIENCE = 5.0
NOT_OF_THE_ORDER = ("wait_for", "timeout_seconds", "by")
REASONED = ("OrderDenied", "OrderRejected", "OrderModifyRejected", "OrderCancelRejected")
UNANSWERED = (OrderStatus.INITIALIZED, OrderStatus.SUBMITTED, OrderStatus.RELEASED)
PENDING = (OrderStatus.PENDING_UPDATE, OrderStatus.PENDING_CANCEL)
FAILED = (OrderStatus.DENIED, OrderStatus.REJECTED)
GROUPS: dict[str, Callable[[Order], bool]] = {
    "working": lambda order: order.is_open or order.is_emulated,
    "inflight": lambda order: order.is_inflight or order.status in UNANSWERED,
    "done": lambda order: order.is_closed and order.status not in FAILED,
    "failed": lambda order: order.status in FAILED,
}


class Digests:
    """What each client order id of a caller was first used for; known after a restart where the cache is kept."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def get(self, name: str) -> str | None:
        """Return the digest of the arguments an id was used with."""
        kept: bytes | None = self._cache.get(f"{DIGEST}{name}")
        return None if kept is None else kept.decode()

    def __setitem__(self, name: str, digest: str) -> None:
        self._cache.add(f"{DIGEST}{name}", digest.encode())

    def finish(self, name: str, done: Done) -> None:
        """Remember where an order stood that is not kept whole any more."""
        self._cache.add(f"{DONE}{name}", msgspec.json.encode(done))

    def done(self, name: str) -> Done | None:
        """Return where an order stood when it was done, of one that is not kept whole any more."""
        kept: bytes | None = self._cache.get(f"{DONE}{name}")
        return None if kept is None else msgspec.json.decode(kept, type=Done)


class Orders:
    """What tools do with orders."""

    def __init__(
        self,
        kernel: Any,
        desk: Desk,
        forms: OrderForms,
        events: EventStream,
        gate: Gate,
        require_settled: Callable[[], None],
    ) -> None:
        self._cache = kernel.cache
        self._desk = desk
        self._forms = forms
        self._events = events
        self.gate = gate
        self.require_settled = require_settled
        self.digests = Digests(kernel.cache)

    async def submit(self, params: SubmitOrderParams) -> OrderAnswer:
        """Send an order; one whose id was used before with the same arguments is answered, not sent again."""
        name = given(params.client_order_id)
        digest = digest_of(params)
        if name is not None and (done := self.digests.done(name)) is not None and self.digests.get(name) == digest:
            return _done_answer(name, done)
        if name is not None and (earlier := self.repeated(name, digest, "client_order_id")) is not None:
            answer = await self._follow(earlier, params)
            answer.repeated = True
            return answer
        self.require_settled()
        order = self._forms.make(params)
        route = _route(params)
        if name is not None:
            self.digests[name] = digest
        self.gate.asked([order], params)
        self._desk.submit_order(order, **route)
        return await self._follow(order, params)

    async def submit_list(self, params: SubmitOrderListParams) -> SubmitOrderListResult:
        """Send orders that depend on one another, all or none."""
        contingency = given(params.contingency, Contingency.NONE)
        check_list(params.orders, contingency)
        digest = digest_of(params)
        for index, spec in enumerate(params.orders):
            name = given(spec.client_order_id)
            where = f"orders[{index}].client_order_id"
            if name is not None and (earlier := self.repeated(name, digest, where)) is not None:
                return await self._follow_list(self._list_of(earlier), params, repeated=True)
        self.require_settled()
        has_parent = contingency in WITH_PARENT
        orders = [
            self._forms.make(spec, f"orders[{index}]", waits=has_parent and index > 0)
            for index, spec in enumerate(params.orders)
        ]
        route = _route(params)
        order_list = linked(orders, contingency, self._desk.order_factory.generate_order_list_id())
        for spec in params.orders:
            if (name := given(spec.client_order_id)) is not None:
                self.digests[name] = digest
        self.gate.asked(order_list.orders, params)
        self._desk.submit_order_list(order_list, **route)
        return await self._follow_list(order_list.orders, params, repeated=False)

    def page(self, params: ListOrdersParams) -> ListOrdersResult:
        """Return a page of orders, newest first."""
        if (name := given(params.client_order_id)) is not None:
            return ListOrdersResult(orders=[order_row(known_order(self._cache, name, "client_order_id"))], total=1)
        instrument_id = given(params.instrument_id)
        orders = self._cache.orders(
            instrument_id=None if instrument_id is None else parse_instrument_id(instrument_id, "instrument_id")
        )
        group, strategy = given(params.status), given(params.strategy_id)
        if strategy is not None:
            orders = [order for order in orders if order.strategy_id.value == strategy]
        if group is not None:
            orders = [order for order in orders if GROUPS[group](order)]
        orders.sort(key=lambda order: (order.ts_init, order.client_order_id.value), reverse=True)
        after, limit = given(params.after, 0), given(params.limit, 50)
        page = orders[after : after + limit]
        more = after + len(page) < len(orders)
        return ListOrdersResult(
            orders=[order_row(order) for order in page],
            total=len(orders),
            next=optional(after + len(page) if more else None),
        )

    def _list_of(self, order: Order) -> list[Order]:
        known = None if order.order_list_id is None else self._cache.order_list(order.order_list_id)
        return [order] if known is None else known.orders

    async def _follow_list(
        self, orders: list[Order], params: SubmitOrderListParams, *, repeated: bool
    ) -> SubmitOrderListResult:
        wait_for = given(params.wait_for, WaitFor.accepted)
        seconds = given(params.timeout_seconds, PATIENCE)
        # What waits for a parent is not answered by the venue before that.
        free = [order for order in orders if order.parent_order_id is None]
        await asyncio.gather(*(self.answer(order, wait_for, seconds) for order in free))
        return SubmitOrderListResult(
            order_list_id=str(orders[0].order_list_id),
            orders=[
                answer_of(now, waiting=now.parent_order_id is None and not has_come(now, wait_for))
                for now in map(self.current, orders)
            ],
            repeated=optional(repeated or None),
        )

    def repeated(self, name: str, digest: str, path: str) -> Order | None:
        """Return the order an id was used for with these arguments; refuses an id used for others."""
        order = self._cache.order(ClientOrderId(check_identifier(name, path, "client order id")))
        done = self.digests.done(name)
        if order is None and done is None:
            return None
        if order is not None and self.digests.get(name) == digest:
            return order
        which = (
            f"{order.side_string()} {order.quantity} {order.instrument_id}, {order.status_string()}"
            if order is not None
            else f"done long ago, {'' if done is None else done.status}"
        )
        raise QuarterdeckError(
            "ORDER_CONFLICT",
            f'The client order id "{name}" belongs to another order ({which}).',
            "Use a new client_order_id for another order; list_orders shows the one there is.",
            path=path,
        )

    async def _follow(self, order: Order, params: SubmitOrderParams) -> OrderAnswer:
        wait_for = given(params.wait_for, WaitFor.accepted)
        return await self.answer(order, wait_for, given(params.timeout_seconds, PATIENCE))

    async def answer(self, order: Order, wait_for: WaitFor, seconds: float) -> OrderAnswer:
        """Wait until an order has come as far as asked, or the time is up; say how far it is."""

        def is_far() -> bool:
            return has_come(self.current(order), wait_for)

        await self._events.until(is_far, order.client_order_id, seconds)
        return answer_of(self.current(order), waiting=not is_far())

    def current(self, order: Order) -> Order:
        """Return an order as it is now: one that was emulated is another object once it is released."""
        return self._cache.order(order.client_order_id) or order


def has_come(order: Order, wait_for: WaitFor) -> bool:
    """Whether an order is as far as a caller wants to wait for."""
    if order.is_closed:
        return True
    match wait_for:
        case WaitFor.submitted:
            return bool(order.status != OrderStatus.INITIALIZED)
        case WaitFor.accepted:
            # One that is to be changed or cancelled before its venue has answered is not accepted by that.
            asked_too_soon = order.status in PENDING and order.venue_order_id is None
            return order.status not in UNANSWERED and not asked_too_soon
        case _:
            return False


def answer_of(order: Order, *, waiting: bool = False) -> OrderAnswer:
    """Return where an order stands."""
    events = order.events[-EVENTS_SHOWN:]
    last = event_row(events[-1])
    return OrderAnswer(
        client_order_id=order.client_order_id.value,
        venue_order_id=optional(None if order.venue_order_id is None else order.venue_order_id.value),
        status=order.status_string(),
        filled_qty=str(order.filled_qty),
        avg_px=optional(average_price(order)),
        reason=last.reason if last.type in REASONED else msgspec.UNSET,
        events=[event_row(event) for event in events],
        waiting=optional(waiting or None),
    )


def _done_answer(name: str, done: Done) -> OrderAnswer:
    return OrderAnswer(
        client_order_id=name,
        venue_order_id=optional(done.venue_order_id),
        status=done.status,
        filled_qty=done.filled_qty,
        events=[],
        repeated=True,
    )


def digest_of(params: Message) -> str:
    """Return what tells the arguments of an order from others; how long to wait is no part of it."""
    values = msgspec.to_builtins(params)
    kept = {name: value for name, value in values.items() if name not in NOT_OF_THE_ORDER}
    return hashlib.sha256(msgspec.json.encode(kept, order="sorted")).hexdigest()


def _route(params: SubmitOrderParams | SubmitOrderListParams) -> dict[str, Any]:
    return {
        "position_id": _identifier(PositionId, given(params.position_id), "position_id"),
        "client_id": _identifier(ClientId, given(params.client_id), "client_id"),
        "params": given(params.params),
    }


def _identifier(kind: Any, text: str | None, path: str) -> Any:
    return None if text is None else kind(check_identifier(text, path, kind.__name__))
