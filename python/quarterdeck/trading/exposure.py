"""What a portfolio holds: gross and net by venue, instrument and currency, and how much of it is in one place."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)
SHOWN = 10


class Holding(NamedTuple):
    """The net position in one instrument; amounts in the currency of the report, None where a price or rate is missing.

    `currency` is what is held: the base currency of a pair, else the quote currency.
    """

    instrument_id: str
    venue: str
    currency: str
    quantity: Decimal
    price: Decimal | None
    long: Decimal | None
    short: Decimal | None

    @property
    def gross(self) -> Decimal | None:
        """Long and short together, without sign."""
        return None if self.long is None or self.short is None else self.long + self.short

    @property
    def net(self) -> Decimal | None:
        """Long less short."""
        return None if self.long is None or self.short is None else self.long - self.short


class Part(NamedTuple):
    """A part of the portfolio."""

    name: str
    gross: Decimal
    net: Decimal


class Spread(NamedTuple):
    """How much of the gross exposure is in one instrument."""

    largest: str
    largest_share: float
    herfindahl: float


def total(holdings: Sequence[Holding]) -> Part | None:
    """Return the whole; None while one of its parts has no amount."""
    if any(holding.gross is None for holding in holdings):
        return None
    return _sum("all", holdings)


def parts(holdings: Sequence[Holding], name_of: Callable[[Holding], str]) -> list[Part]:
    """Return the sums by name, largest first; holdings without an amount are in none."""
    known = [holding for holding in holdings if holding.gross is not None]
    names = dict.fromkeys(name_of(holding) for holding in known)
    sums = [_sum(name, [holding for holding in known if name_of(holding) == name]) for name in names]
    return sorted(sums, key=lambda part: (-part.gross, part.name))[:SHOWN]


def spread(holdings: Sequence[Holding]) -> Spread | None:
    """Return the concentration by instrument: the index of Herfindahl and Hirschman, the sum of squared shares."""
    whole = total(holdings)
    if whole is None or whole.gross == 0:
        return None
    shares = {holding.instrument_id: (holding.gross or ZERO) / whole.gross for holding in holdings}
    largest = max(shares, key=lambda name: (shares[name], name))
    return Spread(largest, float(shares[largest]), float(sum(share * share for share in shares.values())))


def _sum(name: str, holdings: Sequence[Holding]) -> Part:
    gross = sum((holding.gross or ZERO for holding in holdings), ZERO)
    return Part(name, gross, sum((holding.net or ZERO for holding in holdings), ZERO))
