"""Orders that depend on one another: OTO, OCO, OUO and brackets."""

from typing import Any

from nautilus_trader.model.events import OrderInitialized
from nautilus_trader.model.identifiers import ClientOrderId, OrderListId
from nautilus_trader.model.orders import Order, OrderList, OrderUnpacker

from quarterdeck.message import given
from quarterdeck.nautilus.node.orderforms import invalid
from quarterdeck.protocol import Contingency, OrderSpec

FEWEST = {Contingency.NONE: 1, Contingency.OTO: 2, Contingency.OCO: 2, Contingency.OUO: 2, Contingency.BRACKET: 2}
WITH_PARENT = (Contingency.OTO, Contingency.BRACKET)


def check_list(specs: list[OrderSpec], contingency: Contingency) -> None:
    """Refuse lists whose orders do not fit together."""
    if len(specs) < FEWEST[contingency]:
        raise invalid(f"{contingency} takes two orders at least.", "Give the others too.", "orders")
    names: set[str] = set()
    for index, spec in enumerate(specs):
        if contingency != Contingency.NONE and spec.instrument_id != specs[0].instrument_id:
            raise invalid(
                f"Orders that depend on one another are of one instrument; this one is of {spec.instrument_id}.",
                f"Use {specs[0].instrument_id}, or contingency NONE.",
                f"orders[{index}].instrument_id",
            )
        name = given(spec.client_order_id)
        if name is not None and name in names:
            raise invalid(
                "The same client_order_id is there twice.",
                "Give each order an id of its own.",
                f"orders[{index}].client_order_id",
            )
        names |= {name} if name is not None else set()
        if contingency == Contingency.BRACKET and index and spec.side == specs[0].side:
            raise invalid(
                "Take profit and stop loss of a bracket are on the other side of its entry.",
                f"Use {'SELL' if spec.side == 'BUY' else 'BUY'}.",
                f"orders[{index}].side",
            )


def linked(orders: list[Order], contingency: Contingency, list_id: OrderListId) -> OrderList:
    """Return a list of the same orders, each knowing those it depends on."""
    ids = [order.client_order_id for order in orders]
    return OrderList(list_id, [_linked(order, index, ids, contingency, list_id) for index, order in enumerate(orders)])


def _linked(
    order: Order, index: int, ids: list[ClientOrderId], contingency: Contingency, list_id: OrderListId
) -> Order:
    """Make an order anew from its first event: only there can what it depends on be said."""
    values: dict[str, Any] = OrderInitialized.to_dict(order.init_event)
    has_parent = contingency in WITH_PARENT
    is_parent = has_parent and index == 0
    others = [other.value for other in ids if other != order.client_order_id]
    siblings = others[1:] if has_parent and not is_parent else others
    kind = _kind(contingency, is_parent)
    values["order_list_id"] = list_id.value
    values["contingency_type"] = kind
    if kind != "NO_CONTINGENCY" and siblings:
        values["linked_order_ids"] = siblings
    if has_parent and not is_parent:
        values["parent_order_id"] = ids[0].value
    if contingency == Contingency.BRACKET and not is_parent:
        values["reduce_only"] = True
    return OrderUnpacker.from_init(OrderInitialized.from_dict(values))


def _kind(contingency: Contingency, is_parent: bool) -> str:
    if is_parent:
        return "OTO"
    if contingency == Contingency.BRACKET:
        return "OUO"
    if contingency in (Contingency.OCO, Contingency.OUO):
        return str(contingency)
    return "NO_CONTINGENCY"
