"""The prices of a run as a screen wants them: kept beside it when first asked for, then read a window at a time."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from nautilus_trader.model.data import Bar, BarType, QuoteTick, TradeTick
from nautilus_trader.model.enums import PriceType

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.nautilus.catalog import Catalogs
from quarterdeck.nautilus.convert import parse_time
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.loading import check_item, open_file
from quarterdeck.nautilus.selection import select
from quarterdeck.protocol import KeepPricesParams, KeepPricesResult, ReadPricesParams, ReadPricesResult

SECOND = 1_000_000_000
NAMES = ("open", "high", "low", "close")
KINDS: dict[type, str] = {Bar: "Bar", QuoteTick: "QuoteTick", TradeTick: "TradeTick"}
SECONDS = (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86_400, 604_800, 2_592_000)


def keep_prices(params: KeepPricesParams, context: Context) -> KeepPricesResult:
    """Load the data of a run's request again and keep the prices of one instrument as a table in its folder."""
    target = _file(Path(params.run_directory), params.instrument_id)
    request, wanted = params.request, given(params.bar_type)
    workspace = Path(params.workspace).resolve()
    catalogs = Catalogs(params.catalog)
    instruments = Instruments(catalogs.own.instruments, workspace)
    start, end = (_time(given(moment)) for moment in (request.start, request.end))
    series: dict[tuple[str, str], list[Any]] = {}
    precision = 0
    for index, item in enumerate(request.data):
        context.check_cancelled()
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
        for datum in source.load():
            kind = KINDS.get(type(datum))
            if kind is not None and _instrument_of(datum) == params.instrument_id:
                series.setdefault((kind, str(datum.bar_type) if kind == "Bar" else ""), []).append(datum)
    chosen = _best(series, wanted)
    if chosen is None:
        raise QuarterdeckError(
            "NO_DATA",
            f"The request of the run names no prices of {params.instrument_id} that can be read again.",
            "Bars, quotes and trades of files and catalogs can; data that a script made cannot.",
        )
    data = series[chosen]
    table = _table(data, chosen[0], wanted)
    keep = np.ones(table.num_rows, dtype=bool)
    times = table["ts_event"].to_numpy()
    if start is not None:
        keep &= times >= start
    if end is not None:
        keep &= times <= end
    metadata = {
        "source": chosen[0],
        "of": chosen[1] or params.instrument_id,
        "side": _side(chosen[0], chosen[1] or wanted),
        "rows": str(int(keep.sum())),
        "precision": str(precision),
        "step": str(_step(chosen[1] or wanted)),
    }
    table = table.filter(pa.array(keep)).replace_schema_metadata(metadata)
    partial = target.with_suffix(f".{os.getpid()}.partial")
    pq.write_table(table, partial, compression="zstd", row_group_size=65_536)
    partial.replace(target)
    return KeepPricesResult(rows=table.num_rows)


def read_prices(params: ReadPricesParams) -> ReadPricesResult:
    """Return open, high, low and close in steps of time, as many as fit into `points`, stamped at their end."""
    path = _file(Path(params.run_directory), params.instrument_id)
    if not path.is_file():
        raise QuarterdeckError("NO_DATA", "The prices of this run are not kept yet.", "Ask for them again.")
    start, end = _time(given(params.start)), _time(given(params.end))
    filters = [
        *([] if start is None else [("ts_event", ">=", start)]),
        *([] if end is None else [("ts_event", "<=", end)]),
    ]
    table = pq.read_table(path, filters=filters or None)
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    times = table["ts_event"].to_numpy()
    points, native = given(params.points, 1000), int(metadata.get("step", "0"))
    step = _bucket(times, points, native)
    columns = {name: table[name].to_numpy() for name in NAMES}
    if len(times) and step:
        # A bar is stamped at its close: what falls on the border belongs to the step that ends there.
        ends = -(-times // step) * step
        starts = np.flatnonzero(np.diff(ends, prepend=ends[0] - 1))
        last = np.append(starts[1:], len(times)) - 1
        columns = {
            "open": columns["open"][starts],
            "high": np.maximum.reduceat(columns["high"], starts),
            "low": np.minimum.reduceat(columns["low"], starts),
            "close": columns["close"][last],
        }
        times = ends[starts]
    precision = int(metadata.get("precision", "5"))
    return ReadPricesResult(
        instrument_id=params.instrument_id,
        source=metadata.get("source", ""),
        of=metadata.get("of", ""),
        side=metadata.get("side", ""),
        rows_total=int(metadata.get("rows", "0")),
        precision=precision,
        step_seconds=step / SECOND,
        ts_event=[str(moment) for moment in times.tolist()],
        **{name: [f"{price:.{precision}f}" for price in column.tolist()] for name, column in columns.items()},
    )


def _file(directory: Path, instrument_id: str) -> Path:
    safe = "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in instrument_id)
    return directory / f"prices-{safe}.parquet"


def _instrument_of(datum: Any) -> str:
    which = datum.bar_type.instrument_id if isinstance(datum, Bar) else datum.instrument_id
    return str(which.value)


def _best(series: dict[tuple[str, str], list[Any]], wanted: str | None) -> tuple[str, str] | None:
    """Return the bars the strategy asked for, else quotes, else trades, else the finest bars there are."""
    if ("Bar", wanted or "") in series:
        return "Bar", wanted or ""
    for kind in ("QuoteTick", "TradeTick"):
        if (kind, "") in series:
            return kind, ""
    return max(series, key=lambda key: len(series[key]), default=None)


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


def _bucket(times: np.ndarray, points: int, native: int) -> int:
    """Return the shortest usual step that keeps to `points`; 0 when the rows themselves do."""
    if len(times) <= points and native == 0:
        return 0
    span = int(times[-1] - times[0]) if len(times) else 0
    least = max(native, span // max(1, points - 2))
    return next((usual for seconds in SECONDS if (usual := seconds * SECOND) >= least), least)


def _table(data: list[Any], kind: str, wanted: str | None) -> pa.Table:
    data.sort(key=lambda datum: datum.ts_event)
    times = pa.array([datum.ts_event for datum in data], pa.int64())
    if kind == "Bar":
        columns = {name: _floats(getattr(bar, name) for bar in data) for name in NAMES}
    else:
        price = _floats(map(_price_of(kind, _side(kind, wanted)), data))
        columns = dict.fromkeys(NAMES, price)
    return pa.table({"ts_event": times, **columns})


def _price_of(kind: str, side: str) -> Callable[[Any], Any]:
    if kind == "TradeTick":
        return lambda trade: trade.price
    if side == "ASK":
        return lambda quote: quote.ask_price
    if side == "BID":
        return lambda quote: quote.bid_price
    return lambda quote: quote.extract_price(PriceType.MID)


def _floats(prices: Iterable[Any]) -> pa.Array:
    return pa.array([price.as_double() for price in prices], pa.float64())


def _time(text: str | None) -> int | None:
    return None if text is None else parse_time(text, "start")
