"""Round trips: each time a position was opened and closed, with how far it went for and against."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
from nautilus_trader.model.enums import OrderSide, PriceType
from nautilus_trader.model.objects import Money, Price

from quarterdeck.frames import write_table
from quarterdeck.nautilus.convert import decimal_text, finite, plain
from quarterdeck.nautilus.heldprices import HeldPrices
from quarterdeck.nautilus.loaded import Loaded, Series
from quarterdeck.nautilus.selection import Selection
from quarterdeck.nautilus.witness import Place

BLOCK = 512
TINY = 1e-12

SCHEMA = pa.schema(
    [
        ("trade", pa.int64()),
        ("position_id", pa.string()),
        ("instrument_id", pa.string()),
        ("strategy_id", pa.string()),
        ("side", pa.string()),
        ("quantity", pa.string()),
        ("ts_opened", pa.int64()),
        ("ts_closed", pa.int64()),
        ("duration_ns", pa.int64()),
        ("entry_price", pa.string()),
        ("exit_price", pa.string()),
        ("pnl", pa.string()),
        ("currency", pa.string()),
        ("base_pnl", pa.string()),
        ("base_currency", pa.string()),
        ("commissions", pa.string()),
        ("return", pa.float64()),
        ("mae", pa.string()),
        ("mfe", pa.string()),
        ("mae_price", pa.string()),
        ("mfe_price", pa.string()),
        ("fills", pa.int64()),
        ("entry_order_id", pa.string()),
        ("exit_order_id", pa.string()),
        ("entry_line", pa.string()),
        ("exit_line", pa.string()),
    ]
)


class Leg(NamedTuple):
    """A stretch between two fills: signed size and its average price, what was gained before, the price at its end."""

    begin: int
    end: int
    size: float
    average: float
    gained: float
    end_price: float


class Excursion(NamedTuple):
    """The worst and the best a position stood at, gross of commissions, and the prices at which it did."""

    worst: float
    best: float
    worst_price: float
    best_price: float


class Booked:
    """What the portfolio booked for a position in the currency of its account: what its statistics count."""

    def __init__(self, cache: Any, analyzer: Any) -> None:
        self._cache = cache
        self._analyzer = analyzer
        self._booked: dict[str, dict[str, list[float]]] = {}

    def of(self, position: Any) -> tuple[str | None, str | None]:
        """Return amount and currency; none where the account has many currencies or the portfolio booked none."""
        account = self._cache.account(position.account_id)
        base = None if account is None else account.base_currency
        if base is None or position.realized_pnl is None or not position.is_closed:
            return None, None
        if base == position.realized_pnl.currency:
            return decimal_text(position.realized_pnl), base.code
        amounts = self._of_currency(base).get(position.id.value, [])
        if len(amounts) != 1:
            return None, None
        exact = Money(amounts[0], base).as_decimal()
        return plain(exact.quantize(Decimal(1).scaleb(-base.precision))), base.code

    def _of_currency(self, currency: Any) -> dict[str, list[float]]:
        if currency.code not in self._booked:
            found = self._booked[currency.code] = {}
            series = self._analyzer.realized_pnls(currency)
            for label, amount in [] if series is None else series.items():
                found.setdefault(str(label), []).append(float(amount))
        return self._booked[currency.code]


def write_trades(
    path: Path,
    cache: Any,
    loaded: Loaded,
    until: int,
    place: Place,
    analyzer: Any,
    held: Sequence[Selection] = (),
) -> None:
    """Write the table of round trips; a position that is still open at `until` has no exit.

    `held` is where the data lies that the run had in a stream.
    """
    positions = [*cache.positions(), *cache.position_snapshots()]
    positions.sort(key=lambda position: (position.ts_opened, position.id.value))
    prices = {
        instrument_id: _prices(loaded, held, str(instrument_id), group, until)
        for instrument_id, group in _by_instrument(positions).items()
    }
    booked = Booked(cache, analyzer)
    rows = [
        {"trade": index, **_row(position, prices[position.instrument_id], until, place, booked)}
        for index, position in enumerate(positions, 1)
    ]
    write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)


def _prices(
    loaded: Loaded, held: Sequence[Selection], instrument_id: str, positions: list[Any], until: int
) -> "SeenPrices | HeldPrices | None":
    begin = min(position.ts_opened for position in positions)
    end = max(position.ts_closed if position.is_closed else until for position in positions)
    if loaded.complete:
        return SeenPrices(loaded.of_instrument(instrument_id), begin, end)
    of_instrument = [selection for selection in held if str(selection.instrument.id) == instrument_id]
    return HeldPrices(of_instrument, begin, end) if of_instrument else None


def trip(position: Any, place: Place) -> dict[str, Any]:
    """Return what a position itself tells of a round trip."""
    closed = position.is_closed
    closing = position.closing_order_id if closed else None
    pnl = position.realized_pnl
    return {
        "position_id": position.id.value,
        "instrument_id": position.instrument_id.value,
        "strategy_id": position.strategy_id.value,
        "side": "LONG" if position.entry == OrderSide.BUY else "SHORT",
        "quantity": decimal_text(position.peak_qty),
        "ts_opened": position.ts_opened,
        "ts_closed": position.ts_closed if closed else None,
        "duration_ns": position.duration_ns if closed else None,
        "entry_price": price_text(position.avg_px_open),
        "exit_price": price_text(position.avg_px_close) if closed else None,
        "pnl": None if pnl is None else decimal_text(pnl),
        "currency": position.settlement_currency.code,
        "commissions": msgspec.json.encode([str(money) for money in position.commissions()]).decode(),
        "return": finite(position.realized_return) if closed else None,
        "fills": position.event_count,
        "entry_order_id": position.opening_order_id.value,
        "exit_order_id": None if closing is None else closing.value,
        "entry_line": place(position.opening_order_id),
        "exit_line": None if closing is None else place(closing),
    }


def _row(
    position: Any,
    seen: "SeenPrices | HeldPrices | None",
    until: int,
    place: Place,
    booked: Booked,
) -> dict[str, Any]:
    excursion = None if seen is None else _excursion(position, seen, until)
    currency = position.settlement_currency
    base_pnl, base_currency = booked.of(position)
    return {
        **trip(position, place),
        "base_pnl": base_pnl,
        "base_currency": base_currency,
        "mae": None if excursion is None else decimal_text(Money(excursion.worst, currency)),
        "mfe": None if excursion is None else decimal_text(Money(excursion.best, currency)),
        "mae_price": None if excursion is None else price_text(excursion.worst_price),
        "mfe_price": None if excursion is None else price_text(excursion.best_price),
    }


def _excursion(position: Any, seen: "SeenPrices | HeldPrices", until: int) -> Excursion | None:
    """Return how far a position went.

    Maximum adverse and favourable excursion after J. Sweeney, "Maximum Adverse Excursion" (1997), in money: the
    lowest and the highest profit while the position was open, realized by partial exits included, commissions not.
    It is valued at the price it could have been closed at: bid for a long, ask for a short position; at the last
    trade where there are no quotes; at high and low of bars where there is nothing else. Fill prices count as seen.
    """
    points = _inverse_points if position.is_inverse else _points
    multiplier = position.multiplier.as_double()
    legs, gained = _legs(position, until)
    if position.is_closed and not _agrees(position, gained):
        return None
    worst, best = math.inf, -math.inf
    worst_price = best_price = math.nan
    found = False
    for leg in legs:
        reached = seen.extremes(leg.begin, leg.end, position.entry == OrderSide.BUY)
        found = found or reached is not None
        for price in (*(reached or ()), leg.average, leg.end_price):
            gain = leg.gained + points(leg.average, price) * leg.size * multiplier
            if gain < worst:
                worst, worst_price = gain, price
            if gain > best:
                best, best_price = gain, price
    return Excursion(worst, best, worst_price, best_price) if found else None


def _legs(position: Any, until: int) -> tuple[list[Leg], float]:
    """Return the stretches between fills, and what was gained in the end before commissions."""
    points = _inverse_points if position.is_inverse else _points
    multiplier = position.multiplier.as_double()
    size = average = gained = 0.0
    legs: list[Leg] = []
    events = position.events
    for event, following in zip_longest(events, events[1:]):
        signed = event.last_qty.as_double() * (1 if event.order_side == OrderSide.BUY else -1)
        price = event.last_px.as_double()
        if size * signed >= 0:
            average = (average * abs(size) + price * abs(signed)) / (abs(size) + abs(signed))
        else:
            gained -= points(average, price) * signed * multiplier
        size += signed
        end, end_price = (until, average) if following is None else (following.ts_event, following.last_px.as_double())
        if end > event.ts_event and abs(size) > TINY:
            legs.append(Leg(event.ts_event, end, size, average, gained, end_price))
    return legs, gained


def _agrees(position: Any, gained: float) -> bool:
    """Whether the gain is the engine's own: some instruments settle in other ways, and cash flows may be added."""
    currency = position.settlement_currency
    paid = sum(money.as_double() for money in position.commissions() if money.currency == currency)
    realized = 0.0 if position.realized_pnl is None else position.realized_pnl.as_double()
    tolerance = (position.event_count + 1) * 10.0**-currency.precision
    return bool(abs(gained - paid - realized) <= tolerance + abs(realized) * TINY)


