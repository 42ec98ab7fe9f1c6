"""Files that the engine's own loaders read: Databento, Tardis, Betfair, order books of Binance and Bybit."""

import importlib
import tempfile
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
from nautilus_trader.adapters.bybit.loaders import BybitOrderBookDeltaDataLoader
from nautilus_trader.adapters.databento.loaders import DatabentoDataLoader
from nautilus_trader.adapters.tardis.loaders import TardisCSVDataLoader
from nautilus_trader.core.nautilus_pyo3 import BybitProductType
from nautilus_trader.model.data import BarType, OrderBookDeltas
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.wranglers import OrderBookDeltaDataWrangler

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.formats import Detected, check_complete, compression_of, tardis_kind, unpacked
from quarterdeck.message import given
from quarterdeck.nautilus.definitions import read_definitions
from quarterdeck.nautilus.identifiers import parse_bar_type, parse_instrument_id
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.itemparts import Part, SeriesName, resolve_item_instrument
from quarterdeck.protocol import DataItem, Warning

KINDS = {
    "Bar": "bars",
    "QuoteTick": "quotes",
    "TradeTick": "trades",
    "OrderBookDelta": "deltas",
    "OrderBookDepth10": "depth",
}
DEFINITIONS_STEP = (
    'Give the definition file too: instruments: [{"file": "…definition.dbn.zst"}], or the instrument in to_dict() form.'
)
BETFAIR_STEP = (
    "Install it into the engine's Python: pip install betfair_parser==0.19.1 "
    '(or "nautilus_trader[betfair]"), then import again.'
)


