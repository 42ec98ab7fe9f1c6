"""All statistics of a run, as the contract has them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given, optional
from quarterdeck.protocol import (
    AccountStatistics,
    Drawdown,
    FurtherStatistics,
    StatisticsOptions,
    TradeSide,
    TradeStatistics,
)
from quarterdeck.statistics.daily import Daily, daily
from quarterdeck.statistics.drawdowns import worst_falls
from quarterdeck.statistics.returns import return_statistics
from quarterdeck.statistics.trades import RoundTrip, sums, time_in_market, trade_statistics

FALLS = 5
SIDES = {TradeSide.all: ("LONG", "SHORT"), TradeSide.long: ("LONG",), TradeSide.short: ("SHORT",)}

Point = tuple[str, str, int, str]
"""Venue, currency, nanoseconds and amount."""


class Basis:
    """How a year and a day are counted."""

    def __init__(self, options: StatisticsOptions | None) -> None:
        self.periods = 252 if options is None else given(options.periods_per_year, 252)
        self.timezone = "UTC" if options is None else given(options.timezone, "UTC")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise QuarterdeckError(
                "INVALID_ARGUMENTS",
                f'"{self.timezone}" is no time zone.',
                'Give an IANA name such as "America/New_York", or leave it out for UTC.',
                path="statistics.timezone",
            ) from error


def further_statistics(
    basis: Basis,
    points: Iterable[Point],
    trips: Sequence[tuple[str, RoundTrip]],
    period: tuple[int, int],
    engine: Mapping[str, float | None],
) -> FurtherStatistics:
    """Return the statistics of equity points and of round trips with their currencies."""
    series = groupby(sorted(points, key=lambda point: point[:2]), key=lambda point: point[:2])
    accounts = [
        _account(venue, currency, daily([(ts, amount) for _, _, ts, amount in own], basis.timezone), basis)
        for (venue, currency), own in series
    ]
    currencies = sorted({currency for currency, _ in trips})
    return FurtherStatistics(
        periods_per_year=basis.periods,
        timezone=basis.timezone,
        time_in_market=time_in_market([trip for _, trip in trips], *period),
        engine=dict(engine),
        accounts=accounts,
        trades=[
            _trades(currency, side, [trip for own, trip in trips if own == currency and trip.side in names])
            for currency in currencies
            for side, names in SIDES.items()
        ],
    )


def brief(all_of_them: FurtherStatistics) -> FurtherStatistics:
    """Return what fits into a summary: two accounts with their deepest drawdown, the trades of one currency."""
    return FurtherStatistics(
        periods_per_year=all_of_them.periods_per_year,
        timezone=all_of_them.timezone,
        time_in_market=all_of_them.time_in_market,
        engine=all_of_them.engine,
        accounts=[
            AccountStatistics(
                venue=account.venue,
                currency=account.currency,
                days=account.days,
                first_day=account.first_day,
                last_day=account.last_day,
                net_pnl=account.net_pnl,
                values=account.values,
                drawdowns=account.drawdowns[:1],
            )
            for account in all_of_them.accounts[:2]
        ],
        trades=all_of_them.trades[: len(SIDES)],
    )


def _account(venue: str, currency: str, series: Daily, basis: Basis) -> AccountStatistics:
    return AccountStatistics(
        venue=venue,
        currency=currency,
        days=len(series.days),
        first_day=series.days[0].isoformat(),
        last_day=series.days[-1].isoformat(),
        net_pnl=_text(series.equity[-1] - series.equity[0]),
        values=return_statistics(series.returns(), basis.periods),
        drawdowns=[
            Drawdown(
                start=fall.start.isoformat(),
                valley=fall.valley.isoformat(),
                recovered=optional(None if fall.recovered is None else fall.recovered.isoformat()),
                days=fall.days,
                depth=fall.depth,
                amount=_text(fall.amount),
            )
            for fall in worst_falls(series, FALLS)
        ],
    )


def _trades(currency: str, side: TradeSide, trips: Sequence[RoundTrip]) -> TradeStatistics:
    closed = [trip for trip in trips if trip.closed is not None]
    money = sums(closed)
    return TradeStatistics(
        currency=currency,
        side=side,
        net_pnl=_text(money.net_pnl),
        gross_profit=_text(money.gross_profit),
        gross_loss=_text(money.gross_loss),
        values=trade_statistics(closed),
    )


def _text(amount: Decimal) -> str:
    return format(amount, "f")
