"""Changes to orders that are there: modified, cancelled, one or all."""

import asyncio
from collections.abc import Callable
from typing import Any

from nautilus_trader.model.enums import OrderStatus, order_side_from_str
from nautilus_trader.model.orders import Order

from quarterdeck.message import given
from quarterdeck.nautilus.identifiers import parse_instrument_id
from quarterdeck.nautilus.node.events import EventStream
from quarterdeck.nautilus.node.gate import Gate
from quarterdeck.nautilus.node.known import known_instrument, known_order
from quarterdeck.nautilus.node.orderforms import OrderForms, invalid
from quarterdeck.nautilus.node.orders import PATIENCE, answer_of
from quarterdeck.protocol import (
    CancelAllOrdersParams,
    CancelAllOrdersResult,
    CancelOrderParams,
    ModifyOrderParams,
    OrderAnswer,
)

MODIFIED = ("OrderUpdated", "OrderModifyRejected")
CANCELLED = ("OrderCanceled", "OrderCancelRejected")
OPEN = (
    "INITIALIZED",
    "EMULATED",
    "RELEASED",
    "SUBMITTED",
    "ACCEPTED",
    "TRIGGERED",
    "PENDING_UPDATE",
    "PENDING_CANCEL",
    "PARTIALLY_FILLED",
)
FIELDS = ("quantity", "price", "trigger_price")


class OrderChanges:
    """Changes orders in the name of whoever placed them."""

    def __init__(
        self, kernel: Any, forms: OrderForms, events: EventStream, gate: Gate, owner: Callable[[Any], Any]
    ) -> None:
        self._cache = kernel.cache
        self._forms = forms
        self._events = events
        self._gate = gate
        self._owner = owner

    async def modify(self, params: ModifyOrderParams) -> OrderAnswer:
        """Change an order and wait for the venue's answer."""
        order = known_order(self._cache, params.client_order_id, "client_order_id")
        values = self._changes(order, params)
        seen = len(order.events)
        self._gate.asked([order], params)
        self._owner(order).modify_order(order, **values)
        return await self._settle(order, seen, MODIFIED, given(params.timeout_seconds, PATIENCE))

    async def cancel(self, params: CancelOrderParams) -> OrderAnswer:
        """Cancel an order; one that is done already is answered as it is."""
        order = known_order(self._cache, params.client_order_id, "client_order_id")
        if order.is_closed:
            answer = answer_of(order)
            answer.repeated = True
            return answer
        self._gate.asked([order], params)
        return await self._cancel(order, given(params.timeout_seconds, PATIENCE))

    async def cancel_all(self, params: CancelAllOrdersParams) -> CancelAllOrdersResult:
        """Cancel what is open, order by order: the engine's own way takes those of other strategies along."""
        orders = self._meant(params)
        seconds = given(params.timeout_seconds, PATIENCE)
        self._gate.asked(orders, params)
        answers = await asyncio.gather(*(self._cancel(order, seconds) for order in orders))
        return CancelAllOrdersResult(
            cancelled=[answer.client_order_id for answer in answers if answer.status not in OPEN],
            left=[answer for answer in answers if answer.status in OPEN],
        )

    def working(self) -> list[Order]:
        """Return every order that is or may be open somewhere."""
        cache = self._cache
        local = [order for name in self._events.local if (order := cache.order(name)) is not None]
        found = [*cache.orders_open(), *cache.orders_inflight(), *local]
        return list({order.client_order_id: order for order in found}.values())

    async def _cancel(self, order: Order, seconds: float) -> OrderAnswer:
        if order.exec_algorithm_id is None:
            # On its way through the risk engine; a cancel takes a shorter way and would come first.
            await self._events.until(
                lambda: order.status != OrderStatus.INITIALIZED, order.client_order_id, min(seconds, 1.0)
            )
        order = self._cache.order(order.client_order_id) or order
        seen = len(order.events)
        if not order.is_closed:
            self._owner(order).cancel_order(order)
        return await self._settle(order, seen, CANCELLED, seconds)

    def _meant(self, params: CancelAllOrdersParams) -> list[Order]:
        orders = self.working()
        if (name := given(params.instrument_id)) is not None:
            instrument_id = parse_instrument_id(name, "instrument_id")
            known_instrument(self._cache, name, "instrument_id")
            orders = [order for order in orders if order.instrument_id == instrument_id]
        if (side := given(params.side)) is not None:
            orders = [order for order in orders if order.side == order_side_from_str(str(side))]
        if (strategy := given(params.strategy_id)) is not None:
            orders = [order for order in orders if order.strategy_id.value == strategy]
        return orders

    def _changes(self, order: Order, params: ModifyOrderParams) -> dict[str, Any]:
        if order.is_closed:
            raise invalid(
                f"The order is {order.status_string()} and cannot be changed.", "Place a new one.", "client_order_id"
            )
        instrument = known_instrument(self._cache, str(order.instrument_id), "client_order_id")
        values: dict[str, Any] = {}
        if (text := given(params.quantity)) is not None:
            values["quantity"] = self._forms.quantity(text, instrument, "quantity")
            if values["quantity"] < order.filled_qty:
                raise invalid(f"{order.filled_qty} is filled already.", "Cancel the order instead.", "quantity")
        for name in ("price", "trigger_price"):
            if (text := given(getattr(params, name))) is None:
                continue
            if not getattr(order, f"has_{name}"):
                raise invalid(f"A {order.type_string()} order has no {name}.", "Leave it out.", name)
            values[name] = self._forms.price(text, instrument, name)
        if all(value == getattr(order, name) for name, value in values.items()):
            raise invalid(
                "Nothing about the order would change.", f"Give another {', '.join(FIELDS)}.", "client_order_id"
            )
        return values

    async def _settle(self, order: Order, seen: int, awaited: tuple[str, ...], seconds: float) -> OrderAnswer:
        """Wait for the answer to a change; says `waiting` when there was none in time."""

        def now() -> Order:
            return self._cache.order(order.client_order_id) or order

        def is_settled() -> bool:
            return now().is_closed or any(type(event).__name__ in awaited for event in now().events[seen:])

        await self._events.until(is_settled, order.client_order_id, seconds)
        return answer_of(now(), waiting=not is_settled())
