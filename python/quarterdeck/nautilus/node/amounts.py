"""What an order is worth by the engine's own prices and rates."""

from decimal import Decimal
from typing import Any

from nautilus_trader.model.enums import OrderSide, PriceType
from nautilus_trader.model.objects import Currency, Money, Price

DOLLARS = frozenset({"USD", "USDT", "USDC", "FDUSD", "TUSD", "USDP", "PYUSD"})


class Amounts:
    """Values orders and positions in one currency. Stablecoins of the dollar count as dollars at par."""

    def __init__(self, cache: Any, currency: str) -> None:
        self._cache = cache
        self.currency = currency

    def reference(self, instrument_id: Any, side: Any) -> Price | None:
        """Return the price an order of that side would meet: the quote, else the last trade, else the last bar."""
        quoted = PriceType.ASK if side == OrderSide.BUY else PriceType.BID
        for price_type in (quoted, PriceType.LAST, PriceType.MID):
            price = self._cache.price(instrument_id, price_type)
            if price is not None:
                return price
        bars = self._cache.bar_types(instrument_id=instrument_id)
        latest = [bar for bar_type in bars if (bar := self._cache.bar(bar_type)) is not None]
        return max(latest, key=lambda bar: bar.ts_event).close if latest else None

    def converted(self, amount: Decimal, currency: str, venue: Any) -> Decimal | None:
        """Return an amount in the currency of the limits; None where the engine has no rate."""
        if currency == self.currency or {currency, self.currency} <= DOLLARS:
            return amount
        for one, other in _pairs(currency, self.currency):
            rate = self._cache.get_xrate(venue, one, other, PriceType.MID)
            if rate:
                return amount * Decimal(str(rate))
        return None

    def money(self, value: Money, venue: Any) -> Decimal | None:
        """Return money in the currency of the limits; None where the engine has no rate."""
        return self.converted(value.as_decimal(), value.currency.code, venue)

    def missing_rate(self, value: Money) -> str:
        """Say what would have to be known."""
        return f"there is no rate from {value.currency.code} to {self.currency}"


def _pairs(one: str, other: str) -> list[tuple[Currency, Currency]]:
    """Return the two currencies, and the pairs that mean the same when every dollar counts as one."""
    ones = [one, *sorted(DOLLARS - {one})] if one in DOLLARS else [one]
    others = [other, *sorted(DOLLARS - {other})] if other in DOLLARS else [other]
    known = {code: Currency.from_internal_map(code) for code in {*ones, *others}}
    return [(known[a], known[b]) for a in ones for b in others if known[a] is not None and known[b] is not None]
