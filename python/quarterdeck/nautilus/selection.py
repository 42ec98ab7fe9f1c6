"""Catalog items of a request: which series they mean, and how the engine is told to read it."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from nautilus_trader.backtest.config import BacktestDataConfig
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.funcs import parse_filters_expr

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.moments import optional_time
from quarterdeck.nautilus.catalog import CLASSES, Catalog, Holding
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.identifiers import parse_bar_type, parse_instrument_id
from quarterdeck.nautilus.itemparts import SeriesName
from quarterdeck.nautilus.series import Series, check_width
from quarterdeck.protocol import DataItem, Warning

FILTERED = ("FundingRateUpdate", "InstrumentStatus", "InstrumentClose")
"""Types that the catalog reads by pyarrow; the engine's own reader of the others knows no filter."""


class Selection:
    """One series of the catalog, or a part of it."""

    def __init__(
        self,
        catalog: Catalog,
        instrument: Instrument,
        holding: Holding,
        start: int | None,
        end: int | None,
        options: dict[str, Any],
    ) -> None:
        self.instrument = instrument
        self.instruments = [instrument]
        self.warnings: list[Warning] = []
        self.catalog = catalog
        self.client_id: str | None = None
        self._holding = holding
        self._options = options
        self._start = start
        self._end = end

    @property
    def series(self) -> list[SeriesName]:
        """Which series it is."""
        instrument_id = str(self.instrument.id)
        return [SeriesName(self._holding.data_type, self._holding.bar_type or instrument_id, instrument_id)]

    @property
    def streams(self) -> bool:
        """Whether the engine can read it in chunks."""
        return self._holding.data_type not in FILTERED

    def check_precision(self, path: str) -> None:
        """Refuse data with other decimals than its instrument: the engine would stop at the first of it."""
        if self.catalog.is_remote:
            return
        schema = pq.read_schema(self._holding.file(self.catalog, self._holding.intervals[0]))
        check_width(schema, path)
        metadata, instrument = schema.metadata or {}, self.instrument
        for name, wanted in (("price", instrument.price_precision), ("size", instrument.size_precision)):
            found = int(metadata.get(f"{name}_precision".encode(), wanted))
            if found != wanted:
                raise QuarterdeckError(
                    "PRECISION_MISMATCH",
                    f"The catalog has {self._holding.data_type} data of {instrument.id} with {found} decimals of "
                    f"{name}, and its instrument has {wanted}: the engine would stop at the first of it.",
                    "Import the data anew together with the right definition of the instrument.",
                    path=path,
                )

    def load(self) -> list[Any]:
        """Return the data itself."""
        loaded: list[Any] = self.catalog.store.query(**query_values(self.query()))
        return loaded

    def columns(self, names: list[str], begin: int, end: int) -> list[pa.Table]:
        """Return some columns of the data from `begin` to `end`."""
        first, last = _latest(self._start, begin), _earliest(self._end, end)
        return Series(self.catalog, self._holding, first, last).tables(names)

    def query(self) -> dict[str, Any]:
        """Return what the catalog's own query is asked, without what is not there; a filter as text."""
        holding = self._holding
        period = {"start": moment(self._start), "end": moment(self._end)}
        return {
            "data_cls": CLASSES[holding.data_type],
            "identifiers": [holding.bar_type or holding.instrument_id],
            **{name: value for name, value in period.items() if value is not None},
            **self._options,
        }

    def node_config(self) -> BacktestDataConfig:
        """Return what BacktestNode takes."""
        holding, store = self._holding, self.catalog.store
        which: dict[str, Any] = (
            {"instrument_id": self.instrument.id} if holding.bar_type is None else {"bar_types": [holding.bar_type]}
        )
        return BacktestDataConfig(
            catalog_path=store.path,
            catalog_fs_protocol=store.fs_protocol,
            data_cls=CLASSES[holding.data_type],
            start_time=moment(self._start),
            end_time=moment(self._end),
            **self._options,
            **which,
        )


def select(item: DataItem, path: str, catalog: Catalog, start: int | None, end: int | None) -> Selection:
    """Find the series an item means; `start` and `end` are those of the run."""
    if not catalog.exists:
        raise QuarterdeckError(
            "CATALOG_NOT_FOUND",
            f"There is no catalog at {catalog.location}.",
            "Bring data into it with import_data first, or name another catalog.",
            path=path,
        )
    data_type = given(item.data_type)
    if data_type is None:
        raise TypeError("not an item of the catalog")
    instrument = _instrument(item, path, catalog)
    holding = _holding(item, data_type, path, catalog, instrument)
    first, last = item_period(item, path)
    _check_period(holding, path, _latest(first, start), _earliest(last, end))
    options = read_options(item, path, heeds_filter=data_type in FILTERED)
    return Selection(catalog, instrument, holding, first, last, options)


