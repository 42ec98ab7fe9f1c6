"""NautilusTrader's own tearsheet, made of what a run keeps: nothing is run again."""

import importlib.util
import json
import math
from typing import Any

import pandas as pd
from nautilus_trader.analysis.tearsheet import create_tearsheet_from_stats
from nautilus_trader.model.objects import Money

from quarterdeck.errors import QuarterdeckError
from quarterdeck.exports import Run
from quarterdeck.report import title

PACKAGE = "plotly"


def page(run: Run) -> str:
    """Return the tearsheet as a page that needs no network."""
    _require_plotly()
    record, summary = run.record, run.record["summary"]
    statistics, counts = summary["statistics"], summary["counts"]
    names = title(record["request"])
    version = record.get("versions", {}).get("nautilus_trader", "")
    made: Any = create_tearsheet_from_stats(
        stats_pnls={code: _numbers(values) for code, values in statistics["pnl"].items()},
        stats_returns=_numbers(statistics["returns"]),
        stats_general=_numbers(statistics["general"]),
        returns=returns(run),
        output_path=None,
        title=f"<b>NautilusTrader</b> v{version} - Backtest Results<br><sub>Strategies: {names}</sub>",
        run_info={
            "Run ID": record["id"],
            "Backtest start": summary.get("backtest_start", "N/A"),
            "Backtest end": summary.get("backtest_end", "N/A"),
            "Iterations": f"{counts['iterations']:_}",
            "Total events": f"{counts['events']:_}",
            "Total orders": f"{counts['orders']:_}",
            "Total positions": f"{counts['trades']:_}",
        },
        account_info=_account_info(run),
    )
    return str(made)


def returns(run: Run) -> pd.Series:
    """Return what the engine's tearsheet draws: daily returns of the accounts' balance, else of each position.

    As `nautilus_trader.analysis.tearsheet._resolve_tearsheet_returns`: balances of several currencies have no sum.
    """
    balances = _balances(run)
    if len({currency for _, currency in balances}) == 1:
        columns = [series.groupby(level=0).last() for series in balances.values()]
        total = pd.concat(columns, axis=1).sort_index().ffill().dropna().sum(axis=1)
        daily = total.resample("D").last().ffill().pct_change().replace([math.inf, -math.inf], math.nan).dropna()
        if not daily.empty:
            return daily
    table = run.table("positions")
    if table is None or not table.num_rows or "realized_return" not in table.column_names:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([], tz="UTC"))
    closed = table.to_pandas().dropna(subset=["ts_closed"])
    index = pd.to_datetime(closed["ts_closed"].astype("int64"), unit="ns", utc=True)
    positions = pd.Series(closed["realized_return"].astype(float).to_numpy(), index=pd.DatetimeIndex(index))
    return positions.groupby(level=0).sum().sort_index()


def _balances(run: Run) -> dict[tuple[str, str], pd.Series]:
    """Return the balance of each account and currency by time."""
    table = run.table("account")
    found: dict[tuple[str, str], tuple[list[int], list[float]]] = {}
    if table is not None:
        columns = (table[name].to_pylist() for name in ("ts_event", "account_id", "balances"))
        for ts, account, balances in zip(*columns, strict=True):
            for balance in json.loads(balances):
                times, totals = found.setdefault((account, balance["currency"]), ([], []))
                times.append(ts)
                # As the engine turns money into a binary number: the last digit can differ from float().
                totals.append(Money.from_str(f"{balance['total']} {balance['currency']}").as_double())
    return {
        key: pd.Series(totals, index=pd.to_datetime(times, unit="ns", utc=True))
        for key, (times, totals) in found.items()
    }


def _account_info(run: Run) -> dict[str, str]:
    info: dict[str, str] = {}
    for (account, currency), series in _balances(run).items():
        info[f"Starting balance ({account} {currency})"] = f"{series.iloc[0]:,.2f} {currency}"
        info[f"Ending balance ({account} {currency})"] = f"{series.iloc[-1]:,.2f} {currency}"
    return info


def _numbers(values: dict[str, Any]) -> dict[str, Any]:
    return {name: math.nan if value is None else value for name, value in values.items()}


def _require_plotly() -> None:
    if importlib.util.find_spec(PACKAGE) is not None:
        return
    raise QuarterdeckError(
        "PACKAGE_MISSING",
        f"NautilusTrader's tearsheet is drawn with the package {PACKAGE}, which the engine's Python does not have.",
        f"Install it there (pip install {PACKAGE}, or nautilus_trader[visualization]), or export html: our own report.",
        path="format",
        details={"package": PACKAGE},
    )
