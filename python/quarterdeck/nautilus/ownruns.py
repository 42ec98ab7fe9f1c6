"""Runs a script or a BacktestRunConfig of the user's own as it stands."""

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from nautilus_trader.backtest.config import BacktestRunConfig
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.common.component import flush_logger

from quarterdeck.context import Context
from quarterdeck.errors import CancelledByClientError, QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.nautilus.configs import parse_config
from quarterdeck.nautilus.recording import Recorder
from quarterdeck.nautilus.sources import Sources
from quarterdeck.protocol import RunBacktestParams, RunBacktestResult, Warning

FORM = 'Give a file that BacktestRunConfig.json() wrote, or "file.py:NAME", or "module:NAME".'


def run_script(script: str, args: list[str], params: RunBacktestParams, context: Context) -> RunBacktestResult:
    """Run a script as `python script args` would, and keep its runs."""
    workspace = Path(params.workspace).resolve()
    file = (workspace / script).resolve()
    if not file.is_file():
        raise QuarterdeckError(
            "FILE_NOT_FOUND", f"There is no file {script}.", "Give a path relative to the workspace.", path="script"
        )
    sources = Sources(workspace)
    sources.user_code.add(str(file))
    recorder = Recorder(params, context, sources.user_code)
    with recorder.recording():
        try:
            _execute(file, args, workspace)
        except (QuarterdeckError, CancelledByClientError, MemoryError):
            raise
        except SystemExit as leaving:
            if leaving.code not in (None, 0):
                raise QuarterdeckError(
                    "SCRIPT_FAILED",
                    f"The script ended with exit code {leaving.code}.",
                    "See its output in the server's log, and correct it.",
                    path=_shown(sources.user_code.place(leaving)),
                ) from leaving
        except BaseException as error:
            said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise QuarterdeckError(
                "SCRIPT_FAILED",
                f"The script raised {said}.",
                "Correct the line and run again.",
                path=_shown(sources.user_code.place(error)),
                details={"exception": type(error).__name__, "message": str(error)},
            ) from error
        finally:
            flush_logger()
    return recorder.result()


def run_configs(named: str, params: RunBacktestParams, context: Context) -> RunBacktestResult:
    """Run the configs of a file or a module through BacktestNode, and keep their runs."""
    workspace = Path(params.workspace).resolve()
    sources = Sources(workspace)
    os.chdir(workspace)
    configs = _read_file(named, workspace) if named.endswith(".json") else _find(named, sources)
    sources.open_workspace()
    recorder = Recorder(params, context, sources.user_code)
    recorder.warnings.extend(_unheard(configs))
    with recorder.recording(), sources.user_code.running("run"):
        try:
            node = BacktestNode([_strict(config) for config in configs])
            node.run()
            node.dispose()
        finally:
            flush_logger()
    return recorder.result()


def _execute(file: Path, args: list[str], workspace: Path) -> None:
    module = ModuleType("__main__")
    module.__file__ = str(file)
    sys.modules["__main__"] = module
    sys.argv = [str(file), *args]
    sys.path.insert(0, str(file.parent))
    sys.dont_write_bytecode = True
    os.chdir(workspace)
    exec(compile(file.read_bytes(), str(file), "exec", dont_inherit=True), vars(module))


def _read_file(name: str, workspace: Path) -> list[BacktestRunConfig]:
    file = workspace / name
    try:
        values = msgspec.json.decode(file.read_bytes())
    except FileNotFoundError as error:
        raise QuarterdeckError("FILE_NOT_FOUND", f"There is no file {name}.", FORM, path="run_config") from error
    except (OSError, msgspec.DecodeError) as error:
        raise QuarterdeckError(
            "FILE_UNREADABLE", f"{name} cannot be read as JSON: {error}.", FORM, path="run_config"
        ) from error
    if isinstance(values, dict):
        return [_parse(values, "run_config", workspace)]
    if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
        raise QuarterdeckError("INVALID_CONFIG", f"{name} holds no run config.", FORM, path="run_config")
    return [_parse(value, f"run_config[{index}]", workspace) for index, value in enumerate(values)]


def _parse(values: dict[str, Any], path: str, workspace: Path) -> BacktestRunConfig:
    return parse_config(BacktestRunConfig, values, path, workspace)


def _find(named: str, sources: Sources) -> list[BacktestRunConfig]:
    location, _, name = named.rpartition(":")
    if not location or not name.isidentifier():
        raise QuarterdeckError("UNKNOWN_SOURCE", f'"{named}" names no run config.', FORM, path="run_config")
    module = sources.module(location, "run_config")
    found = getattr(module, name, None)
    configs = list(found) if isinstance(found, list | tuple) else [found]
    if not configs or not all(isinstance(config, BacktestRunConfig) for config in configs):
        names = [known for known, value in vars(module).items() if isinstance(value, BacktestRunConfig | list)]
        what = f'has no "{name}"' if found is None else f'has "{name}", which is no BacktestRunConfig'
        raise QuarterdeckError(
            "UNKNOWN_SOURCE", f"{location} {what}.{did_you_mean(name, names)}", FORM, path="run_config"
        )
    return configs


def _unheard(configs: list[BacktestRunConfig]) -> list[Warning]:
    """Warn of `bar_types` that BacktestNode does not heed: it knows Bar only as a class, and JSON has its path."""
    unheard = [data for config in configs for data in config.data if isinstance(data.data_cls, str) and data.bar_types]
    if not unheard or all(config.chunk_size is not None for config in configs):
        return []
    return [
        Warning(
            code="BAR_TYPES_IGNORED",
            message="BacktestNode ignores bar_types where data_cls is a path, as in JSON, and reads all bars it finds "
            "for each such item.",
            next_step='Name the config as "file.py:NAME", with data_cls=Bar; or give data items to run_backtest.',
        )
    ]


def _strict(config: BacktestRunConfig) -> BacktestRunConfig:
    """Return a config whose failure is raised rather than logged."""
    fields = {name: getattr(config, name) for name in config.__struct_fields__}
    return BacktestRunConfig(**{**fields, "raise_exception": True})


def _shown(place: object) -> str | None:
    return None if place is None else str(place)


def run_own(params: RunBacktestParams, context: Context) -> RunBacktestResult | None:
    """Run what the request brings ready made; None when it says itself what to run."""
    script, run_config = given(params.request.script), given(params.request.run_config)
    if script is not None:
        return run_script(script, given(params.request.args, []), params, context)
    if run_config is not None:
        return run_configs(run_config, params, context)
    return None
