"""Fills that turn a position round, where the venue takes its commission out of what was bought.

Corrects: the engine splits such a fill in two and the commission with it. The first part closes the position but for
its share of the commission, and is then replaced by the second: that share is lost, and the position is too large by
it for good. Here the second part bears all of the commission, so that the position is what the account holds.
"""

from functools import partial
from typing import Any

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.enums import OmsType
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Money
from nautilus_trader.model.position import Position

from quarterdeck.nautilus.corrections import apply_here


def correct_flips(engine: Any) -> None:
    """Let an execution engine turn positions round by what the account holds."""
    if apply_here():
        # Compiled code calls what an instance has by this name.
        engine._flip_position = partial(_flip, engine, engine._flip_position)


def _flip(
    engine: Any, as_upstream: Any, instrument: Instrument, position: Position, fill: OrderFilled, oms_type: OmsType
) -> None:
    commission = fill.commission
    if (
        oms_type != OmsType.NETTING
        or not position.is_open
        or not position.is_spot_currency
        or commission is None
        or commission.currency != position.base_currency
    ):
        as_upstream(instrument, position, fill, oms_type)
        return
    rest = fill.last_qty - position.quantity
    closing = {"last_qty": str(position.quantity), "commission": str(Money(0, commission.currency))}
    engine._update_position(instrument, position, _part(fill, closing), oms_type)
    engine._cache.snapshot_position(position)
    opening = {"last_qty": str(rest), "event_id": UUID4().value}
    engine._open_position(instrument, None, _part(fill, opening), oms_type)


def _part(fill: OrderFilled, changes: dict[str, str]) -> OrderFilled:
    return OrderFilled.from_dict({**OrderFilled.to_dict(fill), **changes})
