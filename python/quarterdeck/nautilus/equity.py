"""The value of each account as the run goes, computed beside the engine and without touching it."""

import functools
from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from nautilus_trader.model.enums import PositionSide, PriceType
from nautilus_trader.model.identifiers import InstrumentId, Venue
from nautilus_trader.model.objects import Currency

from quarterdeck.nautilus.convert import plain


class EquityPoint(NamedTuple):
    """Balance and open profit of one account in one currency at one time."""

    ts: int
    venue: str
    currency: str
    equity: str


class EquitySampler:
    """Takes samples from a cache.

    The portfolio's own `equity` is not asked: it keeps what it computes, and a strategy that asks later
    would be answered from there.
    """

    def __init__(self, venues: list[str]) -> None:
        self._venues = [Venue(name) for name in venues]
        self.points: list[EquityPoint] = []

    def sample(self, cache: Any, ts: int) -> None:
        """Add the equity of every account; one that cannot be priced now is left out."""
        for venue in self._venues:
            account = cache.account_for_venue(venue)
            if account is None:
                continue
            equity = {currency: money.as_decimal() for currency, money in account.balances_total().items()}
            if self._add_positions(cache, venue, account, equity):
                self._append(ts, venue, equity)

    def start(self, cache: Any, states: Callable[[Any], list[Any]] = attrgetter("events")) -> None:
        """Put the accounts' first state before all samples; `states` returns what an account was."""
        samples, self.points = self.points, []
        for venue in self._venues:
            account = cache.account_for_venue(venue)
            if account is not None:
                first = states(account)[0]
                self._append(first.ts_event, venue, {b.currency: b.total.as_decimal() for b in first.balances})
        begun = {(point.venue, point.currency): point.ts for point in self.points}
        self.points += [point for point in samples if point.ts > begun.get((point.venue, point.currency), -1)]

    def _append(self, ts: int, venue: Venue, equity: dict[Currency, Decimal]) -> None:
        for currency, amount in equity.items():
            rounded = amount.quantize(_step(currency.precision))
            self.points.append(EquityPoint(ts, venue.value, currency.code, plain(rounded)))

    def _add_positions(self, cache: Any, venue: Venue, account: Any, equity: dict[Currency, Decimal]) -> bool:
        for position in cache.positions_open(venue=venue):
            price = _price(cache, position)
            if price is None:
                return False
            if account.is_margin_account:
                value = position.unrealized_pnl(price)
            elif position.base_currency is not None and account.base_currency is None:
                # What was bought is itself a balance of such an account.
                continue
            else:
                value = position.notional_value(price)
            amount, currency = value.as_decimal(), value.currency
            if not account.is_margin_account and position.side == PositionSide.SHORT:
                amount = -amount
            if account.base_currency is not None and currency != account.base_currency:
                rate = _rate(cache, venue, currency, account.base_currency)
                if rate is None:
                    return False
                amount, currency = amount * rate, account.base_currency
            equity[currency] = equity.get(currency, Decimal(0)) + amount
        return True


@functools.cache
def _step(precision: int) -> Decimal:
    return Decimal(1).scaleb(-precision)


def _price(cache: Any, position: Any) -> Any:
    side = PriceType.BID if position.side == PositionSide.LONG else PriceType.ASK
    for price_type in (side, PriceType.LAST, PriceType.MID):
        price = cache.price(position.instrument_id, price_type)
        if price is not None:
            return price
    bar_types = cache.bar_types(position.instrument_id)
    bar = cache.bar(bar_types[0]) if bar_types else None
    return None if bar is None else bar.close


def _rate(cache: Any, venue: Venue, source: Currency, target: Currency) -> Decimal | None:
    """Return the middle rate of a pair of the two currencies on the venue, if one is traded there."""
    for instrument in cache.instruments(venue=venue):
        pair = (instrument.get_base_currency(), instrument.quote_currency)
        if pair in ((source, target), (target, source)):
            middle = _middle(cache, instrument.id)
            if middle:
                return middle if pair == (source, target) else 1 / middle
    return None


def _middle(cache: Any, instrument_id: InstrumentId) -> Decimal | None:
    sides = [cache.price(instrument_id, price_type) for price_type in (PriceType.BID, PriceType.ASK)]
    if None in sides:
        sides = [cache.price(instrument_id, PriceType.LAST)]
    prices: list[Decimal] = [side.as_decimal() for side in sides if side is not None]
    return sum(prices, Decimal(0)) / len(prices) if prices else None
