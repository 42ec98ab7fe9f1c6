"""What a run came to: counts, balances, statistics, and its tables as Parquet."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pyarrow as pa
from nautilus_trader.accounting.accounts.base import Account
from nautilus_trader.core import nautilus_pyo3
from nautilus_trader.model.events import AccountState, OrderFilled
from nautilus_trader.model.identifiers import ClientOrderId, Venue
from nautilus_trader.model.objects import Money

from quarterdeck import frames
from quarterdeck.nautilus.convert import decimal_text, plain, statistics
from quarterdeck.nautilus.equity import EquityPoint
from quarterdeck.nautilus.witness import Place
from quarterdeck.protocol import Balance, FurtherStatistics, RunCounts, Statistics
from quarterdeck.statistics.daily import daily
from quarterdeck.statistics.relative import Price

EMPTY = {
    "orders": ("ts_init", "client_order_id"),
    "fills": ("ts_event", "trade_id"),
    "positions": ("ts_opened", "position_id"),
    "account": ("ts_event", "account_id"),
}
UNREGISTERED = (
    "ExpectedShortfall",
    "OmegaRatio",
    "ReturnsKurtosis",
    "ReturnsSkewness",
    "TailRatio",
    "UlcerIndex",
    "ValueAtRisk",
)
AGAINST_A_BENCHMARK = (
    "Alpha",
    "DownCaptureRatio",
    "InformationRatio",
    "TrackingError",
    "TreynorRatio",
    "UpCaptureRatio",
)


class RunResults:
    """Reads an engine that has finished; `states` returns what an account was, from its first state on."""

    def __init__(
        self,
        engine: Any,
        venues: list[str],
        since: int = 0,
        states: Callable[[Account], list[AccountState]] = attrgetter("events"),
    ) -> None:
        self._engine = engine
        self._result = engine.get_result()
        self._accounts: dict[str, Account] = {
            name: account for name in venues if (account := engine.cache.account_for_venue(Venue(name))) is not None
        }
        self._states = [state for account in self._accounts.values() for state in states(account)]
        self._orders = sorted(engine.cache.orders(), key=lambda order: (order.ts_init, order.client_order_id.value))
        self._fills = [
            event
            for order in self._orders
            for event in order.events
            if isinstance(event, OrderFilled) and event.ts_event >= since
        ]

    def counts(self) -> RunCounts:
        """Return how many of each there were."""
        return RunCounts(
            iterations=self._result.iterations,
            events=self._result.total_events,
            orders=self._result.total_orders,
            fills=len(self._fills),
            positions=self._engine.cache.positions_total_count(),
            trades=self._result.total_positions,
            account_events=len(self._states),
        )

    def balances(self) -> list[Balance]:
        """Return the final balances."""
        return [
            Balance(
                venue=venue,
                currency=currency.code,
                total=decimal_text(balance.total),
                free=decimal_text(balance.free),
                locked=decimal_text(balance.locked),
            )
            for venue, account in self._accounts.items()
            for currency, balance in sorted(account.balances().items(), key=lambda item: item[0].code)
        ]

    def statistics(self, further: FurtherStatistics) -> Statistics:
        """Return the engine's own statistics, and what there is beside them."""
        analyzer = self._engine.portfolio.analyzer
        return Statistics(
            pnl={code: statistics(values) for code, values in self._result.stats_pnls.items()},
            returns=statistics(self._result.stats_returns),
            general=statistics(analyzer.get_performance_stats_general()),
            further=further,
        )

    def unregistered_statistics(self, periods: int) -> dict[str, float | None]:
        """Return the statistics of returns that the engine has and does not register by default."""
        returns = {moment.value: float(value) for moment, value in self._engine.portfolio.analyzer.returns().items()}
        if not returns:
            return {}
        found = [
            nautilus_pyo3.CAGR(periods),
            nautilus_pyo3.CalmarRatio(periods),
            # The engine's type stubs do not know them.
            *(getattr(nautilus_pyo3, name)() for name in UNREGISTERED),
        ]
        return statistics({each.name: each.calculate_from_returns(returns) for each in found})

    def benchmark_statistics(self, prices: list[Price], periods: int) -> dict[str, float | None]:
        """Return the engine's statistics of returns against the daily returns of a benchmark, in days of UTC."""
        returns = {moment.value: float(value) for moment, value in self._engine.portfolio.analyzer.returns().items()}
        series = daily([(ts, str(price)) for ts, price in prices], "UTC")
        others = {
            pd.Timestamp(day, tz="UTC").value: float(value)
            for day, value in zip(series.days[1:], series.returns()[1:], strict=False)
        }
        if not returns or not others:
            return {}
        found = [
            nautilus_pyo3.BetaRatio(),
            *(getattr(nautilus_pyo3, name)(periods) for name in AGAINST_A_BENCHMARK),
        ]
        return statistics({each.name: each.calculate_from_returns_with_benchmark(returns, others) for each in found})

    def commissions(self) -> dict[str, str]:
        """Return the commissions paid over all accounts."""
        return _by_currency(money for account in self._accounts.values() for money in account.commissions().values())

    def turnover(self) -> dict[str, str]:
        """Return the value of all fills by currency, as the instruments have it (Instrument.notional_value)."""
        instruments = {fill.instrument_id: self._engine.cache.instrument(fill.instrument_id) for fill in self._fills}
        return _by_currency(
            instrument.notional_value(fill.last_qty, fill.last_px)
            for fill in self._fills
            if (instrument := instruments[fill.instrument_id]) is not None
        )

    def period(self) -> tuple[int | None, int | None]:
        """Return the first and last simulated time."""
        return self._result.backtest_start, self._result.backtest_end

    @property
    def orders(self) -> list[Any]:
        """All orders in order of time."""
        return self._orders

    def write_frames(
        self,
        directory: Path,
        equity: list[EquityPoint],
        place: Place,
        restored: frozenset[ClientOrderId] | None = None,
    ) -> None:
        """Write the run's tables, each order with the line of code that submitted it.

        `restored` are the orders a session of a node did not make itself but found when it began.
        """
        cache = self._engine.cache
        positions = [*cache.positions(), *cache.position_snapshots()]
        rows = {
            "orders": [
                {
                    **order.to_dict(),
                    "line": place(order.client_order_id),
                    **_history(order),
                    **({} if restored is None else {"restored": order.client_order_id in restored}),
                }
                for order in self._orders
            ],
            "fills": [OrderFilled.to_dict(fill) for fill in self._fills],
            "positions": [position.to_dict() for position in positions],
            "account": [AccountState.to_dict(state) for state in self._states],
        }
        for name, order in EMPTY.items():
            _write(directory / f"{name}.parquet", rows[name], order)
        _write_equity(directory / "equity.parquet", equity)


