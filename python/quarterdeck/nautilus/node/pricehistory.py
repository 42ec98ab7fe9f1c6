"""Prices and equity of a node as time goes, sampled: what its risk is measured on."""

import asyncio
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from nautilus_trader.model.enums import PriceType
from nautilus_trader.model.identifiers import InstrumentId, Venue

from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.equity import EquitySampler
from quarterdeck.nautilus.node.amounts import Amounts
from quarterdeck.statistics.daily import Floats

SAMPLE_SECONDS = 1.0
MOST_ROWS = 4_000
MOST_INSTRUMENTS = 200
OBSERVATIONS = 250
UNKNOWN = float("nan")


class Returns(NamedTuple):
    """Simple returns of instruments over equal intervals, one row each; only rows in which all have one."""

    interval_seconds: float
    rows: Floats


class Baseline(NamedTuple):
    """How things stood when the UTC day began, or the node."""

    day: str
    since: str
    prices: dict[InstrumentId, Decimal]
    pnls: dict[InstrumentId, Decimal | None]


class PriceHistory:
    """Samples of the middle price of each instrument, once a second; thinned when there are many."""

    def __init__(self, kernel: Any, currency: str) -> None:
        self._cache = kernel.cache
        self._portfolio = kernel.portfolio
        self._clock = kernel.clock
        self._amounts = Amounts(kernel.cache, currency)
        self._sampler = EquitySampler([])
        self._venues: list[str] = []
        self._seconds = SAMPLE_SECONDS
        self._equity = array("d")
        self._prices: dict[InstrumentId, array[float]] = {}
        self.baseline = Baseline("", "", {}, {})

    def start(self) -> None:
        """Take samples from now on."""
        self._task = asyncio.ensure_future(self._run())

    def close(self) -> None:
        """Take no more."""
        self._task.cancel()

    def equity(self) -> Floats:
        """Return the node's equity as it went; NaN where a price or rate was missing."""
        return np.array(self._equity)

    def returns(self, instrument_ids: Sequence[InstrumentId]) -> Returns:
        """Return what the instruments did together, over intervals that make about 250 of them."""
        known = [self._prices.get(instrument_id) for instrument_id in instrument_ids]
        if not known or any(prices is None for prices in known):
            return Returns(self._seconds, np.empty((0, len(instrument_ids))))
        prices = np.column_stack([np.array(column) for column in known])
        prices = prices[np.isfinite(prices).all(axis=1)]
        step = max(1, len(prices) // OBSERVATIONS)
        thinned = prices[::step]
        return Returns(self._seconds * step, thinned[1:] / thinned[:-1] - 1.0)

    async def _run(self) -> None:
        while True:
            self.take()
            await asyncio.sleep(self._seconds)

    def take(self) -> None:
        """Add a sample of everything."""
        if len(self._equity) >= MOST_ROWS:
            self._equity = self._equity[::2]
            self._prices = {instrument_id: prices[::2] for instrument_id, prices in self._prices.items()}
            self._seconds *= 2
        rows = len(self._equity)
        for instrument_id in self._cache.instrument_ids()[:MOST_INSTRUMENTS]:
            if instrument_id not in self._prices:
                self._prices[instrument_id] = array("d", [UNKNOWN] * rows)
        if (day := datetime.now(UTC).date().isoformat()) != self.baseline.day:
            held = {position.instrument_id for position in self._cache.positions()}
            self.baseline = Baseline(day, iso_time(self._clock.timestamp_ns()), {}, dict.fromkeys(held))
        for instrument_id, prices in self._prices.items():
            price = self.middle(instrument_id)
            prices.append(UNKNOWN if price is None else float(price))
            if price is not None:
                self.baseline.prices.setdefault(instrument_id, price)
        for instrument_id, before in self.baseline.pnls.items():
            # What has no price yet when the day begins is counted from its first.
            if before is None:
                self.baseline.pnls[instrument_id] = _sum(self.pnl(instrument_id, self._amounts))
        equity = self._equity_now()
        self._equity.append(UNKNOWN if equity is None else float(equity))

    def middle(self, instrument_id: InstrumentId) -> Decimal | None:
        """Return the middle of the quote, else the last trade."""
        bid, ask = (self._cache.price(instrument_id, side) for side in (PriceType.BID, PriceType.ASK))
        if bid is not None and ask is not None:
            middle: Decimal = (bid.as_decimal() + ask.as_decimal()) / 2
            return middle
        last = self._cache.price(instrument_id, PriceType.LAST)
        return None if last is None else last.as_decimal()

    def pnl(self, instrument_id: InstrumentId, amounts: Amounts) -> tuple[Decimal | None, Decimal | None]:
        """Return what an instrument's positions have open and realised; None where a price or rate is missing."""
        values = (self._portfolio.unrealized_pnl(instrument_id), self._portfolio.realized_pnl(instrument_id))
        unrealized, realized = (
            None if money is None else amounts.money(money, instrument_id.venue) for money in values
        )
        return unrealized, realized

    def _equity_now(self) -> Decimal | None:
        venues = sorted(account.id.get_issuer() for account in self._cache.accounts())
        if venues != self._venues:
            self._sampler, self._venues = EquitySampler(venues), venues
        return equity_of(self._sampler, self._cache, self._clock.timestamp_ns(), self._amounts)


def equity_of(sampler: EquitySampler, cache: Any, now: int, amounts: Amounts) -> Decimal | None:
    """Return the accounts' equity in one currency; None where a price or a rate is missing, or there is no account."""
    sampler.points.clear()
    sampler.sample(cache, now)
    counted = {point.venue for point in sampler.points}
    if not counted or len(counted) < len(cache.accounts()):
        return None
    total = Decimal(0)
    for point in sampler.points:
        amount = Decimal(point.equity)
        if amount == 0:
            continue
        worth = amounts.converted(amount, point.currency, Venue(point.venue))
        if worth is None:
            return None
        total += worth
    return total


def _sum(values: tuple[Decimal | None, Decimal | None]) -> Decimal | None:
    one, other = values
    return None if one is None or other is None else one + other
