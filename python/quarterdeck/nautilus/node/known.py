"""What a node knows by name, and what was probably meant by a name it does not know."""

from typing import Any

import msgspec
from nautilus_trader.model.identifiers import ClientOrderId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.orders import Order

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.nautilus.identifiers import check_identifier, parse_instrument_id
from quarterdeck.trading.compaction import DONE, Done


def known_instrument(cache: Any, name: str, path: str) -> Instrument:
    """Return an instrument of the node."""
    instrument: Instrument | None = cache.instrument(parse_instrument_id(name, path))
    if instrument is not None:
        return instrument
    names = [str(instrument_id) for instrument_id in cache.instrument_ids()]
    raise QuarterdeckError(
        "UNKNOWN_INSTRUMENT",
        f'The node knows no instrument "{name}".{did_you_mean(name, names)}',
        "load_instruments adds one; get_trading_node lists those there are.",
        path=path,
    )


def known_order(cache: Any, name: str, path: str) -> Order:
    """Return an order of the node."""
    order: Order | None = cache.order(ClientOrderId(check_identifier(name, path, "client order id")))
    if order is not None:
        return order
    if (kept := cache.get(f"{DONE}{name}")) is not None:
        done = msgspec.json.decode(kept, type=Done)
        raise QuarterdeckError(
            "ORDER_NOT_FOUND",
            f'The order "{name}" was done long ago, {done.status} ({done.filled_qty} filled), and is not kept whole.',
            "The node's audit log and, once it has stopped, its run have what happened to it.",
            path=path,
        )
    names = [str(each) for each in cache.client_order_ids()]
    raise QuarterdeckError(
        "ORDER_NOT_FOUND",
        f'The node has no order "{name}".{did_you_mean(name, names[-1000:])}',
        "list_orders shows the orders there are.",
        path=path,
    )
