"""The tables a run leaves behind as Parquet, read in pages or thinned out for a screen."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given, optional
from quarterdeck.protocol import Frame, ReadFrameParams, ReadFrameResult

OVERVIEW = 4000
WORTH_ZSTD = 1_000_000
"""Bytes in memory."""


def read_frame(params: ReadFrameParams) -> ReadFrameResult:
    """Return a page of rows, or a thinned series when `points` is given."""
    path = Path(params.run_directory, f"{params.frame.value}.parquet")
    if params.frame is Frame.benchmark and not path.is_file():
        raise QuarterdeckError(
            "NO_DATA",
            "The run was measured against no benchmark.",
            "Give benchmark to run_backtest: a file or catalog item, or an instrument of the run.",
        )
    if not path.is_file():
        raise QuarterdeckError(
            "RUN_NOT_FINISHED",
            f"The run has no {params.frame.value} yet.",
            "Wait until it has completed; a failed or cancelled run has none.",
        )
    points = given(params.points)
    with pq.ParquetFile(path) as file:
        total = file.metadata.num_rows
        if points is not None:
            overview = _overview(path)
            whole = pq.read_table(overview) if points <= OVERVIEW and overview.is_file() else file.read()
            table = thin(whole, points, _value_column(params.frame))
            return ReadFrameResult(rows=rows_of(table), total=total)
        after, limit = given(params.after, 0), given(params.limit, 100)
        table = _page(file, after, limit)
    end = after + table.num_rows
    return ReadFrameResult(rows=rows_of(table), total=total, next=optional(end if end < total else None))


def thin(table: pa.Table, points: int, column: str | None) -> pa.Table:
    """Return at most `points` rows: first and last, and of each stretch between its lowest and highest."""
    count = table.num_rows
    if count <= points:
        return table
    if column is None or points < 4:
        return table.take(pa.array(np.linspace(0, count - 1, points).astype(np.int64)))
    values = pc.cast(table[column], pa.float64()).to_numpy()[1 : count - 1]
    starts = np.unique(np.linspace(0, len(values), (points - 2) // 2, endpoint=False).astype(np.int64))
    lengths = np.diff(starts, append=len(values))
    kept = [np.array([0, count - 1])]
    for extreme in (np.fmin, np.fmax):
        hits = np.flatnonzero(values == np.repeat(extreme.reduceat(values, starts), lengths))
        _, first = np.unique(np.searchsorted(starts, hits, side="right"), return_index=True)
        kept.append(hits[first] + 1)
    return table.take(pa.array(np.unique(np.concatenate(kept))))


def write_overview(path: Path, table: pa.Table, column: str) -> None:
    """Keep so much of a table as a screen shows beside it: as JSON, so that what is looked at first needs no engine.

    Of a long table as a table too: from it fewer points are taken without reading all.
    """
    shown = thin(table, OVERVIEW, column)
    if table.num_rows > OVERVIEW:
        write_table(shown, _overview(path))
    result = ReadFrameResult(rows=rows_of(shown), total=table.num_rows)
    path.with_suffix(".json").write_bytes(msgspec.json.encode(result))


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table; one that is small anyway without zstd, whose setting up takes longer than the rest."""
    pq.write_table(table, path, compression="zstd" if table.nbytes > WORTH_ZSTD else "snappy")


def _overview(path: Path) -> Path:
    return path.with_suffix(".overview.parquet")


def _page(file: pq.ParquetFile, after: int, limit: int) -> pa.Table:
    """Read only the row groups that hold the page."""
    groups: list[int] = []
    skipped = position = 0
    for index in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(index).num_rows
        if position + rows <= after:
            skipped += rows
        elif position < after + limit:
            groups.append(index)
        position += rows
    if not groups:
        return file.schema_arrow.empty_table()
    return file.read_row_groups(groups).slice(after - skipped, limit)


def _value_column(frame: Frame) -> str | None:
    return {Frame.equity: "equity", Frame.benchmark: "price"}.get(frame)


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    """Return rows with nanoseconds as strings: as JSON numbers they would be rounded."""
    for index, field in enumerate(table.schema):
        if (field.name.startswith("ts_") or field.name.endswith("_ns")) and pa.types.is_integer(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(pa.string()))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
