"""What may be lost over a horizon, from the changes seen over shorter intervals."""

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from quarterdeck.statistics.daily import Floats

FEWEST = 30
"""Fewer observations say nothing about a tail."""
NORMAL = NormalDist()


class TailRisk(NamedTuple):
    """Losses as positive amounts; what could only be won is a loss of zero."""

    value: float
    conditional: float


def tail_risk(changes: Floats, confidence: float, scale: float, *, parametric: bool) -> TailRisk | None:
    """Return value at risk and its conditional (expected shortfall); None with fewer than 30 changes.

    `scale` is the horizon over the interval of a change, and losses grow with its root (the rule of J.P. Morgan and
    Reuters, RiskMetrics Technical Document, 4th ed. 1996, 5.2), which takes changes as independent.

    Historical: the percentile of the changes (linear between two, as numpy's) and the mean of the worst share of them
    (empyrical.value_at_risk and conditional_value_at_risk). Parametric: normal with mean zero, z * sigma and
    sigma * phi(z) / (1 - confidence) (McNeil, Frey, Embrechts, Quantitative Risk Management, 2005, ex. 2.14 and 2.18).
    """
    if len(changes) < FEWEST:
        return None
    tail = 1.0 - confidence
    if parametric:
        sigma = float(np.sqrt(np.square(changes).mean()))
        z = NORMAL.inv_cdf(confidence)
        value, conditional = z * sigma, sigma * NORMAL.pdf(z) / tail
    else:
        last = int((len(changes) - 1) * tail)
        value = -float(np.percentile(changes, 100 * tail))
        conditional = -float(np.mean(np.partition(changes, last)[: last + 1]))
    root = math.sqrt(scale)
    return TailRisk(max(0.0, value * root), max(0.0, conditional * root))


def method_of(*, parametric: bool) -> str:
    """Say how `tail_risk` came to its figures."""
    return "a normal distribution with mean zero" if parametric else "the percentile of what was seen (historical)"


def drawdowns(equity: Floats) -> tuple[float, float] | None:
    """Return how far equity is below its high now, and was at most, as fractions of the high (0 or less)."""
    known = equity[np.isfinite(equity)]
    if not len(known) or known[0] <= 0:
        return None
    below = known / np.maximum.accumulate(known) - 1.0
    return float(below[-1]), float(below.min())
