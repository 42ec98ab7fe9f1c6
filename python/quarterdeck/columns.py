"""Which column of a file is what, by its usual names or as the request says."""

import re
from collections.abc import Mapping, Sequence

from quarterdeck.errors import QuarterdeckError, did_you_mean

USUAL = {
    "timestamp": (
        "timestamp", "timestamp_utc", "datetime", "date_time", "datetime_utc", "time_utc", "gmt_time", "local_time",
        "ts", "ts_event", "close_time", "open_time", "opentime", "closetime", "date", "time", "unix", "epoch",
    ),
    "open": ("open", "o", "open_price", "price_open"),
    "high": ("high", "h", "high_price", "price_high", "max"),
    "low": ("low", "l", "low_price", "price_low", "min"),
    "close": ("close", "c", "close_price", "price_close", "close_last", "last"),
    "volume": ("volume", "vol", "v", "tick_volume", "tickvol", "base_volume", "qty", "quantity"),
    "bid_price": ("bid_price", "bid", "bidprice", "best_bid", "best_bid_price", "bid_px", "bid_px_00"),
    "ask_price": ("ask_price", "ask", "askprice", "best_ask", "best_ask_price", "ask_px", "ask_px_00", "offer"),
    "bid_size": ("bid_size", "bidsize", "bid_qty", "bid_volume", "best_bid_qty", "best_bid_size", "bid_sz_00"),
    "ask_size": ("ask_size", "asksize", "ask_qty", "ask_volume", "best_ask_qty", "best_ask_size", "ask_sz_00"),
    "price": ("price", "px", "trade_price", "last_price", "last", "rate"),
    "quantity": ("quantity", "qty", "size", "amount", "trade_size", "volume", "last_size"),
    "size": ("size", "qty", "quantity", "amount"),
    "side": ("side", "aggressor_side", "aggressor", "taker_side"),
    "buyer_maker": ("buyer_maker", "is_buyer_maker", "isbuyermaker", "buyer_is_maker"),
    "trade_id": ("trade_id", "id", "tradeid", "agg_trade_id", "trdmatchid", "exec_id", "sequence"),
    "action": ("action", "update_type", "type"),
    "order_id": ("order_id", "orderid"),
    "flags": ("flags",),
    "sequence": ("sequence", "seq", "update_id", "last_update_id"),
}  # fmt: skip
LEVELS = 10
"""Levels of a side that OrderBookDepth10 has."""


def _levels(what: str) -> tuple[str, ...]:
    return tuple(f"{side}_{what}_{level}" for side in ("bid", "ask") for level in range(LEVELS))


USUAL |= {
    f"{side}_{what}_{level}": (
        f"{side}_{what}_{level}", f"{side}s_{level}_{also}", f"{side}_{short}_{level:02}", f"{side}_{short}_{level}",
    )
    for side in ("bid", "ask")
    for what, also, short in (("price", "price", "px"), ("size", "amount", "sz"), ("count", "count", "ct"))
    for level in range(LEVELS)
}  # fmt: skip
BEST = ("bid_price_0", "ask_price_0", "bid_size_0", "ask_size_0")
AT_OPEN = ("open_time", "opentime")
BARS = ("open", "high", "low", "close")
QUOTES = ("bid_price", "ask_price")
PRICES = {
    "bars": BARS,
    "quotes": QUOTES,
    "trades": ("price",),
    "deltas": ("price",),
    "depth": _levels("price"),
}
SIZES = {
    "bars": ("volume",),
    "quotes": ("bid_size", "ask_size"),
    "trades": ("quantity",),
    "deltas": ("size",),
    "depth": _levels("size"),
}
NEEDED = {
    "bars": BARS,
    "quotes": QUOTES,
    "trades": ("price", "quantity"),
    "deltas": ("action", "side", "price", "size"),
    "depth": BEST,
}
MORE = {
    "bars": (),
    "quotes": (),
    "trades": ("side", "buyer_maker", "trade_id"),
    "deltas": ("order_id", "flags", "sequence"),
    "depth": (*_levels("price"), *_levels("count"), "flags", "sequence"),
}
TEXTS = ("side", "buyer_maker", "trade_id", "action")


def folded(name: str) -> str:
    """Return a column's name without case, spaces and brackets."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def guess_kind(header: Sequence[str], said: Mapping[str, str]) -> str:
    """Return what the rows of a file are: quotes have a bid and an ask, depth several, trades a price, bars an open."""
    names = _usual_columns(header) | dict(said)
    if "open" in names:
        return "bars"
    if all(name in names for name in (*BEST, "bid_price_1", "ask_price_1")):
        return "depth"
    if all(name in names for name in QUOTES):
        return "quotes"
    if all(name in names for name in NEEDED["deltas"]):
        return "deltas"
    return "trades" if all(name in names for name in NEEDED["trades"]) and "close" not in names else "bars"


def find_columns(header: Sequence[str], kind: str, said: Mapping[str, str], path: str, file: str) -> dict[str, str]:
    """Return our name → the file's column for all that a kind of data needs, and sizes where there are any."""
    needed = ("timestamp", *NEEDED[kind])
    wanted = tuple(dict.fromkeys((*needed, *SIZES[kind], *MORE[kind])))
    for ours, theirs in said.items():
        if ours not in wanted:
            raise QuarterdeckError(
                "INVALID_ARGUMENTS",
                f'There is no column "{ours}" in {kind}.{did_you_mean(ours, wanted)}',
                f"The columns of {kind} are: {', '.join(wanted)}.",
                path=f"{path.rpartition('.')[0]}.columns.{ours}",
            )
        if theirs not in header:
            raise _missing(
                [theirs], header, f"{path.rpartition('.')[0]}.columns.{ours}", file, did_you_mean(theirs, header)
            )
    usual = _usual_columns([name for name in header if name not in said.values()])
    found = {name: said.get(name) or usual.get(name) for name in wanted}
    missing = [name for name in needed if found[name] is None]
    if missing:
        hints = "".join(did_you_mean(name, header) for name in missing)
        raise _missing(missing, header, path, file, hints)
    return {ours: theirs for ours, theirs in found.items() if theirs is not None}


def date_and_time(header: Sequence[str], said: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the two columns where a file keeps date and time apart."""
    by_name = {folded(name): name for name in header}
    if "timestamp" in said or "timestamp" in by_name or not {"date", "time"} <= by_name.keys():
        return None
    return by_name["date"], by_name["time"]


def _usual_columns(header: Sequence[str]) -> dict[str, str]:
    by_name = {folded(name): name for name in reversed(header)}
    return {
        ours: by_name[next(name for name in names if name in by_name)]
        for ours, names in USUAL.items()
        if any(name in by_name for name in names)
    }


def _missing(names: Sequence[str], header: Sequence[str], path: str, file: str, hints: str) -> QuarterdeckError:
    looks_like_data = bool(header) and all(re.match(r"^[\d.:\-/+TZ ]+$", name) for name in header)
    note = " Its first line looks like data, not like names." if looks_like_data else ""
    return QuarterdeckError(
        "COLUMNS_MISSING",
        f"{file} has no column for {', '.join(names)}; it has {', '.join(header)}.{hints}{note}",
        'Name the columns with columns, for example {"timestamp": "Date", "close": "Adj Close"}.',
        path=path,
        details={"missing": list(names), "columns": list(header)},
    )
