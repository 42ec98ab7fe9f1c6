"""What a run has come to so far, in a small file beside it for whoever watches."""

import os
from pathlib import Path
from typing import Any

import msgspec
from nautilus_trader.model.enums import OrderSide

from quarterdeck.nautilus.convert import decimal_text, plain
from quarterdeck.nautilus.equity import EquityPoint
from quarterdeck.nautilus.trades import price_text

NAME = "live.json"
POINTS = 800
TRIPS = 200
COUNTED = 5_000


def write_live(directory: Path, cache: Any, equity: list[EquityPoint], now: int) -> None:
    """Replace the file: equity so far, counts, the latest trips; never more than a screen of each."""
    step = max(1, -(-len(equity) // POINTS))
    kept = equity[::step]
    if equity and kept[-1] is not equity[-1]:
        kept = [*kept, equity[-1]]
    total = cache.positions_total_count()
    live = {
        "ts_event": str(now),
        "counts": {
            "orders": cache.orders_total_count(),
            "positions": total,
            "open": cache.positions_open_count(),
        },
        "equity": [
            {"ts_event": str(point.ts), "venue": point.venue, "currency": point.currency, "equity": point.equity}
            for point in kept
        ],
        "trades": _trips(cache) if total <= COUNTED else [],
    }
    partial = directory / f"{NAME}.{os.getpid()}"
    partial.write_bytes(msgspec.json.encode(live))
    partial.replace(directory / NAME)


def _trips(cache: Any) -> list[dict[str, Any]]:
    positions = sorted(cache.positions(), key=lambda position: (position.ts_opened, position.id.value))
    first = max(0, len(positions) - TRIPS)
    return [_trip(number, position) for number, position in enumerate(positions[first:], first + 1)]


def _trip(number: int, position: Any) -> dict[str, Any]:
    closed = position.is_closed
    pnl = position.realized_pnl
    return {
        "trade": number,
        "position_id": position.id.value,
        "instrument_id": position.instrument_id.value,
        "side": "LONG" if position.entry == OrderSide.BUY else "SHORT",
        "quantity": decimal_text(position.peak_qty),
        "ts_opened": str(position.ts_opened),
        "ts_closed": str(position.ts_closed) if closed else None,
        "entry_price": price_text(position.avg_px_open),
        "exit_price": price_text(position.avg_px_close) if closed else None,
        "pnl": None if pnl is None or not closed else plain(pnl.as_decimal()),
        "currency": position.settlement_currency.code,
    }
