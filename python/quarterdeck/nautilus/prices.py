"""The prices of a run as a screen wants them: kept beside it when first asked for, then read a window at a time."""

import os
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import PriceType

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.moments import optional_time
from quarterdeck.nautilus.catalog import Catalogs
from quarterdeck.nautilus.customdata import names_class
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.loading import FileData, check_item, open_file
from quarterdeck.nautilus.pricecolumns import COLUMNS, Key, columns_of, of_frame
from quarterdeck.nautilus.selection import select
from quarterdeck.pricewindow import NAMES, SECOND, price_file
from quarterdeck.protocol import KeepPricesParams, KeepPricesResult

FEWEST = 100_000
"""Bars of a run: fewer are read again in a moment."""
MOST = 5_000_000


def keep_prices(params: KeepPricesParams, context: Context) -> KeepPricesResult:
    """Load the data of a run's request again and keep the prices of one instrument as a table in its folder."""
    request, wanted = params.request, given(params.bar_type)
    workspace = Path(params.workspace).resolve()
    catalogs = Catalogs(params.catalog)
    instruments = Instruments(catalogs.own.instruments, workspace)
    start, end = optional_time(given(request.start), "start"), optional_time(given(request.end), "end")
    series: dict[Key, list[pa.Table]] = {}
    precision = 0
    for index, item in enumerate(request.data):
        context.check_cancelled()
        if names_class(given(item.data_type)):
            continue
        path = f"data[{index}]"
        source = (
            open_file(item, path, workspace, instruments)
            if check_item(item, path)
            else select(item, path, catalogs.of(item), start, end)
        )
        for instrument in source.instruments:
            if instrument.id.value == params.instrument_id:
                precision = instrument.price_precision
                break
        else:
            continue
        for key, table in columns_of(source, params.instrument_id):
            series.setdefault(key, []).append(table)
    chosen = _best(series, wanted)
    if chosen is None:
        raise QuarterdeckError(
            "NO_DATA",
            f"The request of the run names no prices of {params.instrument_id} that can be read again.",
            "Bars, quotes and trades of files and catalogs can; data that a script made cannot.",
        )
    about = About(params.instrument_id, chosen, wanted, precision)
    return KeepPricesResult(rows=_write(Path(params.run_directory), about, series[chosen], start, end))


class About(NamedTuple):
    """What prices are kept, and how they are shown."""

    instrument_id: str
    key: Key
    wanted: str | None
    precision: int


class SeenBars:
    """Bars that a run reads from files: kept for its report where reading them again would take seconds."""

    def __init__(self) -> None:
        self._seen: list[tuple[FileData, list[pa.Table]]] = []

    def watch(self, sources: Sequence[Any]) -> None:
        """Take the bars of those instruments that have nothing else to show: what is shown needs no choice then."""
        shown = Counter(name.instrument_id for source in sources for name in source.series if name.data_type in COLUMNS)
        for source in sources:
            if isinstance(source, FileData) and source.kind == "bars" and shown[str(source.instrument.id)] == 1:
                tables: list[pa.Table] = []
                precision = source.instrument.price_precision
                source.onlooker = partial(_take, tables, precision)
                self._seen.append((source, tables))

    def keep(self, directory: Path, start: int | None, end: int | None) -> None:
        """Write what was seen into the run's folder."""
        for source, tables in self._seen:
            if FEWEST <= sum(table.num_rows for table in tables) <= MOST:
                key = ("Bar", str(source.bar_type))
                about = About(str(source.instrument.id), key, key[1], source.instrument.price_precision)
                _write(directory, about, tables, start, end)
            source.onlooker = None


def _take(tables: list[pa.Table], precision: int, frame: pd.DataFrame) -> None:
    tables.append(of_frame(frame, COLUMNS["Bar"], precision))


def _write(directory: Path, about: About, tables: list[pa.Table], start: int | None, end: int | None) -> int:
    kind, bar_type = about.key
    side = _side(kind, bar_type or about.wanted)
    table = _table(pa.concat_tables(tables), kind, side, about.precision)
    keep = np.ones(table.num_rows, dtype=bool)
    times = table["ts_event"].to_numpy()
    if start is not None:
        keep &= times >= start
    if end is not None:
        keep &= times <= end
    metadata = {
        "source": kind,
        "of": bar_type or about.instrument_id,
        "side": side,
        "rows": str(int(keep.sum())),
        "precision": str(about.precision + _further(kind, side)),
        "step": str(_step(bar_type or about.wanted)),
    }
    table = table.filter(pa.array(keep)).replace_schema_metadata(metadata)
    target = price_file(directory, about.instrument_id)
    unfinished = target.with_suffix(f".{os.getpid()}.partial")
    pq.write_table(
        table,
        unfinished,
        compression="lz4",
        use_dictionary=False,
        column_encoding={"ts_event": "DELTA_BINARY_PACKED", **dict.fromkeys(NAMES, "BYTE_STREAM_SPLIT")},
        row_group_size=65_536,
    )
    unfinished.replace(target)
    return int(table.num_rows)


def _best(series: dict[Key, list[pa.Table]], wanted: str | None) -> Key | None:
    """Return the bars the strategy asked for, else quotes, else trades, else the finest bars there are."""
    if ("Bar", wanted or "") in series:
        return "Bar", wanted or ""
    for kind in ("QuoteTick", "TradeTick"):
        if (kind, "") in series:
            return kind, ""
    return max(series, key=lambda key: sum(table.num_rows for table in series[key]), default=None)


def _side(kind: str, bar_type: str | None) -> str:
    if kind == "TradeTick":
        return "LAST"
    if bar_type is None:
        return "MID" if kind == "QuoteTick" else ""
    price_type = BarType.from_str(bar_type).spec.price_type
    if kind == "QuoteTick" and price_type not in (PriceType.BID, PriceType.ASK):
        return "MID"
    return str(PriceType(price_type).name)


def _step(bar_type: str | None) -> int:
    """Return the nanoseconds of a bar of the type, 0 where they are not of one length."""
    if bar_type is None:
        return 0
    try:
        return int(BarType.from_str(bar_type).spec.timedelta.total_seconds()) * SECOND
    except ValueError:
        return 0


def _further(kind: str, side: str) -> int:
    """Return the decimals of a price beyond its instrument's: the middle of two has one, as the engine has it."""
    return int(kind == "QuoteTick" and side == "MID")


def _table(columns: pa.Table, kind: str, side: str, precision: int) -> pa.Table:
    """Return open, high, low and close in order of time."""
    times = columns["ts_event"].to_numpy()
    if (np.diff(times) < 0).any():
        columns = columns.take(np.argsort(times, kind="stable"))
    read = {name: columns[name].to_numpy() for name in columns.column_names}
    if kind == "TradeTick":
        read |= dict.fromkeys(NAMES, read["price"])
    elif kind == "QuoteTick":
        bid, ask = read["bid_price"], read["ask_price"]
        middle = np.round((bid + ask) / 2, precision + _further(kind, side))
        price = {"BID": bid, "ASK": ask}.get(side, middle)
        read |= dict.fromkeys(NAMES, price)
    return pa.table({name: read[name] for name in ("ts_event", *NAMES)})
