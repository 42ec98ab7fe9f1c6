"""Identifiers, bar types, currencies and money, checked before NautilusTrader sees them.

Its core accepts some wrong ones silently and aborts the process on others.
"""

from decimal import Decimal, InvalidOperation
from functools import cache

from nautilus_trader.model import currencies
from nautilus_trader.model.data import BarType
from nautilus_trader.model.identifiers import InstrumentId, Venue
from nautilus_trader.model.objects import Currency, Money

from quarterdeck.errors import QuarterdeckError, did_you_mean


def check_identifier(value: str, path: str, what: str = "identifier") -> str:
    """Refuse text that the core would abort the process on."""
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise QuarterdeckError(
            "INVALID_IDENTIFIER",
            f'"{value}" cannot be a {what}: NautilusTrader takes printable ASCII only.',
            "Use letters, digits and punctuation of the ASCII set.",
            path=path,
        )
    return value


def check_tagged_identifier(value: str, path: str, what: str) -> str:
    """Refuse what is not NAME-TAG, such as a trader id without a hyphen."""
    check_identifier(value, path, what)
    name, hyphen, tag = value.rpartition("-")
    if not (name and hyphen and tag):
        raise QuarterdeckError(
            "INVALID_IDENTIFIER",
            f'"{value}" cannot be a {what}: it needs a name, a hyphen and a tag.',
            'Write it as NAME-TAG, for example "TRADER-001".',
            path=path,
        )
    return value


def parse_instrument_id(text: str, path: str) -> InstrumentId:
    """Return an instrument id such as EUR/USD.SIM."""
    try:
        if text.endswith("-"):
            raise ValueError("it ends in a hyphen")
        return InstrumentId.from_str(text)
    except ValueError as error:
        raise QuarterdeckError(
            "INVALID_IDENTIFIER",
            f'"{text}" is no instrument id: {error}.',
            'Write SYMBOL.VENUE, for example "EUR/USD.SIM".',
            path=path,
        ) from error


def parse_venue(text: str, path: str) -> Venue:
    """Return a venue."""
    return Venue(check_identifier(text, path, "venue"))


def parse_bar_type(text: str, path: str, *, external: bool = False) -> BarType:
    """Return a bar type such as EUR/USD.SIM-1-MINUTE-BID-EXTERNAL."""
    next_step = 'Write ID-STEP-AGGREGATION-PRICE-SOURCE, for example "EUR/USD.SIM-1-MINUTE-BID-EXTERNAL".'
    try:
        bar_type = BarType.from_str(text)
    except ValueError as error:
        raise QuarterdeckError(
            "INVALID_BAR_TYPE", f'"{text}" is no bar type: {error}.', next_step, path=path
        ) from error
    name = str(bar_type.instrument_id)
    # "EUR/USD.SIM--1-MINUTE-…" parses, as bars of an instrument on a venue "SIM-".
    if name.endswith("-") or str(bar_type) != text:
        raise QuarterdeckError(
            "INVALID_BAR_TYPE",
            f'"{text}" is no bar type: it would name the instrument "{name}".',
            next_step,
            path=path,
        )
    if external and not bar_type.is_externally_aggregated():
        raise QuarterdeckError(
            "INVALID_BAR_TYPE",
            f'"{text}" names bars that the engine aggregates itself; bars of a file or catalog are EXTERNAL.',
            f'Write "{text.partition("@")[0].removesuffix("INTERNAL")}EXTERNAL".',
            path=path,
        )
    return bar_type


def parse_currency(code: str, path: str) -> Currency:
    """Return a currency that NautilusTrader knows; it would invent any other."""
    check_identifier(code, path, "currency")
    currency = Currency.from_internal_map(code)
    if currency is None:
        raise QuarterdeckError(
            "UNKNOWN_CURRENCY",
            f'NautilusTrader knows no currency "{code}".{did_you_mean(code, known_currencies())}',
            "Use the code of a known currency, in capitals.",
            path=path,
        )
    return currency


def parse_money(text: str, path: str) -> Money:
    """Return an amount such as 1000000 USD."""
    amount, space, code = text.strip().partition(" ")
    try:
        if not space:
            raise ValueError("no currency")
        Decimal(amount)
        parse_currency(code, path)
        return Money.from_str(f"{amount} {code}")
    except (ValueError, ArithmeticError) as error:
        reason = "the number cannot be read" if isinstance(error, InvalidOperation) else error
        raise QuarterdeckError(
            "INVALID_BALANCE", f'"{text}" is no amount: {reason}.', 'Write it as "1000000 USD".', path=path
        ) from error


@cache
def known_currencies() -> list[str]:
    """Return the codes of all currencies NautilusTrader ships."""
    return [value.code for value in vars(currencies).values() if isinstance(value, Currency)]
