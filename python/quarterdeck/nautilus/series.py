"""One series of a catalog as columns: read from its files without making objects, values exact."""

import base64
import math
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from nautilus_trader.core.nautilus_pyo3 import FIXED_PRECISION, PRECISION_BYTES
from nautilus_trader.model.enums import (
    aggressor_side_to_str,
    book_action_to_str,
    order_side_to_str,
)

from quarterdeck.errors import QuarterdeckError
from quarterdeck.nautilus.catalog import Catalog, Holding
from quarterdeck.nautilus.convert import iso_time, plain
from quarterdeck.parquetfile import catalog_width

SIZES = ("volume", "size", "bid_size", "ask_size")
NAMES = {"aggressor_side": aggressor_side_to_str, "action": book_action_to_str, "side": order_side_to_str}
TIMES = ("ts_event", "ts_init")
# Raw values of an undefined price or size: not a number of any market.
UNDEFINED = {2**127 - 1, 2**128 - 1, 2**63 - 1, 2**64 - 1}

# Beyond it a JSON reader rounds whole numbers.
MAX_SAFE = 2**53 - 1


class Span(NamedTuple):
    """The rows of one file between two times."""

    file: str
    first: int
    rows: int


class Series:
    """A holding of a catalog between two times."""

    def __init__(self, catalog: Catalog, holding: Holding, start: int | None, end: int | None) -> None:
        self._catalog = catalog
        self._start = start
        self._end = end
        self.holding = holding
        self.spans = [
            span
            for interval in sorted(holding.intervals)
            if (start is None or interval[1] >= start) and (end is None or interval[0] <= end)
            for span in [self._span(holding.file(catalog, interval), interval)]
            if span.rows > 0
        ]

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(span.rows for span in self.spans)

    def rows(self, after: int, limit: int) -> list[dict[str, Any]]:
        """Return some rows, `after` of them skipped."""
        found: list[dict[str, Any]] = []
        for span in self.spans:
            if after >= span.rows:
                after -= span.rows
                continue
            taken = self._read(span, None).slice(after, limit - len(found))
            found.extend(as_rows(taken))
            after = 0
            if len(found) == limit:
                break
        return found

    def tables(self, columns: list[str] | None = None) -> list[pa.Table]:
        """Return the columns of every file."""
        return [self._read(span, columns) for span in self.spans]

    def _read(self, span: Span, columns: list[str] | None) -> pa.Table:
        with self._catalog.store.fs.open(span.file, "rb") as stream:
            table = pq.read_table(stream, columns=columns)
        check_width(table.schema, span.file)
        return table.slice(span.first, span.rows)

    def _span(self, file: str, interval: tuple[int, int]) -> Span:
        with self._catalog.store.fs.open(file, "rb") as stream:
            parquet = pq.ParquetFile(stream)
            check_width(parquet.schema_arrow, file)
            count = int(parquet.metadata.num_rows)
            inside = (self._start is None or self._start <= interval[0]) and (
                self._end is None or interval[1] <= self._end
            )
            if inside:
                return Span(file, 0, count)
            times = parquet.read(columns=["ts_init"])["ts_init"].to_numpy().astype(np.int64)
        first = 0 if self._start is None else int(np.searchsorted(times, self._start, side="left"))
        last = count if self._end is None else int(np.searchsorted(times, self._end, side="right"))
        return Span(file, first, max(0, last - first))


def check_width(schema: pa.Schema, file: str) -> None:
    """Refuse a file written by an engine of another precision mode; reading it would give other prices."""
    width = catalog_width(schema)
    if width is not None and width != PRECISION_BYTES:
        raise QuarterdeckError(
            "CATALOG_PRECISION",
            f"{Path(file).name} was written with prices of {width * 8} bits, this NautilusTrader has "
            f"{PRECISION_BYTES * 8}.",
            "Import the source files anew into another catalog, or use an engine of that precision mode.",
            path="catalog",
            details={"file": file},
        )


def as_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return a table's rows as they cross the line."""
    precisions = _precisions(table)
    columns = {
        name: _column(name, table[name], precisions)
        for name in table.column_names
        if not (name.startswith(("bid_count", "ask_count")) and name[-1].isdigit())
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def raw_numbers(column: pa.ChunkedArray) -> list[int]:
    """Return the engine's fixed-point integers of prices or sizes."""
    return [int.from_bytes(value, "little", signed=True) for value in column.to_pylist()]


def floats(column: pa.ChunkedArray) -> np.ndarray:
    """Return prices or sizes as binary numbers: to compare, never to show."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    parts = np.frombuffer(
        array.buffers()[1], dtype="<i8" if PRECISION_BYTES == 8 else [("low", "<u8"), ("high", "<i8")]
    )
    parts = parts[array.offset : array.offset + len(array)]
    if PRECISION_BYTES == 8:
        plain_numbers: np.ndarray = parts / 10.0**FIXED_PRECISION
        return plain_numbers
    numbers: np.ndarray = (parts["high"] * 2.0**64 + parts["low"]) / 10.0**FIXED_PRECISION
    return numbers


def decimal_of(raw: int, precision: int) -> str | None:
    """Return a fixed-point integer as a decimal, None when it stands for no value."""
    if raw in UNDEFINED or raw < -(2**120):
        return None
    return plain(Decimal(raw).scaleb(-FIXED_PRECISION).quantize(Decimal(1).scaleb(-precision)))


def _column(name: str, column: pa.ChunkedArray, precisions: tuple[int, int]) -> list[Any]:
    if pa.types.is_fixed_size_binary(column.type):
        is_size = name in SIZES or "_size_" in name
        return [decimal_of(raw, precisions[1] if is_size else precisions[0]) for raw in raw_numbers(column)]
    values = column.to_pylist()
    if name in TIMES:
        return [iso_time(value) for value in values]
    if name in NAMES and pa.types.is_integer(column.type):
        return [NAMES[name](value) for value in values]
    if name == "rate" and pa.types.is_binary(column.type):
        # Funding rates are kept as JSON texts of decimals.
        return [value.decode().strip('"') for value in values]
    if name in ("order_id", "sequence"):
        return [str(value) for value in values]
    return [_told(value) for value in values]


def _told(value: Any) -> Any:
    """Return a value of a class of the user's own as JSON has it: long whole numbers and bytes as texts."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_SAFE:
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(name): _told(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_told(held) for held in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def _precisions(table: pa.Table) -> tuple[int, int]:
    metadata = table.schema.metadata or {}
    return int(metadata.get(b"price_precision", b"9")), int(metadata.get(b"size_precision", b"9"))
