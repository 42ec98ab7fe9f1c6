"""From what a run left behind to its statistics and what is doubtful about them."""

from decimal import Decimal
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from quarterdeck.nautilus.benchmark import write_benchmark
from quarterdeck.nautilus.equity import EquityPoint
from quarterdeck.nautilus.results import RunResults
from quarterdeck.protocol import FurtherStatistics, Warning
from quarterdeck.statistics.relative import Price
from quarterdeck.statistics.report import Against, Basis, account_series, brief, further_statistics, run_tables
from quarterdeck.statistics.sanity import sanity_warnings
from quarterdeck.statistics.trades import RoundTrip

OF_A_TRIP = ["side", "ts_opened", "ts_closed", "instrument_id", "strategy_id"]
COLUMNS = ["pnl", "currency", "base_pnl", "base_currency", *OF_A_TRIP]


def measure(
    basis: Basis,
    directory: Path,
    results: RunResults,
    equity: list[EquityPoint],
    orders: int,
    benchmark: tuple[str, list[Price]] | None,
) -> tuple[FurtherStatistics, list[Warning]]:
    """Write all statistics into the run's folder; return those of the summary, and the doubts."""
    rows = pq.read_table(directory / "trades.parquet", columns=COLUMNS).to_pylist()
    # In the accounts' currency, as the engine's own statistics count, when all of them were booked in it.
    booked = "base_" if all(row["base_pnl"] is not None for row in rows if row["ts_closed"] is not None) else ""
    trips = [
        (
            row[f"{booked}currency"],
            RoundTrip(Decimal(row[f"{booked}pnl"]), *(row[name] for name in OF_A_TRIP)),
        )
        for row in rows
        if row[f"{booked}pnl"] is not None
    ]
    begun, ended = results.period()
    period = (begun or 0, ended or 0)
    against = None
    if benchmark is not None:
        instrument_id, prices = benchmark
        write_benchmark(directory / "benchmark.parquet", instrument_id, prices, *period)
        against = Against(instrument_id, prices, period[0], results.benchmark_statistics(prices, basis.periods))
    series = account_series([(point.venue, point.currency, point.ts, point.equity) for point in equity], basis)
    engine = results.unregistered_statistics(basis.periods)
    further = further_statistics(basis, series, trips, period, engine, against, results.turnover())
    (directory / "statistics.json").write_bytes(msgspec.json.encode(further))
    (directory / "tables.json").write_bytes(msgspec.json.encode(run_tables(basis, series, against, trips)))
    summary = brief(further)
    own = results.statistics(summary)
    return summary, sanity_warnings(further, [trip for _, trip in trips], orders, own.pnl)
