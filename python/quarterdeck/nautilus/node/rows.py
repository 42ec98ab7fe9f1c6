"""Orders, fills, positions and accounts as they cross to the server: the engine's own fields, decimals as text."""

from decimal import Decimal
from typing import Any

from nautilus_trader.model.events import AccountState, OrderEvent, OrderFilled
from nautilus_trader.model.orders import Order
from nautilus_trader.model.position import Position

from quarterdeck.message import optional
from quarterdeck.nautilus.convert import iso_time, plain
from quarterdeck.protocol import OrderEventRow

AS_THEY_ARE = frozenset({str, bool, type(None)})


def order_row(order: Order) -> dict[str, Any]:
    """Return an order's `to_dict()`, times as ISO-8601 to the nanosecond."""
    return _crossing(order.to_dict())


def fill_row(fill: OrderFilled) -> dict[str, Any]:
    """Return a fill's `to_dict()`."""
    return _crossing(OrderFilled.to_dict(fill))


def position_row(position: Position) -> dict[str, Any]:
    """Return a position's `to_dict()`."""
    return _crossing(position.to_dict())


def account_row(state: AccountState) -> dict[str, Any]:
    """Return an account state's `to_dict()`."""
    return _crossing(AccountState.to_dict(state))


def event_row(event: OrderEvent) -> OrderEventRow:
    """Return what happened to an order, in short."""
    filled = isinstance(event, OrderFilled)
    return OrderEventRow(
        type=type(event).__name__,
        ts_event=iso_time(event.ts_event),
        reason=optional(getattr(event, "reason", None) or None),
        last_qty=optional(str(event.last_qty) if filled else None),
        last_px=optional(str(event.last_px) if filled else None),
        commission=optional(str(event.commission) if filled else None),
    )


def average_price(order: Order) -> str | None:
    """Return the average price of an order's fills; the engine keeps it as a binary number."""
    return plain(Decimal(str(order.avg_px))) if order.filled_qty > 0 else None


def _crossing(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value if type(value) in AS_THEY_ARE else _value(name, value) for name, value in values.items()}


def _value(name: str, value: Any) -> Any:
    if type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, int):
        is_time = name.startswith("ts_") or name == "expire_time_ns"
        return iso_time(value) if is_time and value > 0 else str(value) if abs(value) > 2**53 else value
    if isinstance(value, float):
        return plain(Decimal(str(value)))
    if isinstance(value, dict):
        return {str(key): _value(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_value("", item) for item in value]
    return str(value)
