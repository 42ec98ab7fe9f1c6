"""Values of indicators beside a run: written when it ends, read a window at a time."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quarterdeck.frames import write_table
from quarterdeck.message import given
from quarterdeck.moments import optional_time
from quarterdeck.protocol import IndicatorSeries, ReadIndicatorsParams, ReadIndicatorsResult

NAME = "indicators.parquet"
MOST_SERIES = 24
MOST_VALUES = 12_000
"""In one answer, over all series."""


class Series(NamedTuple):
    """One output of an indicator of a component: a value every so many data, NaN where it had none."""

    component: str
    name: str
    output: str
    instrument_id: str | None
    every: int
    times: np.ndarray
    values: np.ndarray


def write_series(directory: Path, series: list[Series]) -> None:
    """Write the first of them into a run's folder; nothing when there are none."""
    kept = series[:MOST_SERIES]
    if not kept:
        return
    table = pa.table(
        {
            **{name: [getattr(one, name) for one in kept] for name in Series._fields[:5]},
            "times": pa.array([one.times for one in kept], pa.list_(pa.int64())),
            "values": pa.array([one.values for one in kept], pa.list_(pa.float64())),
        }
    )
    write_table(table, directory / NAME)


def read_indicators(params: ReadIndicatorsParams) -> ReadIndicatorsResult:
    """Return what lies in a window, with a value before and after it, as lines of at most `points` values."""
    path = Path(params.run_directory, NAME)
    if not path.is_file():
        return ReadIndicatorsResult(series=[])
    table = pq.read_table(path)
    begin, stop = given(params.start), given(params.end)
    start = optional_time(begin, "start")
    end = optional_time(stop, "end")
    points = max(2, min(given(params.points, 1000), MOST_VALUES // max(1, table.num_rows)))
    series = []
    for index in range(table.num_rows):
        times, values = (table[name][index].values.to_numpy() for name in ("times", "values"))
        known = np.flatnonzero(np.isfinite(values))
        times, values = times[known], values[known]
        first = 0 if start is None else max(0, int(np.searchsorted(times, start)) - 1)
        last = len(times) if end is None else int(np.searchsorted(times, end, side="right")) + 1
        times, values = times[first:last], values[first:last]
        if len(times) > points:
            picked = np.unique(np.linspace(0, len(times) - 1, points).astype(np.int64))
            times, values = times[picked], values[picked]
        series.append(
            IndicatorSeries(
                **{name: table[name][index].as_py() for name in Series._fields[:5]},
                ts_event=[str(ts) for ts in times.tolist()],
                values=values.tolist(),
            )
        )
    return ReadIndicatorsResult(series=series)
