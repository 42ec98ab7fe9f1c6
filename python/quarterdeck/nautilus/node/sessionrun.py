"""A node's session kept as a run: the same tables and statistics a backtest leaves behind."""

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

from nautilus_trader.model.identifiers import ClientOrderId

from quarterdeck import environment, identity
from quarterdeck.message import optional
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.equity import EquitySampler
from quarterdeck.nautilus.loaded import Loaded
from quarterdeck.nautilus.measuring import measure
from quarterdeck.nautilus.node.history import AccountHistory
from quarterdeck.nautilus.node.sessioncache import SessionCache
from quarterdeck.nautilus.node.trimming import Trimming
from quarterdeck.nautilus.results import RunResults
from quarterdeck.nautilus.trades import write_trades
from quarterdeck.protocol import Api, CodeIdentity, MoreRun, Warning
from quarterdeck.statistics.report import Basis

SAMPLE_SECONDS = 1.0
MANY_POINTS = 20_000
SOURCE = "source"
"""Folder of the run with the source of what was deployed."""


class SessionResult(NamedTuple):
    """What `BacktestEngine.get_result` answers, of a session."""

    iterations: int
    total_events: int
    total_orders: int
    total_positions: int
    backtest_start: int
    backtest_end: int
    stats_pnls: dict[str, dict[str, float]]
    stats_returns: dict[str, float]


class SessionRun:
    """Takes samples of the accounts while a node runs, and writes its tables when it has stopped."""

    def __init__(
        self, kernel: Any, workspace: Path, directory: Path, trimming: Trimming, accounts: AccountHistory
    ) -> None:
        self.cache = SessionCache(kernel.cache, trimming.orders)
        self._trimming = trimming
        self._accounts = accounts
        self.portfolio = kernel.portfolio
        self._kernel = kernel
        self._workspace = workspace
        self._directory = directory
        self._interval = SAMPLE_SECONDS
        self._begun = kernel.clock.timestamp_ns()
        self._events = kernel.exec_engine.event_count
        self._ended = self._begun
        self._data = 0
        self._sampled: list[str] = []
        self._sampler = EquitySampler([])
        self._task = asyncio.ensure_future(self._sample())

    def end(self, data: int) -> None:
        """Take the last sample; `data` is how much of it the node was given."""
        self._task.cancel()
        self._take()
        self._ended = self._kernel.clock.timestamp_ns()
        self._data = data

    def get_result(self) -> SessionResult:
        """Return what the engine's own result of a backtest says, computed by the engine's own analyzer."""
        analyzer = self.portfolio.analyzer
        positions = [*self.cache.positions(), *self.cache.position_snapshots()]
        for account in self.cache.accounts():
            venue = account.id.get_issuer()
            own = [position for position in positions if position.instrument_id.venue.value == venue]
            analyzer.calculate_statistics(account, own)
        return SessionResult(
            iterations=self._data,
            total_events=self._kernel.exec_engine.event_count - self._events,
            total_orders=self.cache.orders_total_count() + self._trimming.count,
            total_positions=len(positions),
            backtest_start=self._begun,
            backtest_end=self._ended,
            stats_pnls={code.code: analyzer.get_performance_stats_pnls(code) for code in analyzer.currencies},
            stats_returns=analyzer.get_performance_stats_returns(),
        )

    def keep(self, warnings: list[Warning], code: CodeIdentity | None) -> MoreRun:
        """Write the tables; return what the session came to. `code` is what was deployed last, its source kept then."""
        directory = self._directory
        directory.mkdir(parents=True, exist_ok=True)
        results = RunResults(self, self._venues(), since=self._begun, states=self._accounts.states)
        sampler = self._sampler
        sampler.start(self.cache, self._accounts.states)
        loaded = Loaded()
        # The data went by; what a position was worth at its best and worst is not known.
        loaded.forget()
        results.write_frames(directory, sampler.points, _no_place, self.cache.restored)
        write_trades(directory / "trades.parquet", self.cache, loaded, self._ended, _no_place, self.portfolio.analyzer)
        if code is None:
            identity.copy_sources(self._workspace, directory / SOURCE)
        counts = results.counts()
        further, doubts = measure(Basis(None), directory, results, sampler.points, counts.orders, None)
        self._trimming.close()
        return MoreRun(
            directory=str(directory),
            api=Api.node,
            counts=counts,
            balances=results.balances(),
            statistics=results.statistics(further),
            commissions=results.commissions(),
            backtest_start=optional(iso_time(self._begun)),
            backtest_end=optional(iso_time(self._ended)),
            engine_seconds=(self._ended - self._begun) / 1e9,
            warnings=[*warnings, *doubts],
            code=code or identity.identify(self._workspace),
            versions={**environment.versions(), "python": environment.python_version()},
        )

    async def _sample(self) -> None:
        while True:
            self._take()
            if len(self._sampler.points) > MANY_POINTS:
                # A long session is sampled less often, what is there is thinned to the same measure.
                times = sorted({point.ts for point in self._sampler.points})
                kept = set(times[::2])
                self._sampler.points = [point for point in self._sampler.points if point.ts in kept]
                self._interval *= 2
            await asyncio.sleep(self._interval)

    def _venues(self) -> list[str]:
        return sorted(account.id.get_issuer() for account in self.cache.accounts())

    def _take(self) -> None:
        venues = self._venues()
        if venues != self._sampled:
            points = self._sampler.points
            self._sampler, self._sampled = EquitySampler(venues), venues
            self._sampler.points = points
        self._sampler.sample(self.cache, self._kernel.clock.timestamp_ns())


def _no_place(_: ClientOrderId) -> str | None:
    """Return the line an order was submitted from, which nobody watched."""
    return None
