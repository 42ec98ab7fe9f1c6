"""A session of a node against a backtest of it: the first order that differs, slippage, latency."""

from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from statistics import fmean, median
from typing import Any

import msgspec
import pyarrow.parquet as pq

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import optional
from quarterdeck.protocol import (
    CompareSessionParams,
    DivergingOrder,
    SessionComparison,
    SessionFile,
    SessionLatencies,
    SessionLatency,
    SessionSlippage,
)

SESSION = "session.json"
COMPARED = ("strategy_id", "instrument_id", "side", "type", "quantity", "price", "trigger_price", "time_in_force")
"""What an order is; its ids and times are those of its run."""
SHOWN = (*COMPARED, "client_order_id", "ts_init", "status", "avg_px", "reason")
ANSWERS = ("Accepted", "Rejected", "Filled", "Canceled", "Expired")

type Row = dict[str, Any]


def compare(params: CompareSessionParams) -> SessionComparison:
    """Compare the orders of the strategies one by one, in the order they were made."""
    file = Path(params.session_directory, SESSION)
    if not file.is_file():
        raise QuarterdeckError(
            "NO_DATA",
            "This run is no session of a node, or of one that kept no record of what it was.",
            "list_runs shows of which kind runs are.",
            path="session",
        )
    session = msgspec.json.decode(file.read_bytes(), type=SessionFile)
    begin, end = int(session.begin), int(session.end)
    mine, others = _orders(params.session_directory, session.strategies, begin, end)
    theirs, _ = _orders(params.run_directory, session.strategies, begin, end)
    alike, diverging = _first_difference(mine, theirs)
    pairs = [
        (left, right)
        for left, right in zip(mine[:alike], theirs[:alike], strict=True)
        if left.get("avg_px") and right.get("avg_px")
    ]
    worse = [_slippage(left, right) for left, right in pairs]
    return SessionComparison(
        orders_alike=alike,
        order=optional(diverging),
        other_orders=others,
        fills_compared=len(pairs),
        slippage_bps=SessionSlippage(
            mean=fmean(worse) if worse else None,
            worst=max(worse) if worse else None,
        ),
        latency_ms=SessionLatencies(session=_latency(mine[:alike]), backtest=_latency(theirs[:alike])),
        warnings=session.warnings,
    )


def _orders(directory: str, strategies: list[str], begin: int, end: int) -> tuple[list[Row], int]:
    rows: list[Row] = pq.read_table(Path(directory, "orders.parquet")).to_pylist()
    compared = [
        row
        for row in rows
        if row.get("strategy_id") in strategies and not row.get("restored") and begin <= row["ts_init"] < end
    ]
    return compared, len(rows) - len(compared)


def _first_difference(mine: list[Row], theirs: list[Row]) -> tuple[int, DivergingOrder | None]:
    for index, (left, right) in enumerate(zip_longest(mine, theirs)):
        if left is None or right is None:
            return index, DivergingOrder(differs=[], session=_shown(left), backtest=_shown(right))
        differs = [name for name in COMPARED if left.get(name) != right.get(name)]
        if differs:
            return index, DivergingOrder(differs=differs, session=_shown(left), backtest=_shown(right))
    return len(mine), None


def _shown(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {name: str(row[name]) if name == "ts_init" else row.get(name) for name in SHOWN if row.get(name) is not None}


def _slippage(mine: Row, theirs: Row) -> float:
    """Return how much worse the session's price is, in basis points of the backtest's."""
    had, expected = Decimal(str(mine["avg_px"])), Decimal(str(theirs["avg_px"]))
    worse = had - expected if mine["side"] == "BUY" else expected - had
    return float(worse / abs(expected) * 10_000) if expected else 0.0


def _latency(rows: list[Row]) -> SessionLatency:
    found: list[float] = []
    for row in rows:
        times = dict(reversed([event.split(" ", 1) for event in str(row.get("events") or "").split(";") if event]))
        answered = [int(times[name]) for name in ANSWERS if name in times]
        if "Submitted" in times and answered:
            found.append((min(answered) - int(times["Submitted"])) / 1e6)
    return SessionLatency(median=median(found) if found else None, longest=max(found) if found else None)
