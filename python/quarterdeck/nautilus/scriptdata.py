"""How a script reads the data of a run: the same columns, times and wranglers as the run itself used."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from nautilus_trader.model.enums import AggressorSide, BarAggregation
from nautilus_trader.persistence import wranglers

from quarterdeck.columns import PRICES, SIZES, TEXTS
from quarterdeck.dialect import Dialect, read_dialect
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.nautilus import ticks
from quarterdeck.nautilus.code import Expression, Writer, call, render, text
from quarterdeck.nautilus.loading import FileData
from quarterdeck.protocol import DataItem
from quarterdeck.timestamps import FORMATS, GMT, is_epoch, names_zone

FIRST_ROWS = 1000
SUFFIXES = {".gz": "gzip", ".bz2": "bz2", ".zip": "zip", ".xz": "xz", ".zst": "zstd"}
PACKING = {"gzip": "gzip", "bzip2": "bz2", "zip": "zip", "xz": "xz", "zstd": "zstd"}
UNZONED = ("UTC", "UTC (assumed)", "named in the file")


class Reader(NamedTuple):
    """The body of a function that reads a file into rows for a wrangler."""

    lines: list[str]


class TableScript:
    """One table item of a request, as statements."""

    def __init__(self, item: DataItem, reopen: Callable[[], FileData], workspace: Path, writer: Writer) -> None:
        self._item = item
        self._reopen = reopen
        self._data = data = reopen()
        self._workspace = workspace
        self._writer = writer
        self._first = next(iter(data.parts(FIRST_ROWS)))
        self._found = data.detected
        self.files = [name for field in ("file", "bid_file", "ask_file") if (name := given(getattr(item, field)))]
        self.is_pair = len(self.files) == 2

    def reader(self) -> str:
        """Return the body of the function that reads the item's files."""
        dialects = [self._dialect(name) for name in self.files]
        if self.is_pair and dialects[0] != dialects[1]:
            raise QuarterdeckError(
                "UNSUPPORTED",
                "The bid file and the ask file are written differently, which a script cannot be made of yet.",
                "Write both in the same way and run again.",
                path="format",
            )
        lines = [
            *self._read(dialects[0]),
            *self._times(dialects[0]),
            f"frame.index = times.tz_localize(None).rename({text('timestamp')})",
            *self._columns(dialects[0]),
        ]
        return "\n".join(f"    {line}".rstrip() for line in lines)

    def expression(self, reader: str, instrument: str) -> Expression:
        """Return what gives the item's data, by the function that reads its files."""
        rows = [self._shifted(call(reader, self._writer.path(name))) for name in self.files]
        use = self._writer.use
        quotes = wranglers.QuoteTickDataWrangler
        if self.is_pair:
            made = render(call(use(quotes), instrument))
            return call(f"{made}.process_bar_data", bid_data=rows[0], ask_data=rows[1])
        kind, is_ohlc = self._data.kind, "open" in self._found["columns"]
        if kind == "quotes":
            return call(f"{render(call(use(quotes), instrument))}.process", rows[0])
        if kind == "bars":
            bar_type = self._writer.value(self._data.bar_type)
            return call(f"{render(call(use(wranglers.BarDataWrangler), bar_type, instrument))}.process", rows[0])
        if kind == "trades":
            method = "process_bar_data" if is_ohlc else "process"
            return call(f"{render(call(use(wranglers.TradeTickDataWrangler), instrument))}.{method}", rows[0])
        return call(f"{render(call(use(wranglers.OrderBookDeltaDataWrangler), instrument))}.process", rows[0])

    def _dialect(self, name: str) -> Dialect | None:
        if self._found["format"] == "parquet":
            return None
        preset, decimal = given(self._item.preset), given(self._item.decimal)
        return read_dialect(
            self._workspace / name,
            self._found["compression"],
            name,
            "format",
            None if preset is None else preset.value,
            None if decimal is None else decimal.value,
        )

    def _read(self, dialect: Dialect | None) -> list[str]:
        limit = given(self._item.limit)
        if dialect is None:
            self._writer.use("read_table", "pyarrow.parquet")
            head = "" if limit is None else f".head({limit})"
            return [
                "table = read_table(file).replace_schema_metadata()",
                f"frame = table.to_pandas(date_as_object=False){head}",
            ]
        texts = dict.fromkeys([*self._time_columns(), *self._text_columns().values()], "str")
        options: dict[str, Expression] = {
            "dtype": self._writer.value(texts)
            if not texts
            else "{" + ", ".join(f"{text(n)}: str" for n in texts) + "}",
            "index_col": "False",
        }
        if dialect.separator != ",":
            options["sep"] = text(dialect.separator) if dialect.separator != "\t" else '"\\t"'
            if dialect.decimal != ",":
                options["thousands"] = '","'
        if dialect.decimal != ".":
            options["decimal"] = text(dialect.decimal)
        if dialect.byte_order_mark:
            options["encoding"] = text("utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding)
        packing = PACKING.get(self._found["compression"] or "")
        if any(SUFFIXES.get(Path(name).suffix.lower()) != packing for name in self.files):
            options["compression"] = "None" if packing is None else text(packing)
        if not dialect.has_header or dialect.skip:
            options["header"] = "None"
            options["names"] = self._writer.value(dialect.header)
        if dialect.skip:
            options["skiprows"] = str(1 + dialect.skip)
        if limit is not None:
            options["nrows"] = f"{limit:_}"
        return f"frame = {render(call('pd.read_csv', 'file', **options), 4, 12)}".split("\n    ")

    def _times(self, dialect: Dialect | None) -> list[str]:
        """Return the statements that make the times: nanoseconds in UTC."""
        names = self._time_columns()
        column = ' + " " + '.join(f"frame[{text(name)}]" for name in names)
        sample = self._first.times.iloc[0]
        stamps = self._first.times
        if isinstance(stamps.dtype, pd.DatetimeTZDtype) or stamps.dtype.kind == "M":
            lines = [f"times = pd.DatetimeIndex({column}).as_unit({text('ns')})"]
            if isinstance(stamps.dtype, pd.DatetimeTZDtype):
                return [*lines, f"times = times.tz_convert({text('UTC')})"]
            zone = self._found["timezone"]
            zone = "UTC" if zone in UNZONED else zone
            more = [] if zone == "UTC" else [f"times = times.tz_convert({text('UTC')})"]
            return [*lines, f"times = times.tz_localize({text(zone)})", *more]
        sample = str(sample).strip()
        if dialect is None:
            column = f"{column}.astype(str)"
        if (unit := self._found.get("time_unit")) is not None and is_epoch(sample, unit):
            return self._epoch(column, unit, "." in sample)
        return self._calendar(column, sample, dialect)

    def _epoch(self, column: str, unit: str, has_fraction: bool) -> list[str]:
        if not has_fraction:
            return [f'times = pd.to_datetime({column}.astype("int64"), unit={text(unit)}, utc=True)', AS_INDEX]
        decimal = self._writer.use("Decimal", "decimal")
        scale = {"s": 9, "ms": 6, "us": 3, "ns": 0}[unit]
        return [
            f"nanoseconds = [int({decimal}(time) * 10**{scale}) for time in {column}]",
            'times = pd.to_datetime(nanoseconds, unit="ns", utc=True).as_unit("ns")',
        ]

    def _calendar(self, column: str, sample: str, dialect: Dialect | None) -> list[str]:
        preset = None if dialect is None else dialect.preset
        pattern = None if preset is None else preset.time_format
        if pattern is not None and GMT.search(sample):
            column = f'{column}.str.replace({text(GMT.pattern)}, r"\\1", regex=True)'
            pattern = f"{pattern}%z"
        if pattern is None:
            known = [name for name in ("ISO8601", *FORMATS) if not pd.isna(_parsed(sample, name))]
            pattern = known[0] if known else "ISO8601"
        lines = [f"times = pd.to_datetime({column}, format={text(pattern)}, utc=True)", AS_INDEX]
        zone = self._found["timezone"]
        if zone not in UNZONED and not names_zone(sample):
            lines.append(f"times = times.tz_localize(None).tz_localize({text(zone)}).tz_convert({text('UTC')})")
        return lines

    def _columns(self, dialect: Dialect | None) -> list[str]:
        """Return the statements that make the wrangler's columns out of the file's."""
        kind = "bars" if "open" in self._found["columns"] else self._data.kind
        texts = self._text_columns()
        numbers = {
            theirs: ours for ours, theirs in self._found["columns"].items() if ours != "timestamp" and ours not in texts
        }
        names = list(numbers.values())
        renamed = {theirs: ours for theirs, ours in numbers.items() if theirs != ours}
        rename = f".rename(columns={render(self._writer.value(renamed), 4, 40)})" if renamed else ""
        select = render(self._writer.value(names), 4, 20)
        lines = f'rows = frame{rename}[{select}].astype("float64")'.split("\n    ")
        preset = None if dialect is None else dialect.preset
        if preset is not None and preset.price_scale is not None:
            prices = render(self._writer.value([name for name in PRICES[kind] if name in names]))
            lines.append(f"rows[{prices}] = (rows[{prices}] * {preset.price_scale!r}).round(9)")
        if preset is not None and preset.size_scale is not None and preset.price_scale is None:
            sizes = render(self._writer.value([name for name in SIZES[kind] if name in names]))
            lines.append(f"rows[{sizes}] = (rows[{sizes}] * {preset.size_scale!r}).round(6)")
        if kind == "trades":
            lines.extend(self._trade_texts(texts))
        if kind == "deltas":
            lines.extend(self._delta_texts(texts, names))
        return [*lines, "return rows"]

    def _trade_texts(self, texts: dict[str, str]) -> list[str]:
        if "trade_id" in texts:
            column = f"frame[{text(texts['trade_id'])}].astype(str).str.strip()"
            lines = [f'rows["trade_id"] = {column}.str.removesuffix(".0")']
        else:
            lines = ['rows["trade_id"] = rows.index.astype("int64").astype(str)']
        if "side" not in texts and "buyer_maker" not in texts:
            return lines
        if "side" in texts and any(
            datum.aggressor_side == AggressorSide.NO_AGGRESSOR for datum in self._reopen().load()
        ):
            raise QuarterdeckError(
                "UNSUPPORTED",
                "Some trades of the file have no aggressor, which NautilusTrader's wrangler cannot express.",
                "Import the file into the catalog and run over the catalog; that run can be written as a script.",
                path="format",
            )
        if "side" in texts:
            lines.append(f"side = frame[{text(texts['side'])}].astype(str).str.strip().str.lower()")
            buys = sorted(ticks.BUY)
            lines.append(f'rows["side"] = side.isin({buys!r}).map({{True: "BUY", False: "SELL"}})'.replace("'", '"'))
        else:
            lines.append(f"maker = frame[{text(texts['buyer_maker'])}].astype(str).str.strip().str.lower()")
            lines.append('rows["side"] = maker.isin(["true", "1", "1.0"]).map({True: "SELL", False: "BUY"})')
        return lines

    def _delta_texts(self, texts: dict[str, str], names: list[str]) -> list[str]:
        sides = {**dict.fromkeys(sorted(ticks.BUY), "BUY"), **dict.fromkeys(sorted(ticks.SELL), "SELL")}
        lines = []
        for name, meanings in (("action", ticks.ACTIONS), ("side", sides)):
            table = self._writer.value(meanings)
            column = f"frame[{text(texts[name])}].astype(str).str.strip().str.lower()"
            lines.append(f"{name}s = {render(table, 4, 14)}".replace("\n    ", "\n"))
            other = '.fillna("NO_ORDER_SIDE")' if name == "side" else ""
            lines.append(f"rows[{text(name)}] = {column}.map({name}s){other}")
        lines = "\n".join(lines).split("\n")
        for name in ("order_id", "flags", "sequence"):
            value = f'rows[{text(name)}].astype("int64")' if name in names else "0"
            lines.append(f"rows[{text(name)}] = {value}")
        order = ["action", "side", "price", "size", "order_id", "flags", "sequence"]
        return [*lines, f"rows = rows[{render(self._writer.value(order))}]"]

    def _time_columns(self) -> list[str]:
        stamp = self._found["columns"]["timestamp"]
        return list(stamp) if isinstance(stamp, list) else [stamp]

    def _text_columns(self) -> dict[str, str]:
        return {ours: theirs for ours, theirs in self._found["columns"].items() if ours in TEXTS}

    def _shifted(self, rows: Expression) -> Expression:
        """Return rows moved from the open of their bars to the close."""
        bar_type = self._data.bar_type
        if self._found.get("timestamp") != "open" or bar_type is None:
            return rows
        spec = bar_type.spec
        months = {BarAggregation.MONTH: 1, BarAggregation.YEAR: 12}.get(spec.aggregation)
        self._writer.use("timedelta", "datetime")
        if months is not None:
            return call("closing", rows, call("pd.DateOffset", months=str(months * spec.step)))
        return call("closing", rows, self._length(pd.Timedelta(spec.timedelta)))

    def _length(self, length: pd.Timedelta) -> Expression:
        nanoseconds = length.value
        unit = next((unit for unit, size in LENGTHS.items() if nanoseconds % size == 0), None)
        if unit is None:
            return call("pd.Timedelta", str(nanoseconds), unit=text("ns"))
        return call(self._writer.use("timedelta", "datetime"), **{unit: str(nanoseconds // LENGTHS[unit])})


LENGTHS = {"days": 86400 * 10**9, "hours": 3600 * 10**9, "minutes": 60 * 10**9, "seconds": 10**9, "microseconds": 1000}
AS_INDEX = 'times = pd.DatetimeIndex(times).as_unit("ns")'
CLOSING = '''def closing(rows: pd.DataFrame, length: timedelta | pd.DateOffset) -> pd.DataFrame:
    """Move bars from the time they open to the time they close, when the engine may act on them."""
    return rows.set_axis(rows.index + length)'''


def _parsed(sample: str, pattern: str) -> Any:
    return pd.to_datetime(pd.Series([sample]), format=pattern, utc=True, errors="coerce").iloc[0]
