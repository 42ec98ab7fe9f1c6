"""Statistics of daily returns against those of a benchmark on the same days.

The formulas are those of empyrical (https://github.com/stefan-jansen/empyrical-reloaded, empyrical/stats.py) and, where
named, of quantstats (https://github.com/ranaroussi/quantstats, quantstats/stats.py).
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from quarterdeck.statistics.daily import Daily, Floats
from quarterdeck.statistics.returns import cagr, max_drawdown, sharpe, total_return, volatility

Price = tuple[int, Decimal]
"""Nanoseconds and price."""


def benchmark_returns(prices: Sequence[Price], series: Daily, timezone: str, begin: int) -> Floats:
    """Return the benchmark's return of each day an account has one; NaN before the benchmark has a price.

    A day's price is the last one before its midnight in `timezone`; the first day begins with the last price up to
    `begin`, or else the first there is.
    """
    zone = ZoneInfo(timezone)
    stamps = [ts for ts, _ in prices]
    values = [float(price) for _, price in prices]
    before = bisect_left(stamps, begin + 1) - 1
    closes = [values[before] if before >= 0 else math.nan]
    for day in series.days:
        following = day + timedelta(days=1)
        midnight = datetime(following.year, following.month, following.day, tzinfo=zone)
        index = bisect_left(stamps, int(midnight.timestamp()) * 1_000_000_000) - 1
        close = values[index] if index >= 0 else math.nan
        if math.isnan(closes[-1]) and not math.isnan(close) and len(closes) == 1:
            closes[-1] = values[0]
        closes.append(close)
    held = np.array(closes)
    result: Floats = held[1:] / held[:-1] - 1.0
    return result[: len(series.returns())]


def relative_statistics(returns: Floats, benchmark: Floats, periods: int) -> dict[str, float | None]:
    """Return all of them by name, over the days both have a return; None where there is none."""
    both = np.isfinite(returns) & np.isfinite(benchmark)
    returns, benchmark = returns[both], benchmark[both]
    active = returns - benchmark
    slope = beta(returns, benchmark)
    values = {
        "beta": slope,
        "alpha": alpha(returns, benchmark, periods),
        "correlation": correlation(returns, benchmark),
        "r_squared": correlation(returns, benchmark) ** 2,
        "tracking_error": volatility(active, periods),
        "information_ratio": information_ratio(returns, benchmark),
        "treynor": total_return(returns) / slope if slope else math.nan,
        "up_capture": capture(returns, benchmark, benchmark > 0, periods),
        "down_capture": capture(returns, benchmark, benchmark < 0, periods),
        "better_days": float((active > 0).mean()) if len(active) else math.nan,
        "excess_return": total_return(returns) - total_return(benchmark),
        "benchmark_total_return": total_return(benchmark),
        "benchmark_cagr": cagr(benchmark, periods),
        "benchmark_volatility": volatility(benchmark, periods),
        "benchmark_sharpe": sharpe(benchmark, periods),
        "benchmark_max_drawdown": max_drawdown(benchmark),
    }
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def beta(returns: Floats, benchmark: Floats) -> float:
    """Return the covariance over the benchmark's variance (empyrical.beta)."""
    if len(returns) < 2 or float(np.ptp(benchmark)) == 0:
        return math.nan
    apart = benchmark - benchmark.mean()
    return float((apart * (returns - returns.mean())).mean() / np.square(apart).mean())


def alpha(returns: Floats, benchmark: Floats, periods: int) -> float:
    """Return what is left of the mean when beta times the benchmark is taken off, for a year (empyrical.alpha)."""
    slope = beta(returns, benchmark)
    if math.isnan(slope):
        return math.nan
    return float((1.0 + (returns - slope * benchmark).mean()) ** periods - 1.0)


def correlation(returns: Floats, benchmark: Floats) -> float:
    """Return Pearson's correlation; its square is quantstats.stats.r_squared."""
    if len(returns) < 2 or float(np.ptp(benchmark)) == 0 or float(np.ptp(returns)) == 0:
        return math.nan
    return float(np.corrcoef(returns, benchmark)[0, 1])


def information_ratio(returns: Floats, benchmark: Floats) -> float:
    """Return the mean over the sample deviation of what is above the benchmark, a day (empyrical.excess_sharpe)."""
    active = returns - benchmark
    if len(active) < 2:
        return math.nan
    deviation = float(active.std(ddof=1))
    return float(active.mean()) / deviation if deviation > 1e-15 else math.nan


def capture(returns: Floats, benchmark: Floats, days: np.ndarray, periods: int) -> float:
    """Return the compounded return a year over the benchmark's, of some days (empyrical.up_capture, down_capture)."""
    if not days.any():
        return math.nan
    below = cagr(benchmark[days], periods)
    return cagr(returns[days], periods) / below if below else math.nan
