"""NautilusTrader's Parquet catalog: what it holds, told from its folders without reading its data."""

from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import nautilus_trader.model.data as data_types
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from nautilus_trader.persistence.funcs import class_to_filename, urisafe_identifier

from quarterdeck.message import given, optional
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.protocol import CatalogData, InstrumentRow, ListDataParams, ListDataResult

NAMES = ("Bar", "QuoteTick", "TradeTick", "OrderBookDelta", "OrderBookDepth10")
CLASSES: dict[str, Any] = {name: getattr(data_types, name) for name in NAMES}


class Holding(NamedTuple):
    """One series of a catalog: one folder of files, each covering an interval."""

    data_type: str
    instrument_id: str
    bar_type: str | None
    intervals: list[tuple[int, int]]


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
        """Return all instruments."""
        return list(self.store.instruments()) if self.exists else []

    def holdings(self) -> list[Holding]:
        """Return every series, from the names of folders and files."""
        if not self.exists:
            return []
        safe = {urisafe_identifier(str(instrument.id)): str(instrument.id) for instrument in self.instruments()}
        return [
            holding
            for name, data_class in CLASSES.items()
            for folder in self._folders(f"{self.store.path}/data/{class_to_filename(data_class)}")
            if (holding := self._holding(name, data_class, folder, safe)) is not None
        ]

    def _folders(self, parent: str) -> list[str]:
        if not self.store.fs.isdir(parent):
            return []
        return sorted(
            Path(entry).name for entry in self.store.fs.ls(parent, detail=False) if self.store.fs.isdir(entry)
        )

    def _holding(self, name: str, data_class: Any, folder: str, safe: dict[str, str]) -> Holding | None:
        intervals = self.store.get_intervals(data_class, folder)
        if not intervals:
            return None
        if name != "Bar":
            return Holding(name, safe.get(folder, folder), None, intervals)
        owners = [known for known in safe if folder.startswith(f"{known}-")]
        if not owners:
            return Holding(name, "-".join(folder.split("-")[:-4]), folder, intervals)
        owner = max(owners, key=len)
        return Holding(name, safe[owner], safe[owner] + folder.removeprefix(owner), intervals)


def list_data(params: ListDataParams) -> ListDataResult:
    """List what a catalog holds."""
    catalog = Catalog(params.catalog)
    only_id, only_type = given(params.instrument_id), given(params.data_type)
    return ListDataResult(
        catalog=params.catalog,
        exists=catalog.exists,
        instruments=[
            InstrumentRow(id=str(instrument.id), type=type(instrument).__name__)
            for instrument in sorted(catalog.instruments(), key=lambda instrument: str(instrument.id))
            if only_id in (None, str(instrument.id))
        ],
        data=[
            CatalogData(
                data_type=holding.data_type,
                instrument_id=holding.instrument_id,
                bar_type=optional(holding.bar_type),
                files=len(holding.intervals),
                start=iso_time(holding.intervals[0][0]),
                end=iso_time(max(end for _, end in holding.intervals)),
            )
            for holding in catalog.holdings()
            if only_id in (None, holding.instrument_id) and only_type in (None, holding.data_type)
        ],
    )
