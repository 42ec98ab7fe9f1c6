"""Whether orders can be filled on a venue with the data there is for it, by the rules of the engine's matching."""

from collections.abc import Iterator
from typing import NamedTuple

from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import PriceType

from quarterdeck.nautilus.offers import BOOKS, WORDS, Offer, Offers

L1 = "L1_MBP"


class Market(NamedTuple):
    """One venue, its kind of order book, and whether bars move it."""

    venue: str
    book_type: str
    bar_execution: bool
    path: str


class Verdict(NamedTuple):
    """What keeps orders of an instrument from being filled. Stops: the engine would end the run."""

    code: str
    message: str
    next_step: str
    path: str
    stops: bool


type Found = tuple[str, str, str, str, bool]


def market_findings(markets: list[Market], offers: Offers, *, trades: bool) -> Iterator[Found]:
    """Give what is wrong with the markets: code, message, next step, path, and whether the run cannot work."""
    by_venue = {market.venue: market for market in markets}
    verdicts: list[Verdict] = []
    sound = 0
    for instrument_id in offers.instrument_ids:
        market = by_venue.get(instrument_id.rpartition(".")[2])
        if market is None:
            continue
        verdict = _verdict(instrument_id, offers.of(instrument_id), market)
        sound += verdict is None
        if verdict is not None:
            verdicts.append(verdict)
        else:
            yield from _unheeded(instrument_id, offers.of(instrument_id), market)
    for verdict in verdicts:
        yield (*verdict[:4], verdict.stops or (trades and sound == 0))


def _verdict(instrument_id: str, series: list[Offer], market: Market) -> Verdict | None:
    kinds = {one.kind for one in series}
    if not kinds & WORDS.keys():
        return None
    if market.book_type != L1:
        if kinds & set(BOOKS):
            return None
        return Verdict(
            "BOOK_TYPE_MISMATCH",
            f"The venue keeps an order book {market.book_type}, and of {instrument_id} there are only {_words(kinds)}: "
            "the engine refuses to run.",
            f'Set book_type "{L1}", or add order book deltas of {instrument_id}.',
            f"{market.path}.book_type",
            stops=True,
        )
    if kinds & {"QuoteTick", "TradeTick", "OrderBookDepth10"}:
        return _bars_verdict(instrument_id, series, market, otherwise=True)
    if "Bar" not in kinds:
        return Verdict(
            "BOOK_TYPE_MISMATCH",
            f"The venue keeps an order book {L1}, which order book deltas do not move, and of {instrument_id} there is "
            "nothing else: every order would be rejected for want of a market.",
            'Set book_type "L2_MBP" (or "L3_MBO" for data order by order).',
            f"{market.path}.book_type",
            stops=False,
        )
    return _bars_verdict(instrument_id, series, market, otherwise=False)


def _bars_verdict(instrument_id: str, series: list[Offer], market: Market, *, otherwise: bool) -> Verdict | None:
    """Judge bars as what moves the market; `otherwise`: something else does too."""
    bars = [one for one in series if one.kind == "Bar"]
    if not bars or (not market.bar_execution and otherwise):
        return None
    if not market.bar_execution:
        return Verdict(
            "NO_MARKET",
            f"bar_execution is off and of {instrument_id} there are only bars: every order would be rejected.",
            "Set bar_execution true, or add quotes or trades.",
            f"{market.path}.bar_execution",
            stops=False,
        )
    specs = {BarType.from_str(one.target).spec for one in bars}
    unusable = next(
        (spec for spec in specs if not spec.is_time_aggregated() or spec.price_type == PriceType.MARK), None
    )
    if unusable is not None:
        return Verdict(
            "BAR_TYPE_UNEXECUTABLE",
            f"The engine stops at the first bar of {instrument_id}-{unusable}: it can match orders with bars of a "
            "length of time and of bid, ask, mid or last prices only.",
            "Set bar_execution false, and add quotes or trades for the orders to be filled at.",
            f"{market.path}.bar_execution",
            stops=True,
        )
    prices = {spec.price_type for spec in specs}
    if otherwise or prices & {PriceType.LAST, PriceType.MID} or prices >= {PriceType.BID, PriceType.ASK}:
        return None
    [price] = prices
    side, other = ("BID", "ASK") if price == PriceType.BID else ("ASK", "BID")
    wanted = bars[0].target.replace(f"-{side}-", f"-{other}-")
    return Verdict(
        "NO_MARKET",
        f"Of {instrument_id} there are only {side} bars, from which the engine makes no market: every order would be "
        "rejected.",
        f'Add the {other} bars ("{wanted}") as well, or bars of LAST or MID prices, quotes or trades.',
        bars[0].path,
        stops=False,
    )


def _unheeded(instrument_id: str, series: list[Offer], market: Market) -> Iterator[Found]:
    """Give data that the venue's book leaves out, where other data moves the market."""
    kinds = {one.kind for one in series}
    if market.book_type == L1 and "OrderBookDelta" in kinds:
        yield (
            "BOOK_TYPE_DROPS_DATA",
            f"The venue keeps an order book {L1}: the order book deltas of {instrument_id} do not move its market.",
            'Set book_type "L2_MBP" (or "L3_MBO" for data order by order) to fill orders against them.',
            f"{market.path}.book_type",
            False,
        )
    dropped = kinds & {"Bar", "QuoteTick"}
    if market.book_type != L1 and dropped:
        yield (
            "BOOK_TYPE_DROPS_DATA",
            f"The venue keeps an order book {market.book_type}: {_words(dropped)} of {instrument_id} reach the "
            "strategies but do not move its market.",
            f'Nothing, when the order book data is to fill orders; else set book_type "{L1}".',
            f"{market.path}.book_type",
            False,
        )


def _words(kinds: set[str]) -> str:
    return " and ".join(WORDS[kind] for kind in sorted(kinds) if kind in WORDS)
