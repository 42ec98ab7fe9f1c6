"""Data of a class of the user's own: read from a file or the catalog, replayed to who subscribed to it.

The class is imported to read it, so only in workers that serve one request.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from nautilus_trader.backtest.config import BacktestDataConfig
from nautilus_trader.core.data import Data
from nautilus_trader.model.data import CustomData, DataType
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.serialization.arrow import serializer

from quarterdeck.columns import USUAL, folded
from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.nautilus.catalog import Catalog
from quarterdeck.nautilus.identifiers import check_identifier, parse_instrument_id
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.itemparts import Part, SeriesName, resolve_item_instrument, series_name
from quarterdeck.nautilus.selection import item_period, moment, query_values, read_options
from quarterdeck.nautilus.sources import Sources
from quarterdeck.protocol import DataItem, Warning
from quarterdeck.timestamps import UnreadableTimeError, parse_times

TIMES = ("ts_event", "ts_init")


def names_class(name: str | None) -> bool:
    """Whether a type of data is a class of the user's own rather than one of the engine's names."""
    return name is not None and ":" in name


def load_class(sources: Sources, source: str, path: str) -> type[Data]:
    """Return a class of data, checked to be one that the catalog can keep."""
    found: type[Data] = sources.load(source, "Data", path)
    if found not in serializer._ARROW_DECODERS or not hasattr(found, "from_dict"):
        raise QuarterdeckError(
            "WRONG_CLASS",
            f'"{source}" is not registered to be written and read as a table.',
            "Decorate it with @customdataclass of nautilus_trader.model.custom.",
            path=path,
        )
    return found


class CustomSelection:
    """Custom data of the catalog, or a part of it."""

    def __init__(self, item: DataItem, path: str, catalog: Catalog, sources: Sources, instruments: Instruments) -> None:
        self.warnings: list[Warning] = []
        self.catalog = catalog
        self.data_class = load_class(sources, str(given(item.data_type)), f"{path}.data_type")
        self.client_id = _client(item, path, self.data_class)
        self.metadata = given(item.metadata)
        named = given(item.instrument_id)
        self.instrument_id = None if named is None else parse_instrument_id(named, f"{path}.instrument_id")
        known = () if self.instrument_id is None else instruments.all()
        self.instruments = [instrument for instrument in known if instrument.id == self.instrument_id]
        self._start, self._end = item_period(item, path)
        self._options = read_options(item, path, heeds_filter=True)
        if not catalog.exists:
            raise QuarterdeckError(
                "CATALOG_NOT_FOUND",
                f"There is no catalog at {catalog.location}.",
                "Bring data into it with import_data first, or name another catalog.",
                path=path,
            )
        if not catalog.store.get_intervals(self.data_class, self._identifier):
            what = "" if named is None else f" of {named}"
            raise QuarterdeckError(
                "NO_DATA",
                f"The catalog has no {self.data_class.__name__}{what}.",
                "list_data shows what the catalog holds; import_data adds to it.",
                path=path,
            )

    @property
    def series(self) -> list[SeriesName]:
        """Which series it is."""
        return [series_name(self.data_class, self._identifier)]

    @property
    def streams(self) -> bool:
        """Whether the engine can read it in chunks: only classes its core knows."""
        return bool(self.catalog.store._is_rust_custom_data(self.data_class))

    @property
    def _identifier(self) -> str | None:
        return None if self.instrument_id is None else self.instrument_id.value

    def load(self) -> list[Any]:
        """Return the data itself."""
        loaded: list[Any] = self.catalog.store.query(**query_values(self.query()))
        return loaded

    def query(self) -> dict[str, Any]:
        """Return what the catalog's own query is asked, without what is not there; a filter as text."""
        asked = {
            "identifiers": None if self._identifier is None else [self._identifier],
            "start": moment(self._start),
            "end": moment(self._end),
            "metadata": self.metadata,
        }
        present = {name: value for name, value in asked.items() if value is not None}
        return {"data_cls": self.data_class, **present, **self._options}

    def node_config(self) -> BacktestDataConfig:
        """Return what BacktestNode takes."""
        return BacktestDataConfig(
            catalog_path=self.catalog.store.path,
            catalog_fs_protocol=self.catalog.store.fs_protocol,
            # By its class, as for the engine's own types: BacktestNode looks a path up, and takes a class as it is.
            data_cls=self.data_class,
            client_id=self.client_id,
            metadata=self.metadata,
            instrument_id=self.instrument_id,
            start_time=moment(self._start),
            end_time=moment(self._end),
            **self._options,
        )


