"""From what a run left behind to its statistics and what is doubtful about them."""

from decimal import Decimal
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from quarterdeck.nautilus.equity import EquityPoint
from quarterdeck.nautilus.results import RunResults
from quarterdeck.protocol import FurtherStatistics, Warning
from quarterdeck.statistics.report import Basis, brief, further_statistics
from quarterdeck.statistics.sanity import sanity_warnings
from quarterdeck.statistics.trades import RoundTrip

COLUMNS = ["pnl", "currency", "side", "ts_opened", "ts_closed"]


def measure(
    basis: Basis, directory: Path, results: RunResults, equity: list[EquityPoint], orders: int
) -> tuple[FurtherStatistics, list[Warning]]:
    """Write all statistics into the run's folder; return those of the summary, and the doubts."""
    rows = pq.read_table(directory / "trades.parquet", columns=COLUMNS).to_pylist()
    trips = [
        (row["currency"], RoundTrip(Decimal(row["pnl"]), row["side"], row["ts_opened"], row["ts_closed"]))
        for row in rows
        if row["pnl"] is not None
    ]
    begun, ended = results.period()
    further = further_statistics(
        basis,
        [(point.venue, point.currency, point.ts, point.equity) for point in equity],
        trips,
        (begun or 0, ended or 0),
        results.unregistered_statistics(basis.periods),
    )
    (directory / "statistics.json").write_bytes(msgspec.json.encode(further))
    summary = brief(further)
    own = results.statistics(summary)
    return summary, sanity_warnings(further, [trip for _, trip in trips], orders, own.pnl)
