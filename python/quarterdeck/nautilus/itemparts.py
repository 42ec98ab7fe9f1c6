"""What every kind of file item has: its instrument, and some data at a time."""

from typing import Any, NamedTuple

import pandas as pd
from nautilus_trader.model.data import BarType
from nautilus_trader.model.instruments import Instrument

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.nautilus.identifiers import parse_instrument_id
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.protocol import DataItem


class SeriesName(NamedTuple):
    """Which series data belongs to: its type, its bar type or else instrument id, its instrument id."""

    data_type: str
    target: str
    instrument_id: str


def series_name(data_class: type, instrument_id: str | None) -> SeriesName:
    """Return the series of custom data, which may be of no instrument."""
    return SeriesName(data_class.__name__, instrument_id or data_class.__name__, instrument_id or "")


def series_of(datum: Any) -> SeriesName:
    """Return the series of an object of custom data."""
    instrument_id = getattr(datum, "instrument_id", None)
    return series_name(type(datum), None if instrument_id is None else str(instrument_id))


class Part(NamedTuple):
    """Some data of one series in order of time, and the times its rows had in the file."""

    data: list[Any]
    times: pd.Series


def resolve_item_instrument(
    item: DataItem, path: str, instruments: Instruments, bar_type: BarType | None
) -> Instrument | None:
    """Return the instrument an item names, None when it names none."""
    spec, named = given(item.instrument), given(item.instrument_id)
    if isinstance(spec, dict) and "file" in spec:
        found = instruments.resolve_all(spec, f"{path}.instrument")
        return found[0] if len(found) == 1 else None
    if spec is not None:
        return instruments.resolve(spec, f"{path}.instrument")
    if named is not None:
        where = f"{path}.instrument_id"
        return instruments.known(parse_instrument_id(named, where), where)
    if bar_type is not None:
        return instruments.known(bar_type.instrument_id, f"{path}.bar_type")
    return None


def missing_instrument(path: str) -> QuarterdeckError:
    """Return the error for an item that must say whose data it is."""
    return QuarterdeckError(
        "INVALID_ARGUMENTS",
        "The instrument of the file is missing.",
        'Give instrument, for example {"template": "fx", "id": "EUR/USD.SIM"}.',
        path=f"{path}.instrument",
    )
