"""Equity at the end of each day, and the returns from day to day."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


class Daily(NamedTuple):
    """The days of an account that have data, in order; `equity` begins one before them, with the run's start.

    `deepest` is the deepest fall of all its points below an earlier high, within days too: a fraction, negative or 0.
    """

    days: list[date]
    equity: list[Decimal]
    deepest: float | None = None

    def returns(self) -> Floats:
        """Return the simple return of each day; it ends at a day that began without equity."""
        values = np.array([float(amount) for amount in self.equity])
        usable = np.flatnonzero(values <= 0)
        values = values[: usable[0] + 1] if len(usable) else values
        if len(values) < 2 or values[0] <= 0:
            return np.empty(0)
        result: Floats = values[1:] / values[:-1] - 1.0
        return result


def daily(points: Sequence[tuple[int, str]], timezone: str) -> Daily:
    """Return the last equity of each day in `timezone`; points are nanoseconds and amounts in order of time."""
    if not points:
        return Daily([], [])
    local = pd.to_datetime([ts for ts, _ in points], unit="ns", utc=True).tz_convert(timezone)
    closes: dict[date, Decimal] = {}
    for day, (_, amount) in zip(local.date, points, strict=True):
        closes[day] = Decimal(amount)
    return Daily(list(closes), [Decimal(points[0][1]), *closes.values()], _deepest([float(a) for _, a in points]))


def _deepest(amounts: list[float]) -> float | None:
    values = np.array(amounts)
    high = np.maximum.accumulate(values)
    fallen = values[high > 0] / high[high > 0] - 1.0
    return float(fallen.min()) if len(fallen) else None