class LoaderFile:
    """A file item read whole, when it is opened, by the loader of its format."""

    client_id: str | None = None

    def __init__(
        self, item: DataItem, path: str, workspace: Path, instruments: Instruments, detected: Detected
    ) -> None:
        self.warnings: list[Warning] = []
        self._item = item
        self._path = path
        self._name = str(given(item.file))
        self._file = workspace / self._name
        self._header = detected.header
        self._request = instruments
        bar_type = given(item.bar_type)
        self._bar_type = None if bar_type is None else parse_bar_type(bar_type, f"{path}.bar_type", external=True)
        self._named = resolve_item_instrument(item, path, instruments, self._bar_type)
        self.instruments: list[Instrument] = [] if self._named is None else [self._named]
        self.series: list[SeriesName] = []
        check_complete(self._file, self._name, f"{path}.file")
        readers: dict[str, Callable[[], list[Any]]] = {
            "dbn": self._databento,
            "tardis": self._tardis,
            "betfair": self._betfair,
            "binance": self._binance,
            "bybit": self._bybit,
        }
        self.detected: dict[str, Any] = {"format": detected.format, "compression": detected.compression}
        self._data = self._read(readers[detected.format])

    def load(self) -> list[Any]:
        """Return all data in order of time."""
        return self._data

    def parts(self) -> Iterator[Part]:
        """Yield one series after the other."""
        for _, group in groupby(sorted(self._data, key=_series), key=_series):
            data = list(group)
            yield Part(data, pd.Series([datum.ts_event for datum in data]))

    def _read(self, read: Callable[[], list[Any]]) -> list[Any]:
        try:
            data = read()
        except (ValueError, OverflowError, RuntimeError, KeyError, AssertionError) as error:
            raise self._error("FILE_UNREADABLE", f"cannot be read: {error}", "Check its format.") from error
        data.sort(key=lambda datum: datum.ts_init)
        if (limit := given(self._item.limit)) is not None:
            data = data[:limit]
        if self._bar_type is not None:
            data = self._only_bars(data)
        self.detected["as"] = sorted({KINDS.get(type(datum).__name__, type(datum).__name__) for datum in data})
        wanted = given(self._item.as_)
        if wanted is not None and data:
            data = [datum for datum in data if KINDS.get(type(datum).__name__) == wanted]
            if not data:
                raise self._error(
                    "INVALID_ARGUMENTS",
                    f"holds no {wanted} but {', '.join(self.detected['as'])}",
                    "Leave out as, or name another file.",
                    "as",
                )
        self._take_instruments(data)
        return data

    def _take_instruments(self, data: list[Any]) -> None:
        series = {(type(datum), getattr(datum, "bar_type", None), _instrument_id(datum)) for datum in data}
        self.series = [
            SeriesName(kind.__name__, str(bar_type or instrument_id), str(instrument_id))
            for kind, bar_type, instrument_id in series
        ]
        self.series.sort()
        for instrument_id in sorted({instrument_id for _, _, instrument_id in series}):
            if all(instrument.id != instrument_id for instrument in self.instruments):
                self.instruments.append(self._known(instrument_id))

    def _known(self, instrument_id: InstrumentId) -> Instrument:
        try:
            return self._request.known(instrument_id, f"{self._path}.instrument")
        except QuarterdeckError as error:
            if self._file.name.lower().removesuffix(".zst").endswith(".dbn"):
                raise self._no_definitions(f"the definition of {instrument_id} is missing") from error
            raise

    def _databento(self) -> list[Any]:
        loader = DatabentoDataLoader()
        path = str(self._file)
        self.detected["schema"] = schema = str(loader._pyo3_loader.schema_for_file(path))
        if schema == "definition":
            self.instruments = read_definitions(self._file, self._name, f"{self._path}.file")
            self._request.bring(self.instruments)
            return []
        if self._named is not None:
            return self._databento_of(loader, path, self._named)
        for instrument in self._request.all():
            loader.set_price_precision(instrument.raw_symbol.value, instrument.price_precision)
        try:
            return list(loader.from_dbn_file(path))
        except ValueError as error:
            if "price_precision" in str(error):
                raise self._no_definitions(str(error).partition(":")[0]) from error
            raise

    def _databento_of(self, loader: DatabentoDataLoader, path: str, instrument: Instrument) -> list[Any]:
        data = list(loader.from_dbn_file(path, price_precision=instrument.price_precision))
        ids = {_instrument_id(datum) for datum in data}
        if instrument.id in ids:
            return [datum for datum in data if _instrument_id(datum) == instrument.id]
        if len(ids) == 1:
            precision = instrument.price_precision
            return list(loader.from_dbn_file(path, instrument_id=instrument.id, price_precision=precision))
        names = [str(found) for found in sorted(ids)]
        raise QuarterdeckError(
            "UNKNOWN_INSTRUMENT",
            f'{self._name} has no data of "{instrument.id}"; it has {", ".join(names[:10])}.'
            f"{did_you_mean(str(instrument.id), names)}",
            "Name one of them, or leave instrument out and give the definitions.",
            path=f"{self._path}.instrument",
        )

    def _tardis(self) -> list[Any]:
        kind = tardis_kind(self._header)
        if kind is None:
            raise self._error("COLUMNS_MISSING", "has no header of a Tardis file", "Leave format out.")
        named = self._named
        loader = TardisCSVDataLoader(
            price_precision=None if named is None else named.price_precision,
            size_precision=None if named is None else named.size_precision,
            instrument_id=None if named is None else named.id,
        )
        self.detected["columns"] = {"ts_event": "timestamp", "ts_init": "local_timestamp"}
        limit = given(self._item.limit)
        with self._plain_file(("gzip",)) as file:
            if kind == "deltas":
                return list(loader.load_deltas(file, limit=limit))
            if kind == "depth":
                levels = 25 if "asks[5].price" in self._header else 5
                return list(loader.load_depth10(file, levels=levels, limit=limit))
            return list((loader.load_quotes if kind == "quotes" else loader.load_trades)(file, limit=limit))

    def _betfair(self) -> list[Any]:
        try:
            core = importlib.import_module("nautilus_trader.adapters.betfair.parsing.core")
        except ModuleNotFoundError as error:
            raise QuarterdeckError(
                "PACKAGE_MISSING",
                f"Betfair files need the package {error.name}, which NautilusTrader treats as optional.",
                BETFAIR_STEP,
                path=f"{self._path}.file",
                details={"package": error.name},
            ) from error
        data: list[Any] = []
        left_out: dict[str, int] = {}
        with self._plain_file(("gzip", "bzip2")) as file:
            for update in core.parse_betfair_file(str(file), currency="GBP"):
                if isinstance(update, Instrument):
                    self.instruments = [known for known in self.instruments if known.id != update.id] + [update]
                elif isinstance(update, OrderBookDeltas):
                    data.extend(update.deltas)
                elif type(update).__name__ in KINDS:
                    data.append(update)
                else:
                    name = type(getattr(update, "data", update)).__name__
                    left_out[name] = left_out.get(name, 0) + 1
        self._request.bring(self.instruments)
        self._warn(
            "CURRENCY_ASSUMED",
            "A Betfair stream does not name its account currency; GBP is assumed.",
            "Give the instruments in to_dict() form where the account has another.",
        )
        if left_out:
            what = ", ".join(f"{count} {name}" for name, count in sorted(left_out.items()))
            self._warn("RECORDS_LEFT_OUT", f"{what} are no market data and left out.", "Nothing, usually.")
        return data

    def _binance(self) -> list[Any]:
        with self._plain_file(()) as file:
            # Brings the whole adapter with it, which a run that reads no such file need not wait for.
            loaders = importlib.import_module("nautilus_trader.adapters.binance.loaders")
            frame = loaders.BinanceOrderBookDeltaDataLoader.load(file, nrows=given(self._item.limit))
        self.detected |= {
            "time_unit": "ms",
            "timezone": "UTC",
            "columns": {"size": "qty", "sequence": "last_update_id"},
        }
        return self._deltas(frame)

    def _bybit(self) -> list[Any]:
        named = self._named
        product = "LINEAR" if named is None else named.id.symbol.value.rpartition("-")[2]
        if product not in ("LINEAR", "SPOT", "INVERSE"):
            product = "LINEAR"
        if compression_of(self._file) != "zip":
            raise self._error("FILE_UNREADABLE", "is no zip archive", "Give the archive as Bybit offers it.")
        frame = BybitOrderBookDeltaDataLoader.load(
            self._file, nrows=given(self._item.limit), product_type=getattr(BybitProductType, product)
        )
        self.detected |= {"time_unit": "ms", "timezone": "UTC", "product_type": product}
        return self._deltas(frame)

    def _deltas(self, frame: pd.DataFrame) -> list[Any]:
        names = list(frame["instrument_id"].unique())
        if len(names) > 1:
            raise self._error(
                "INVALID_ARGUMENTS", f"holds the books of {', '.join(names)}", "Give a file of one instrument."
            )
        instrument = self._named or self._known(parse_instrument_id(str(names[0]), f"{self._path}.instrument"))
        return list(OrderBookDeltaDataWrangler(instrument).process(frame))

    def _only_bars(self, data: list[Any]) -> list[Any]:
        kept = [datum for datum in data if getattr(datum, "bar_type", None) == self._bar_type]
        if data and not kept:
            there = sorted({str(datum.bar_type) for datum in data if hasattr(datum, "bar_type")})
            raise self._error(
                "INVALID_BAR_TYPE",
                f"has no {self._bar_type} but {', '.join(there) or 'no bars'}",
                "Leave bar_type out, or name one the file has.",
                "bar_type",
            )
        return kept

    def _plain_file(self, taken: tuple[str, ...]) -> "_PlainFile":
        return _PlainFile(self._file, taken)

    def _no_definitions(self, what: str) -> QuarterdeckError:
        return self._error("DEFINITIONS_MISSING", f"has no definitions of its instruments: {what}", DEFINITIONS_STEP)

    def _error(self, code: str, what: str, next_step: str, field: str = "file") -> QuarterdeckError:
        return QuarterdeckError(
            code,
            f"{self._name} {what.rstrip('.')}.",
            next_step,
            path=f"{self._path}.{field}",
            details={"file": self._name},
        )

    def _warn(self, code: str, message: str, next_step: str) -> None:
        self.warnings.append(Warning(code=code, message=f"{self._path}: {message}", next_step=next_step))


class _PlainFile:
    """The file itself, or an unpacked copy when its loader cannot unpack it."""

    def __init__(self, file: Path, taken: tuple[str, ...]) -> None:
        self._file = file
        self._taken = taken
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Path:
        compression = compression_of(self._file)
        suffixes = {"gzip": ".gz", "bzip2": ".bz2"}
        if compression is None or (compression in self._taken and self._file.suffix == suffixes[compression]):
            return self._file
        self._folder = tempfile.TemporaryDirectory()
        copy = Path(self._folder.name) / "data.csv"
        with unpacked(self._file, compression) as source, copy.open("wb") as target:
            while piece := source.read(1 << 20):
                target.write(piece)
        return copy

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _series(datum: Any) -> tuple[str, str]:
    return type(datum).__name__, str(getattr(datum, "bar_type", None) or datum.instrument_id)


def _instrument_id(datum: Any) -> InstrumentId:
    bar_type: BarType | None = getattr(datum, "bar_type", None)
    found: InstrumentId = datum.instrument_id if bar_type is None else bar_type.instrument_id
    return found
