"""Checks a strategy without running it: its import, its class, its config."""

import inspect
import sys
import tempfile
from pathlib import Path
from typing import Any

from nautilus_trader.common.config import NautilusConfig

from quarterdeck import identity
from quarterdeck.context import Context
from quarterdeck.message import given
from quarterdeck.mistakes import Known, find_mistakes
from quarterdeck.nautilus.backtest import Backtest
from quarterdeck.nautilus.configs import build, find_config_class, takes_config
from quarterdeck.nautilus.preflight import Finding, as_warnings
from quarterdeck.nautilus.sources import KINDS, Sources
from quarterdeck.protocol import (
    BacktestRequest,
    CheckStrategyParams,
    CheckStrategyResult,
    Problem,
    RunBacktestParams,
    Warning,
)
from quarterdeck.sourcetree import classes_of


def check_strategy(params: CheckStrategyParams, context: Context) -> CheckStrategyResult:
    """Import a strategy and describe its config; `check_config`: also make one; `request`: also plan its run."""
    workspace = Path(params.workspace).resolve()
    sources = Sources(workspace)
    item = params.strategy
    found = sources.load(item.source, "Strategy", "strategy.source")
    config_class = find_config_class(sources, found, item, "strategy")
    if params.check_config:
        build(sources, item, "Strategy", "strategy")
    problems = _problems(found, sources)
    warnings = list(_warnings(found, bool(given(item.config, {}))))
    if (request := given(params.request)) is not None:
        findings = _preflight(params, request, context)
        problems += [
            Problem(code=finding.code, path=finding.path, message=finding.message, next_step=finding.next_step)
            for finding in findings
            if finding.fatal
        ]
        warnings += as_warnings(finding for finding in findings if not finding.fatal)
    return CheckStrategyResult(
        source=item.source,
        class_name=found.__name__,
        config_class=config_class.__name__,
        config_schema=_schema(config_class),
        code=identity.identify(workspace),
        problems=problems,
        warnings=warnings,
    )


def _preflight(params: CheckStrategyParams, request: BacktestRequest, context: Context) -> list[Finding]:
    request.strategies = [params.strategy, *request.strategies]
    with tempfile.TemporaryDirectory() as folder:
        run = RunBacktestParams(
            workspace=params.workspace,
            catalog=given(params.catalog, ""),
            run_id="check",
            run_directory=folder,
            request=request,
        )
        return Backtest(run, context).preflight()


def _problems(found: type, sources: Sources) -> list[Problem]:
    """Return what the source of the class, and of its bases in user code, shows to be wrong."""
    handlers = frozenset(name for kind in KINDS.values() for name in dir(kind) if name.startswith("on_"))
    known = Known(handlers, frozenset(_own_methods(found)))
    problems = []
    for owner in found.__mro__:
        file = getattr(sys.modules.get(owner.__module__), "__file__", None)
        if not isinstance(file, str) or not sources.user_code.is_user(file):
            continue
        shown = sources.user_code.shown(file)
        node = classes_of(Path(file)).get(owner.__name__)
        for code, line, message, next_step in [] if node is None else find_mistakes(node, known):
            problems.append(Problem(code=code, path=f"{shown}:{line}", message=message, next_step=next_step))
    return problems


def _schema(config_class: type[NautilusConfig]) -> dict[str, Any]:
    try:
        schema: dict[str, Any] = config_class.json_schema()
    except (TypeError, RuntimeError):
        # A field of a type that JSON cannot say, such as a table: described by its names alone.
        return {
            "type": "object",
            "properties": {name: {} for name in config_class.__struct_encode_fields__},
            "additionalProperties": False,
        }
    return schema


def _warnings(found: type, has_config: bool) -> list[Warning]:
    warnings = []
    if "on_start" not in _own_methods(found):
        warnings.append(
            Warning(
                code="NO_ON_START",
                message=f"{found.__name__} has no on_start, so it subscribes to no data.",
                next_step="Subscribe in on_start, for example self.subscribe_bars(self.config.bar_type).",
            )
        )
    if not takes_config(found) and not has_config:
        warnings.append(
            Warning(
                code="NO_CONFIG",
                message=f"{found.__name__} takes no config, so nothing of it can be varied.",
                next_step="Give it an __init__(self, config: YourConfig) with a frozen StrategyConfig.",
            )
        )
    return warnings


def _own_methods(found: type) -> set[str]:
    return {
        name
        for owner in found.__mro__
        if not owner.__module__.startswith(("nautilus_trader.trading", "nautilus_trader.common"))
        for name, value in vars(owner).items()
        if inspect.isfunction(value)
    }
