"""Data and execution clients of a profile: adapters that come with the engine, and factories of the user's own."""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import nautilus_trader.adapters as adapters
from nautilus_trader.live.config import LiveDataClientConfig, LiveExecClientConfig
from nautilus_trader.live.factories import LiveDataClientFactory, LiveExecClientFactory

from quarterdeck.adapters import PACKAGES
from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.nautilus.configs import parse_config
from quarterdeck.nautilus.node.venuefaults import unsigned
from quarterdeck.nautilus.sources import Sources
from quarterdeck.protocol import NodeClient

OWN_CREDENTIALS = ("api_key", "private_key", "username")
"""Fields by which a config brings credentials itself."""
SEVERAL_PRODUCTS = ("kraken",)
"""Which variables these take depends on what is traded."""


class Kind(NamedTuple):
    """What a data or an execution client is made from."""

    word: str
    factory: type
    config: type


DATA = Kind("data", LiveDataClientFactory, LiveDataClientConfig)
EXECUTION = Kind("execution", LiveExecClientFactory, LiveExecClientConfig)


class Client(NamedTuple):
    """A client's name, what makes it, and its config."""

    name: str
    adapter: str
    factory: Any
    config: Any


def plan_clients(specs: dict[str, NodeClient], kind: Kind, path: str, workspace: Path) -> list[Client]:
    """Return the clients of one kind, each checked before the engine sees it."""
    return [_plan(name, spec, kind, f"{path}.{name}", workspace) for name, spec in specs.items()]


def adapter_names() -> list[str]:
    """Return the adapters the installed engine comes with."""
    return sorted(module.name for module in pkgutil.iter_modules(adapters.__path__) if not module.name.startswith("_"))


def _plan(name: str, spec: NodeClient, kind: Kind, path: str, workspace: Path) -> Client:
    adapter, source = given(spec.adapter), given(spec.factory)
    if (adapter is None) == (source is None):
        raise QuarterdeckError(
            "INVALID_CONFIG",
            "A client is made by an adapter of the engine or by a factory of one's own.",
            f'Give adapter ({", ".join(adapter_names())}), or factory as "package.module:Factory".',
            path=path,
        )
    if adapter is not None:
        factory = _member(_adapter(adapter, "factories", kind, f"{path}.adapter"), kind.factory, kind, adapter, path)
        config_class = _member(_adapter(adapter, "config", kind, f"{path}.adapter"), kind.config, kind, adapter, path)
        if adapter == "binance" and kind is EXECUTION:
            # Only now: the adapter takes its time to import.
            importlib.import_module("quarterdeck.nautilus.node.binance").correct()
    else:
        sources = Sources(workspace)
        factory = _checked(sources.find(str(source), f"{path}.factory"), kind.factory, f"{path}.factory")
        named = given(spec.config_path)
        config_class = (
            kind.config
            if named is None
            else _checked(sources.find(named, f"{path}.config_path"), kind.config, f"{path}.config_path")
        )
    config: Any = parse_config(config_class, given(spec.config, {}), f"{path}.config", workspace)
    if kind is EXECUTION and adapter is not None:
        _require_credentials(name, adapter, config)
    return Client(name, adapter or str(source), factory, config)


def _require_credentials(name: str, adapter: str, config: Any) -> None:
    """Refuse what is certain to be turned away; some adapters try for half a minute before they say so."""
    if any(getattr(config, field, None) for field in OWN_CREDENTIALS) or adapter in SEVERAL_PRODUCTS:
        return
    environment = getattr(config, "environment", None)
    said = None if environment is None else str(getattr(environment, "name", environment)).upper()
    if (error := unsigned(name, adapter, said)) is not None:
        raise error


def _adapter(name: str, part: str, kind: Kind, path: str) -> ModuleType:
    known = adapter_names()
    if name not in known:
        raise QuarterdeckError(
            "UNKNOWN_SOURCE",
            f'The engine has no adapter "{name}".{did_you_mean(name, known)}',
            f"There are: {', '.join(known)}.",
            path=path,
        )
    try:
        return importlib.import_module(f"{adapters.__name__}.{name}.{part}")
    except ModuleNotFoundError as error:
        missing = error.name or ""
        extra = PACKAGES[name][1] if name in PACKAGES else name
        if missing.startswith(adapters.__name__):
            raise _without(name, kind, path) from None
        raise QuarterdeckError(
            "PACKAGE_MISSING",
            f"The adapter {name} needs the package {missing.partition('.')[0]}, which is not installed.",
            f'Install it, for example with pip install "nautilus_trader[{extra}]".',
            path=path,
        ) from error


def _member(module: ModuleType, base: type, kind: Kind, adapter: str, path: str) -> type:
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, base)
        and value is not base
        and value.__module__ == module.__name__
    ]
    if not found:
        raise _without(adapter, kind, f"{path}.adapter")
    return found[0]


def _without(adapter: str, kind: Kind, path: str) -> QuarterdeckError:
    return QuarterdeckError(
        "UNSUPPORTED",
        f"The adapter {adapter} has no {kind.word} client.",
        "Use another adapter for it, or simulated venues.",
        path=path,
    )


def _checked(found: type, base: type, path: str) -> type:
    if issubclass(found, base):
        return found
    raise QuarterdeckError(
        "WRONG_CLASS",
        f"{found.__name__} is no {base.__name__}.",
        f"Name a class that derives from NautilusTrader's {base.__name__}.",
        path=path,
    )