def _by_currency(amounts: Iterable[Money]) -> dict[str, str]:
    totals: dict[str, Decimal] = {}
    for money in amounts:
        code = money.currency.code
        totals[code] = totals.get(code, Decimal(0)) + money.as_decimal()
    return {code: plain(amount) for code, amount in sorted(totals.items())}


def _history(order: Any) -> dict[str, Any]:
    """Return what became of an order, `name time` for each event, and the venue's or the engine's last reason."""
    events = order.events
    reasons = [reason for event in events if (reason := getattr(event, "reason", None))]
    return {
        "reason": str(reasons[-1]) if reasons else None,
        "events": ";".join(f"{type(event).__name__.removeprefix('Order')} {event.ts_event}" for event in events),
    }


def _write(path: Path, rows: list[dict[str, Any]], order: tuple[str, str]) -> None:
    rows.sort(key=lambda row: (int(row[order[0]]), str(row[order[1]])))
    names = list(dict.fromkeys([*order, *(name for row in rows for name in row)]))
    frames.write_table(pa.table({name: _column(name, [row.get(name) for row in rows]) for name in names}), path)


def _write_equity(path: Path, points: list[EquityPoint]) -> None:
    points = sorted(points, key=lambda point: point.ts)
    columns: dict[str, Any] = {"ts_event": pa.array([point.ts for point in points], pa.int64())}
    for name in ("venue", "currency", "equity"):
        columns[name] = pa.array([getattr(point, name) for point in points], pa.string())
    table = pa.table(columns)
    frames.write_table(table, path)
    frames.write_overview(path, table, "equity")


def _column(name: str, values: list[Any]) -> pa.Array:
    """Return a column whose type is settled by its name or by what is in it: strings unless all are alike."""
    if name.startswith("ts_") or name.endswith("_ns"):
        return pa.array([None if value is None else int(value) for value in values], pa.int64())
    present = [value for value in values if value is not None]
    if present and all(isinstance(value, bool) for value in present):
        return pa.array(values, pa.bool_())
    if present and _all_of(present, int):
        return pa.array(values, pa.int64())
    if present and _all_of(present, (int, float)):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    return pa.array([_text(value) for value in values], pa.string())


def _all_of(values: Iterable[Any], types: type | tuple[type, ...]) -> bool:
    return all(isinstance(value, types) and not isinstance(value, bool) for value in values)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | dict | tuple):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)
