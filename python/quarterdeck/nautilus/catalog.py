"""NautilusTrader's Parquet catalog: what it holds, told from its folders without reading its data."""

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import nautilus_trader.model.data as data_types
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.catalog.parquet import (
    ParquetDataCatalog,
    _parse_filename_timestamps,
    _timestamps_to_filename,
)
from nautilus_trader.persistence.funcs import class_to_filename, urisafe_identifier

from quarterdeck.message import given, optional
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.instrumentfiles import file_names, read_instruments, subfolders
from quarterdeck.protocol import CatalogData, DataItem, InstrumentRow, ListDataParams, ListDataResult

NAMES = (
    "Bar",
    "QuoteTick",
    "TradeTick",
    "OrderBookDelta",
    "OrderBookDepth10",
    "MarkPriceUpdate",
    "FundingRateUpdate",
    "InstrumentStatus",
    "InstrumentClose",
    "OptionGreeks",
)
CUSTOM = "custom_"
"""How the folders of data of users' own classes begin."""

CLASSES: dict[str, Any] = {name: getattr(data_types, name) for name in NAMES}


class Holding(NamedTuple):
    """One series of a catalog: one folder of files, each covering an interval."""

    data_type: str
    instrument_id: str
    bar_type: str | None
    intervals: list[tuple[int, int]]
    folder: str

    def file(self, catalog: "Catalog", index: int = 0) -> str:
        """Return where one of its files is."""
        name = class_to_filename(CLASSES[self.data_type])
        return f"{catalog.store.path}/data/{name}/{self.folder}/{_timestamps_to_filename(*self.intervals[index])}"


class Catalog:
    """A catalog at a path or fsspec URL; it need not exist yet."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.is_remote = "://" in location

    @cached_property
    def store(self) -> ParquetDataCatalog:
        """The engine's own catalog."""
        return ParquetDataCatalog.from_uri(self.location) if self.is_remote else ParquetDataCatalog(self.location)

    @property
    def exists(self) -> bool:
        """Whether there is anything."""
        return bool(self.store.fs.isdir(f"{self.store.path}/data"))

    def instruments(self) -> list[Instrument]:
        """Return all instruments; a file that has not changed is read once in the life of this process."""
        if not self.exists:
            return []
        if self.is_remote:
            return list(self.store.instruments())
        return read_instruments(Path(self.store.path))

    def holdings(self, instruments: list[Instrument] | None = None) -> list[Holding]:
        """Return every series, from the names of folders and files."""
        if not self.exists:
            return []
        known = self.instruments() if instruments is None else instruments
        safe = {urisafe_identifier(str(instrument.id)): str(instrument.id) for instrument in known}
        return [
            holding
            for name, data_class in CLASSES.items()
            for folder, intervals in self._folders(f"{self.store.path}/data/{class_to_filename(data_class)}")
            if intervals
            for holding in [_holding(name, folder, intervals, safe)]
        ]

    def custom(self) -> list[Holding]:
        """Return every series of custom data, by the names of their folders: its classes are not imported."""
        if not self.exists or self.is_remote:
            return []
        data = f"{self.store.path}/data"
        found: list[Holding] = []
        for name in subfolders(data):
            if not name.startswith(CUSTOM):
                continue
            for folder in ("", *subfolders(f"{data}/{name}")):
                intervals = sorted(filter(None, map(file_interval, file_names(f"{data}/{name}/{folder}"))))
                if intervals:
                    found.append(Holding(name, folder, None, intervals, folder))
        return found

    def _folders(self, parent: str) -> list[tuple[str, list[tuple[int, int]]]]:
        """Return the folders of a type with the intervals their files' names tell."""
        if self.is_remote:
            if not self.store.fs.isdir(parent):
                return []
            entries = [entry for entry in self.store.fs.ls(parent, detail=False) if self.store.fs.isdir(entry)]
            listed = {Path(entry).name: self.store.fs.ls(entry, detail=False) for entry in entries}
            names = {folder: [Path(file).name for file in files] for folder, files in listed.items()}
        else:
            names = {folder: file_names(f"{parent}/{folder}") for folder in subfolders(parent)}
        return [
            (folder, sorted(interval for file in files if (interval := file_interval(file)) is not None))
            for folder, files in sorted(names.items())
        ]


class Catalogs:
    """The catalogs of one request: its own, and those that items name for themselves."""

    def __init__(self, location: str) -> None:
        self.own = Catalog(location)
        self._known = {location: self.own}

    def of(self, item: DataItem) -> Catalog:
        """Return the catalog an item is in."""
        location = given(item.catalog, self.own.location)
        return self._known.setdefault(location, Catalog(location))


@lru_cache(maxsize=100_000)
def file_interval(file: str) -> tuple[int, int] | None:
    """Return the time a file's name tells; told again without reading the name anew."""
    interval: tuple[int, int] | None = _parse_filename_timestamps(file)
    return interval


def _holding(name: str, folder: str, intervals: list[tuple[int, int]], safe: dict[str, str]) -> Holding:
    if name != "Bar":
        return Holding(name, safe.get(folder, folder), None, intervals, folder)
    # An instrument's own id may have hyphens; "-STEP-AGGREGATION-PRICE-SOURCE" has four.
    owner = folder.rsplit("-", 4)[0]
    if owner not in safe:
        owners = [known for known in safe if folder.startswith(f"{known}-")]
        if not owners:
            return Holding(name, owner, folder, intervals, folder)
        owner = max(owners, key=len)
    return Holding(name, safe[owner], safe[owner] + folder.removeprefix(owner), intervals, folder)


def list_data(params: ListDataParams) -> ListDataResult:
    """List what a catalog holds."""
    catalog = Catalog(params.catalog)
    only_id, only_type = given(params.instrument_id), given(params.data_type)
    after, limit = given(params.after, 0), given(params.limit, 40)
    every = catalog.instruments()
    instruments = [
        instrument
        for instrument in sorted(every, key=lambda instrument: str(instrument.id))
        if only_id in (None, str(instrument.id))
    ]
    holdings = [
        holding
        for holding in [*catalog.holdings(every), *catalog.custom()]
        if only_id in (None, holding.instrument_id) and only_type in (None, holding.data_type)
    ]
    reached = after + limit
    return ListDataResult(
        catalog=params.catalog,
        exists=catalog.exists,
        instruments=[
            InstrumentRow(id=str(instrument.id), type=type(instrument).__name__)
            for instrument in instruments[after:reached]
        ],
        instruments_total=len(instruments),
        data=[
            CatalogData(
                data_type=holding.data_type,
                instrument_id=holding.instrument_id,
                bar_type=optional(holding.bar_type),
                files=len(holding.intervals),
                start=iso_time(holding.intervals[0][0]),
                end=iso_time(max(end for _, end in holding.intervals)),
            )
            for holding in holdings[after:reached]
        ],
        total=len(holdings),
        next=optional(reached if reached < max(len(holdings), len(instruments)) else None),
    )