def _points(opened: float, now: float) -> float:
    return now - opened


def _inverse_points(opened: float, now: float) -> float:
    return 1 / opened - 1 / now


class SeenPrices:
    """The prices of an instrument that a run saw while it had positions in it."""

    def __init__(self, series: list[Series], begin: int, end: int) -> None:
        self._begin = begin
        self._end = end
        self._series = series
        self._tracks: dict[bool, Track | None] = {}

    def extremes(self, begin: int, end: int, long: bool) -> tuple[float, float] | None:
        """Return the lowest and highest price at which a position could have been closed."""
        if long not in self._tracks:
            self._tracks[long] = self._track(long)
        track = self._tracks[long]
        return None if track is None else track.extremes(begin, end)

    def _track(self, long: bool) -> "Track | None":
        kinds: dict[str, list[Series]] = {}
        for series in self._series:
            kinds.setdefault(series.kind, []).append(series)
        if quotes := self._data(kinds.get("QuoteTick", [])):
            side = "bid_price" if long else "ask_price"
            return Track(quotes, side, side, whole=False)
        if trades := self._data(kinds.get("TradeTick", [])):
            return Track(trades, "price", "price", whole=False)
        if bars := self._data(_bars_to_value(kinds.get("Bar", []), long)):
            return Track(bars, "low", "high", whole=True)
        return None

    def _data(self, series: list[Series]) -> list[Any]:
        return series[0].between(self._begin, self._end) if series else []


