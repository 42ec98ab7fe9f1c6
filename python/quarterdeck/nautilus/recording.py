"""Keeps every engine run of code that makes its own engines."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.core.nautilus_pyo3 import MaxDrawdown
from nautilus_trader.model.instruments import Instrument

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.nautilus.benchmark import Benchmark, names_only_an_instrument
from quarterdeck.nautilus.catalog import Catalogs
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.keeping import RunWatch
from quarterdeck.nautilus.loaded import Loaded
from quarterdeck.nautilus.logtail import NAME
from quarterdeck.nautilus.observed import ObservedEngine
from quarterdeck.nautilus.offers import Offer, offers_to
from quarterdeck.nautilus.preflight import Part, Plan, as_warnings, preflight
from quarterdeck.nautilus.runlog import RunLog, log_settings
from quarterdeck.nautilus.witness import Witness
from quarterdeck.protocol import Api, MoreRun, RunBacktestParams, RunBacktestResult, Warning
from quarterdeck.statistics.report import Basis
from quarterdeck.usercode import UserCode

MOST_RUNS = 100


class InEngine(NamedTuple):
    """Data that only the engine has."""

    instruments: list[Instrument]

    def load(self) -> list[Any]:
        """Return nothing: it was added to the engine."""
        return []


class Recorder:
    """The engine runs of one request: the first is kept in the run's folder, each further one in a folder in it."""

    def __init__(self, params: RunBacktestParams, context: Context, user_code: UserCode) -> None:
        self.directory = Path(params.run_directory)
        self.log = RunLog(self.directory, context)
        self._workspace = Path(params.workspace).resolve()
        self._context = context
        self._user_code = user_code
        self.basis = Basis(given(params.request.statistics))
        self._process = os.getpid()
        self._kept: list[tuple[Path, dict[str, Any]]] = []
        self._left_out = 0
        self.warnings: list[Warning] = []
        catalogs = Catalogs(params.catalog)
        self._catalogs, self._instruments = catalogs, Instruments(catalogs.own.instruments, self._workspace)
        self._benchmark = given(params.request.benchmark)
        if self._benchmark is not None and not names_only_an_instrument(self._benchmark):
            # What is wrong with a file is said before anything runs.
            self._against(Loaded(), [])

    @property
    def here(self) -> bool:
        """Whether this is the process of the request: one that a script forks has no part in its channel or folder."""
        return os.getpid() == self._process

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Let all who ask NautilusTrader for a BacktestEngine have one that is recorded."""
        recorded = _engine_class(self)
        places = [
            module
            for name, module in list(sys.modules.items())
            if name.startswith("nautilus_trader.") and vars(module).get("BacktestEngine") is BacktestEngine
        ]
        for module in places:
            setattr(module, "BacktestEngine", recorded)  # noqa: B010
        try:
            yield
        finally:
            for module in places:
                setattr(module, "BacktestEngine", BacktestEngine)  # noqa: B010

    def watch(self, engine: ObservedEngine, *, streaming: bool) -> RunWatch:
        """Return what follows a run of an engine that is about to begin, with what will go wrong in it."""
        venues = [venue.value for venue in engine.list_venues()]
        witness = Witness(self._user_code)
        parts = [
            Part(kind, component, str(component.id))
            for kind, components in (
                ("Actor", engine.trader.actors()),
                ("Strategy", engine.trader.strategies()),
                ("ExecAlgorithm", engine.trader.exec_algorithms()),
            )
            for component in components
        ]
        warnings = as_warnings(preflight(self._plan(engine, parts, streaming=streaming)))
        for part in parts:
            witness.watch(part.kind, part.component)
        benchmark = None
        try:
            benchmark = self._against(engine.loaded, list(engine.cache.instruments()))
        except QuarterdeckError as error:
            warnings.append(Warning(code=error.code, message=error.message, next_step=error.next_step))
        watch = RunWatch(self._context, self._workspace, self.log, witness, venues, self.basis, warnings)
        watch.benchmark = benchmark
        return watch

    def _against(self, loaded: Loaded, instruments: list[Instrument]) -> Benchmark | None:
        """Return the benchmark of the request, its prices read; they may be those of the data of the run."""
        if self._benchmark is None:
            return None
        held = [InEngine(instruments)]
        benchmark = Benchmark(
            self._benchmark, self._catalogs, self._workspace, self._instruments, held, self.basis.timezone
        )
        benchmark.prices(loaded)
        return benchmark

    def _plan(self, engine: ObservedEngine, parts: list[Part], *, streaming: bool) -> Plan:
        offers = [Offer(*one.name, path=f"data of {one.target}") for one in engine.loaded.series()]
        instruments = [str(instrument.id) for instrument in engine.cache.instruments()]
        known = engine.loaded.complete and not streaming
        return Plan(
            parts, instruments, engine.markets, offers_to(engine.settings, offers) if known else None, self._user_code
        )

    def keep(self, engine: ObservedEngine, watch: RunWatch, api: Api, seconds: float, begin: int) -> None:
        """Keep a run that has ended; its log is what was logged since `begin`."""
        if len(self._kept) == MOST_RUNS:
            self._left_out += 1
            return
        directory = self.directory
        if self._kept:
            directory = self.directory / "more" / str(len(self._kept) + 1)
            directory.mkdir(parents=True)
            (directory / f"{NAME}.jsonl").write_bytes(self.log.text(begin))
        self._kept.append((directory, watch.keep(engine, directory, api, seconds, [])))

    def result(self) -> RunBacktestResult:
        """Return the first run with the others."""
        if not self._kept:
            raise QuarterdeckError(
                "SCRIPT_WITHOUT_RUN",
                "The script ended without having run a BacktestEngine to its end.",
                "Call engine.run() or node.run() in the script's own process; after streaming also engine.end().",
            )
        (_, first), *others = self._kept
        if self._left_out:
            self.warnings.append(
                Warning(
                    code="RUNS_LEFT_OUT",
                    message=f"The script made {self._left_out} runs more than the {MOST_RUNS} that are kept.",
                    next_step="Let a script make fewer runs.",
                )
            )
        first = {**first, "warnings": [*first["warnings"], *self.warnings]}
        more = [MoreRun(directory=str(directory), **outcome) for directory, outcome in others]
        return RunBacktestResult(**first, more_runs=more)


def _engine_class(recorder: Recorder) -> type[ObservedEngine]:
    class RecordedEngine(ObservedEngine):
        """Behaves as a BacktestEngine; what it logs goes into the run's folder."""

        def __init__(self, config: BacktestEngineConfig | None = None) -> None:
            super().__init__(_logging_into(recorder.directory, config), self._observe_run, {})
            self._registered = MaxDrawdown()
            # A script sees the statistics it would see without us.
            self.portfolio.analyzer.deregister_statistic(self._registered)
            self.timezone = recorder.basis.timezone
            self._watch: RunWatch | None = None
            self._entered = 0.0
            self._spent = 0.0
            self._log_begin = 0
            self._api = Api.engine

        def run(
            self,
            start: Any = None,
            end: Any = None,
            run_config_id: str | None = None,
            streaming: bool = False,
        ) -> None:
            """Run as the engine does; begins a run to be kept, or goes on with one."""
            if self._watch is None and recorder.here:
                self._watch = recorder.watch(self, streaming=streaming)
                self._log_begin = recorder.log.begin()
                self._api = Api.engine if run_config_id is None else Api.node
                self._spent = 0.0
                self._streamed = 0
            self._entered = time.perf_counter()
            try:
                super().run(start=start, end=end, run_config_id=run_config_id, streaming=streaming)
            except BaseException:
                if self._watch is not None and recorder.here:
                    self._watch.keep_failed(self, recorder.directory)
                raise
            self._spent += time.perf_counter() - self._entered

        def end(self) -> None:
            """End as the engine does, and keep the run."""
            super().end()
            watch, self._watch = self._watch, None
            if watch is None:
                return
            spent = self._spent + time.perf_counter() - self._entered
            analyzer = self.portfolio.analyzer
            analyzer.register_statistic(self._registered)
            try:
                recorder.keep(self, watch, self._api, spent, self._log_begin)
            finally:
                analyzer.deregister_statistic(self._registered)

        def clear_data(self) -> None:
            """Clear as the engine does, and let go of the data too."""
            super().clear_data()
            if self._watch is None:
                self.loaded = Loaded()
            else:
                self.loaded.forget()

        def _observe_run(self, engine: ObservedEngine, done: int, total: int | None) -> None:
            if self._watch is not None and recorder.here:
                self._watch.observe(engine, done, total)

    for name in ("__name__", "__qualname__", "__module__"):
        setattr(RecordedEngine, name, getattr(BacktestEngine, name))
    return RecordedEngine


def _logging_into(directory: Path, config: BacktestEngineConfig | None) -> BacktestEngineConfig:
    config = BacktestEngineConfig() if config is None else config
    fields = {name: getattr(config, name) for name in config.__struct_fields__}
    return type(config)(**{**fields, "logging": log_settings(directory)})
