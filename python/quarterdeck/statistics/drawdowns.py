"""How far and how long an account was below its high."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from quarterdeck.statistics.daily import Daily, Floats


class Fall(NamedTuple):
    """From the day of the high, past the lowest day, to the day the high was reached again, if it was."""

    start: date
    valley: date
    recovered: date | None
    days: int
    depth: float
    amount: Decimal


def underwater(returns: Floats) -> Floats:
    """Return at each day how far the compounded returns are below their high; 0 or less."""
    wealth = np.cumprod(np.concatenate(([1.0], 1.0 + returns)))
    result: Floats = (wealth / np.maximum.accumulate(wealth) - 1.0)[1:]
    return result


def worst_falls(series: Daily, count: int) -> list[Fall]:
    """Return the deepest falls by fraction of the high; the days of the run's start and of its first close are one.

    The table of quantstats.stats.drawdown_details and pyfolio's gen_drawdown_table; `days` are calendar days from
    the high to the recovery or, where there is none, to the last day.
    """
    if not series.days:
        return []
    days = [series.days[0], *series.days]
    falls: list[Fall] = []
    high = low = 0
    for index, amount in enumerate(series.equity):
        if amount >= series.equity[high]:
            _add(falls, series, days, high, low, index)
            high = low = index
        elif amount < series.equity[low]:
            low = index
    _add(falls, series, days, high, low, None)
    return sorted(falls, key=lambda fall: fall.depth)[:count]


def _add(falls: list[Fall], series: Daily, days: list[date], high: int, low: int, end: int | None) -> None:
    top, bottom = series.equity[high], series.equity[low]
    if bottom >= top or top <= 0:
        return
    last = days[-1] if end is None else days[end]
    falls.append(
        Fall(
            start=days[high],
            valley=days[low],
            recovered=None if end is None else last,
            days=(last - days[high]).days,
            depth=float(bottom / top - 1),
            amount=bottom - top,
        )
    )
