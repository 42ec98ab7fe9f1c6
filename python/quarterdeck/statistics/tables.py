"""Tables of daily returns: by month, over rolling windows, and how they are spread.

The formulas are those of quantstats (https://github.com/ranaroussi/quantstats, quantstats/stats.py).
"""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from quarterdeck.protocol import MonthlyReturns, ReturnBin, ReturnDistribution, ReturnPeriod, RollingStatistics
from quarterdeck.statistics.daily import Daily, Floats

POINTS = 1000
MOST_BINS = 50
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday."""


class Account:
    """The daily returns of one account in one currency, each with its day."""

    def __init__(self, venue: str, currency: str, series: Daily) -> None:
        self.venue = venue
        self.currency = currency
        returns = series.returns()
        self.returns = pd.Series(returns, index=pd.DatetimeIndex(series.days[: len(returns)]))


def monthly(account: Account) -> list[MonthlyReturns]:
    """Return the compounded return of each month and year (quantstats.stats.monthly_returns)."""
    returns = account.returns
    rows = []
    for year, whole in returns.groupby(returns.index.year):
        months: list[float | None] = [None] * 12
        for month, part in whole.groupby(whole.index.month):
            months[int(str(month)) - 1] = _compounded(part)
        rows.append(
            MonthlyReturns(
                venue=account.venue,
                currency=account.currency,
                year=int(str(year)),
                months=months,
                total=_compounded(whole),
            )
        )
    return rows


def rolling(account: Account, window: int, periods: int, benchmark: Floats | None) -> list[RollingStatistics]:
    """Return statistics of the last `window` days at each day there are so many, thinned to at most 1000.

    sharpe, sortino, volatility: quantstats.stats.rolling_sharpe, rolling_sortino and rolling_volatility, for a year of
    `periods` days. beta and alpha (a day's): quantstats.stats.rolling_greeks.
    """
    returns = account.returns
    if len(returns) < window:
        return []
    rows = returns.rolling(window)
    mean, deviation = rows.mean(), rows.std()
    downside = np.sqrt((returns.clip(upper=0.0) ** 2).rolling(window).sum() / window)
    year = math.sqrt(periods)
    columns = {"sharpe": mean / deviation * year, "sortino": mean / downside * year, "volatility": deviation * year}
    if benchmark is not None:
        other = pd.Series(benchmark, index=returns.index)
        beta = rows.cov(other) / other.rolling(window).var()
        columns |= {"beta": beta, "alpha": mean - beta * other.rolling(window).mean()}
    last = len(returns) - 1
    picked = np.unique(np.linspace(window - 1, last, min(POINTS, last - window + 2)).astype(np.int64))
    return [
        RollingStatistics(
            venue=account.venue,
            currency=account.currency,
            day=returns.index[index].date().isoformat(),
            **{name: _finite(column.iloc[index]) for name, column in columns.items()},
        )
        for index in picked
    ]


def distribution(account: Account) -> list[ReturnDistribution]:
    """Return how the returns of days, weeks, months, quarters and years are spread (quantstats.stats.distribution)."""
    return list(_distributions(account))


def histogram(account: Account) -> list[ReturnBin]:
    """Return how many daily returns fall into each of at most 50 bins (numpy.histogram, Freedman–Diaconis)."""
    values = account.returns.to_numpy()
    if not len(values):
        return []
    edges = np.histogram_bin_edges(values, "fd") if np.ptp(values) > 0 else np.array([values[0], values[0]])
    if len(edges) - 1 > MOST_BINS:
        edges = np.histogram_bin_edges(values, MOST_BINS)
    counts = np.histogram(values, edges)[0] if len(edges) > 2 else [len(values)]
    return [
        ReturnBin(
            venue=account.venue,
            currency=account.currency,
            from_=float(begin),
            to=float(end),
            count=int(count),
        )
        for begin, end, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]


def _distributions(account: Account) -> Iterator[ReturnDistribution]:
    returns = account.returns.to_numpy()
    if not len(returns):
        return
    days = account.returns.index.to_numpy().astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(np.int64)
    keys = {
        ReturnPeriod.day: np.arange(len(returns)),
        # Weeks end on Mondays.
        ReturnPeriod.week: (days.astype(np.int64) + EPOCH_WEEKDAY - 1) // 7,
        ReturnPeriod.month: months,
        ReturnPeriod.quarter: months // 3,
        ReturnPeriod.year: months // 12,
    }
    for period, key in keys.items():
        begins = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
        values = np.multiply.reduceat(1.0 + returns, begins) - 1.0
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
        far = 1.5 * (high - low)
        yield ReturnDistribution(
            venue=account.venue,
            currency=account.currency,
            period=period,
            count=len(values),
            mean=float(values.mean()),
            least=float(values.min()),
            quarter=float(low),
            median=float(middle),
            three_quarters=float(high),
            most=float(values.max()),
            outliers=int(((values < low - far) | (values > high + far)).sum()),
        )


def _compounded(returns: pd.Series) -> float:
    return float(np.prod(1.0 + returns.to_numpy()) - 1.0)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
