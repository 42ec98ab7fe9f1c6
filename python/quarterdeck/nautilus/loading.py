"""Data items of a request turned into NautilusTrader's data, by its own wranglers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import BarAggregation
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.wranglers import BarDataWrangler, QuoteTickDataWrangler, TradeTickDataWrangler

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.formats import BINANCE_DEPTH, Detected, detect
from quarterdeck.message import given
from quarterdeck.nautilus.customdata import CustomFile, names_class
from quarterdeck.nautilus.identifiers import parse_bar_type
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.itemparts import Part, SeriesName, missing_instrument, resolve_item_instrument
from quarterdeck.nautilus.loaderfile import KINDS, LoaderFile
from quarterdeck.nautilus.ticks import make_deltas, make_depths, make_trades
from quarterdeck.protocol import DataItem, Warning
from quarterdeck.tablefile import PIECE, Format, Piece, Precision, TableFile

PAIR = Detected("csv", None, [])
NEXT_STEP = "Give file, or bid_file with ask_file, or data_type with instrument_id."


type FileItem = FileData | LoaderFile | CustomFile


def open_file(item: DataItem, path: str, workspace: Path, instruments: Instruments) -> FileItem:
    """Return a file item ready to be read, by the loader or the wrangler of its format."""
    if given(item.file) is None:
        return FileData(item, path, workspace, instruments, PAIR)
    if names_class(given(item.as_)):
        return CustomFile(item, path, workspace, instruments)
    name = str(given(item.file))
    said = given(item.format)
    detected = detect(workspace / name, name, f"{path}.file", None if said is None else said.value)
    if detected.format in ("csv", "parquet"):
        return FileData(item, path, workspace, instruments, detected)
    if detected.format == "binance" and not set(detected.header) >= BINANCE_DEPTH:
        # Its klines and trades are tables like others.
        return FileData(item, path, workspace, instruments, detected._replace(format="csv"))
    if detected.format == "bybit" and detected.header:
        return FileData(item, path, workspace, instruments, detected._replace(format="csv"))
    return LoaderFile(item, path, workspace, instruments, detected)


class FileData:
    """An item of one table (or two, bid and ask), its instrument and bar type settled before it is read."""

    client_id: str | None = None
    onlooker: Callable[[pd.DataFrame], None] | None = None
    """Is shown the rows that become data, by their time."""

    def __init__(
        self, item: DataItem, path: str, workspace: Path, instruments: Instruments, detected: Detected
    ) -> None:
        self.warnings: list[Warning] = []
        self._item = item
        self._path = path
        self._workspace = workspace
        bar_type = given(item.bar_type)
        self.bar_type = None if bar_type is None else parse_bar_type(bar_type, f"{path}.bar_type", external=True)
        self.instrument = self._instrument(instruments)
        self.instruments = [self.instrument]
        self._pair = given(item.file) is None
        if self._pair:
            self._files = [self._open(name, "bars", None) for name in ("bid_file", "ask_file")]
        else:
            self._files = [self._open("file", given(item.as_), detected)]
        self.kind = self._kind()
        if self.kind == "bars" and self.bar_type is None:
            raise QuarterdeckError(
                "INVALID_ARGUMENTS",
                "Bars need a bar_type.",
                f'Give it, for example "{self.instrument.id}-1-DAY-LAST-EXTERNAL".',
                path=f"{path}.bar_type",
            )
        self._shift = self._close_offset()

    @property
    def detected(self) -> dict[str, Any]:
        """How the file is read; complete once its first part is."""
        first = self._files[0]
        stamp = {} if first.kind != "bars" else {"timestamp": "close" if self._shift is None else "open"}
        return {**first.detected(), "as": self.kind, **stamp}

    @property
    def data_type(self) -> str:
        """The engine's name for what the rows become."""
        return next(name for name, kind in KINDS.items() if kind == self.kind)

    @property
    def series(self) -> list[SeriesName]:
        """Which series the rows become."""
        instrument_id = str(self.instrument.id)
        target = str(self.bar_type) if self.kind == "bars" else instrument_id
        return [SeriesName(self.data_type, target, instrument_id)]

    @property
    def table_kind(self) -> str:
        """What the rows of the table are, before they are made into something else."""
        return self._files[0].kind

    def read_leniently(self) -> tuple[pd.DataFrame | None, list[QuarterdeckError]]:
        """Return the rows as they are (of two files the bid's) and what is wrong with them."""
        precision = Precision(self.instrument.price_precision, self.instrument.size_precision)
        faults: list[QuarterdeckError] = []
        pieces: list[pd.DataFrame] = []
        for file in self._files[:1] if self._pair else self._files:
            file.faults = faults
            try:
                pieces.extend(piece.rows for piece in file.pieces(precision))
            except QuarterdeckError as error:
                faults.append(error)
            self._warn_assumptions(file)
        if not self._files[0].has_sizes:
            self._warn_sizes()
        return (pd.concat(pieces) if pieces else None), faults

    def load(self) -> list[Any]:
        """Return all data, exactly as a script with pandas and a wrangler would get it."""
        return [datum for part in self.parts(None) for datum in part.data]

    def parts(self, size: int | None = PIECE) -> Iterator[Part]:
        """Yield the data some rows at a time; bid and ask files are read whole, their rows must be matched."""
        prices, sizes = self.instrument.price_precision, self.instrument.size_precision
        precision = Precision(prices, sizes if self.kind in ("trades", "deltas") else None)
        if self._pair:
            yield self._quotes_of_bars(*(next(file.pieces(precision, None)) for file in self._files))
            return
        file = self._files[0]
        if not file.has_sizes:
            self._warn_sizes()
        for piece in file.pieces(precision, size):
            yield Part(self._wrangle(piece), piece.times)
        self._warn_assumptions(file)

    def frames(self) -> Iterator[pd.DataFrame] | None:
        """Give the rows by their time, as columns and without making objects; None where rows are made into others."""
        if self._pair or self._files[0].is_ohlc:
            return None
        precision = Precision(self.instrument.price_precision)
        return (self._shifted(piece.rows) for piece in self._files[0].pieces(precision))

    def _kind(self) -> str:
        if self._pair:
            return "quotes"
        return "trades" if self._files[0].is_ohlc else self._files[0].kind

    def _wrangle(self, piece: Piece) -> list[Any]:
        rows = self._shifted(piece.rows)
        if self.onlooker is not None:
            self.onlooker(rows)
        if self.kind == "quotes":
            self._warn_crossed(rows)
            return self._made(lambda: QuoteTickDataWrangler(self.instrument).process(rows))
        if self._files[0].is_ohlc:
            return self._made(lambda: TradeTickDataWrangler(self.instrument).process_bar_data(rows))
        if self.kind == "trades":
            return self._made(lambda: make_trades(rows, self.instrument, self._path))
        if self.kind == "deltas":
            return self._made(lambda: make_deltas(rows, self.instrument, self._path))
        if self.kind == "depth":
            return self._made(lambda: make_depths(rows, self.instrument))
        return self._made(lambda: BarDataWrangler(self.bar_type, self.instrument).process(rows))

    def _quotes_of_bars(self, bid: Piece, ask: Piece) -> Part:
        unmatched = len(bid.rows.index.symmetric_difference(ask.rows.index))
        if unmatched == len(bid.rows) + len(ask.rows):
            raise QuarterdeckError(
                "NO_DATA",
                "No row of bid_file has the time of a row of ask_file.",
                "Give the bid and the ask bars of the same instrument and period.",
                path=self._path,
            )
        if unmatched:
            self._warn(
                "ROWS_UNMATCHED",
                f"{unmatched} rows have no partner of the same time in the other file and are left out.",
                "Check that both files cover the same period.",
            )
        if not all(file.has_sizes for file in self._files):
            self._warn_sizes()
        wrangler = QuoteTickDataWrangler(self.instrument)
        bid_rows, ask_rows = self._shifted(bid.rows), self._shifted(ask.rows)
        data = self._made(lambda: wrangler.process_bar_data(bid_data=bid_rows, ask_data=ask_rows))
        return Part(data, bid.times[bid.rows.index.isin(ask.rows.index)])

    def _made(self, wrangle: Callable[[], list[Any]]) -> list[Any]:
        try:
            return wrangle()
        except (ValueError, OverflowError, RuntimeError) as error:
            raise QuarterdeckError(
                "DATA_OUT_OF_RANGE",
                f"NautilusTrader refuses the data: {error}.",
                "Check prices and sizes of the file.",
                path=self._path,
            ) from error

    def _shifted(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows if self._shift is None else rows.set_axis(rows.index + self._shift)

    def _close_offset(self) -> pd.Timedelta | pd.DateOffset | None:
        """Return what to add to a bar's time: the engine must not see a bar before it closed."""
        file = self._files[0]
        if file.kind != "bars" or (not self._pair and self.kind == "quotes"):
            return None
        said = given(self._item.timestamp)
        stamped = None if said is None else said.value
        if stamped is None:
            stamped = self._usual_stamp(file)
        if stamped == "close":
            return None
        if self.bar_type is None:
            raise QuarterdeckError(
                "INVALID_ARGUMENTS",
                "How long the bars are is not known, and with it when they close.",
                "Give bar_type as well.",
                path=f"{self._path}.bar_type",
            )
        return _interval(self.bar_type, f"{self._path}.bar_type")

    def _usual_stamp(self, file: TableFile) -> str:
        """Return when the bars of a file are stamped that no one said it of."""
        preset = file.preset
        if preset is not None and preset.timestamp == "open":
            self._warn(
                "STAMPED_AT_OPEN",
                f"{preset.title} stamps bars at their open; they were moved to their close, when the engine may act.",
                'Give timestamp: "close" when the times are those at which the bars close.',
            )
            return "open"
        if file.stamped_at_open:
            self._warn(
                "STAMPED_AT_OPEN",
                "The column is called an open time; the bars were moved to their close, when the engine may act.",
                'Give timestamp: "close" when the times are those at which the bars close.',
            )
            return "open"
        return "close"

    def _instrument(self, instruments: Instruments) -> Instrument:
        path = self._path
        instrument = resolve_item_instrument(self._item, path, instruments, self.bar_type)
        if instrument is None:
            raise missing_instrument(path)
        if self.bar_type is not None and self.bar_type.instrument_id != instrument.id:
            check_same_instrument(self.bar_type, instrument, f"{path}.bar_type")
        return instrument

    def _open(self, field: str, kind: Any, detected: Detected | None) -> TableFile:
        item = self._item
        name = str(given(getattr(item, field)))
        preset = given(item.preset)
        decimal = given(item.decimal)
        said = Format(
            given(item.columns, {}),
            given(item.timezone),
            given(item.time_unit),
            given(item.limit),
            None if preset is None else preset.value,
            None if decimal is None else decimal.value,
        )
        file, path = self._workspace / name, f"{self._path}.{field}"
        if detected is None:
            detected = detect(file, name, path)
        return TableFile(file, name, path, said, detected, None if kind is None else str(kind))

    def _warn_assumptions(self, file: TableFile) -> None:
        if file.zone_assumed and not file.is_daily:
            note = (
                "" if file.preset is None or file.preset.note is None else f" ({file.preset.title}: {file.preset.note})"
            )
            self._warn(
                "TIMEZONE_ASSUMED",
                f"The times name no zone and were read as UTC{note}.",
                'Give timezone, for example "America/New_York", when they are of another.',
            )
        if file.rounded_sizes:
            self._warn(
                "SIZES_ROUNDED",
                f"{file.rounded_sizes} sizes have more than the instrument's {self.instrument.size_precision} decimals "
                "and were rounded.",
                "Use an instrument with the precision of the data (size_precision).",
            )
        if file.maker_is_text:
            self._warn(
                "MAKER_IS_TEXT",
                "The file says as text whether the buyer was the maker. It was read as meant; a script that gives "
                "the column to NautilusTrader's wrangler reads every trade as one of a buyer.",
                "In scripts of your own turn the column into true and false first.",
            )
        if file.is_ohlc:
            self._warn(
                "TRADES_OF_BARS",
                "Each bar was made into four trades (open, high, low, close) by NautilusTrader's wrangler.",
                'Use as: "bars" to keep them bars.',
            )

    def _warn_sizes(self) -> None:
        self._warn(
            "SIZES_ASSUMED",
            "The file has no volumes; NautilusTrader's wrangler puts 1,000,000 in their place.",
            "Name the column with columns, or treat sizes in the results as unknown.",
        )

    def _warn_crossed(self, rows: pd.DataFrame) -> None:
        crossed = int((rows["bid_price"].to_numpy() > rows["ask_price"].to_numpy()).sum())
        if crossed:
            self._warn("QUOTES_CROSSED", f"{crossed} quotes have a bid above the ask.", "Check the file's columns.")

    def _warn(self, code: str, message: str, next_step: str) -> None:
        if all(warning.code != code for warning in self.warnings):
            self.warnings.append(Warning(code=code, message=f"{self._path}: {message}", next_step=next_step))


def check_item(item: DataItem, path: str) -> bool:
    """Say whether an item is a file item (else of the catalog), after checking that it is one of them."""
    has_file, has_type = given(item.file) is not None, given(item.data_type) is not None
    pair = [name for name in ("bid_file", "ask_file") if given(getattr(item, name)) is not None]
    if len(pair) == 1:
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            f"{pair[0]} is there without its partner.",
            NEXT_STEP,
            path=f"{path}.{pair[0]}",
        )
    if has_file + has_type + bool(pair) != 1:
        what = "says twice" if has_file + has_type + bool(pair) else "does not say"
        raise QuarterdeckError("INVALID_ARGUMENTS", f"The item {what} what its data is.", NEXT_STEP, path=path)
    if not has_type and given(item.catalog) is not None:
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            "The item names a catalog, and its data is in a file.",
            "Leave catalog out of a file item.",
            path=f"{path}.catalog",
        )
    return not has_type


