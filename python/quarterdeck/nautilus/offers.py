"""What the data of a request offers, series by series, before the engine has any of it."""

from collections.abc import Iterable
from typing import NamedTuple

from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import PriceType
from nautilus_trader.model.identifiers import InstrumentId

from quarterdeck.errors import did_you_mean

SHOWN = 6
LAST = PriceType.LAST
BOOKS = ("OrderBookDelta", "OrderBookDepth10")
NEEDS = {
    "subscribe_quote_ticks": ("QuoteTick",),
    "subscribe_trade_ticks": ("TradeTick",),
    "subscribe_order_book_deltas": ("OrderBookDelta",),
    "subscribe_order_book_depth": ("OrderBookDepth10",),
    "subscribe_order_book_at_interval": BOOKS,
}
"""Method → types of data any of which serves it, of the instrument it names."""

WORDS = {
    "Bar": "bars",
    "QuoteTick": "quotes",
    "TradeTick": "trades",
    "OrderBookDelta": "order book deltas",
    "OrderBookDepth10": "order book depth",
}


class Offer(NamedTuple):
    """One series: its type, whose it is, and the item of the request it comes from."""

    kind: str
    target: str
    """The bar type of bars, else the instrument id."""
    instrument_id: str
    path: str


class Offers:
    """All series of a request."""

    def __init__(self, offers: Iterable[Offer], *, quotes_of: tuple[str, ...] = ()) -> None:
        self._offers = list(offers)
        self._quotes_of = quotes_of
        """Types of book data of which the engine is told to make quotes."""

    def of(self, instrument_id: str) -> list[Offer]:
        """Return the series of an instrument."""
        return [offer for offer in self._offers if offer.instrument_id == instrument_id]

    @property
    def instrument_ids(self) -> list[str]:
        """Whose data there is."""
        return list(dict.fromkeys(offer.instrument_id for offer in self._offers))

    def serve(self, method: str, target: BarType | InstrumentId) -> bool:
        """Whether anything of a subscription can arrive."""
        if isinstance(target, BarType):
            return self._serve_bars(target)
        kinds = NEEDS[method]
        return self._has(kinds, str(target)) or ("QuoteTick" in kinds and self._has(self._quotes_of, str(target)))

    def describe(self, method: str, target: BarType | InstrumentId) -> tuple[str, str]:
        """Return what is missing for a subscription, and what there is instead with the nearest name."""
        if isinstance(target, BarType) and (bars := _source(target)) is not None:
            there = [offer.target for offer in self._offers if offer.kind == "Bar"]
            return f"bars of {bars}", _there("bars", there) + did_you_mean(str(bars), there)
        if isinstance(target, BarType):
            price = target.spec.price_type
            kinds: tuple[str, ...] = ("TradeTick",) if price == LAST else ("QuoteTick",)
            target = target.instrument_id
        else:
            kinds = NEEDS[method]
        there = [f"{WORDS[offer.kind]} of {offer.target}" for offer in self._offers]
        names = [offer.target for offer in self._offers if offer.kind in kinds]
        missing = f"{' or '.join(WORDS[kind] for kind in kinds)} of {target}"
        return missing, _there("data", there) + did_you_mean(str(target), names)

    def _serve_bars(self, wanted: BarType) -> bool:
        if wanted.is_composite() and not wanted.composite().is_externally_aggregated():
            # Of bars that the engine makes for another subscription.
            return True
        if (source := _source(wanted)) is not None:
            return self._has(("Bar",), str(source))
        instrument_id = str(wanted.instrument_id)
        if wanted.spec.price_type == LAST:
            return self._has(("TradeTick",), instrument_id)
        return self.serve("subscribe_quote_ticks", wanted.instrument_id)

    def _has(self, kinds: tuple[str, ...], target: str) -> bool:
        return any(offer.kind in kinds and offer.target == target for offer in self._offers)


def offers_to(config: BacktestEngineConfig, offers: Iterable[Offer]) -> Offers | None:
    """Return what an engine of a config can serve; None when it reads more from catalogs of its own."""
    if config.catalogs:
        return None
    data = config.data_engine
    ways = {
        "OrderBookDelta": data is not None and data.emit_quotes_from_book,
        "OrderBookDepth10": data is not None and data.emit_quotes_from_book_depths,
    }
    return Offers(offers, quotes_of=tuple(kind for kind, is_on in ways.items() if is_on))


def _source(wanted: BarType) -> BarType | None:
    """Return the bars of the data that bars are or are made of; None for bars made of quotes or trades."""
    if wanted.is_composite():
        return wanted.composite()
    return wanted if wanted.is_externally_aggregated() else None


def _there(what: str, names: list[str]) -> str:
    if not names:
        return f"The request has no {what}."
    more = "" if len(names) <= SHOWN else f" and {len(names) - SHOWN} more"
    return f"The request has {', '.join(names[:SHOWN])}{more}."
