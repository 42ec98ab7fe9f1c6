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
        parent = f"{catalog}/data/{name}"
        for folder in subfolders(parent):
            for file in sorted(file_names(f"{parent}/{folder}")):
                for instrument in _read(f"{parent}/{folder}/{file}", kind):
                    found[str(instrument.id)] = instrument
    return list(found.values())


# Texts rather than paths below: of ten thousand files, making paths would take longer than the disk.


def subfolders(folder: str) -> list[str]:
    """Return the names of the folders in a folder, none when there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def file_names(folder: str) -> list[str]:
    """Return the names of the Parquet files in a folder."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if entry.name.endswith(".parquet")]


def _read(file: str, kind: type) -> list[Instrument]:
    status = os.stat(file)  # noqa: PTH116
    stamp = (status.st_mtime_ns, status.st_size)
    known = _known.get(file)
    if known is None or known.stamp != stamp:
        instruments: list[Instrument] = list(ArrowSerializer.deserialize(kind, pq.read_table(file)))
        known = _known[file] = _Known(stamp, instruments)
    return known.instruments
