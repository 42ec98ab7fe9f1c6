"""What a run has come to so far, in a small file beside it for whoever watches."""

import os
from pathlib import Path
from typing import Any

import msgspec

from quarterdeck.nautilus.equity import EquityPoint
from quarterdeck.nautilus.trades import trip
from quarterdeck.nautilus.witness import Place

NAME = "live.json"
POINTS = 800
TRIPS = 1_000


def write_live(
    directory: Path, cache: Any, before: list[Any], equity: list[EquityPoint], now: int, place: Place
) -> None:
    """Replace the file: equity so far, counts, the latest trips; never more than a screen of each.

    `before` are positions as they were when they were closed and, in NETTING, opened anew.
    """
    step = max(1, -(-len(equity) // POINTS))
    kept = equity[::step]
    if equity and kept[-1] is not equity[-1]:
        kept = [*kept, equity[-1]]
    total = cache.positions_total_count() + len(before)
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
        "trades": _trips(cache, before, total, place),
    }
    partial = directory / f"{NAME}.{os.getpid()}"
    partial.write_bytes(msgspec.json.encode(live))
    partial.replace(directory / NAME)


def _trips(cache: Any, before: list[Any], total: int, place: Place) -> list[dict[str, Any]]:
    # In order of their closing: what is older than the latest of them need not be sorted.
    now = cache.positions() if total - len(before) <= TRIPS else cache.positions_open()
    latest = sorted([*before[-TRIPS:], *now], key=lambda position: (position.ts_opened, position.id.value))[-TRIPS:]
    return [_trip(number, position, place) for number, position in enumerate(latest, total - len(latest) + 1)]


def _trip(number: int, position: Any, place: Place) -> dict[str, Any]:
    told = trip(position, place)
    # JSON's readers know no integer of so many digits.
    times = {name: None if told[name] is None else str(told[name]) for name in ("ts_opened", "ts_closed")}
    return {"trade": number, **told, **times, "duration_ns": None}
