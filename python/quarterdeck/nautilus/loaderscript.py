"""How a script reads files that NautilusTrader's own loaders read."""

from collections.abc import Callable

from nautilus_trader.adapters.databento.loaders import DatabentoDataLoader
from nautilus_trader.adapters.tardis.loaders import TardisCSVDataLoader
from nautilus_trader.model.instruments import Instrument

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.nautilus.code import Expression, Writer, call, render, written
from quarterdeck.nautilus.loaderfile import LoaderFile
from quarterdeck.protocol import DataItem

TARDIS = {"quotes": "load_quotes", "trades": "load_trades", "deltas": "load_deltas"}
DATABENTO = '''def read_databento(file: Path, instruments: list) -> list:
    """Read a Databento file; prices get the precision of the instruments that are given."""
    loader = DatabentoDataLoader()
    for instrument in instruments:
        loader.set_price_precision(instrument.raw_symbol.value, instrument.price_precision)
    return in_order(loader.from_dbn_file(str(file)))'''
IN_ORDER = '''def in_order(data: list) -> list:
    """Sort data by the time it became known."""
    return sorted(data, key=lambda datum: datum.ts_init)'''


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
        detected = self._data.detected
        kinds, packed = list(detected["as"]), detected["compression"]
        if given(self._item.bar_type) is None and len(kinds) == 1:
            is_plain = given(self._item.limit) is None and not (self._is_named() and self._holds_others())
            if detected["format"] == "dbn" and packed in (None, "zstd") and is_plain:
                return self._databento()
            if detected["format"] == "tardis" and packed is None and kinds[0] in TARDIS:
                return self._tardis(kinds[0])
        raise QuarterdeckError(
            "UNSUPPORTED",
            f"A run over this {detected['format']} file cannot be written as a script.",
            "Import the file into the catalog and run over the catalog; that run can be.",
            path="format",
        )

    def _databento(self) -> Expression:
        """Return the call, as the run made it: for the instrument that is named, or for those of the definitions."""
        file = self._writer.path(str(given(self._item.file)))
        name = self._writer.use(DatabentoDataLoader)
        names = [self._instrument(instrument) for instrument in self._data.instruments]
        if not self._is_named():
            return call("read_databento", file, f"[{', '.join(names)}]")
        loaded = call(
            f"{render(call(name))}.from_dbn_file",
            call("str", file),
            instrument_id=f"{names[0]}.id",
            price_precision=f"{names[0]}.price_precision",
        )
        return call("in_order", loaded)

    def _tardis(self, kind: str) -> Expression:
        name = self._instrument(self._data.instruments[0])
        fields = {field: f"{name}.{field}" for field in ("price_precision", "size_precision")}
        loader = call(
            self._writer.use(TardisCSVDataLoader),
            **({**fields, "instrument_id": f"{name}.id"} if self._is_named() else {}),
        )
        options: dict[str, Expression] = {}
        if (limit := given(self._item.limit)) is not None:
            options["limit"] = str(limit)
        file = self._writer.path(str(given(self._item.file)))
        return call("in_order", call(f"{written(loader)}.{TARDIS[kind]}", file, **options))

    def _is_named(self) -> bool:
        return given(self._item.instrument) is not None or given(self._item.instrument_id) is not None

    def _holds_others(self) -> bool:
        """Say whether a Databento file has data of more than the instrument that is named."""
        if self._data.detected["format"] != "dbn":
            return False
        file = self._writer.base / str(given(self._item.file))
        precision = self._data.instruments[0].price_precision
        return len(list(DatabentoDataLoader().from_dbn_file(str(file), price_precision=precision))) != len(
            self._data.load()
        )


def helpers(main: str) -> list[str]:
    """Return the functions that the body of a script uses."""
    found = [DATABENTO] if "read_databento(" in main else []
    return [IN_ORDER, *found] if found or "in_order(" in main else []
