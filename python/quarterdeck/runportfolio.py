"""The portfolio of a finished run analysed, from the tables it left behind."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.protocol import (
    AnalyzeRunParams,
    Concentration,
    HoldingRow,
    Missing,
    PortfolioAnalysis,
    RiskMeasures,
    RiskMethod,
)
from quarterdeck.statistics.daily import Daily, Floats, daily
from quarterdeck.statistics.relative import benchmark_returns, beta
from quarterdeck.statistics.returns import volatility
from quarterdeck.statistics.tailrisk import FEWEST, drawdowns, method_of, tail_risk
from quarterdeck.trading.exposure import SHOWN

ZERO = Decimal(0)
DAY_SECONDS = 86_400.0
ENDED = "the run has ended: what it held then has no price of now"


def analyze_run(params: AnalyzeRunParams) -> PortfolioAnalysis:
    """Return what one account of a run came to and what its days say of its risk."""
    directory = Path(params.run_directory)
    points = _account(pq.read_table(directory / "equity.parquet").to_pylist(), params)
    series = daily([(row["ts_event"], row["equity"]) for row in points], params.timezone)
    currency = points[-1]["currency"]
    missing = {"exposure": ENDED, "concentration": ENDED, "unrealized_pnl": ENDED}
    rows = _rows(pq.read_table(directory / "trades.parquet").to_pylist(), currency)
    if len(series.days) < 2:
        missing["today_pnl"] = "the run lasted one day"
    return PortfolioAnalysis(
        as_of=_time(points[-1]["ts_event"]),
        currency=currency,
        equity=points[-1]["equity"],
        exposure=None,
        holdings=rows[:SHOWN],
        holdings_total=len(rows),
        unrealized_pnl=None,
        realized_pnl=_text(sum((Decimal(row.realized_pnl or 0) for row in rows), ZERO)),
        today_pnl=None if len(series.days) < 2 else _text(series.equity[-1] - series.equity[-2]),
        moved_since=None,
        risk=_risk(params, series, points, directory, missing),
        concentration=Concentration(largest=None, largest_share=None, herfindahl=None, effective_positions=None),
        missing=[Missing(what=what, reason=reason) for what, reason in missing.items()],
    )


def _account(rows: list[dict[str, Any]], params: AnalyzeRunParams) -> list[dict[str, Any]]:
    """Return the equity of the account meant; the only one, or the first that has equity at the end."""
    accounts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        accounts[row["venue"], row["currency"]].append(row)
    venue, currency = given(params.venue), given(params.currency)
    meant = [key for key in accounts if venue in (None, key[0]) and currency in (None, key[1])]
    if not meant:
        names = ", ".join(f"{key[1]} at {key[0]}" for key in accounts) or "none"
        raise QuarterdeckError(
            "NO_DATA", f"The run has no such account; it has: {names}.", "Give venue and currency of one of them."
        )
    with_equity = [key for key in meant if Decimal(accounts[key][-1]["equity"]) != 0]
    return accounts[(with_equity or meant)[0]]


def _rows(trades: list[dict[str, Any]], currency: str) -> list[HoldingRow]:
    """Return what was traded, what moved most first."""
    realized: dict[str, Decimal] = defaultdict(Decimal)
    for trade in trades:
        for amount, own in (("pnl", "currency"), ("base_pnl", "base_currency")):
            if trade[amount] is not None and trade[own] == currency:
                realized[trade["instrument_id"]] += Decimal(trade[amount])
                break
    return [
        HoldingRow(
            instrument_id=name,
            quantity="0",
            price=None,
            exposure=None,
            share=None,
            unrealized_pnl=None,
            realized_pnl=_text(amount),
            moved=None,
            price_change=None,
        )
        for name, amount in sorted(realized.items(), key=lambda item: (-abs(item[1]), item[0]))
    ]


def _risk(
    params: AnalyzeRunParams, series: Daily, points: list[dict[str, Any]], directory: Path, missing: dict[str, str]
) -> RiskMeasures:
    confidence, days = given(params.confidence, 0.95), given(params.horizon_days, 1.0)
    parametric = given(params.method) == RiskMethod.parametric
    returns = series.returns()
    equity = float(series.equity[-1])
    tail = tail_risk(returns, confidence, days, parametric=parametric)
    if tail is None:
        missing["risk"] = f"{len(returns)} daily returns; at least {FEWEST} are needed"
    slope = _beta(params, series, returns, points[0]["ts_event"], directory)
    if slope is None:
        missing["risk.beta"] = "the run was measured against no benchmark, or over too few days"
    fallen = drawdowns(np.array([float(amount) for amount in series.equity]))
    return RiskMeasures(
        method=_statement(params.periods_per_year, params.timezone, parametric=parametric),
        confidence=confidence,
        horizon_days=days,
        observations=len(returns),
        interval_seconds=DAY_SECONDS,
        value_at_risk=None if tail is None else _money(tail.value * equity),
        conditional_value_at_risk=None if tail is None else _money(tail.conditional * equity),
        value_at_risk_share=None if tail is None else tail.value,
        volatility=volatility(returns, params.periods_per_year) if len(returns) > 1 else None,
        beta=slope,
        drawdown=None if fallen is None else fallen[0],
        max_drawdown=None if fallen is None else fallen[1],
    )


def _beta(params: AnalyzeRunParams, series: Daily, returns: Floats, begin: int, directory: Path) -> float | None:
    path = directory / "benchmark.parquet"
    if not path.is_file() or len(returns) < 2:
        return None
    prices = [(row["ts_event"], Decimal(row["price"])) for row in pq.read_table(path).to_pylist()]
    benchmark = benchmark_returns(prices, series, params.timezone, begin)
    both = np.isfinite(returns) & np.isfinite(benchmark)
    slope = beta(returns[both], benchmark[both])
    return slope if np.isfinite(slope) else None


def _statement(periods: int, timezone: str, *, parametric: bool) -> str:
    how = method_of(parametric=parametric)
    return (
        f"The daily returns of the account's equity (days of {timezone}); VaR and CVaR by {how}, times the equity at "
        f"the end, scaled to the horizon by the root of time. Volatility for a year of {periods} days. Drawdown of the "
        "daily equity."
    )


def _time(nanoseconds: int) -> str:
    return np.datetime_as_string(np.datetime64(nanoseconds, "ns"), unit="ns") + "Z"


def _money(amount: float) -> str:
    return format(Decimal(str(amount)).quantize(Decimal("0.01")), "f")


def _text(amount: Decimal) -> str:
    return format(amount, "f")
