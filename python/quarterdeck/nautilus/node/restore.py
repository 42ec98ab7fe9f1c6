"""Brings a simulated venue back to where its cache says it was: its orders, its balances."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.events import (
    OrderCanceled,
    OrderCancelRejected,
    OrderDenied,
    OrderModifyRejected,
    OrderRejected,
)
from nautilus_trader.model.identifiers import AccountId

RESTING = (OrderStatus.ACCEPTED, OrderStatus.TRIGGERED, OrderStatus.PARTIALLY_FILLED)
UNANSWERED = "the node ended before the simulated venue had answered; it never rested there"
UNSENT = "the node ended before the order left"
UNCONFIRMED = "the node ended before the simulated venue had confirmed it"
NO_INSTRUMENT = "after a restart the simulated venue no longer knows the instrument"


class Restored(NamedTuple):
    """What a venue got back, by client order id; `settled` were in flight when the node ended."""

    resting: list[str]
    settled: dict[str, str]


def account_of(venue: str) -> AccountId:
    """Return the id a simulated venue gives its account."""
    return AccountId(f"{venue}-001")


def balances(account: Any) -> list[str] | None:
    """Return the balances an account had, as a venue is configured with them; None when there is no account."""
    if account is None:
        return None
    return [str(balance.total).replace("_", "") for balance in account.balances().values()]


def seed(exchange: Any, cache: Any, msgbus: Any, process: Any) -> Restored:
    """Put the open orders of a cache back on a simulated exchange and settle those that were in flight.

    A simulated venue lives in the node's process and answers at once, so what the cache does not show as accepted
    never was: nothing about it is guessed. Call it when the exchange has its instruments and before data arrives.

    `process` handles an order event at once: what "ExecEngine.process" is registered with.
    """
    resting: list[str] = []
    settled: dict[str, str] = {}
    for order in sorted(cache.orders(venue=exchange.id), key=lambda each: (each.ts_init, each.client_order_id.value)):
        if order.is_closed or order.status == OrderStatus.EMULATED:
            continue
        for event in _answers(order, cache):
            process(event)
            settled[order.client_order_id.value] = event.reason
        if order.status not in RESTING:
            continue
        engine = exchange.get_matching_engine(order.instrument_id)
        if engine is None:
            process(_canceled(order))
            settled[order.client_order_id.value] = NO_INSTRUMENT
            continue
        with _muted(msgbus, process):
            # What the exchange says of an order it takes in is in the order's past already.
            engine.accept_order(order)
        resting.append(order.client_order_id.value)
    return Restored(resting, settled)


def _answers(order: Any, cache: Any) -> list[Any]:
    """Return what the venue would have said of an order in flight."""
    common = {
        "trader_id": order.trader_id,
        "strategy_id": order.strategy_id,
        "instrument_id": order.instrument_id,
        "client_order_id": order.client_order_id,
        "event_id": UUID4(),
        "ts_init": order.ts_last,
    }
    venue_order = {"venue_order_id": order.venue_order_id, "account_id": order.account_id, "ts_event": order.ts_last}
    if order.status == OrderStatus.PENDING_CANCEL:
        return [OrderCancelRejected(**common, **venue_order, reason=UNCONFIRMED)]
    if order.status == OrderStatus.PENDING_UPDATE:
        return [OrderModifyRejected(**common, **venue_order, reason=UNCONFIRMED)]
    if _waits_for_parent(order, cache):
        return []
    if order.status == OrderStatus.SUBMITTED:
        return [OrderRejected(**common, account_id=order.account_id, ts_event=order.ts_last, reason=UNANSWERED)]
    if order.status in (OrderStatus.INITIALIZED, OrderStatus.RELEASED):
        return [OrderDenied(**common, reason=UNSENT)]
    return []


def _canceled(order: Any) -> OrderCanceled:
    return OrderCanceled(
        order.trader_id,
        order.strategy_id,
        order.instrument_id,
        order.client_order_id,
        order.venue_order_id,
        order.account_id,
        UUID4(),
        order.ts_last,
        order.ts_last,
    )


def _waits_for_parent(order: Any, cache: Any) -> bool:
    """Say whether the exchange holds the order back until its parent is filled, as it does without accepting it."""
    if order.status != OrderStatus.SUBMITTED or order.parent_order_id is None:
        return False
    parent = cache.order(order.parent_order_id)
    return parent is not None and parent.is_open


@contextmanager
def _muted(msgbus: Any, process: Any) -> Iterator[None]:
    msgbus.deregister("ExecEngine.process", process)
    msgbus.register("ExecEngine.process", _ignore)
    try:
        yield
    finally:
        msgbus.deregister("ExecEngine.process", _ignore)
        msgbus.register("ExecEngine.process", process)


def _ignore(event: Any) -> None:
    pass
