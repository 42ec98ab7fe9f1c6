"""Runs one backtest, through BacktestEngine or BacktestNode, and keeps what it came to."""

from pathlib import Path
from typing import Any

import nautilus_trader.backtest.node as node_module
import pandas as pd
from nautilus_trader.backtest.config import BacktestEngineConfig, BacktestRunConfig
from nautilus_trader.common.component import flush_logger
from nautilus_trader.model.identifiers import ClientId
from nautilus_trader.model.instruments import Instrument

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.moments import optional_time
from quarterdeck.nautilus.benchmark import Benchmark
from quarterdeck.nautilus.catalog import Catalog, Catalogs
from quarterdeck.nautilus.configs import build, parse_config
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.customdata import CustomSelection, names_class
from quarterdeck.nautilus.identifiers import check_tagged_identifier
from quarterdeck.nautilus.instruments import Instruments, as_dict
from quarterdeck.nautilus.keeping import RunWatch
from quarterdeck.nautilus.loading import check_item, open_file
from quarterdeck.nautilus.observed import ObservedEngine
from quarterdeck.nautilus.offers import Offer, offers_to
from quarterdeck.nautilus.preflight import Finding, Part, Plan, as_warnings, order_findings, preflight
from quarterdeck.nautilus.prices import SeenBars
from quarterdeck.nautilus.runlog import RunLog, log_settings
from quarterdeck.nautilus.selection import Selection, select
from quarterdeck.nautilus.sources import Sources
from quarterdeck.nautilus.stores import StoreNode
from quarterdeck.nautilus.synthetics import check_components
from quarterdeck.nautilus.venues import check_venue, plan_venues
from quarterdeck.nautilus.witness import Witness
from quarterdeck.protocol import (
    Api,
    BacktestRequest,
    DataItem,
    Importable,
    RunBacktestParams,
    RunBacktestResult,
    Warning,
)
from quarterdeck.statistics.report import Basis

COMPONENTS = ("strategies", "actors", "exec_algorithms", "controller")


def run_backtest(params: RunBacktestParams, context: Context) -> RunBacktestResult:
    """Run a request and write its tables into the run's folder."""
    run = Backtest(params, context)
    engine = run.execute()
    return run.finish(engine)


