"""The instruments of a catalog on this machine, each file read once in the life of this process."""

import os
from pathlib import Path
from typing import NamedTuple

import nautilus_trader.model.instruments as instrument_types
import pyarrow.parquet as pq
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.funcs import class_to_filename
from nautilus_trader.serialization.arrow.serializer import ArrowSerializer


class _Known(NamedTuple):
    stamp: tuple[int, int]
    instruments: list[Instrument]


_known: dict[str, _Known] = {}
TYPES = {
    class_to_filename(value): value
    for value in vars(instrument_types).values()
    if isinstance(value, type) and issubclass(value, Instrument) and value is not Instrument
}


def read_instruments(catalog: Path) -> list[Instrument]:
    """Return every instrument of a catalog; of an id that was written twice, the later one."""
    found: dict[str, Instrument] = {}
    for name, kind in TYPES.items():
        for folder in subfolders(catalog / "data" / name):
            for file in sorted(file_names(folder)):
                found |= {str(instrument.id): instrument for instrument in _read(folder / file, kind)}
    return list(found.values())


def subfolders(folder: Path) -> list[Path]:
    """Return the folders in a folder, none when there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def file_names(folder: Path) -> list[str]:
    """Return the names of the Parquet files in a folder."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if entry.name.endswith(".parquet")]


def _read(file: Path, kind: type) -> list[Instrument]:
    status = file.stat()
    stamp = (status.st_mtime_ns, status.st_size)
    key = str(file)
    if key not in _known or _known[key].stamp != stamp:
        instruments: list[Instrument] = list(ArrowSerializer.deserialize(kind, pq.read_table(file)))
        _known[key] = _Known(stamp, instruments)
    return _known[key].instruments
