"""Statistics of daily returns. Rates are for a year of `periods` days; nothing is subtracted as a risk-free rate.

The formulas are those of empyrical (https://github.com/stefan-jansen/empyrical-reloaded, empyrical/stats.py) and, where
named, of quantstats (https://github.com/ranaroussi/quantstats, quantstats/stats.py).
"""

import math

import numpy as np
import pandas as pd

from quarterdeck.statistics.daily import Floats
from quarterdeck.statistics.drawdowns import underwater

TAIL = 0.05


def return_statistics(returns: Floats, periods: int) -> dict[str, float | None]:
    """Return all of them by name; None where there is none."""
    values = {
        "total_return": total_return(returns),
        "cagr": cagr(returns, periods),
        "volatility": volatility(returns, periods),
        "sharpe": sharpe(returns, periods),
        "sortino": sortino(returns, periods),
        "calmar": calmar(returns, periods),
        "max_drawdown": max_drawdown(returns),
        "ulcer_index": ulcer_index(returns),
        "omega": omega(returns),
        "tail_ratio": tail_ratio(returns),
        "value_at_risk": value_at_risk(returns),
        "conditional_value_at_risk": conditional_value_at_risk(returns),
        "skew": skew(returns),
        "kurtosis": kurtosis(returns),
        "best_day": float(returns.max()) if len(returns) else math.nan,
        "worst_day": float(returns.min()) if len(returns) else math.nan,
        "positive_days": float((returns > 0).mean()) if len(returns) else math.nan,
    }
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def total_return(returns: Floats) -> float:
    """Return the compounded return (empyrical.cum_returns_final)."""
    return float(np.prod(1.0 + returns) - 1.0) if len(returns) else math.nan


def cagr(returns: Floats, periods: int) -> float:
    """Return the compounded return a year (empyrical.annual_return)."""
    if not len(returns):
        return math.nan
    final = 1.0 + total_return(returns)
    return float(final ** (periods / len(returns)) - 1.0) if final > 0 else -1.0


def volatility(returns: Floats, periods: int) -> float:
    """Return the sample standard deviation of a year (empyrical.annual_volatility)."""
    return float(returns.std(ddof=1) * math.sqrt(periods)) if len(returns) > 1 else math.nan


def sharpe(returns: Floats, periods: int) -> float:
    """Return mean over sample standard deviation, for a year (empyrical.sharpe_ratio)."""
    if len(returns) < 2:
        return math.nan
    deviation = float(returns.std(ddof=1))
    return _ratio(float(returns.mean()) * math.sqrt(periods), deviation if deviation > 1e-15 else 0.0)


def sortino(returns: Floats, periods: int) -> float:
    """Return the mean of a year over the downside deviation (empyrical.sortino_ratio, required return 0)."""
    if len(returns) < 2:
        return math.nan
    downside = math.sqrt(float(np.square(np.minimum(returns, 0.0)).mean())) * math.sqrt(periods)
    return _ratio(float(returns.mean()) * periods, downside)


def calmar(returns: Floats, periods: int) -> float:
    """Return the compounded return a year over the maximum drawdown (empyrical.calmar_ratio)."""
    worst = max_drawdown(returns)
    return _ratio(cagr(returns, periods), abs(worst)) if worst < 0 else math.nan


def max_drawdown(returns: Floats) -> float:
    """Return the deepest fall below an earlier high, as a negative fraction (empyrical.max_drawdown)."""
    return float(underwater(returns).min()) if len(returns) else math.nan


def ulcer_index(returns: Floats) -> float:
    """Return the root of the mean square of the drawdowns (quantstats.stats.ulcer_index: over n - 1)."""
    if len(returns) < 2:
        return math.nan
    return math.sqrt(float(np.square(underwater(returns)).sum()) / (len(returns) - 1))


def omega(returns: Floats) -> float:
    """Return the sum of gains over the sum of losses (empyrical.omega_ratio at 0)."""
    return _ratio(float(returns[returns > 0].sum()), -float(returns[returns < 0].sum()))


def tail_ratio(returns: Floats) -> float:
    """Return the 95th over the 5th percentile, both without sign (empyrical.tail_ratio)."""
    if not len(returns):
        return math.nan
    return _ratio(abs(float(np.percentile(returns, 95))), abs(float(np.percentile(returns, 5))))


def value_at_risk(returns: Floats) -> float:
    """Return the 5th percentile (empyrical.value_at_risk)."""
    return float(np.percentile(returns, 100 * TAIL)) if len(returns) else math.nan


def conditional_value_at_risk(returns: Floats) -> float:
    """Return the mean of the worst 5 % (empyrical.conditional_value_at_risk)."""
    if not len(returns):
        return math.nan
    last = int((len(returns) - 1) * TAIL)
    return float(np.mean(np.partition(returns, last)[: last + 1]))


def skew(returns: Floats) -> float:
    """Return the sample skewness (quantstats.stats.skew, which is pandas')."""
    return float(pd.Series(returns).skew())


def kurtosis(returns: Floats) -> float:
    """Return the sample excess kurtosis (quantstats.stats.kurtosis, which is pandas')."""
    return float(pd.Series(returns).kurtosis())


def _ratio(above: float, below: float) -> float:
    return above / below if below else math.nan