def _bars_to_value(series: list[Series], long: bool) -> list[Series]:
    """Return the bars to value with: of the side the position closes at before others, the shortest first."""
    wanted = PriceType.BID if long else PriceType.ASK

    def order(one: Series) -> tuple[int, int]:
        price_type = one.pieces[0][0].bar_type.spec.price_type
        sides = (PriceType.BID, PriceType.ASK)
        rank = 0 if price_type == wanted else 2 if price_type in sides else 1
        return rank, -one.count()

    return sorted(series, key=order)


class Track:
    """Data in order of time whose lowest and highest prices are found block by block, each looked at once."""

    def __init__(self, data: list[Any], low: str, high: str, *, whole: bool) -> None:
        self._data = data
        self._low = attrgetter(f"{low}.raw")
        self._high = attrgetter(f"{high}.raw") if high != low else None
        self._precision = getattr(data[0], low).precision
        # A bar at the moment of entry had closed by then, a quote or trade at that moment is the price entered at.
        self._start = bisect_right if whole else bisect_left
        self._blocks: list[tuple[int, int] | None] = [None] * (len(data) // BLOCK)

    def extremes(self, begin: int, end: int) -> tuple[float, float] | None:
        """Return the lowest low and the highest high from `begin` to `end`."""
        start = self._start(self._data, begin, key=_time)
        stop = bisect_right(self._data, end, key=_time)
        if start >= stop:
            return None
        first, last = -(-start // BLOCK), stop // BLOCK
        if first >= last:
            found = [self._scan(start, stop)]
        else:
            found = [self._block(index) for index in range(first, last)]
            edges = ((start, first * BLOCK), (last * BLOCK, stop))
            found.extend(self._scan(*edge) for edge in edges if edge[0] < edge[1])
        return self._price(min(low for low, _ in found)), self._price(max(high for _, high in found))

    def _block(self, index: int) -> tuple[int, int]:
        block = self._blocks[index]
        if block is None:
            block = self._blocks[index] = self._scan(index * BLOCK, (index + 1) * BLOCK)
        return block

    def _scan(self, start: int, stop: int) -> tuple[int, int]:
        piece = self._data[start:stop]
        lows = list(map(self._low, piece))
        return min(lows), max(lows if self._high is None else map(self._high, piece))

    def _price(self, raw: int) -> float:
        return float(Price.from_raw(raw, self._precision).as_double())


def _time(datum: Any) -> int:
    return int(datum.ts_init)


def _by_instrument(positions: list[Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for position in positions:
        groups.setdefault(position.instrument_id, []).append(position)
    return groups


def price_text(value: float) -> str | None:
    """Return a price the engine keeps as a binary float: the shortest decimal that is the same float."""
    return plain(Decimal(repr(value))) if math.isfinite(value) else None
