"""Trades, order book deltas and depth of a table, by NautilusTrader's wranglers; sides and actions read strictly."""

from typing import Any

import numpy as np
import pandas as pd
from nautilus_trader.model.data import OrderBookDepth10, TradeTick
from nautilus_trader.model.enums import AggressorSide
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.wranglers import OrderBookDeltaDataWrangler, TradeTickDataWrangler
from nautilus_trader.persistence.wranglers_v2 import OrderBookDepth10DataWranglerV2

from quarterdeck.columns import LEVELS
from quarterdeck.errors import QuarterdeckError

BUY = {"buy", "b", "bid", "buyer", "1"}
SELL = {"sell", "s", "a", "ask", "seller", "-1", "2"}
NEITHER = {"", "n", "none", "nan", "no_aggressor", "unknown", "0"}
ACTIONS = {
    "add": "ADD", "a": "ADD", "snap": "ADD", "snapshot": "ADD", "insert": "ADD", "new": "ADD",
    "update": "UPDATE", "modify": "UPDATE", "m": "UPDATE", "set": "UPDATE", "change": "UPDATE",
    "delete": "DELETE", "cancel": "DELETE", "c": "DELETE", "d": "DELETE", "remove": "DELETE",
    "clear": "CLEAR", "r": "CLEAR",
}  # fmt: skip


def make_trades(rows: pd.DataFrame, instrument: Instrument, path: str) -> list[Any]:
    """Return trades; the aggressor from a side, or from whether the buyer was the maker."""
    sides = _aggressors(rows, path)
    if "trade_id" in rows:
        ids = [str(name).removesuffix(".0") for name in rows["trade_id"]]
    else:
        # As the engine's own wrangler numbers trades that have no id: by their time.
        ids = [str(stamp) for stamp in rows.index.to_numpy().astype("int64")]
    if sides is not None and (sides == "").any():
        return _with_unknown_aggressors(rows, instrument, sides, ids)
    table = pd.DataFrame({"price": rows["price"], "quantity": rows["quantity"], "trade_id": ids}, index=rows.index)
    if sides is not None:
        table["side"] = sides
    return list(TradeTickDataWrangler(instrument).process(table))


def make_deltas(rows: pd.DataFrame, instrument: Instrument, path: str) -> list[Any]:
    """Return order book deltas."""
    actions = _mapped(rows["action"], lambda text: ACTIONS.get(text), path, "action")
    sides = _mapped(
        rows["side"], lambda text: "BUY" if text in BUY else "SELL" if text in SELL else _no_side(text), path, "side"
    )
    table = pd.DataFrame(
        {"action": actions, "side": sides, "price": rows["price"], "size": rows["size"]}, index=rows.index
    )
    for name in ("order_id", "flags", "sequence"):
        table[name] = rows[name].astype("int64") if name in rows else 0
    return list(OrderBookDeltaDataWrangler(instrument).process(table))


def make_depths(rows: pd.DataFrame, instrument: Instrument) -> list[Any]:
    """Return snapshots of a book to ten levels a side; a level that is empty has no size and no orders."""
    table = pd.DataFrame({"timestamp": rows.index})
    for side in ("bid", "ask"):
        for level in range(LEVELS):
            price, size, count = (f"{side}_{what}_{level}" for what in ("price", "size", "count"))
            known = (
                rows[price].notna().to_numpy() if price in rows and size in rows else np.zeros(len(rows), dtype=bool)
            )
            for name, otherwise in ((price, 0.0), (size, 0.0), (count, 1)):
                values = rows[name].to_numpy() if name in rows else otherwise
                table[name] = np.nan_to_num(np.where(known, values, 0))
            table[count] = table[count].astype("uint32")
    for name in ("flags", "sequence"):
        table[name] = rows[name].astype("uint64").to_numpy() if name in rows else 0
    made = OrderBookDepth10DataWranglerV2(
        str(instrument.id), instrument.price_precision, instrument.size_precision
    ).from_pandas(table)
    return list(OrderBookDepth10.from_pyo3_list(made))


def _with_unknown_aggressors(rows: pd.DataFrame, instrument: Instrument, sides: Any, ids: list[str]) -> list[Any]:
    numbers = {"BUY": AggressorSide.BUYER, "SELL": AggressorSide.SELLER, "": AggressorSide.NO_AGGRESSOR}
    stamps = rows.index.to_numpy().astype("int64").astype(np.uint64)
    return list(
        TradeTick.from_raw_arrays_to_list(
            instrument.id,
            instrument.price_precision,
            instrument.size_precision,
            rows["price"].to_numpy(dtype=np.float64),
            rows["quantity"].to_numpy(dtype=np.float64),
            np.array([numbers[side] for side in sides], dtype=np.uint8),
            ids,
            stamps,
            stamps,
        )
    )


def _aggressors(rows: pd.DataFrame, path: str) -> Any:
    if "side" in rows:
        return _mapped(
            rows["side"],
            lambda text: "BUY" if text in BUY else "SELL" if text in SELL else "" if text in NEITHER else None,
            path,
            "side",
        )
    if "buyer_maker" in rows:
        # As text, the wrangler would take "True" for not true.
        makers = {"true": "SELL", "1": "SELL", "1.0": "SELL", "false": "BUY", "0": "BUY", "0.0": "BUY"}
        return _mapped(rows["buyer_maker"], makers.get, path, "buyer_maker")
    return None


def _no_side(text: str) -> str | None:
    return "NO_ORDER_SIDE" if text in NEITHER else None


def _mapped(column: pd.Series, meaning: Any, path: str, name: str) -> np.ndarray:
    known = {value: meaning(str(value).strip().lower()) for value in column.unique()}
    strange = [value for value, found in known.items() if found is None]
    if strange:
        raise QuarterdeckError(
            "VALUE_UNREADABLE",
            f'The column {name} has "{strange[0]}", which is no {name.replace("_", " ")}.',
            "Correct the file, or name another column with columns.",
            path=f"{path}.file",
            details={"column": name, "values": [str(value) for value in strange[:10]]},
        )
    mapped: np.ndarray = column.map(known).to_numpy(dtype=object)
    return mapped
