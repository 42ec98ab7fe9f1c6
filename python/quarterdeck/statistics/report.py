"""All statistics of a run, as the contract has them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given, optional
from quarterdeck.protocol import (
    AccountAgainstBenchmark,
    AccountStatistics,
    BenchmarkStatistics,
    Drawdown,
    FurtherStatistics,
    RunTables,
    StatisticsOptions,
    TradeSide,
    TradeStatistics,
)
from quarterdeck.statistics.daily import Daily, Floats, daily
from quarterdeck.statistics.drawdowns import worst_falls
from quarterdeck.statistics.relative import Price, benchmark_returns, relative_statistics
from quarterdeck.statistics.returns import return_statistics
from quarterdeck.statistics.tables import Account, distribution, histogram, monthly, rolling
from quarterdeck.statistics.trades import RoundTrip, groups, sums, time_in_market, trade_statistics

FALLS = 5
SIDES = {TradeSide.all: ("LONG", "SHORT"), TradeSide.long: ("LONG",), TradeSide.short: ("SHORT",)}

Point = tuple[str, str, int, str]
"""Venue, currency, nanoseconds and amount."""

type AccountSeries = dict[tuple[str, str], Daily]


class Basis:
    """How a year and a day are counted."""

    def __init__(self, options: StatisticsOptions | None) -> None:
        self.periods = 252 if options is None else given(options.periods_per_year, 252)
        self.window = 126 if options is None else given(options.rolling_days, 126)
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


class Against(NamedTuple):
    """The benchmark of a run: its prices, when the run began, and the engine's statistics against it."""

    instrument_id: str
    prices: Sequence[Price]
    begin: int
    engine: Mapping[str, float | None]

    def returns(self, series: Daily, basis: Basis) -> Floats:
        """Return the benchmark's return of each day of an account."""
        return benchmark_returns(self.prices, series, basis.timezone, self.begin)


def account_series(points: Iterable[Point], basis: Basis) -> AccountSeries:
    """Return the daily equity of each account and currency."""
    series = groupby(sorted(points, key=lambda point: point[:2]), key=lambda point: point[:2])
    return {key: daily([(ts, amount) for _, _, ts, amount in own], basis.timezone) for key, own in series}


def run_tables(
    basis: Basis, series: AccountSeries, against: Against | None, trips: Sequence[tuple[str, RoundTrip]]
) -> RunTables:
    """Return the tables of all accounts and of the round trips with their currencies."""
    accounts = [(Account(*key, days), days) for key, days in series.items()]
    return RunTables(
        monthly=[row for account, _ in accounts for row in monthly(account)],
        rolling=[
            row
            for account, days in accounts
            for row in rolling(
                account, basis.window, basis.periods, None if against is None else against.returns(days, basis)
            )
        ],
        distribution=[row for account, _ in accounts for row in distribution(account)],
        histogram=[row for account, _ in accounts for row in histogram(account)],
        groups=groups(trips, basis.timezone),
    )


def further_statistics(
    basis: Basis,
    series: AccountSeries,
    trips: Sequence[tuple[str, RoundTrip]],
    period: tuple[int, int],
    engine: Mapping[str, float | None],
    against: Against | None = None,
    turnover: Mapping[str, str] | None = None,
) -> FurtherStatistics:
    """Return the statistics of daily equity and of round trips with their currencies."""
    accounts = [_account(venue, currency, days, basis) for (venue, currency), days in series.items()]
    currencies = sorted({currency for currency, _ in trips})
    return FurtherStatistics(
        periods_per_year=basis.periods,
        timezone=basis.timezone,
        time_in_market=time_in_market([trip for _, trip in trips], *period),
        turnover=optional(None if turnover is None else dict(turnover)),
        engine=dict(engine),
        accounts=accounts,
        trades=[
            _trades(currency, side, [trip for own, trip in trips if own == currency and trip.side in names])
            for currency in currencies
            for side, names in SIDES.items()
        ],
        benchmark=optional(None if against is None else _against(against, series, basis)),
    )


def brief(all_of_them: FurtherStatistics) -> FurtherStatistics:
    """Return what fits into a summary: two accounts with their deepest drawdown, the trades of one currency."""
    return FurtherStatistics(
        periods_per_year=all_of_them.periods_per_year,
        timezone=all_of_them.timezone,
        time_in_market=all_of_them.time_in_market,
        turnover=all_of_them.turnover,
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
        benchmark=optional(_brief_benchmark(given(all_of_them.benchmark))),
    )


def _brief_benchmark(benchmark: BenchmarkStatistics | None) -> BenchmarkStatistics | None:
    if benchmark is None:
        return None
    return BenchmarkStatistics(
        instrument_id=benchmark.instrument_id, engine=benchmark.engine, accounts=benchmark.accounts[:1]
    )


def _against(against: Against, series: AccountSeries, basis: Basis) -> BenchmarkStatistics:
    accounts = []
    for (venue, currency), days in series.items():
        returns, benchmark = days.returns(), against.returns(days, basis)
        accounts.append(
            AccountAgainstBenchmark(
                venue=venue,
                currency=currency,
                days=int(np.isfinite(benchmark).sum()),
                values=relative_statistics(returns, benchmark, basis.periods),
            )
        )
    return BenchmarkStatistics(instrument_id=against.instrument_id, engine=dict(against.engine), accounts=accounts)


def _account(venue: str, currency: str, series: Daily, basis: Basis) -> AccountStatistics:
    return AccountStatistics(
        venue=venue,
        currency=currency,
        days=len(series.days),
        first_day=series.days[0].isoformat(),
        last_day=series.days[-1].isoformat(),
        net_pnl=_text(series.equity[-1] - series.equity[0]),
        values={**return_statistics(series.returns(), basis.periods), "equity_max_drawdown": series.deepest},
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
