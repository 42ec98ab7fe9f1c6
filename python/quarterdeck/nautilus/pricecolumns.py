"""Prices of a source as columns: without making objects where the source has columns itself."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from nautilus_trader.model.data import Bar, QuoteTick, TradeTick

from quarterdeck.nautilus.loading import FileData, FileItem
from quarterdeck.nautilus.selection import Selection
from quarterdeck.nautilus.series import floats

type Key = tuple[str, str]
"""Bar, QuoteTick or TradeTick; and which bars."""

COLUMNS = {
    "Bar": ("open", "high", "low", "close"),
    "QuoteTick": ("bid_price", "ask_price"),
    "TradeTick": ("price",),
}
KINDS: dict[type, str] = {Bar: "Bar", QuoteTick: "QuoteTick", TradeTick: "TradeTick"}
LAST = 2**63 - 1


def columns_of(source: FileItem | Selection, instrument_id: str) -> Iterator[tuple[Key, pa.Table]]:
    """Yield the prices of an instrument with their times, each series in pieces."""
    if isinstance(source, Selection):
        yield from _of_catalog(source)
    elif isinstance(source, FileData) and source.data_type in COLUMNS and (frames := source.frames()) is not None:
        key = (source.data_type, str(source.bar_type) if source.data_type == "Bar" else "")
        for frame in frames:
            yield key, of_frame(frame, COLUMNS[key[0]], source.instrument.price_precision)
    else:
        yield from _of_objects(source.load(), instrument_id)


def _of_catalog(source: Selection) -> Iterator[tuple[Key, pa.Table]]:
    for data_type, target, _ in source.series:
        names = COLUMNS.get(data_type)
        if names is None:
            continue
        for table in source.columns(["ts_event", *names], 0, LAST):
            prices = {name: np.round(floats(table[name]), source.instrument.price_precision) for name in names}
            times = table["ts_event"].to_numpy().astype(np.int64)
            yield (data_type, target if data_type == "Bar" else ""), pa.table({"ts_event": times, **prices})


def of_frame(frame: pd.DataFrame, names: tuple[str, ...], precision: int) -> pa.Table:
    """Return some columns of rows by their time, rounded as the engine's prices are."""
    times = pd.DatetimeIndex(frame.index).as_unit("ns").asi8
    return pa.table({"ts_event": times, **{name: np.round(frame[name].to_numpy(), precision) for name in names}})


def _of_objects(data: list[Any], instrument_id: str) -> Iterator[tuple[Key, pa.Table]]:
    series: dict[Key, list[Any]] = {}
    for datum in data:
        kind = KINDS.get(type(datum))
        if kind is None:
            continue
        which = datum.bar_type.instrument_id if kind == "Bar" else datum.instrument_id
        if which.value == instrument_id:
            series.setdefault((kind, str(datum.bar_type) if kind == "Bar" else ""), []).append(datum)
    for key, found in series.items():
        prices = {name: [getattr(datum, name).as_double() for datum in found] for name in COLUMNS[key[0]]}
        yield key, pa.table({"ts_event": pa.array([datum.ts_event for datum in found], pa.int64()), **prices})
