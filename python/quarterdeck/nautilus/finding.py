"""Instruments of a catalog: found by what they are, shown in full."""

from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

from nautilus_trader.model.enums import asset_class_to_str, instrument_class_to_str, option_kind_to_str
from nautilus_trader.model.instruments import Instrument

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given, optional
from quarterdeck.moments import optional_time
from quarterdeck.nautilus.catalog import Catalog
from quarterdeck.nautilus.convert import decimal_text, iso_time
from quarterdeck.nautilus.instruments import NANOSECOND_FIELDS, as_dict
from quarterdeck.protocol import (
    FindInstrumentsParams,
    FindInstrumentsResult,
    FoundInstrument,
    GetInstrumentParams,
    GetInstrumentResult,
)

DATA_LISTED = 50


def find_instruments(params: FindInstrumentsParams) -> FindInstrumentsResult:
    """Return the instruments that fit, by id."""
    known = _catalog(params.catalog).instruments()
    wanted = _Wanted(params)
    found = sorted((instrument for instrument in known if wanted.fits(instrument)), key=lambda found: str(found.id))
    after, limit = given(params.after, 0), given(params.limit, 50)
    page = found[after : after + limit]
    reached = after + len(page)
    return FindInstrumentsResult(
        instruments=[_row(instrument) for instrument in page],
        total=len(found),
        next=optional(reached if reached < len(found) else None),
    )


def get_instrument(params: GetInstrumentParams) -> GetInstrumentResult:
    """Return an instrument's definition and what data there is of it."""
    catalog = _catalog(params.catalog)
    known = {str(instrument.id): instrument for instrument in catalog.instruments()}
    if params.instrument_id not in known:
        raise QuarterdeckError(
            "UNKNOWN_INSTRUMENT",
            f'The catalog has no instrument "{params.instrument_id}".{did_you_mean(params.instrument_id, known)}',
            "find_instruments searches the catalog.",
            path="instrument_id",
        )
    held = [
        holding.bar_type or holding.data_type
        for holding in catalog.holdings()
        if holding.instrument_id == params.instrument_id
    ]
    return GetInstrumentResult(instrument=_form(known[params.instrument_id]), data=sorted(held)[:DATA_LISTED])


class _Wanted:
    """What is asked of an instrument."""

    def __init__(self, params: FindInstrumentsParams) -> None:
        symbol = given(params.symbol)
        self._symbol = None if symbol is None else symbol.upper()
        self._class = _folded(given(params.class_))
        self._venue = given(params.venue)
        self._underlying = given(params.underlying)
        after, before = given(params.expires_after), given(params.expires_before)
        self._after = optional_time(after, "expires_after")
        self._before = optional_time(before, "expires_before")
        self._lowest = _decimal(given(params.strike_min), "strike_min")
        self._highest = _decimal(given(params.strike_max), "strike_max")
        right = given(params.right)
        self._right = None if right is None else right.value

    def fits(self, instrument: Instrument) -> bool:
        """Say whether an instrument is meant."""
        return (
            self._fits_symbol(instrument)
            and self._class in (None, *_classes(instrument))
            and self._venue in (None, instrument.id.venue.value)
            and self._underlying in (None, getattr(instrument, "underlying", None) and str(instrument.underlying))
            and self._fits_expiry(getattr(instrument, "expiration_ns", None))
            and self._fits_strike(instrument)
            and self._right in (None, _right(instrument))
        )

    def _fits_symbol(self, instrument: Instrument) -> bool:
        if self._symbol is None:
            return True
        symbol = str(instrument.id.symbol.value).upper()
        if "*" in self._symbol or "?" in self._symbol:
            return fnmatchcase(symbol, self._symbol)
        return self._symbol in symbol or self._symbol == str(instrument.id).upper()

    def _fits_expiry(self, expiry: int | None) -> bool:
        if self._after is None and self._before is None:
            return True
        if not expiry:
            return False
        return (self._after is None or expiry >= self._after) and (self._before is None or expiry <= self._before)

    def _fits_strike(self, instrument: Instrument) -> bool:
        if self._lowest is None and self._highest is None:
            return True
        price = getattr(instrument, "strike_price", None)
        if price is None:
            return False
        strike = price.as_decimal()
        return (self._lowest is None or strike >= self._lowest) and (self._highest is None or strike <= self._highest)


def _row(instrument: Instrument) -> FoundInstrument:
    expiry, strike = getattr(instrument, "expiration_ns", None), getattr(instrument, "strike_price", None)
    underlying = getattr(instrument, "underlying", None)
    return FoundInstrument(
        id=str(instrument.id),
        type=type(instrument).__name__,
        asset_class=asset_class_to_str(instrument.asset_class),
        instrument_class=instrument_class_to_str(instrument.instrument_class),
        quote_currency=instrument.quote_currency.code,
        underlying=optional(str(underlying) if underlying else None),
        expiry=optional(iso_time(expiry) if expiry else None),
        strike=optional(None if strike is None else decimal_text(strike)),
        right=optional(_right(instrument)),
    )


def _form(instrument: Instrument) -> dict[str, Any]:
    values = as_dict(instrument)
    return {name: str(value) if name in NANOSECOND_FIELDS else value for name, value in values.items()}


def _classes(instrument: Instrument) -> tuple[str | None, ...]:
    return (
        _folded(type(instrument).__name__),
        _folded(asset_class_to_str(instrument.asset_class)),
        _folded(instrument_class_to_str(instrument.instrument_class)),
    )


def _right(instrument: Instrument) -> str | None:
    kind = getattr(instrument, "option_kind", None)
    return None if kind is None else str(option_kind_to_str(kind))


def _folded(name: str | None) -> str | None:
    return None if name is None else name.replace("_", "").replace(" ", "").casefold()


def _decimal(text: str | None, path: str) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise QuarterdeckError(
            "INVALID_ARGUMENTS", f'"{text}" is no number.', "Give a decimal as a string.", path=path
        ) from error


def _catalog(location: str) -> Catalog:
    catalog = Catalog(location)
    if not catalog.exists:
        raise QuarterdeckError(
            "CATALOG_NOT_FOUND",
            f"There is no catalog at {location}.",
            "Bring data into it with import_data first, or name another catalog.",
            path="catalog",
        )
    return catalog
