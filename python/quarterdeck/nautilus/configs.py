"""Builds what a request names: a class, its config read by NautilusTrader's own rules, an object of it."""

import inspect
import re
import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import nautilus_trader.backtest.config as backtest_config
import pandas as pd
from nautilus_trader.common.config import ActorConfig, NautilusConfig, msgspec_decoding_hook
from nautilus_trader.execution.algorithm import ExecAlgorithm
from nautilus_trader.execution.config import ExecAlgorithmConfig
from nautilus_trader.model.identifiers import (
    AccountId,
    Identifier,
    InstrumentId,
    PositionId,
    StrategyId,
    Symbol,
    TraderId,
)
from nautilus_trader.trading.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.nautilus.identifiers import check_identifier, check_tagged_identifier
from quarterdeck.nautilus.sources import Sources
from quarterdeck.protocol import Importable

TAGGED = (TraderId, StrategyId, AccountId)
UNICODE = (InstrumentId, Symbol, PositionId)
WHERE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<where>[^`]*)`)?$", re.DOTALL)
UNKNOWN_FIELD = re.compile(r"unknown field `(?P<name>[^`]*)`")
MISSING_FIELD = re.compile(r"missing required field `(?P<name>[^`]*)`")


def build(sources: Sources, item: Importable, kind: str, path: str) -> Any:
    """Return an object of the class an item names, made with its config."""
    found = sources.load(item.source, kind, f"{path}.source")
    values = given(item.config, {})
    if not takes_config(found):
        if values:
            raise QuarterdeckError(
                "INVALID_CONFIG",
                f"{found.__name__} takes no config.",
                "Leave config out, or give the class an __init__(self, config).",
                path=f"{path}.config",
            )
        with sources.user_code.running("run"):
            return found()
    config_class = find_config_class(sources, found, item, path)
    config = parse_config(config_class, values, f"{path}.config", sources.workspace)
    with sources.user_code.running("run"):
        try:
            return found(config=config)
        except TypeError as error:
            # Some of NautilusTrader's fill models take the fields of their config one by one.
            if "unexpected keyword argument 'config'" not in str(error):
                raise
            return found(**config.dict())


def takes_config(found: type) -> bool:
    """Whether a class is made from a config; one of native code always is."""
    try:
        parameters = inspect.signature(found).parameters
    except (TypeError, ValueError):
        return True
    variadic = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return "config" in parameters or any(parameter.kind in variadic for parameter in parameters.values())


def find_config_class(sources: Sources, found: type, item: Importable, path: str) -> type[NautilusConfig]:
    """Return the config class: as named, as `__init__` annotates it, else by NautilusTrader's naming."""
    named = given(item.config_path)
    if named is not None:
        config = sources.find(named, f"{path}.config_path")
        if not issubclass(config, NautilusConfig):
            raise QuarterdeckError(
                "WRONG_CLASS",
                f'"{named}" is no config class.',
                "Name a class that derives from StrategyConfig or the config of its kind.",
                path=f"{path}.config_path",
            )
        return config
    return _annotated(found) or _by_name(found) or _of_kind(found)


def parse_config[C: NautilusConfig](config_class: type[C], values: dict[str, Any], path: str, workspace: Path) -> C:
    """Read a config by NautilusTrader's own decoding, its errors told with their place in the request."""
    tables = _Tables(config_class, values, path, workspace)
    try:
        config: C = msgspec.json.decode(msgspec.json.encode(tables.values), type=config_class, dec_hook=tables.decode)
    except msgspec.ValidationError as error:
        raise _explain(error, config_class, path) from error
    except (ValueError, TypeError, RuntimeError, ArithmeticError) as error:
        raise QuarterdeckError(
            "INVALID_CONFIG", f"{config_class.__name__}: {error}.", "Correct the value.", path=path
        ) from error
    tag = getattr(config, "order_id_tag", None)
    if isinstance(tag, str):
        check_identifier(tag, f"{path}.order_id_tag", "order id tag")
    return config