class CustomFile:
    """A file whose rows become objects of a class."""

    def __init__(self, item: DataItem, path: str, workspace: Path, instruments: Instruments) -> None:
        self.warnings: list[Warning] = []
        self._path = path
        self._item = item
        self.data_class = load_class(Sources(workspace), str(given(item.as_)), f"{path}.as")
        self.client_id = given(item.client_id)
        self.metadata = given(item.metadata)
        self._instrument = resolve_item_instrument(item, path, instruments, None)
        self.instruments: list[Instrument] = [] if self._instrument is None else [self._instrument]
        name = str(given(item.file))
        self._name = name
        self._rows, self._texts = self._read(workspace / name)
        self.detected = {"format": "table", "as": self.data_class.__name__, "columns": list(self._rows.columns)}

    @property
    def series(self) -> list[SeriesName]:
        """Which series the rows become."""
        return [series_name(self.data_class, None if self._instrument is None else str(self._instrument.id))]

    def load(self) -> list[CustomData]:
        """Return the data as an engine takes it."""
        self.client_id = _client(self._item, self._path, self.data_class)
        data_type = DataType(self.data_class, metadata=self.metadata)
        return [CustomData(data_type, datum) for part in self.parts() for datum in part.data]

    def parts(self) -> Iterator[Part]:
        """Yield the objects themselves."""
        made = []
        for row, values in enumerate(self._rows.to_dict("records")):
            try:
                made.append(self.data_class.from_dict(values))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise self._error(
                    "VALUE_UNREADABLE",
                    f"row {row + 1} makes no {self.data_class.__name__}: {type(error).__name__}: {error}",
                    "Correct the row, or the types of the class.",
                    row,
                ) from error
        yield Part(made, self._texts)

    def _read(self, file: Path) -> tuple[pd.DataFrame, pd.Series]:
        table = self._table(file)
        if table.empty:
            raise self._error("FILE_EMPTY", "has no rows", "Give a file with data.")
        table = table.rename(columns={theirs: ours for ours, theirs in given(self._item.columns, {}).items()})
        if (limit := given(self._item.limit)) is not None:
            table = table[:limit]
        usual = {folded(str(name)): str(name) for name in table.columns}
        stamp = next((usual[name] for name in ("ts_event", *USUAL["timestamp"]) if name in usual), None)
        fields = [name for name in _fields(self.data_class) if name not in TIMES and name != "instrument_id"]
        missing = [name for name in fields if name not in table.columns]
        if stamp is None or missing:
            lacking = [*([] if stamp else ["timestamp"]), *missing]
            raise self._error(
                "COLUMNS_MISSING",
                f"has no column for {', '.join(lacking)}; it has {', '.join(map(str, table.columns))}."
                f"{did_you_mean(lacking[0], map(str, table.columns))}",
                "Name the columns with columns: {field of the class: column}.",
            )
        rows = table[fields].copy()
        rows["ts_event"] = self._times(table[stamp])
        rows["ts_init"] = self._times(table["ts_init"]) if "ts_init" in table.columns else rows["ts_event"]
        unsorted = rows["ts_init"].diff() < 0
        if unsorted.any():
            row = int(unsorted.to_numpy().argmax())
            raise self._error(
                "DATA_UNSORTED", f"row {row + 1} is earlier than the row before it", "Sort the file by time.", row
            )
        if "instrument_id" in _fields(self.data_class):
            self._identify(rows, table)
        return rows, table[stamp]

    def _identify(self, rows: pd.DataFrame, table: pd.DataFrame) -> None:
        if self._instrument is not None:
            rows["instrument_id"] = str(self._instrument.id)
        elif "instrument_id" in table.columns:
            rows["instrument_id"] = table["instrument_id"].astype(str)
        else:
            raise self._error(
                "COLUMNS_MISSING", "has no column for instrument_id", "Name the instrument of all rows with instrument."
            )

    def _table(self, file: Path) -> pd.DataFrame:
        try:
            if file.suffix == ".parquet":
                found: pd.DataFrame = pq.read_table(file).replace_schema_metadata().to_pandas()
                return found
            return pd.read_csv(file, sep=None, engine="python", encoding="utf-8-sig", compression="infer")
        except FileNotFoundError as error:
            raise self._error("FILE_NOT_FOUND", "is not there", "Give a path relative to the workspace.") from error
        except pd.errors.EmptyDataError as error:
            raise self._error("FILE_EMPTY", "is empty", "Give a file with data.") from error
        except (ValueError, OSError, EOFError) as error:
            raise self._error("FILE_UNREADABLE", f"cannot be read: {error}", "Give a CSV or Parquet file.") from error

    def _times(self, column: pd.Series) -> pd.Series:
        unit = given(self._item.time_unit)
        try:
            texts = column.astype(str)
            times = parse_times(texts, given(self._item.timezone), None if unit is None else unit.value)
        except UnreadableTimeError as error:
            raise self._error(
                "VALUE_UNREADABLE",
                f'row {error.row + 1} has the time "{error.text}", which cannot be read',
                "Write times as ISO-8601 or as numbers since 1970 with time_unit.",
                error.row,
            ) from error
        return pd.Series(times.as_unit("ns").astype("int64"), index=column.index)

    def _error(self, code: str, what: str, next_step: str, row: int | None = None) -> QuarterdeckError:
        details: dict[str, Any] = {"file": self._name, **({} if row is None else {"row": row + 1})}
        return QuarterdeckError(
            code, f"{self._name} {what.rstrip('.')}.", next_step, path=f"{self._path}.file", details=details
        )


def _client(item: DataItem, path: str, data_class: type) -> str:
    named = given(item.client_id)
    if named is None:
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            f"The item does not say by which data client {data_class.__name__} comes.",
            'Give client_id, the one the strategy names in subscribe_data, for example "CUSTOM".',
            path=f"{path}.client_id",
        )
    return check_identifier(named, f"{path}.client_id", "client id")


def _fields(data_class: type) -> list[str]:
    """Return the fields an object is made of, those of its bases before its own."""
    return list(
        dict.fromkeys(
            name
            for owner in reversed(data_class.__mro__)
            for name in getattr(owner, "__annotations__", {})
            if not name.startswith("_")
        )
    )