def _instrument(item: DataItem, path: str, catalog: Catalog) -> Instrument:
    named, spec, bar_type = given(item.instrument_id), given(item.instrument), given(item.bar_type)
    if named is not None:
        where, wanted = f"{path}.instrument_id", parse_instrument_id(named, f"{path}.instrument_id")
    elif isinstance(spec, str):
        where, wanted = f"{path}.instrument", parse_instrument_id(spec, f"{path}.instrument")
    elif bar_type is not None:
        where, wanted = (
            f"{path}.bar_type",
            parse_bar_type(bar_type, f"{path}.bar_type", external=True).instrument_id,
        )
    else:
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            "The item does not say of which instrument the data is.",
            "Give instrument_id.",
            path=f"{path}.instrument_id",
        )
    known = {str(instrument.id): instrument for instrument in catalog.instruments()}
    if str(wanted) not in known:
        raise QuarterdeckError(
            "UNKNOWN_INSTRUMENT",
            f'The catalog has no instrument "{wanted}".{did_you_mean(str(wanted), known)}',
            "list_data shows what the catalog holds.",
            path=where,
        )
    return known[str(wanted)]


def _holding(item: DataItem, data_type: str, path: str, catalog: Catalog, instrument: Instrument) -> Holding:
    held = [holding for holding in catalog.holdings() if holding.instrument_id == str(instrument.id)]
    matching = [holding for holding in held if holding.data_type == data_type]
    bar_type = given(item.bar_type)
    if data_type == "Bar" and bar_type is not None:
        wanted = parse_bar_type(bar_type, f"{path}.bar_type", external=True)
        if wanted.instrument_id != instrument.id:
            raise QuarterdeckError(
                "INVALID_BAR_TYPE",
                f'"{bar_type}" is a bar type of another instrument than {instrument.id}.',
                "Give a bar type of the item's instrument.",
                path=f"{path}.bar_type",
            )
        names = [str(holding.bar_type) for holding in matching]
        matching = [holding for holding in matching if holding.bar_type == bar_type]
        hint = did_you_mean(bar_type, names)
    else:
        hint = ""
    if not matching:
        there = ", ".join(str(holding.bar_type or holding.data_type) for holding in held) or "nothing"
        raise QuarterdeckError(
            "NO_DATA",
            f"The catalog has no {bar_type or data_type} of {instrument.id}; it has {there}.{hint}",
            "list_data shows what the catalog holds; import_data adds to it.",
            path=path,
        )
    if len(matching) > 1:
        names = [str(holding.bar_type) for holding in matching]
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            f"The catalog has several kinds of bars of {instrument.id}: {', '.join(names)}.",
            "Give bar_type.",
            path=f"{path}.bar_type",
        )
    return matching[0]


def read_options(item: DataItem, path: str, *, heeds_filter: bool) -> dict[str, Any]:
    """Return how the catalog is read, under the names of BacktestDataConfig; refuse what it would not heed."""
    options: dict[str, Any] = {}
    if (expression := given(item.filter_expr)) is not None:
        if not heeds_filter:
            raise QuarterdeckError(
                "UNSUPPORTED",
                f"The engine reads {given(item.data_type)} data without heeding filter_expr.",
                "Choose the data by start and end, or filter it in the strategy.",
                path=f"{path}.filter_expr",
            )
        try:
            parse_filters_expr(expression)
        except (ValueError, SyntaxError, TypeError) as error:
            raise QuarterdeckError(
                "INVALID_ARGUMENTS",
                f'"{expression}" is no filter: {error}.',
                'Write it as field("name") > 1, conditions in brackets joined by & or |.',
                path=f"{path}.filter_expr",
            ) from error
        options["filter_expr"] = expression
    if (optimized := given(item.optimize_file_loading)) is not None:
        options["optimize_file_loading"] = optimized
    return options


def query_values(query: dict[str, Any]) -> dict[str, Any]:
    """Return a query as the catalog takes it."""
    expression = query.get("filter_expr")
    return query if expression is None else {**query, "filter_expr": parse_filters_expr(expression)}


def item_period(item: DataItem, path: str) -> tuple[int | None, int | None]:
    """Return the part of a series an item asks for."""
    start, end = given(item.start), given(item.end)
    first = optional_time(start, f"{path}.start")
    last = optional_time(end, f"{path}.end")
    if first is not None and last is not None and first > last:
        raise QuarterdeckError(
            "INVALID_TIME_RANGE",
            f"The data would start ({start}) after it ends ({end}).",
            "Swap start and end.",
            path=f"{path}.start",
        )
    return first, last


def _check_period(holding: Holding, path: str, start: int | None, end: int | None) -> None:
    overlaps = any(
        (start is None or last >= start) and (end is None or first <= end) for first, last in holding.intervals
    )
    if not overlaps:
        first, last = holding.intervals[0][0], max(last for _, last in holding.intervals)
        raise QuarterdeckError(
            "NO_DATA",
            f"The catalog's data goes from {iso_time(first)} to {iso_time(last)}, which start and end leave out.",
            "Choose start and end within the data.",
            path=path,
        )


def _latest(first: int | None, second: int | None) -> int | None:
    return max((time for time in (first, second) if time is not None), default=None)


def _earliest(first: int | None, second: int | None) -> int | None:
    return min((time for time in (first, second) if time is not None), default=None)


def moment(nanoseconds: int | None) -> str | None:
    """Return a time as the engine's configs take it."""
    return None if nanoseconds is None else pd.Timestamp(nanoseconds, unit="ns", tz="UTC").isoformat()
