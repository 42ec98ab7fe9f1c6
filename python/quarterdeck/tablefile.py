"""Tables in CSV and Parquet files: read in pieces, every row checked, errors with their row."""

import gc
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from quarterdeck.columns import AT_OPEN, NEEDED, PRICES, SIZES, TEXTS, date_and_time, find_columns, folded, guess_kind
from quarterdeck.dialect import Dialect, read_dialect
from quarterdeck.errors import QuarterdeckError
from quarterdeck.formats import Detected
from quarterdeck.parquetfile import ParquetTable
from quarterdeck.presets import Preset
from quarterdeck.timestamps import UnreadableTimeError, guess_unit, is_epoch, names_zone, parse_times

PIECE = 100_000
"""Rows as Python objects at once: they and their texts are most of what an import takes in memory."""
# A 32-bit number printed with six decimals: how some sources show 133.52 (133.520004).
NOISE = 6e-7
NOISE_PRECISION = 5
# What Databento writes where there is no price.
NO_PRICE = float(2**63 - 1)


class Format(NamedTuple):
    """How a request says a file is to be read."""

    columns: Mapping[str, str]
    timezone: str | None
    time_unit: str | None
    limit: int | None
    preset: str | None = None
    decimal: str | None = None


class Piece(NamedTuple):
    """Some rows: prices and sizes by time, and the text their times had."""

    rows: pd.DataFrame
    times: pd.Series
    first_row: int


class Precision(NamedTuple):
    """Decimals the instrument has; sizes are not looked at when None."""

    prices: int
    sizes: int | None = None


