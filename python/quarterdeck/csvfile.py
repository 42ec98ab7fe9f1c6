"""CSV files of bars and quotes: read in pieces, every row checked, errors with their row."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import fsspec
import numpy as np
import pandas as pd

from quarterdeck.columns import AT_OPEN, PRICES, SIZES, date_and_time, find_columns, folded, guess_kind
from quarterdeck.errors import QuarterdeckError
from quarterdeck.timestamps import UnreadableTimeError, parse_times

PIECE = 200_000
# A 32-bit number printed with six decimals: how some sources show 133.52 (133.520004).
NOISE = 6e-7
NOISE_PRECISION = 5


class Format(NamedTuple):
    """How a request says a file is to be read."""

    columns: Mapping[str, str]
    timezone: str | None
    time_unit: str | None
    limit: int | None


class Piece(NamedTuple):
    """Some rows: prices and sizes by time, and the text their times had."""

    rows: pd.DataFrame
    times: pd.Series
    first_row: int


class CsvFile:
    """One file, its columns found and its rows checked as they are read."""

    def __init__(self, file: Path, name: str, path: str, said: Format, kind: str | None = None) -> None:
        self.name = name
        self.path = path
        self._file = file
        self._said = said
        header, self._separator = self._header()
        self._split = date_and_time(header, said.columns)
        self.kind = kind or guess_kind(header, said.columns)
        if self._split is not None:
            said_here = {**said.columns, "timestamp": self._split[0]}
            self._columns = find_columns(header, self.kind, said_here, path, name)
        else:
            self._columns = find_columns(header, self.kind, said.columns, path, name)
        self._last: int | None = None

    @property
    def stamped_at_open(self) -> bool:
        """Whether the column's own name says that a bar is stamped at its open."""
        return folded(self._columns["timestamp"]) in AT_OPEN

    @property
    def has_sizes(self) -> bool:
        """Whether the file has volumes or sizes."""
        return all(name in self._columns for name in SIZES[self.kind])

    def pieces(self, precision: int, size: int | None = PIECE) -> Iterator[Piece]:
        """Yield the rows in order, `size` at a time (all at once when None)."""
        first = 0
        for raw in self._read(size):
            if raw.empty:
                continue
            piece = self._piece(raw, first)
            self._check(piece, precision)
            first += len(raw)
            yield piece
        if first == 0:
            raise self._error("FILE_EMPTY", "has a header and no rows", "Give a file with data.")

    def _header(self) -> tuple[list[str], str]:
        if not self._file.exists():
            raise QuarterdeckError(
                "FILE_NOT_FOUND",
                f"There is no file {self.name}.",
                "Give a path relative to the workspace.",
                path=self.path,
            )
        try:
            with fsspec.open(self._file, "rt", compression="infer", encoding="utf-8-sig", newline="") as stream:
                line = next((text for text in stream if text.strip()), "")
        except (OSError, ValueError, EOFError) as error:
            raise self._unreadable(error) from error
        if not line.strip():
            raise self._error("FILE_EMPTY", "is empty", "Give a file with data.")
        separator = max(",;\t|", key=line.count)
        return next(csv.reader([line.rstrip("\r\n")], delimiter=separator)), separator

    def _read(self, size: int | None) -> Iterator[pd.DataFrame]:
        texts = {*([self._columns["timestamp"]]), *(self._split or ())}
        options: dict[str, Any] = {
            "sep": self._separator,
            "dtype": dict.fromkeys(texts, str),
            # A separator at the end of every row is no column; one row longer than the others is an error.
            "index_col": False,
            "nrows": self._said.limit,
        }
        try:
            if size is None:
                yield pd.read_csv(self._file, **options)
                return
            with pd.read_csv(self._file, **options, chunksize=size) as reader:
                yield from reader
        except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, OSError, EOFError) as error:
            raise self._unreadable(error) from error

    def _piece(self, raw: pd.DataFrame, first: int) -> Piece:
        times = raw[self._columns["timestamp"]]
        if self._split is not None:
            times = raw[self._split[0]] + " " + raw[self._split[1]]
        try:
            index = parse_times(times, self._said.timezone, self._said.time_unit)
        except UnreadableTimeError as error:
            raise self._at(
                "VALUE_UNREADABLE",
                first + error.row,
                f'has the time "{error.text}", which cannot be read',
                "Write times as ISO-8601 or as numbers since 1970 with time_unit.",
                self._columns["timestamp"],
            ) from error
        except (ValueError, OverflowError, KeyError) as error:
            raise self._error(
                "VALUE_UNREADABLE", f"has times that cannot be read: {error}", "Check timezone and time_unit."
            ) from error
        columns = {
            name: self._numbers(raw[column], first) for name, column in self._columns.items() if name != "timestamp"
        }
        index = index.tz_localize(None)
        index.name = "timestamp"
        return Piece(pd.DataFrame(columns, index=None).set_axis(index), times, first)

    def _numbers(self, column: pd.Series, first: int) -> np.ndarray:
        numbers: np.ndarray
        if column.dtype == object or column.dtype == bool:
            numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
        else:
            numbers = column.to_numpy(dtype=np.float64)
        unreadable = ~np.isfinite(numbers)
        if unreadable.any():
            row = int(np.argmax(unreadable))
            value = column.iloc[row]
            what = "no value" if pd.isna(value) else f'"{value}"'
            raise self._at(
                "VALUE_UNREADABLE",
                first + row,
                f"has {what} where a number belongs in {column.name}",
                "Correct or remove the row.",
                str(column.name),
            )
        return numbers

    def _check(self, piece: Piece, precision: int) -> None:
        self._check_order(piece)
        if self.kind == "bars":
            self._check_bars(piece)
        for name in SIZES[self.kind]:
            if name in piece.rows:
                negative = piece.rows[name].to_numpy() < 0
                self._refuse("DATA_OUT_OF_RANGE", piece, negative, f"has a negative {name}", "Correct the row.")
        self._check_precision(piece, precision)

    def _check_order(self, piece: Piece) -> None:
        stamps = piece.rows.index.to_numpy().astype("int64")
        steps = np.diff(stamps, prepend=stamps[0] - 1 if self._last is None else self._last)
        self._last = int(stamps[-1])
        self._refuse(
            "DATA_UNSORTED",
            piece,
            steps < 0,
            "is earlier than the row before it",
            "Sort the file by time, oldest first.",
        )
        if self.kind == "bars":
            self._refuse(
                "DATA_DUPLICATE_TIMES",
                piece,
                steps == 0,
                "has the same time as the row before it",
                "Remove duplicate rows; bars of two instruments belong into two files.",
            )

    def _check_bars(self, piece: Piece) -> None:
        prices = {name: piece.rows[name].to_numpy() for name in PRICES["bars"]}
        low = np.minimum.reduce([prices["open"], prices["close"], prices["high"]])
        high = np.maximum.reduce([prices["open"], prices["close"], prices["low"]])
        wrong = (prices["low"] > low) | (prices["high"] < high)
        self._refuse(
            "DATA_OUT_OF_RANGE",
            piece,
            wrong,
            "contradicts itself: its high is not the highest or its low not the lowest price",
            "Correct or remove the row; the columns may be in another order than their names.",
        )

    def _check_precision(self, piece: Piece, precision: int) -> None:
        finer = np.zeros(len(piece.rows), dtype=bool)
        for name in PRICES[self.kind]:
            finer |= is_finer(piece.rows[name].to_numpy(), precision)
        self._refuse(
            "DATA_MIXED_PRECISION",
            piece,
            finer,
            f"has prices with more than the instrument's {precision} decimals; they would be rounded",
            "Use an instrument with the precision of the data (price_precision), or round the file.",
        )

    def _refuse(self, code: str, piece: Piece, wrong: np.ndarray, what: str, next_step: str) -> None:
        if wrong.any():
            row = int(np.argmax(wrong))
            count = int(np.count_nonzero(wrong))
            raise self._at(
                code,
                piece.first_row + row,
                what,
                next_step,
                None,
                {"count": count, "time": str(piece.times.iloc[row]), "values": _row_values(piece.rows, row)},
            )

    def _at(
        self,
        code: str,
        row: int,
        what: str,
        next_step: str,
        column: str | None,
        details: dict[str, object] | None = None,
    ) -> QuarterdeckError:
        """Return an error at a row, counted from 1 after the header."""
        more = {} if column is None else {"column": column}
        count = (details or {}).get("count", 1)
        others = f" ({count - 1} more rows too)" if isinstance(count, int) and count > 1 else ""
        return QuarterdeckError(
            code,
            f"{self.name}: row {row + 1} {what}{others}.",
            next_step,
            path=self.path,
            details={"file": self.name, "row": row + 1, **more, **(details or {})},
        )

    def _error(self, code: str, what: str, next_step: str) -> QuarterdeckError:
        return QuarterdeckError(code, f"{self.name} {what}.", next_step, path=self.path, details={"file": self.name})

    def _unreadable(self, error: Exception) -> QuarterdeckError:
        return self._error(
            "FILE_UNREADABLE", f"cannot be read as CSV: {error}", "Give a CSV file (plain or .gz) in UTF-8."
        )


def is_finer(prices: np.ndarray, precision: int) -> np.ndarray:
    """Say which prices have more decimals than `precision`, noise of binary numbers not counted."""
    rounded = np.round(prices, precision)
    same = np.abs(prices - rounded) <= 10.0**-precision * 1e-3 + np.abs(prices) * 1e-15
    if precision <= NOISE_PRECISION:
        single = rounded.astype(np.float32).astype(np.float64)
        same |= np.abs(prices - single) <= NOISE
    return ~same


def _row_values(rows: pd.DataFrame, row: int) -> dict[str, float]:
    return {str(name): float(value) for name, value in rows.iloc[row].items()}