def check_same_instrument(bar_type: BarType, instrument: Instrument, path: str) -> None:
    """Refuse a bar type that is another instrument's."""
    named = bar_type.instrument_id
    if named.symbol == instrument.id.symbol:
        raise QuarterdeckError(
            "VENUE_MISMATCH",
            f'The bar type names the venue "{named.venue}", the instrument "{instrument.id.venue}".',
            f'Use one of them in both, for example "{instrument.id}-{bar_type.spec}-EXTERNAL".',
            path=path,
        )
    raise QuarterdeckError(
        "INVALID_BAR_TYPE",
        f'The bar type names the instrument "{named}", the data is of "{instrument.id}".'
        f"{did_you_mean(str(named), [str(instrument.id)])}",
        f'Write "{instrument.id}-{bar_type.spec}-EXTERNAL".',
        path=path,
    )


def _interval(bar_type: BarType, path: str) -> pd.Timedelta | pd.DateOffset:
    spec = bar_type.spec
    if spec.aggregation == BarAggregation.MONTH:
        return pd.DateOffset(months=spec.step)
    if spec.aggregation == BarAggregation.YEAR:
        return pd.DateOffset(years=spec.step)
    try:
        return pd.Timedelta(spec.timedelta)
    except ValueError as error:
        raise QuarterdeckError(
            "INVALID_BAR_TYPE",
            f'Bars of "{bar_type}" have no fixed length, so their close cannot be told from their open.',
            'Give a file stamped at the close and timestamp: "close".',
            path=path,
        ) from error