class Backtest:
    """One request on its way from checked to run."""

    def __init__(self, params: RunBacktestParams, context: Context) -> None:
        self._request = request = params.request
        self._context = context
        self._workspace = Path(params.workspace).resolve()
        self._directory = Path(params.run_directory)
        catalogs = Catalogs(params.catalog)
        self._sources = Sources(self._workspace)
        self._instruments = Instruments(catalogs.own.instruments, self._workspace)
        self._warnings: list[Warning] = []
        self._begun: ObservedEngine | None = None
        self._witness = Witness(self._sources.user_code)
        self._seen = SeenBars()
        self._basis = Basis(given(request.statistics))

        self._start, self._end = _period(request)
        file_items = [check_item(item, f"data[{index}]") for index, item in enumerate(request.data)]
        self._api = given(request.api) or (Api.engine if any(file_items) else Api.node)
        if self._api is Api.node and any(file_items):
            index = file_items.index(True)
            raise QuarterdeckError(
                "UNSUPPORTED",
                "BacktestNode reads from the catalog only, and this item is a file.",
                'Bring the file into the catalog with import_data first, or use api "engine".',
                path=f"data[{index}]",
            )
        self._engine_config = _engine_config(given(request.engine, {}), self._directory, self._workspace)
        self._venues = plan_venues(request.venues, self._sources)
        names = [venue.name for venue in self._venues]
        log = RunLog(self._directory, context)
        self._watch = RunWatch(context, self._workspace, log, self._witness, names, self._basis)
        self._extra, self._synthetics = self._instruments.of_request(given(request.instruments, []))
        self._data = [
            open_file(item, f"data[{index}]", self._workspace, self._instruments)
            if is_file
            else self._select(item, f"data[{index}]", catalogs.of(item))
            for index, (item, is_file) in enumerate(zip(request.data, file_items, strict=True))
        ]
        if (item := given(request.benchmark)) is not None:
            self._watch.benchmark = Benchmark(
                item, catalogs, self._workspace, self._instruments, self._data, self._basis.timezone
            )
        for index, data in enumerate(self._data):
            for instrument in data.instruments:
                check_venue(instrument.id, self._venues, f"data[{index}]")
            if isinstance(data, Selection):
                data.check_precision(f"data[{index}]")
        for index, instrument in enumerate(self._extra):
            check_venue(instrument.id, self._venues, f"instruments[{index}]")
        if given(request.chunk_size) is not None and self._api is Api.node:
            self._check_streamable()
        self._watch.held = [data for data in self._data if isinstance(data, Selection)]
        check_components(self._synthetics, [instrument.id for instrument in self._all_instruments()])
        self._parts = [
            Part(kind, build(self._sources, item, kind, f"{field}[{index}]"), f"{field}[{index}]")
            for kind, field, items in _components(request)
            for index, item in enumerate(items)
        ]

    def _check_streamable(self) -> None:
        """Refuse to stream what the engine reads whole only: of some of it its reader aborts the process."""
        for index, data in enumerate(self._data):
            if isinstance(data, Selection | CustomSelection) and not data.streams:
                raise QuarterdeckError(
                    "UNSUPPORTED",
                    f"NautilusTrader cannot read {given(self._request.data[index].data_type)} data in chunks.",
                    "Leave chunk_size out, or this data.",
                    path="chunk_size",
                )

    def _all_instruments(self) -> list[Instrument]:
        return [*self._extra, *(instrument for data in self._data for instrument in data.instruments)]

    def _select(self, item: DataItem, path: str, catalog: Catalog) -> Selection | CustomSelection:
        if names_class(given(item.data_type)):
            return CustomSelection(item, path, catalog, self._sources, self._instruments)
        return select(item, path, catalog, self._start, self._end)

    def preflight(self) -> list[Finding]:
        """Return what would go wrong in the run."""
        offers = [
            Offer(*series, path=f"data[{index}]") for index, data in enumerate(self._data) for series in data.series
        ]
        plan = Plan(
            self._parts,
            list(dict.fromkeys(str(each.id) for each in [*self._all_instruments(), *self._synthetics])),
            [venue.market(f"venues[{index}]") for index, venue in enumerate(self._venues)],
            offers_to(self._engine_config, offers),
            self._sources.user_code,
        )
        return preflight(plan)

    def execute(self) -> ObservedEngine:
        """Run; returns the engine with all its state."""
        findings = self.preflight()
        if findings and findings[0].fatal:
            raise findings[0].error()
        findings += order_findings(self._parts, self._sources.user_code)
        self._warnings.extend(as_warnings(findings))
        try:
            return self._with_engine() if self._api is Api.engine else self._with_node()
        except QuarterdeckError as error:
            if self._begun is not None:
                self._watch.keep_failed(self._begun, self._directory)
                error.details = {**(error.details or {}), "simulated_time": iso_time(_now(self._begun))}
            raise
        finally:
            flush_logger()

    def finish(self, engine: ObservedEngine) -> RunBacktestResult:
        """Write the tables and return the summary."""
        self._seen.keep(self._directory, self._start, self._end)
        warnings = [*self._instruments.warnings, *self._warnings]
        for data in self._data:
            warnings.extend(data.warnings)
        return RunBacktestResult(**self._watch.keep(engine, self._directory, self._api, engine.seconds, warnings))

    def _with_engine(self) -> ObservedEngine:
        with self._sources.user_code.running("run"):
            engine = self._new_engine(self._engine_config)
            for venue in self._venues:
                engine.add_venue(**venue.add_arguments())
            instruments = {instrument.id: instrument for instrument in self._extra}
            instruments |= {instrument.id: instrument for data in self._data for instrument in data.instruments}
            for instrument in instruments.values():
                engine.add_instrument(instrument)
            self._load(engine)
            self._add_components(engine)
            engine.run(start=_moment(self._start), end=_moment(self._end))
        return engine

    def _load(self, engine: ObservedEngine) -> None:
        self._seen.watch(self._data)
        for index, data in enumerate(self._data):
            self._context.check_cancelled()
            self._context.progress(f"Loading data[{index}]", index, len(self._data))
            loaded = data.load()
            if not loaded:
                raise _no_data(f"data[{index}]")
            engine.add_data(loaded, client_id=None if data.client_id is None else ClientId(data.client_id), sort=False)
        engine.sort_data()
        every = engine.data
        first, last = every[0].ts_init, every[-1].ts_init
        if (self._start is not None and self._start > last) or (self._end is not None and self._end < first):
            raise QuarterdeckError(
                "NO_DATA",
                f"The data goes from {iso_time(first)} to {iso_time(last)}, which start and end leave out.",
                "Choose start and end within the data.",
                path="start" if self._start is not None and self._start > last else "end",
            )

    def _with_node(self) -> ObservedEngine:
        selections = [data for data in self._data if isinstance(data, Selection | CustomSelection)]
        config = BacktestRunConfig(
            venues=[venue.node_config() for venue in self._venues],
            data=[selection.node_config() for selection in selections],
            engine=self._engine_config,
            chunk_size=given(self._request.chunk_size),
            start=_moment(self._start),
            end=_moment(self._end),
            raise_exception=True,
            dispose_on_completion=False,
        )
        with self._sources.user_code.running("run"), _EngineOfNode(self._new_engine):
            node = StoreNode([config])
            node.build()
            engine = node.get_engine(config.id)
            if not isinstance(engine, ObservedEngine):
                raise TypeError("BacktestNode did not take our engine")
            self._add_extra(engine)
            self._add_components(engine)
            node.run()
        return engine

    def _new_engine(self, config: BacktestEngineConfig) -> ObservedEngine:
        engine = ObservedEngine(config, self._watch.observe, {venue.name: venue.objects for venue in self._venues})
        engine.timezone = self._basis.timezone
        engine.on_begin = self._begin
        return engine

    def _begin(self, engine: ObservedEngine) -> None:
        self._begun = engine

    def _add_extra(self, engine: ObservedEngine) -> None:
        for instrument in self._extra:
            known = engine.cache.instrument(instrument.id)
            if known is None:
                engine.add_instrument(instrument)
            elif as_dict(known) != as_dict(instrument):
                self._warnings.append(
                    Warning(
                        code="INSTRUMENT_OF_CATALOG",
                        message=f"{instrument.id} is defined otherwise in the catalog; the catalog's was used.",
                        next_step="Leave the instrument out of the request, or import the data with this one.",
                    )
                )

    def _add_components(self, engine: ObservedEngine) -> None:
        for synthetic in self._synthetics:
            engine.cache.add_synthetic(synthetic)
        add = {
            "Actor": engine.add_actor,
            "Strategy": engine.add_strategy,
            "ExecAlgorithm": engine.add_exec_algorithm,
        }
        for kind, component, _ in self._parts:
            self._witness.watch(kind, component)
            add[kind](component)


