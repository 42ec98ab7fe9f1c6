"""What an import adds to a series the catalog holds already: gaps are filled, nothing comes twice."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from nautilus_trader.persistence.catalog.parquet import _timestamps_to_filename

from quarterdeck.errors import QuarterdeckError
from quarterdeck.nautilus.convert import iso_time

type Interval = tuple[int, int]


class HeldFile(NamedTuple):
    """One file of a series and the time it covers."""

    file: Path
    interval: Interval


class Merged(NamedTuple):
    """The files to move into the catalog, and how many rows were there before."""

    files: list[Path]
    known_rows: int


def merge(brought: list[HeldFile], held: list[HeldFile], series: str, folder: Path) -> Merged:
    """Write into `folder` what must be added to or replaced in a series; raise where both disagree."""
    begin, end = brought[0].interval[0], brought[-1].interval[1]
    overlapping = [item for item in held if item.interval[0] <= end and item.interval[1] >= begin]
    new = _table([item.file for item in brought])
    there = _table([item.file for item in overlapping])
    _check_alike(new, there, series)
    new_times, there_times = _times(new), _times(there)
    in_both = np.isin(new_times, there_times)
    _check_equal(new, new_times, in_both, there, there_times, series)
    added = new.filter(pa.array(~in_both))
    times = _times(added)
    files: list[Path] = []
    outside = np.ones(len(times), dtype=bool)
    for item in overlapping:
        first, last = item.interval
        inside = (times >= first) & (times <= last)
        outside &= ~inside
        if inside.any():
            whole = pa.concat_tables([pq.read_table(item.file), added.filter(pa.array(inside))])
            files.append(_write(whole.take(_in_order(whole)), item.interval, folder))
    for run in _runs(times, outside, [item.interval for item in held]):
        part = added.take(pa.array(run))
        files.append(_write(part, (int(times[run[0]]), int(times[run[-1]])), folder))
    return Merged(files, int(in_both.sum()))


def _check_alike(new: pa.Table, there: pa.Table, series: str) -> None:
    mine, theirs = new.schema.metadata or {}, there.schema.metadata or {}
    for field in (b"price_precision", b"size_precision"):
        if mine.get(field) != theirs.get(field):
            name = field.decode()
            raise QuarterdeckError(
                "CATALOG_CONFLICT",
                f"The catalog's data of {series} has a {name} of {_text(theirs, field)}, "
                f"the file's {_text(mine, field)}.",
                "Use the catalog's instrument, or another catalog.",
                path="items",
            )


def _check_equal(
    new: pa.Table, new_times: np.ndarray, in_both: np.ndarray, there: pa.Table, there_times: np.ndarray, series: str
) -> None:
    """Refuse when rows of the same time are other rows."""
    shared = np.isin(there_times, new_times)
    ours, theirs = _sorted_rows(new.filter(pa.array(in_both))), _sorted_rows(there.filter(pa.array(shared)))
    if len(ours) == len(theirs) and ours.equals(theirs):
        return
    count = min(len(ours), len(theirs))
    differs = (ours.iloc[:count].to_numpy() != theirs.iloc[:count].to_numpy()).any(axis=1)
    row = int(np.argmax(differs)) if differs.any() else count
    longer = ours if len(ours) > len(theirs) else theirs
    at = int((ours if row < len(ours) and row < len(theirs) else longer)["ts_init"].iloc[row])
    held = [iso_time(int(there_times.min())), iso_time(int(there_times.max()))]
    raise QuarterdeckError(
        "CATALOG_CONFLICT",
        f"The catalog holds other data of {series} for times the file has too, first at {iso_time(at)}.",
        "Import only the period that is missing, or use another catalog.",
        path="items",
        details={"held": [held], "first_difference": iso_time(at)},
    )


def _sorted_rows(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.replace_schema_metadata().to_pandas()
    return frame.sort_values(list(frame.columns), kind="stable", ignore_index=True)


def _runs(times: np.ndarray, outside: np.ndarray, held: list[Interval]) -> list[np.ndarray]:
    """Return the rows outside of every file's interval, split where such an interval lies between them."""
    rows = np.flatnonzero(outside)
    if len(rows) == 0:
        return []
    begins = np.sort(np.array([first for first, _ in held], dtype=np.int64))
    holes = np.searchsorted(begins, times[rows])
    return np.split(rows, np.flatnonzero(np.diff(holes)) + 1)


def _write(table: pa.Table, interval: Interval, folder: Path) -> Path:
    file: Path = folder / _timestamps_to_filename(*interval)
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, file, row_group_size=5_000)
    return file


def _table(files: list[Path]) -> pa.Table:
    tables = [pq.read_table(file) for file in files]
    return pa.concat_tables([table.cast(tables[0].schema) for table in tables]).combine_chunks()


def _times(table: pa.Table) -> np.ndarray:
    times: np.ndarray = table["ts_init"].to_numpy().astype(np.int64)
    return times


def _in_order(table: pa.Table) -> pa.Array:
    return pa.array(np.argsort(_times(table), kind="stable"))


def _text(metadata: dict[bytes, bytes], field: bytes) -> str:
    return metadata.get(field, b"none").decode()
