"""A kept run as a plain NautilusTrader script: the same figures without Quarterdeck."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.node import BacktestNode, BacktestRunConfig
from nautilus_trader.common.config import LoggingConfig
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import ClientId, Venue
from nautilus_trader.model.instruments import Instrument, SyntheticInstrument
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from nautilus_trader.persistence.funcs import parse_filters_expr

from quarterdeck import environment, identity
from quarterdeck.errors import QuarterdeckError
from quarterdeck.exports import exported, whole
from quarterdeck.message import given
from quarterdeck.moments import optional_time
from quarterdeck.nautilus import scripttext
from quarterdeck.nautilus.catalog import Catalog, Catalogs
from quarterdeck.nautilus.code import Expression, UnwritableError, Writer, call, render, text
from quarterdeck.nautilus.configs import find_config_class, parse_config, takes_config
from quarterdeck.nautilus.customdata import CustomFile, CustomSelection, names_class
from quarterdeck.nautilus.instruments import Instruments, as_dict
from quarterdeck.nautilus.loaderscript import LoaderScript, helpers
from quarterdeck.nautilus.loading import FileData, check_item, open_file
from quarterdeck.nautilus.scriptdata import CLOSING, TableScript
from quarterdeck.nautilus.selection import Selection, select
from quarterdeck.nautilus.sources import Sources
from quarterdeck.nautilus.stores import without_credentials
from quarterdeck.nautilus.venues import MODELS, VenuePlan, plan_venues
from quarterdeck.protocol import Api, DataItem, ExportResult, ExportScriptParams, Importable, Warning

HERE = "Path(__file__).resolve().parent"


def export_script(params: ExportScriptParams) -> ExportResult:
    """Write the script of a run."""
    own = given(params.request.script) or given(params.request.run_config)
    if own is not None:
        raise QuarterdeckError(
            "UNSUPPORTED",
            f"The run was made from {own}, which needs no Quarterdeck already.",
            f"Run {own} itself, with PYTHONHASHSEED=0 for the same figures to the last digit.",
            path="format",
        )
    script = Script(params)
    source = script.source()
    target = Path(params.target)
    with whole(target) as partial:
        partial.write_text(source, encoding="utf-8", newline="\n")
    return ExportResult(files=exported([target]), warnings=script.warnings)


class Script:
    """The request of a run, written out."""

    def __init__(self, params: ExportScriptParams) -> None:
        self._params = params
        self._request = request = params.request
        self._workspace = workspace = Path(params.workspace).resolve()
        self._writer = Writer(workspace)
        catalogs = Catalogs(params.catalog)
        self._stores: dict[str, str] = {}
        self._paths = list(sys.path)
        self._sources = Sources(workspace)
        self._instruments = Instruments(catalogs.own.instruments, workspace)
        self._named: dict[str, Instrument] = {}
        self._readers: dict[str, str] = {}
        self.warnings = without_credentials({given(item.catalog, params.catalog) for item in request.data})
        self._start = optional_time(given(request.start), "start")
        self._end = optional_time(given(request.end), "end")
        files = [check_item(item, f"data[{index}]") for index, item in enumerate(request.data)]
        self._api = given(request.api) or (Api.engine if any(files) else Api.node)
        self._venues = plan_venues(request.venues, self._sources)
        self._extra, self._synthetics = self._instruments.of_request(given(request.instruments, []))
        self._data = [
            open_file(item, f"data[{index}]", workspace, self._instruments)
            if is_file
            else self._select(item, f"data[{index}]", catalogs.of(item))
            for index, (item, is_file) in enumerate(zip(request.data, files, strict=True))
        ]

    def source(self) -> str:
        """Return the script."""
        try:
            main = self._node_lines() if self._is_node() else self._engine_lines()
        except UnwritableError as error:
            raise QuarterdeckError(
                "UNSUPPORTED",
                f"The run cannot be written as a script: its settings hold {error}.",
                "Export the run as json or qdrun instead.",
                path="format",
            ) from error
        self._check_code()
        use = self._writer.use
        for value in (BacktestEngine, OrderFilled, Venue):
            use(value)
        for module in ("json", "math", "os", "subprocess", "sys"):
            self._writer.module(module)
        use("Path", "pathlib")
        blocks = [
            self._docstring(),
            "\n".join(self._writer.imports(own=False)),
            self._places(),
        ]
        if users := self._writer.imports(own=True):
            blocks.append("\n".join(users))
        if self._named:
            blocks.append("\n".join(self._instrument_lines()))
        blocks = ["\n\n".join(blocks)]
        if "closing(" in main:
            blocks.append(CLOSING)
        blocks.extend(helpers(main))
        for body, name in self._readers.items():
            blocks.append(f'def {name}(file: Path) -> pd.DataFrame:\n    """Read rows by time (UTC)."""\n{body}')
        venues = ", ".join(text(venue.name) for venue in self._venues)
        blocks.append(main)
        blocks.append(scripttext.OUTCOME.replace("VENUES", f"[{venues}]"))
        return "\n\n\n".join(blocks) + "\n\n\n" + scripttext.MAIN

    def _is_node(self) -> bool:
        """Say whether BacktestNode can do it; models and modules are objects, which its configs have no place for."""
        if self._api is not Api.node:
            return False
        if any(venue.objects for venue in self._venues):
            self.warnings.append(
                Warning(
                    code="SCRIPT_USES_ENGINE",
                    message="The run went through BacktestNode; the script uses BacktestEngine on the same catalog, "
                    "because models and modules are given to it as objects.",
                    next_step="Nothing: both give the same figures.",
                )
            )
            return False
        return True

    def _engine_lines(self) -> str:
        lines = ["def run() -> BacktestEngine:", '    """Build the engine and run it."""']
        lines += self._assigned("engine", call("BacktestEngine", self._engine_config()))
        for index, venue in enumerate(self._venues):
            lines += self._statement(self._add_venue(venue, index))
        instruments = {instrument.id: instrument for instrument in self._extra}
        instruments |= {instrument.id: instrument for data in self._data for instrument in data.instruments}
        for instrument in instruments.values():
            lines.append(f"    engine.add_instrument({self._instrument(instrument)})")
        for selection in (data for data in self._data if isinstance(data, Selection | CustomSelection)):
            location = selection.catalog.location
            if location not in self._stores:
                name = f"catalog_{len(self._stores) + 1}" if self._stores else "catalog"
                self._stores[location] = name
                lines += self._assigned(name, self._store(selection.catalog))
        for index, data in enumerate(self._data):
            client = {} if data.client_id is None else {"client_id": self._writer.value(ClientId(data.client_id))}
            lines += self._statement(call("engine.add_data", self._datum(index, data), **client, sort="False"))
        lines.append("    engine.sort_data()")
        lines += self._component_lines()
        period = {
            name: self._moment(value)
            for name, value in (("start", self._start), ("end", self._end))
            if value is not None
        }
        lines += self._statement(call("engine.run", **period))
        return "\n".join([*lines, "    return engine"])

    def _node_lines(self) -> str:
        use, writer = self._writer.use, self._writer
        selections = [data for data in self._data if isinstance(data, Selection | CustomSelection)]
        fields: dict[str, Expression] = {
            "venues": writer.value([venue.node_config() for venue in self._venues]),
            "data": writer.value([selection.node_config() for selection in selections]),
            "engine": self._engine_config(),
        }
        if (chunk_size := given(self._request.chunk_size)) is not None:
            fields["chunk_size"] = f"{chunk_size:_}"
        for name, value in (("start", self._start), ("end", self._end)):
            if value is not None:
                fields[name] = self._moment(value)
        fields |= {"raise_exception": "True", "dispose_on_completion": "False"}
        lines = ["def run() -> BacktestEngine:", '    """Build the node, give its engine the strategies and run it."""']
        lines += self._assigned("config", call(use(BacktestRunConfig), **fields))
        lines += [
            f"    node = {use(BacktestNode)}([config])",
            "    node.build()",
            "    engine = node.get_engine(config.id)",
        ]
        of_node = {str(instrument.id) for selection in selections for instrument in selection.instruments}
        for instrument in self._extra:
            if str(instrument.id) not in of_node:
                lines.append(f"    engine.add_instrument({self._instrument(instrument)})")
        lines += self._component_lines()
        return "\n".join([*lines, "    node.run()", "    return engine"])

    def _component_lines(self) -> list[str]:
        request = self._request
        kinds = [
            ("Actor", "actors", "add_actor", given(request.actors, [])),
            ("Strategy", "strategies", "add_strategy", request.strategies),
            ("ExecAlgorithm", "exec_algorithms", "add_exec_algorithm", given(request.exec_algorithms, [])),
        ]
        return [
            *(line for synthetic in self._synthetics for line in self._statement(self._synthetic(synthetic))),
            *(
                line
                for kind, field, method, items in kinds
                for index, item in enumerate(items)
                for line in self._statement(call(f"engine.{method}", self._made(item, kind, f"{field}[{index}]")))
            ),
        ]

    def _synthetic(self, synthetic: SyntheticInstrument) -> Expression:
        values = {
            "symbol": synthetic.id.symbol,
            "price_precision": synthetic.price_precision,
            "components": synthetic.components,
            "formula": synthetic.formula,
            "ts_event": 0,
            "ts_init": 0,
        }
        made = {name: self._writer.value(value) for name, value in values.items()}
        return call("engine.cache.add_synthetic", call(self._writer.use(SyntheticInstrument), **made))

    def _made(self, item: Importable, kind: str, path: str) -> Expression:
        """Return the construction of what an item names, as the run made it."""
        found = self._sources.load(item.source, kind, f"{path}.source")
        if found.__module__.startswith("workspace_"):
            raise UnwritableError(f"{item.source}, a file whose name another module has")
        name = self._writer.use(found)
        values = given(item.config, {})
        if not takes_config(found):
            return call(name)
        config_class = find_config_class(self._sources, found, item, path)
        config = parse_config(config_class, values, f"{path}.config", self._workspace)
        for field, value in values.items():
            table = getattr(config, field, None)
            if isinstance(value, dict) and isinstance(table, pd.DataFrame):
                self._writer.place_table(table, str(value["file"]))
        with self._sources.user_code.running("run"):
            try:
                found(config=config)
            except TypeError as error:
                if "unexpected keyword argument 'config'" not in str(error):
                    raise
                return call(name, **{field: self._writer.value(value) for field, value in config.dict().items()})
        return call(name, config=self._writer.config(config))

    def _add_venue(self, venue: VenuePlan, index: int) -> Expression:
        arguments = {
            name: self._writer.value(value)
            for name, value in venue.add_arguments().items()
            if name not in venue.objects and not (name == "leverages" and not value)
        }
        for field, kind in MODELS.items():
            if (item := given(getattr(venue.request, field))) is not None:
                arguments[field] = self._made(item, kind, f"venues[{index}].{field}")
        if (modules := given(venue.request.modules)) is not None:
            made = [
                self._made(item, "SimulationModule", f"venues[{index}].modules[{position}]")
                for position, item in enumerate(modules)
            ]
            arguments["modules"] = scripttext.listed(made)
        return call("engine.add_venue", **arguments)

    def _engine_config(self) -> Expression:
        parsed = parse_config(BacktestEngineConfig, given(self._request.engine, {}), "engine", self._workspace)
        fields = {name: getattr(parsed, name) for name in parsed.__struct_fields__}
        return self._writer.config(BacktestEngineConfig(**{**fields, "logging": LoggingConfig(log_level="ERROR")}))

    def _datum(self, index: int, data: Any) -> Expression:
        item = self._request.data[index]
        if isinstance(data, CustomFile):
            raise UnwritableError(f"{item.file}, a file of custom data: import it into a catalog first")
        if isinstance(data, Selection | CustomSelection):
            arguments = {name: self._asked(name, value) for name, value in data.query().items()}
            return call(f"{self._stores[data.catalog.location]}.query", **arguments)
        if isinstance(data, FileData):

            def reopen() -> FileData:
                found = open_file(item, f"data[{index}]", self._workspace, self._instruments)
                return found if isinstance(found, FileData) else data

            table = TableScript(item, reopen, self._workspace, self._writer)
            return table.expression(self._reader(table), self._instrument(data.instrument))
        return LoaderScript(item, data, self._writer, self._instrument).expression()

    def _asked(self, name: str, value: Any) -> Expression:
        if name == "filter_expr":
            return call(self._writer.use(parse_filters_expr), text(value))
        return self._writer.value(value)

    def _select(self, item: DataItem, path: str, catalog: Catalog) -> Selection | CustomSelection:
        if names_class(given(item.data_type)):
            return CustomSelection(item, path, catalog, self._sources, self._instruments)
        return select(item, path, catalog, self._start, self._end)

    def _reader(self, table: TableScript) -> str:
        """Return the name of the function that reads a table; files written alike share one."""
        body = table.reader()
        name = "read_rows" if not self._readers else f"read_rows_{len(self._readers) + 1}"
        return self._readers.setdefault(body, name)

    def _store(self, catalog: Catalog) -> Expression:
        name = self._writer.use(ParquetDataCatalog)
        if catalog.is_remote:
            store = catalog.store
            return call(name, text(store.path), fs_protocol=text(store.fs_protocol))
        return call(name, self._writer.value(str(Path(catalog.location).resolve())))

    def _instrument(self, instrument: Instrument) -> str:
        """Return the name an instrument has in the script."""
        name = re.sub(r"\W+", "_", str(instrument.id)).strip("_").upper()
        name = f"I_{name}" if name[:1].isdigit() else name
        while self._named.setdefault(name, instrument).id != instrument.id:
            name += "_"
        self._writer.use(type(instrument))
        return name

    def _instrument_lines(self) -> list[str]:
        lines = []
        for name, instrument in self._named.items():
            made = call(f"{self._writer.use(type(instrument))}.from_dict", self._writer.value(as_dict(instrument)))
            lines.append(f"{name} = {render(made, 0, len(name) + 3)}")
        return lines

    def _moment(self, nanoseconds: int) -> Expression:
        return text(pd.Timestamp(nanoseconds, unit="ns", tz="UTC").isoformat())

    def _assigned(self, name: str, value: Expression) -> list[str]:
        return [f"    {name} = {render(value, 4, 7 + len(name))}"]

    def _statement(self, value: Expression) -> list[str]:
        return [f"    {render(value, 4, 4)}"]

    def _places(self) -> str:
        relative = Path(os.path.relpath(self._workspace, Path(self._params.target).parent)).as_posix()
        lines = [f"WORKSPACE = {HERE}" if relative == "." else f"WORKSPACE = ({HERE} / {text(relative)}).resolve()"]
        added = [path for path in sys.path if path not in self._paths]
        if added and self._writer.imports(own=True):
            roots = ", ".join(render(call("str", self._writer.path(path))) for path in added)
            lines.append(f"sys.path[:0] = [{roots}]")
        return "\n".join(lines)

    def _docstring(self) -> str:
        versions = environment.versions()
        needed = f"nautilus_trader {versions['nautilus_trader']} and pandas {versions['pandas']}"
        names = ", ".join(item.source.rpartition(":")[2] for item in self._request.strategies)
        lines = [
            f'"""Backtest of {names}: run {self._params.run_id} as a script on NautilusTrader alone.',
            "",
            f"Made with {needed}. Prints counts, balances and PnL as JSON.",
        ]
        if self._params.modules:
            lines += ["", "The run's own code, with the beginning of its SHA-256:"]
            lines += [f"  {file}  {digest[:12]}" for file, digest in sorted(self._params.modules.items())]
        return "\n".join([*lines, '"""'])

    def _check_code(self) -> None:
        """Warn when the user's code is no longer what ran: the figures may then differ."""
        now = {module.file: module.sha256 for module in identity.identify(self._workspace).modules}
        changed = sorted(file for file, digest in self._params.modules.items() if now.get(file, digest) != digest)
        if changed:
            self.warnings.append(
                Warning(
                    code="CODE_CHANGED",
                    message=f"Changed since the run: {', '.join(changed[:10])}. The script runs the present code.",
                    next_step="The code that ran is in the folder source of the run.",
                )
            )
