"""The adapters of the installed engine, read from their source: no adapter is imported to be listed."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from quarterdeck.message import optional
from quarterdeck.protocol import Adapter, AdapterField, AdapterPackage, Client, CredentialSet

PACKAGES = {
    "betfair": ("betfair_parser", "betfair"),
    "interactive_brokers": ("ibapi", "ib"),
    "interactive_brokers_pyo3": ("ibapi", "ib"),
    "polymarket": ("py_clob_client_v2", "polymarket"),
}
"""Adapter → the package it needs besides the engine, and the extra of nautilus_trader that brings it."""


def _keys(prefix: str, *more: str) -> tuple[str, ...]:
    return tuple(f"{prefix}_{name}" for name in ("API_KEY", "API_SECRET", *more))


CREDENTIALS: dict[str, dict[str, tuple[str, ...]]] = {
    "architect_ax": {"PRODUCTION": _keys("AX"), "SANDBOX": _keys("AX")},
    "betfair": {"LIVE": ("BETFAIR_USERNAME", "BETFAIR_PASSWORD", "BETFAIR_APP_KEY")},
    "binance": {"LIVE": _keys("BINANCE"), "TESTNET": _keys("BINANCE_TESTNET"), "DEMO": _keys("BINANCE_DEMO")},
    "bitmex": {"MAINNET": _keys("BITMEX"), "TESTNET": _keys("BITMEX_TESTNET")},
    "bybit": {"MAINNET": _keys("BYBIT"), "TESTNET": _keys("BYBIT_TESTNET"), "DEMO": _keys("BYBIT_DEMO")},
    "databento": {"LIVE": ("DATABENTO_API_KEY",)},
    "deribit": {"MAINNET": _keys("DERIBIT"), "TESTNET": _keys("DERIBIT_TESTNET")},
    "dydx": {"MAINNET": ("DYDX_PRIVATE_KEY",), "TESTNET": ("DYDX_TESTNET_PRIVATE_KEY",)},
    "hyperliquid": {"MAINNET": ("HYPERLIQUID_PK",), "TESTNET": ("HYPERLIQUID_TESTNET_PK",)},
    "kraken": {"LIVE": _keys("KRAKEN_SPOT"), "DEMO": _keys("KRAKEN_FUTURES_DEMO")},
    "okx": {"LIVE": _keys("OKX", "API_PASSPHRASE"), "DEMO": _keys("OKX", "API_PASSPHRASE")},
    "polymarket": {"LIVE": _keys("POLYMARKET", "PASSPHRASE", "PK", "FUNDER")},
    "tardis": {"LIVE": ("TARDIS_API_KEY",)},
}
"""Adapter → environment, the real one first → the variables its credentials come from, as its config says."""

TEST_ENVIRONMENTS = frozenset({"TESTNET", "DEMO", "SANDBOX"})


class Missing(NamedTuple):
    """Which variables are not set, and another environment of the adapter whose variables are."""

    names: list[str]
    instead: str | None


def missing(adapter: str, environment: str | None, present: frozenset[str]) -> Missing:
    """Say what an adapter lacks to sign in to an environment, its real one when none is named."""
    environments = CREDENTIALS.get(adapter, {})
    chosen = environment if environment in environments else next(iter(environments), None)
    wanted = environments.get(chosen or "", ())
    absent = [name for name in wanted if name not in present]
    others = (other for other, names in environments.items() if names != wanted and present.issuperset(names))
    return Missing(absent, next(others, None) if absent else None)


def list_adapters(name: str | None = None) -> list[Adapter]:
    """Return all adapters, or one of them with the fields of its configs."""
    return [_describe(folder, fields=name is not None) for folder in _folders() if name is None or folder.name == name]


def _folders() -> Iterator[Path]:
    spec = importlib.util.find_spec("nautilus_trader")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for folder in sorted(Path(place, "adapters").iterdir()):
            # What only simulates is none of the venues there are.
            if (folder / "config.py").is_file() and folder.name != "sandbox" and not folder.name.startswith("_"):
                yield folder


def _describe(folder: Path, *, fields: bool) -> Adapter:
    configs = dict(_configs(folder / "config.py"))
    package = PACKAGES.get(folder.name)
    environments = CREDENTIALS.get(folder.name, {})
    return Adapter(
        name=folder.name,
        data="data" in configs,
        execution="execution" in configs,
        environments=list(environments) if _has_environment(configs) else [],
        test_environments=[each for each in environments if each in TEST_ENVIRONMENTS and _has_environment(configs)],
        credentials=[
            CredentialSet(environment=environment, names=list(names)) for environment, names in environments.items()
        ],
        package=optional(
            None
            if package is None
            else AdapterPackage(
                name=package[0],
                extra=package[1],
                installed=importlib.util.find_spec(package[0]) is not None,
            )
        ),
        fields=optional([field for each in configs.values() for field in each] if fields else None),
    )


def _has_environment(configs: dict[str, list[AdapterField]]) -> bool:
    return any(field.name in ("environment", "network") for each in configs.values() for field in each)


def _configs(file: Path) -> Iterator[tuple[str, list[AdapterField]]]:
    """Read the fields of a file's client configs, those of the engine's base classes left out."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for client, ending in ((Client.data, "DataClientConfig"), (Client.execution, "ExecClientConfig")):
                if node.name.endswith(ending):
                    yield client.value, [_field(client, line) for line in node.body if isinstance(line, ast.AnnAssign)]


def _field(client: Client, line: ast.AnnAssign) -> AdapterField:
    return AdapterField(
        client=client,
        name=ast.unparse(line.target),
        type=ast.unparse(line.annotation),
        default=optional(None if line.value is None else ast.unparse(line.value)),
    )
