"""Statistics of closed round trips, net of their commissions: all, long and short."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from quarterdeck.protocol import TradeGroup, TradeGrouping

ZERO = Decimal(0)
DAY = 86_400_000_000_000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class RoundTrip(NamedTuple):
    """One trip: its profit in money, side LONG or SHORT, times in nanoseconds (closed None: still open), and owner."""

    pnl: Decimal
    side: str
    opened: int
    closed: int | None
    instrument_id: str = ""
    strategy_id: str = ""


class Money(NamedTuple):
    """Sums that are money, exact."""

    net_pnl: Decimal
    gross_profit: Decimal
    gross_loss: Decimal


def sums(trips: Iterable[RoundTrip]) -> Money:
    """Return the profits, the losses and both together."""
    amounts = [trip.pnl for trip in trips]
    profit = sum((amount for amount in amounts if amount > 0), ZERO)
    loss = sum((amount for amount in amounts if amount < 0), ZERO)
    return Money(profit + loss, profit, loss)


def trade_statistics(trips: Sequence[RoundTrip]) -> dict[str, float | None]:
    """Return the statistics by name; None where there is none.

    win_rate: winners over all that were not even (quantstats.stats.win_rate). payoff_ratio: average winner over average
    loser. profit_factor: gross profit over gross loss (both quantstats.stats). expectancy: the mean profit. kelly:
    win rate − (1 − win rate) / payoff (quantstats.stats.kelly_criterion). sqn: root of n × mean / sample standard
    deviation (V. Tharp, Trade Your Way to Financial Freedom).
    """
    trips = [trip for trip in trips if trip.closed is not None]
    amounts = [trip.pnl for trip in trips]
    wins, losses = [x for x in amounts if x > 0], [x for x in amounts if x < 0]
    held = [trip.closed - trip.opened for trip in trips if trip.closed is not None]
    win, loss, mean = _mean(wins), _mean(losses), _mean(amounts)
    decided = len(wins) + len(losses)
    rate = _ratio(len(wins), decided)
    payoff = _ratio(win, -loss)
    values = {
        "trades": float(len(trips)),
        "win_rate": rate,
        "average_win": win,
        "average_loss": loss,
        "largest_win": float(max(wins, default=ZERO)) if wins else math.nan,
        "largest_loss": float(min(losses, default=ZERO)) if losses else math.nan,
        "payoff_ratio": payoff,
        "profit_factor": _ratio(float(sum(wins, ZERO)), -float(sum(losses, ZERO))),
        "expectancy": mean,
        "kelly": rate - _ratio(1 - rate, payoff),
        "sqn": _ratio(math.sqrt(len(amounts)) * mean, _deviation(amounts)),
        "longest_winning_streak": float(_streak(amounts, 1)),
        "longest_losing_streak": float(_streak(amounts, -1)),
        "average_days_held": sum(held) / len(held) / DAY if held else math.nan,
    }
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def groups(trips: Iterable[tuple[str, RoundTrip]], timezone: str) -> list[TradeGroup]:
    """Return profits of closed trips by what they have in common, those of an entry's time by the zone's clock."""
    found: dict[tuple[str, TradeGrouping, str], list[Decimal]] = {}
    zone = ZoneInfo(timezone)
    for currency, trip in trips:
        if trip.closed is None:
            continue
        entry = datetime.fromtimestamp(trip.opened // 1_000_000_000, UTC).astimezone(zone)
        keys = {
            TradeGrouping.instrument: trip.instrument_id,
            TradeGrouping.strategy: trip.strategy_id,
            TradeGrouping.month: f"{entry:%Y-%m}",
            TradeGrouping.weekday: f"{entry.isoweekday()} {WEEKDAYS[entry.weekday()]}",
            TradeGrouping.hour: f"{entry:%H}",
        }
        for by, key in keys.items():
            found.setdefault((currency, by, key), []).append(trip.pnl)
    order = list(TradeGrouping)
    return [
        TradeGroup(
            currency=currency,
            by=by,
            key=key,
            trades=len(amounts),
            winners=sum(amount > 0 for amount in amounts),
            net_pnl=format(sum(amounts, ZERO), "f"),
        )
        for (currency, by, key), amounts in sorted(
            found.items(), key=lambda item: (item[0][0], order.index(item[0][1]), item[0][2])
        )
    ]


def time_in_market(trips: Iterable[RoundTrip], begin: int, end: int) -> float | None:
    """Return the share of the run in which a position was open (the union of their times)."""
    if end <= begin:
        return None
    covered, reached = 0, begin
    for opened, closed in sorted((trip.opened, end if trip.closed is None else trip.closed) for trip in trips):
        covered += max(0, min(closed, end) - max(opened, reached))
        reached = max(reached, closed)
    return covered / (end - begin)


def _streak(amounts: Iterable[Decimal], sign: int) -> int:
    runs = groupby(amounts, key=lambda amount: amount * sign > 0)
    return max((sum(1 for _ in run) for counted, run in runs if counted), default=0)


def _mean(amounts: Sequence[Decimal]) -> float:
    return float(sum(amounts, ZERO) / len(amounts)) if amounts else math.nan


def _deviation(amounts: Sequence[Decimal]) -> float:
    if len(amounts) < 2:
        return math.nan
    mean = sum(amounts, ZERO) / len(amounts)
    return math.sqrt(float(sum(((amount - mean) ** 2 for amount in amounts), ZERO) / (len(amounts) - 1)))


def _ratio(above: float, below: float) -> float:
    return above / below if below else math.nan