class _EngineOfNode:
    """Lets BacktestNode make our engine: it knows no other way to be given one."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __enter__(self) -> None:
        self._original = node_module.BacktestEngine
        setattr(node_module, "BacktestEngine", lambda config: self._make(config))  # noqa: B010

    def __exit__(self, *_: object) -> None:
        setattr(node_module, "BacktestEngine", self._original)  # noqa: B010


def _components(request: BacktestRequest) -> list[tuple[str, str, list[Importable]]]:
    return [
        ("Actor", "actors", given(request.actors, [])),
        ("Strategy", "strategies", request.strategies),
        ("ExecAlgorithm", "exec_algorithms", given(request.exec_algorithms, [])),
    ]


def _period(request: BacktestRequest) -> tuple[int | None, int | None]:
    start, end = given(request.start), given(request.end)
    first = optional_time(start, "start")
    last = optional_time(end, "end")
    if first is not None and last is not None and first > last:
        raise QuarterdeckError(
            "INVALID_TIME_RANGE",
            f"The run would start ({start}) after it ends ({end}).",
            "Swap start and end.",
            path="start",
        )
    return first, last


def _moment(nanoseconds: int | None) -> str | None:
    return None if nanoseconds is None else pd.Timestamp(nanoseconds, unit="ns", tz="UTC").isoformat()


def _engine_config(values: dict[str, Any], directory: Path, workspace: Path) -> BacktestEngineConfig:
    if "logging" in values:
        raise QuarterdeckError(
            "UNSUPPORTED",
            "The log of a run is kept in its folder; its settings cannot be changed.",
            "Leave out engine.logging and read the run's log.",
            path="engine.logging",
        )
    for field in COMPONENTS:
        if field in values:
            raise QuarterdeckError(
                "UNSUPPORTED",
                f"{field} do not belong into engine.",
                "Give strategies, actors and exec_algorithms beside engine.",
                path=f"engine.{field}",
            )
    if isinstance(trader := values.get("trader_id"), str):
        check_tagged_identifier(trader, "engine.trader_id", "trader id")
    parsed = parse_config(BacktestEngineConfig, values, "engine", workspace)
    fields = {name: getattr(parsed, name) for name in parsed.__struct_fields__}
    return BacktestEngineConfig(**{**fields, "logging": log_settings(directory)})


def _now(engine: ObservedEngine) -> int:
    return int(engine.kernel.clock.timestamp_ns())


def _no_data(path: str) -> QuarterdeckError:
    return QuarterdeckError("NO_DATA", "The item holds no data.", "Choose another period or file.", path=path)
