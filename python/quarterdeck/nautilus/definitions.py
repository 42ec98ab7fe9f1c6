"""Instruments that come in files: Databento's definitions."""

from pathlib import Path

from nautilus_trader.adapters.databento.loaders import DatabentoDataLoader
from nautilus_trader.model.instruments import Instrument

from quarterdeck.formats import check_complete, detect, unreadable


def read_definitions(file: Path, name: str, path: str) -> list[Instrument]:
    """Return the instruments of a Databento definition file."""
    if detect(file, name, path).format != "dbn":
        raise unreadable(name, path, "is no DBN file", "Give a Databento file of the definition schema.")
    check_complete(file, name, path)
    loader = DatabentoDataLoader()
    try:
        schema = str(loader._pyo3_loader.schema_for_file(str(file)))
        if schema != "definition":
            raise unreadable(
                name, path, f"holds {schema}, not definitions", "Give a Databento file of the definition schema."
            )
        return list(loader.from_dbn_file(str(file)))
    except (ValueError, RuntimeError) as error:
        raise unreadable(name, path, f"cannot be read: {error}") from error