class TableFile:
    """One file, its columns found and its rows checked as they are read."""

    def __init__(
        self, file: Path, name: str, path: str, said: Format, detected: Detected, kind: str | None = None
    ) -> None:
        self.name = name
        self.path = path
        self.preset: Preset | None = None
        self._file = file
        self._said = said
        self._compression = detected.compression
        self._dialect: Dialect | None = None
        self._table: ParquetTable | None = None
        if detected.format == "parquet":
            self._table = ParquetTable(file, name, path)
            header = self._table.header
        else:
            self._dialect = read_dialect(file, detected.compression, name, path, said.preset, said.decimal)
            header, self.preset = self._dialect.header, self._dialect.preset
        suggested = {} if self.preset is None else self.preset.columns
        named = {ours: theirs for ours, theirs in suggested.items() if theirs in header} | dict(said.columns)
        self.kind = kind or (self.preset.kind if self.preset else None) or guess_kind(header, named)
        self.is_ohlc = kind == "trades" and guess_kind(header, named) == "bars"
        if self.is_ohlc:
            self.kind = "bars"
        wanted = {*NEEDED[self.kind], *SIZES[self.kind], "timestamp", "trade_id", "buyer_maker"}
        named = {ours: theirs for ours, theirs in named.items() if ours in wanted or ours in said.columns}
        self._split = date_and_time(header, named)
        if self._split is not None:
            named = {**named, "timestamp": self._split[0]}
        self._columns = find_columns(header, self.kind, named, path, name)
        self._last: int | None = None
        self._first_time = ""
        self._unit = said.time_unit
        self.rounded_sizes = 0
        # Where given, what is wrong with rows is noted here instead of raised.
        self.faults: list[QuarterdeckError] | None = None

    @property
    def stamped_at_open(self) -> bool:
        """Whether the column's own name says that a bar is stamped at its open."""
        return folded(self._columns["timestamp"]) in AT_OPEN

    @property
    def has_sizes(self) -> bool:
        """Whether the file has volumes or sizes."""
        # A level that is not there has no size either.
        return self.kind == "depth" or all(name in self._columns for name in SIZES[self.kind])

    @property
    def maker_is_text(self) -> bool:
        """Whether a Parquet file says as text whether the buyer was the maker: "True" and "False" are both true."""
        return self._table is not None and self._columns.get("buyer_maker") in self._table.texts

    @property
    def is_daily(self) -> bool:
        """Whether the first time, once read, is a date without an hour."""
        return len(self._first_time) <= 10 and not is_epoch(self._first_time, self._said.time_unit)

    @property
    def zone_assumed(self) -> bool:
        """Whether neither the file nor the request nor a preset says in which zone its times are."""
        known = self._said.timezone or (self.preset.timezone if self.preset else None)
        utc = any(mark in folded(self._columns["timestamp"]) for mark in ("utc", "gmt"))
        return not (
            known or utc or self._table or is_epoch(self._first_time, self._unit) or names_zone(self._first_time)
        )

    def detected(self) -> dict[str, Any]:
        """Return how the file is read; complete once its first piece is."""
        first = self._first_time
        epoch = bool(first) and self._table is None and is_epoch(first, self._said.time_unit)
        found: dict[str, Any] = {
            "format": "csv" if self._table is None else "parquet",
            "compression": self._compression,
            "as": "trades" if self.is_ohlc else self.kind,
            "columns": {
                **self._columns,
                **({"timestamp": list(self._split)} if self._split is not None else {}),
            },
        }
        if self.preset is not None:
            found["preset"] = self.preset.name
        if self._dialect is not None:
            found |= {
                "separator": self._dialect.separator,
                "decimal": self._dialect.decimal,
                "encoding": self._dialect.encoding,
                "byte_order_mark": self._dialect.byte_order_mark,
                "header": self._dialect.has_header,
            }
        if epoch:
            found["time_unit"] = self._said.time_unit or guess_unit(first)
            found["timezone"] = "UTC"
        elif names_zone(first):
            found["timezone"] = "named in the file"
        else:
            found["timezone"] = self._zone() or ("UTC" if not self.zone_assumed else "UTC (assumed)")
        if self.preset is not None and self.preset.price_scale is not None:
            found["price_scale"] = self.preset.price_scale
        if self.preset is not None and self.preset.size_scale is not None:
            found["size_scale"] = self.preset.size_scale
        return found

    def pieces(self, precision: Precision, size: int | None = PIECE) -> Iterator[Piece]:
        """Yield the rows in order, `size` at a time (all at once when None)."""
        first = 0
        for raw in self._read(size):
            if raw.empty:
                continue
            if first > 0:
                # pandas' string accessors refer to themselves: the texts of a piece would stay until Python looks.
                gc.collect()
            piece = self._piece(raw, first)
            self._check(piece, precision)
            first += len(raw)
            yield piece
            del raw, piece
        if first == 0:
            raise self._error("FILE_EMPTY", "has a header and no rows", "Give a file with data.")

    def _zone(self) -> str | None:
        return self._said.timezone or (None if self.preset is None else self.preset.timezone)

    def _read(self, size: int | None) -> Iterator[pd.DataFrame]:
        if self._table is not None:
            yield from self._table.read(size, self._said.limit)
            return
        if self._dialect is None:
            raise TypeError("neither text nor Parquet")
        dialect = self._dialect
        texts = {*([self._columns["timestamp"]]), *(self._split or ())}
        texts |= {column for name, column in self._columns.items() if name in TEXTS}
        options: dict[str, Any] = {
            "sep": dialect.separator,
            "decimal": dialect.decimal,
            "thousands": None if dialect.separator == "," or dialect.decimal == "," else ",",
            "encoding": "utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding,
            "compression": {"gzip": "gzip", "bzip2": "bz2", "zip": "zip", "xz": "xz", "zstd": "zstd"}.get(
                self._compression or ""
            ),
            "dtype": dict.fromkeys(texts, str),
            # A separator at the end of every row is no column; one row longer than the others is an error.
            "index_col": False,
            "nrows": self._said.limit,
            **({"header": 0, "skiprows": None} if dialect.has_header else {"header": None}),
        }
        if not dialect.has_header or dialect.skip:
            options["names"] = dialect.header
        if dialect.skip:
            options |= {"header": None, "skiprows": 1 + dialect.skip}
        try:
            if size is None:
                yield pd.read_csv(self._file, **options)
                return
            with pd.read_csv(self._file, **options, chunksize=size) as reader:
                yield from reader
        except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, OSError, EOFError) as error:
            raise self._unreadable(error) from error
        except zipfile.BadZipFile as error:
            raise self._unreadable(error) from error

    def _piece(self, raw: pd.DataFrame, first: int) -> Piece:
        times = raw[self._columns["timestamp"]]
        if self._split is not None:
            times = raw[self._split[0]] + " " + raw[self._split[1]]
        if first == 0:
            self._first_time = str(times.iloc[0]).strip()
        try:
            index = self._index(times)
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
            name: self._texts(raw[column]) if name in TEXTS else self._scaled(name, self._numbers(raw[column], first))
            for name, column in self._columns.items()
            if name != "timestamp"
        }
        index = index.tz_localize(None)
        index.name = "timestamp"
        return Piece(pd.DataFrame(columns, index=None).set_axis(index), times, first)

    def _index(self, times: pd.Series) -> pd.DatetimeIndex:
        if isinstance(times.dtype, pd.DatetimeTZDtype) or times.dtype.kind == "M":
            index = pd.DatetimeIndex(times).as_unit("ns")
            index = index.tz_localize(self._zone() or "UTC") if index.tz is None else index
            if index.hasnans:
                row = int(np.argmax(index.isna()))
                raise UnreadableTimeError(row, "no value")
            return index.tz_convert("UTC")
        pattern = None if self.preset is None else self.preset.time_format
        # The unit of the first time holds for all: a later time of another length would be guessed otherwise.
        if self._unit is None and is_epoch(self._first_time, None):
            self._unit = guess_unit(self._first_time)
        return parse_times(times.astype(str), self._zone(), self._unit, pattern)

    def _scaled(self, name: str, numbers: np.ndarray) -> np.ndarray:
        if self.preset is None:
            return numbers
        if self.preset.price_scale is not None and name in PRICES[self.kind]:
            # Prices as whole billionths: rounded once, to the nearest number with nine decimals.
            return np.round(numbers * self.preset.price_scale, 9)
        if self.preset.size_scale is not None and name in SIZES[self.kind]:
            return np.round(numbers * self.preset.size_scale, 6)
        return numbers

    def _texts(self, column: pd.Series) -> np.ndarray:
        texts: np.ndarray = column.astype(str).str.strip().to_numpy(dtype=object)
        return texts

    def _numbers(self, column: pd.Series, first: int) -> np.ndarray:
        numbers: np.ndarray
        if column.dtype == object or column.dtype == bool:
            numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
        else:
            numbers = column.to_numpy(dtype=np.float64, copy=True)
        none = numbers == NO_PRICE
        numbers[none] = np.nan
        unreadable = ~np.isfinite(numbers)
        if self.kind == "depth":
            # A book need not have all levels.
            unreadable &= ~(none | column.isna().to_numpy())
        if unreadable.any():
            row = int(np.argmax(unreadable))
            value = column.iloc[row]
            what = "no value" if pd.isna(value) else f'"{value}"'
            error = self._at(
                "VALUE_UNREADABLE",
                first + row,
                f"has {what} where a number belongs in {column.name}",
                "Correct or remove the row.",
                str(column.name),
            )
            self._fail(error)
        return numbers

    def _check(self, piece: Piece, precision: Precision) -> None:
        self._check_order(piece)
        if self.kind == "bars":
            self._check_bars(piece)
        for name in SIZES[self.kind]:
            if name in piece.rows:
                if precision.sizes is not None:
                    self.rounded_sizes += int(is_finer(piece.rows[name].to_numpy(), precision.sizes).sum())
                negative = piece.rows[name].to_numpy() < 0
                self._refuse("DATA_OUT_OF_RANGE", piece, negative, f"has a negative {name}", "Correct the row.")
        self._check_precision(piece, precision.prices)

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
            if name in piece.rows:
                finer |= is_finer(np.nan_to_num(piece.rows[name].to_numpy()), precision)
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
            error = self._at(
                code,
                piece.first_row + row,
                what,
                next_step,
                None,
                {"count": count, "time": str(piece.times.iloc[row]), "values": _row_values(piece.rows, row)},
            )
            self._fail(error)

    def _fail(self, error: QuarterdeckError) -> None:
        """Raise, or note the first of its kind when faults are collected."""
        if self.faults is None:
            raise error
        if all(known.code != error.code for known in self.faults):
            self.faults.append(error)

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
            "FILE_UNREADABLE", f"cannot be read as CSV: {error}", "Give a CSV file (plain or packed) in UTF-8."
        )


def is_finer(prices: np.ndarray, precision: int) -> np.ndarray:
    """Say which prices have more decimals than `precision`, noise of binary numbers not counted."""
    rounded = np.round(prices, precision)
    same = np.abs(prices - rounded) <= 10.0**-precision * 1e-3 + np.abs(prices) * 1e-15
    if precision <= NOISE_PRECISION:
        single = rounded.astype(np.float32).astype(np.float64)
        same |= np.abs(prices - single) <= NOISE
    return ~same


def _row_values(rows: pd.DataFrame, row: int) -> dict[str, float | str]:
    return {str(name): value if isinstance(value, str) else float(value) for name, value in rows.iloc[row].items()}
