"""Follows one engine run: its progress, its equity, its log; and keeps what it came to."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nautilus_trader.common.component import flush_logger, is_backtest_force_stop

from quarterdeck import environment, identity
from quarterdeck.context import Context
from quarterdeck.indicatorseries import write_series
from quarterdeck.message import optional
from quarterdeck.nautilus import logthread
from quarterdeck.nautilus.benchmark import Benchmark
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.equity import EquitySampler
from quarterdeck.nautilus.funnel import Funnel
from quarterdeck.nautilus.live import write_live
from quarterdeck.nautilus.measuring import measure
from quarterdeck.nautilus.observed import ObservedEngine
from quarterdeck.nautilus.results import RunResults
from quarterdeck.nautilus.runlog import RunLog
from quarterdeck.nautilus.selection import Selection
from quarterdeck.nautilus.trades import write_trades
from quarterdeck.nautilus.witness import Witness
from quarterdeck.protocol import Api, RunCounts, Warning
from quarterdeck.statistics.report import Basis

REPORT_SECONDS = 0.2


class RunWatch:
    """Accompanies one run of an engine from its first datum to its kept results."""

    def __init__(
        self,
        context: Context,
        workspace: Path,
        log: RunLog,
        witness: Witness,
        venues: list[str],
        basis: Basis,
        warnings: Iterable[Warning] = (),
    ) -> None:
        self._context = context
        self._workspace = workspace
        self._log = log
        self._witness = witness
        self._venues = venues
        self._basis = basis
        self._warnings = list(warnings)
        self.held: list[Selection] = []
        """Where data lies that is not kept as it streams by."""
        self._sampler = EquitySampler(venues)
        self.benchmark: Benchmark | None = None
        self._begun = time.perf_counter()
        self._last_report = (self._begun, 0)

    def observe(self, engine: ObservedEngine, done: int, total: int | None) -> None:
        """Take a sample of the accounts and say how far the run is."""
        self._context.check_cancelled()
        now = engine.kernel.clock.timestamp_ns()
        self._sampler.sample(engine.cache, now)
        then, before = self._last_report
        moment = time.perf_counter()
        if moment - then < REPORT_SECONDS:
            return
        self._log.forward()
        self._context.progress(
            "Running",
            done,
            total,
            simulated_time=iso_time(now),
            events_per_second=(done - before) / (moment - then),
            seconds_left=None if total is None or done == 0 else (moment - self._begun) * (total - done) / done,
        )
        place = self._witness.place_of_order
        write_live(self._log.directory, engine.cache, engine.snapshots, self._sampler.points, now, place)
        self._last_report = (moment, done)

    def keep(
        self,
        engine: ObservedEngine,
        directory: Path,
        api: Api,
        seconds: float,
        warnings: list[Warning],
    ) -> dict[str, Any]:
        """Write the tables of a run that has ended; return the fields of its result."""
        self._context.check_cancelled()
        logthread.settle()
        self._log.forward()
        results = RunResults(engine, self._venues)
        self._sampler.sample(engine.cache, engine.kernel.clock.timestamp_ns())
        self._sampler.start(engine.cache)
        place = self._witness.place_of_order
        results.write_frames(directory, self._sampler.points, place)
        now = engine.kernel.clock.timestamp_ns()
        analyzer = engine.portfolio.analyzer
        write_trades(directory / "trades.parquet", engine.cache, engine.loaded, now, place, analyzer, self.held)
        identity.copy_sources(self._workspace, directory / "source")
        counts = results.counts()
        begun, ended = results.period()
        funnel = Funnel(results.orders, self._witness.components, engine.loaded, ended, place)
        funnel.write(directory)
        write_series(directory, [one for watched in self._witness.components for one in watched.indicator_series()])
        prices = None if self.benchmark is None else self.benchmark.prices(engine.loaded)
        against = None if self.benchmark is None else (self.benchmark.instrument_id, prices or [])
        further, doubts = measure(self._basis, directory, results, self._sampler.points, counts.orders, against)
        return {
            "api": api,
            "counts": counts,
            "balances": results.balances(),
            "statistics": results.statistics(further),
            "commissions": results.commissions(),
            "backtest_start": optional(None if begun is None else iso_time(begun)),
            "backtest_end": optional(None if ended is None else iso_time(ended)),
            "engine_seconds": seconds,
            "warnings": [*_no_trades(counts, funnel), *self._warnings, *warnings, *self._log_warnings(), *doubts],
            "code": identity.identify(self._workspace),
            "versions": {**environment.versions(), "python": environment.python_version()},
        }

    def keep_failed(self, engine: ObservedEngine, directory: Path) -> None:
        """Write how far a run came that raised: what data reached whom, its orders, its last lines of log."""
        flush_logger()
        logthread.settle()
        self._log.forward()
        orders = sorted(engine.cache.orders(), key=lambda order: (order.ts_init, order.client_order_id.value))
        ended = engine.kernel.clock.timestamp_ns()
        place = self._witness.place_of_order
        Funnel(orders, self._witness.components, engine.loaded, ended, place).write(directory)

    def _log_warnings(self) -> list[Warning]:
        warnings = []
        if is_backtest_force_stop():
            warnings.append(
                Warning(
                    code="STOPPED_EARLY",
                    message="The run ended before its data did. " + (self._log.first_error or ""),
                    next_step="Read the run's log; a negative balance or shutdown_system() ends a run.",
                )
            )
        if self._log.errors:
            warnings.append(
                Warning(
                    code="ERRORS_LOGGED",
                    message=f"The engine logged {self._log.errors} errors, first: {self._log.first_error}",
                    next_step="Read the run's log.",
                )
            )
        return warnings


def _no_trades(counts: RunCounts, funnel: Funnel) -> list[Warning]:
    """Say first of all why a run did not trade."""
    if counts.fills:
        return []
    what = f"None of the {counts.orders} orders was filled." if counts.orders else "The strategies submitted no order."
    found = [*funnel.findings, {"message": "", "next_step": ""}][0]
    return [
        Warning(
            code="NO_TRADES",
            message=f"{what} {found['message']}".rstrip(),
            next_step=f'{found["next_step"]} get_run with detail "funnel" shows each step from data to fills.'.lstrip(),
        )
    ]
