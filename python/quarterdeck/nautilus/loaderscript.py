"""How a script reads files that NautilusTrader's own loaders read."""

from collections.abc import Callable

from nautilus_trader.model.instruments import Instrument

from quarterdeck.errors import QuarterdeckError
from quarterdeck.nautilus.code import Expression, Writer
from quarterdeck.nautilus.loaderfile import LoaderFile
from quarterdeck.protocol import DataItem


class LoaderScript:
    """One item of a loader's format, as an expression."""

    def __init__(
        self, item: DataItem, data: LoaderFile, writer: Writer, instrument: Callable[[Instrument], str]
    ) -> None:
        self._item = item
        self._data = data
        self._writer = writer
        self._instrument = instrument

    def expression(self) -> Expression:
        """Return what gives the item's data."""
        raise QuarterdeckError(
            "UNSUPPORTED",
            f"A run over a {self._data.detected['format']} file cannot be written as a script yet.",
            "Import the file into the catalog and run over the catalog; that run can be.",
            path="format",
        )
