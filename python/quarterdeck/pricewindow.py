"""The prices kept beside a run, read a window at a time; without the engine, so that a page need not wait for it."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.moments import optional_time
from quarterdeck.protocol import ReadPricesParams, ReadPricesResult

SECOND = 1_000_000_000
NAMES = ("open", "high", "low", "close")
SECONDS = (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86_400, 604_800, 2_592_000)


def read_prices(params: ReadPricesParams) -> ReadPricesResult:
    """Return open, high, low and close in steps of time, as many as fit into `points`, stamped at their end."""
    path = price_file(Path(params.run_directory), params.instrument_id)
    if not path.is_file():
        raise QuarterdeckError("NO_DATA", "The prices of this run are not kept yet.", "Ask for them again.")
    start, end = optional_time(given(params.start), "start"), optional_time(given(params.end), "end")
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


def price_file(directory: Path, instrument_id: str) -> Path:
    """Return where the prices of an instrument are kept in a run's folder."""
    safe = "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in instrument_id)
    return directory / f"prices-{safe}.parquet"


def _bucket(times: np.ndarray, points: int, native: int) -> int:
    """Return the shortest usual step that keeps to `points`; 0 when the rows themselves do."""
    if len(times) <= points and native == 0:
        return 0
    span = int(times[-1] - times[0]) if len(times) else 0
    least = max(native, span // max(1, points - 2))
    return next((usual for seconds in SECONDS if (usual := seconds * SECOND) >= least), least)
