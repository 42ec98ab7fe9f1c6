"""NautilusTrader's Parquet catalog: what it holds, told from its folders without reading its data."""

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import nautilus_trader.model.data as data_types
from nautilus_trader.core.nautilus_pyo3 import convert_to_snake_case
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
from quarterdeck.nautilus.stores import is_address, open_store, reaching
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

    @property
    def is_custom(self) -> bool:
        """Whether it is data of a class of the user's own."""
        return self.data_type.startswith(CUSTOM)

    def file(self, catalog: "Catalog", interval: tuple[int, int]) -> str:
        """Return where the file of an interval is."""
        name = self.data_type if self.is_custom else class_to_filename(CLASSES[self.data_type])
        # Custom data of no instrument lie in the folder of their type itself.
        folder = "/".join(filter(None, (catalog.store.path, "data", name, self.folder)))
        return f"{folder}/{_timestamps_to_filename(*interval)}"


class Catalog:
    """A catalog at a path or fsspec URL; it need not exist yet."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.is_remote = is_address(location)

    @cached_property
    def store(self) -> ParquetDataCatalog:
        """The engine's own catalog."""
        return open_store(self.location)

    @property
    def exists(self) -> bool:
        """Whether there is anything."""
        with reaching(self.location):
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
        safe = self._safe_ids(instruments)
        return [
            holding
            for name, data_class in CLASSES.items()
            for folder, intervals in self._folders(f"{self.store.path}/data/{class_to_filename(data_class)}")
            if intervals
            for holding in [_holding(name, folder, intervals, safe)]
        ]

    def everything(self, instruments: list[Instrument] | None = None) -> list[Holding]:
        """Return every series, custom data too: by the names of its folders, its classes are not imported."""
        if not self.exists:
            return []
        known = self.instruments() if instruments is None else instruments
        safe = self._safe_ids(known)
        data = f"{self.store.path}/data"
        names = [name for name in self._subfolders(data) if name.startswith(CUSTOM)]
        return self.holdings(known) + [
            Holding(name, safe.get(folder, folder), None, intervals, folder)
            for name in names
            for folder, intervals in [("", self._intervals(f"{data}/{name}")), *self._folders(f"{data}/{name}")]
            if intervals
        ]

    def _safe_ids(self, instruments: list[Instrument] | None) -> dict[str, str]:
        """Return the instruments' ids by the names their folders have."""
        known = self.instruments() if instruments is None else instruments
        return {urisafe_identifier(str(instrument.id)): str(instrument.id) for instrument in known}

    def _folders(self, parent: str) -> list[tuple[str, list[tuple[int, int]]]]:
        """Return the folders of a type with the intervals their files' names tell."""
        return [(folder, self._intervals(f"{parent}/{folder}")) for folder in sorted(self._subfolders(parent))]

    def _subfolders(self, parent: str) -> list[str]:
        if not self.is_remote:
            return subfolders(parent)
        if not self.store.fs.isdir(parent):
            return []
        entries = self.store.fs.ls(parent, detail=True)
        return [Path(entry["name"]).name for entry in entries if entry["type"] == "directory"]

    def _intervals(self, folder: str) -> list[tuple[int, int]]:
        if self.is_remote:
            files = [Path(entry).name for entry in self.store.fs.ls(folder, detail=False)]
        else:
            files = file_names(folder)
        return sorted(interval for file in files if (interval := file_interval(file)) is not None)


class Catalogs:
    """The catalogs of one request: its own, and those that items name for themselves."""

    def __init__(self, location: str) -> None:
        self.own = Catalog(location)
        self._known = {location: self.own}

    def of(self, item: DataItem) -> Catalog:
        """Return the catalog an item is in."""
        location = given(item.catalog, self.own.location)
        return self._known.setdefault(location, Catalog(location))


def held_type(name: str) -> str:
    """Return the name a catalog has for a type of data; of a class of custom data, told without importing it."""
    return f"{CUSTOM}{convert_to_snake_case(name.rsplit(':', 1)[1])}" if ":" in name else name


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
    only_id, named = given(params.instrument_id), given(params.data_type)
    only_type = None if named is None else held_type(named)
    after, limit = given(params.after, 0), given(params.limit, 40)
    every = catalog.instruments()
    instruments = [
        instrument
        for instrument in sorted(every, key=lambda instrument: str(instrument.id))
        if only_id in (None, str(instrument.id))
    ]
    holdings = [
        holding
        for holding in catalog.everything(every)
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