class _Tables:
    """Config values with `{"file": path}` taken out where a table belongs, and put back as tables."""

    def __init__(self, config_class: type[NautilusConfig], values: dict[str, Any], path: str, workspace: Path) -> None:
        self.values = dict(values)
        self._tables: dict[str, pd.DataFrame] = {}
        for field in msgspec.structs.fields(config_class):
            value = values.get(field.encode_name)
            if _is_table(field.type) and isinstance(value, dict) and set(value) == {"file"}:
                token = f"table:{field.name}"
                self._tables[token] = _read_table(str(value["file"]), f"{path}.{field.name}.file", workspace)
                self.values[field.encode_name] = token

    def decode(self, wanted: type, value: Any) -> Any:
        """Decode as NautilusTrader does, after refusing what would abort the process."""
        if wanted is pd.DataFrame and value in self._tables:
            return self._tables[value]
        if isinstance(wanted, type) and issubclass(wanted, Identifier) and isinstance(value, str):
            try:
                if issubclass(wanted, TAGGED):
                    check_tagged_identifier(value, "", wanted.__name__)
                elif not issubclass(wanted, UNICODE):
                    check_identifier(value, "", wanted.__name__)
            except QuarterdeckError as error:
                raise ValueError(error.message) from error
        return msgspec_decoding_hook(wanted, value)


def _is_table(annotation: Any) -> bool:
    return annotation is pd.DataFrame or pd.DataFrame in typing.get_args(annotation)


def _read_table(name: str, path: str, workspace: Path) -> pd.DataFrame:
    file = workspace / name
    if not file.is_file():
        raise QuarterdeckError(
            "FILE_NOT_FOUND", f"There is no file {name}.", "Give a path relative to the workspace.", path=path
        )
    try:
        return pd.read_csv(file)
    except (ValueError, OSError) as error:
        raise QuarterdeckError(
            "FILE_UNREADABLE",
            f"{name} is no CSV table: {error}.",
            "Give a CSV file with a header.",
            path=path,
        ) from error


def _annotated(found: type) -> type[NautilusConfig] | None:
    """Return the class that the nearest Python `__init__` annotates its config with."""
    for owner in found.__mro__:
        init = vars(owner).get("__init__")
        if not isinstance(init, types.FunctionType):
            continue
        try:
            hint = typing.get_type_hints(init).get("config")
        except (NameError, AttributeError, TypeError):
            hint = init.__annotations__.get("config")
        for candidate in (hint, *typing.get_args(hint)):
            if isinstance(candidate, type) and issubclass(candidate, NautilusConfig):
                return candidate
        return None
    return None


def _by_name(found: type) -> type[NautilusConfig] | None:
    for owner in found.__mro__:
        module = inspect.getmodule(owner)
        names = (f"{owner.__name__}Config", f"{owner.__name__.removesuffix('Module')}Config")
        for place in (module, backtest_config):
            for name in names:
                candidate = getattr(place, name, None)
                if isinstance(candidate, type) and issubclass(candidate, NautilusConfig):
                    return candidate
    return None


def _of_kind(found: type) -> type[NautilusConfig]:
    kinds: list[tuple[type, type[NautilusConfig]]] = [(Strategy, StrategyConfig), (ExecAlgorithm, ExecAlgorithmConfig)]
    return next((config for kind, config in kinds if issubclass(found, kind)), ActorConfig)


def _explain(error: msgspec.ValidationError, config_class: type[NautilusConfig], path: str) -> QuarterdeckError:
    matched = WHERE.match(str(error))
    what, where = (matched["what"], matched["where"] or "") if matched else (str(error), "")
    hint = ""
    if unknown := UNKNOWN_FIELD.search(what):
        names = _field_names(config_class) if not where else []
        hint = did_you_mean(unknown["name"], names)
        where = f"{where}.{unknown['name']}"
        what = f"{config_class.__name__} has no field `{unknown['name']}`" if names else what
    elif missing := MISSING_FIELD.search(what):
        where = f"{where}.{missing['name']}"
        if not where.count(".") > 1:
            what = f"{config_class.__name__} needs the field `{missing['name']}`"
    return QuarterdeckError(
        "INVALID_CONFIG",
        f"{what.rstrip('.')}.{hint}",
        f"The fields of {config_class.__name__} are: {', '.join(_field_names(config_class))}.",
        path=f"{path}{where}",
    )


def _field_names(config_class: type[NautilusConfig]) -> list[str]:
    return list(_names(msgspec.structs.fields(config_class)))


def _names(fields: Iterable[msgspec.structs.FieldInfo]) -> Iterable[str]:
    return (field.encode_name for field in fields)
