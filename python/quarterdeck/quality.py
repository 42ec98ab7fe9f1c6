"""What is wrong with a series of market data: found in its columns, counted, with examples."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

EXAMPLES = 3
DAY = 86_400 * 10**9
# Ticks come unevenly: a pause counts from this many usual steps, and never below five minutes.
TICK_STEPS = 200
TICK_PAUSE = 300 * 10**9

# The column by which jumps are told.
PRICED = {"bars": "close", "quotes": "bid_price", "trades": "price"}


class Finding(NamedTuple):
    """One kind of fault, how often it was found, and the first few places."""

    code: str
    severity: str
    rows: int
    message: str
    next_step: str
    examples: list[dict[str, Any]]


def find_faults(
    kind: str,
    times: np.ndarray,
    columns: Mapping[str, np.ndarray],
    interval: int | None,
    repeated: np.ndarray | None = None,
) -> list[Finding]:
    """Look through a series in the order it has; `times` and `interval` (of bars) in nanoseconds.

    Of what is no bar, quote or trade, order and gaps are judged, and which rows repeat an earlier one (`repeated`).
    """
    if len(times) == 0:
        return []
    look = _Look(times, columns)
    steps = np.diff(times)
    look.where(
        "OUT_OF_ORDER", "error", np.concatenate([[False], steps < 0]),
        "rows are earlier than the row before them", "Sort the data by time, oldest first.",
    )  # fmt: skip
    if kind == "bars":
        _bars(look, steps)
    elif kind == "quotes":
        _quotes(look)
    elif kind == "trades":
        look.where(
            "PRICE_NOT_POSITIVE", "warning", look.column("price") <= 0,
            "trades have a price of zero or less", "Check the column, unless the market has such prices.",
        )  # fmt: skip
    if repeated is not None:
        look.where("DUPLICATE_ROWS", "warning", repeated, "rows repeat an earlier one", "Remove the duplicates.")
    _sizes(look, kind)
    if kind != "deltas":
        _gaps(look, steps, interval)
    if kind in PRICED:
        _jumps(look, kind)
    return look.findings


class _Look:
    """Collects findings over one series."""

    def __init__(self, times: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
        self.times = times
        self.columns = columns
        self.findings: list[Finding] = []

    def column(self, name: str) -> np.ndarray:
        return self.columns[name]

    def where(self, code: str, severity: str, wrong: np.ndarray, what: str, next_step: str) -> None:
        """Note the rows where something holds."""
        count = int(np.count_nonzero(wrong))
        if count:
            rows = np.flatnonzero(wrong)[:EXAMPLES]
            examples = [self.row(int(row)) for row in rows]
            self.findings.append(Finding(code, severity, count, f"{count} {what}.", next_step, examples))

    def row(self, row: int) -> dict[str, Any]:
        values = {name: float(values[row]) for name, values in self.columns.items()}
        return {"row": row + 1, "time": iso(int(self.times[row])), **values}


def iso(nanoseconds: int) -> str:
    """Return nanoseconds as ISO-8601 UTC."""
    return str(pd.Timestamp(nanoseconds, unit="ns", tz="UTC").isoformat()).replace("+00:00", "Z")


def _bars(look: _Look, steps: np.ndarray) -> None:
    look.where(
        "DUPLICATE_TIMES", "error", np.concatenate([[False], steps == 0]),
        "bars have the time of the bar before them", "Remove duplicates; two instruments belong into two files.",
    )  # fmt: skip
    prices = [look.column(name) for name in ("open", "high", "low", "close")]
    opened, high, low, close = prices
    wrong = (high < np.maximum(opened, close)) | (low > np.minimum(opened, close)) | (high < low)
    look.where(
        "OHLC_CONTRADICTS", "error", wrong,
        "bars have a high that is not the highest or a low that is not the lowest price", "Correct or remove them.",
    )  # fmt: skip
    look.where(
        "PRICE_NOT_POSITIVE", "warning", np.minimum.reduce(prices) <= 0,
        "bars have a price of zero or less", "Check the columns, unless the market has such prices.",
    )  # fmt: skip


def _quotes(look: _Look) -> None:
    bid, ask = look.column("bid_price"), look.column("ask_price")
    look.where(
        "QUOTES_CROSSED", "warning", bid > ask,
        "quotes have a bid above the ask", "Check that the columns are not swapped, or remove them.",
    )  # fmt: skip
    look.where(
        "QUOTES_ZERO", "error", (bid <= 0) | (ask <= 0),
        "quotes have a bid or an ask of zero or less", "Remove one-sided quotes before importing.",
    )  # fmt: skip
    same = np.concatenate([[False], np.diff(look.times) == 0])
    for values in look.columns.values():
        same &= np.concatenate([[False], values[1:] == values[:-1]])
    look.where("DUPLICATE_ROWS", "warning", same, "quotes repeat the row before them", "Remove the duplicates.")


def _sizes(look: _Look, kind: str) -> None:
    names = {"bars": ("volume",), "quotes": ("bid_size", "ask_size"), "trades": ("quantity", "size")}.get(kind, ())
    for name in names:
        if name in look.columns:
            values = look.column(name)
            look.where("SIZE_NEGATIVE", "error", values < 0, f"rows have a negative {name}", "Correct them.")
            severity = "error" if kind == "trades" else "info"
            look.where(
                "SIZE_ZERO", severity, values == 0, f"rows have a {name} of zero",
                "Nothing trades there; fills against it are not realistic.",
            )  # fmt: skip


def _gaps(look: _Look, steps: np.ndarray, interval: int | None) -> None:
    forward = steps[steps > 0]
    if len(forward) == 0:
        return
    usual = interval or int(np.median(forward))
    # Daily bars pause at weekends and holidays as a matter of course.
    allowed = max(usual * 1.5, 4.5 * DAY if usual >= DAY else 0) if interval else max(usual * TICK_STEPS, TICK_PAUSE)
    rows = np.flatnonzero(steps > allowed)
    weekend = np.array([_over_weekend(int(look.times[row]), int(look.times[row + 1])) for row in rows], dtype=bool)
    for code, severity, which, what in (
        ("GAPS", "warning", rows[~weekend], "gaps"),
        ("WEEKENDS", "info", rows[weekend], "pauses over a weekend"),
    ):
        if len(which) == 0:
            continue
        largest = which[np.argsort(steps[which])[::-1][:EXAMPLES]]
        examples = [
            {
                "after_row": int(row) + 1,
                "from": iso(int(look.times[row])),
                "to": iso(int(look.times[row + 1])),
                **({"missing_bars": round(int(steps[row]) / usual) - 1} if interval else {}),
            }
            for row in largest
        ]
        missing = f", {int(np.round(steps[which] / usual - 1).sum())} bars are missing" if interval else ""
        look.findings.append(
            Finding(
                code, severity, len(which), f"{len(which)} {what}{missing}; the largest are shown.",
                "Import what is missing, unless the market was closed." if code == "GAPS" else "Nothing.", examples,
            )
        )  # fmt: skip


def _over_weekend(first: int, last: int) -> bool:
    begins, ends = pd.Timestamp(first, unit="ns"), pd.Timestamp(last, unit="ns")
    return last - first <= 4 * DAY and begins.dayofweek >= 4 and ends.dayofweek in (6, 0, 1)


def _jumps(look: _Look, kind: str) -> None:
    price = look.column(PRICED[kind])
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.abs(np.diff(price) / price[:-1])
    look.where(
        "PRICE_JUMPS", "warning", np.concatenate([[False], change > 0.5]),
        "rows differ from the row before them by more than half", "Look for splits, mixed instruments or wrong digits.",
    )  # fmt: skip
