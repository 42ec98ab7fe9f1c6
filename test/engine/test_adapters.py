"""What is said of the engine's adapters is what the engine has."""

import importlib
import inspect
import pkgutil
import re
from typing import Any, get_args

import msgspec
import nautilus_trader.adapters as adapters
import pytest
from nautilus_trader.live.config import LiveExecClientConfig
from quarterdeck.adapters import CREDENTIALS, PACKAGES, list_adapters, missing
from quarterdeck.errors import QuarterdeckError
from quarterdeck.nautilus.node.clients import DATA, EXECUTION, plan_clients
from quarterdeck.nautilus.node.venuefaults import fault_of
from quarterdeck.protocol import NodeClient

NAMES = sorted(
    module.name
    for module in pkgutil.iter_modules(adapters.__path__)
    if module.ispkg and not module.name.startswith("_") and module.name != "sandbox"
)
CREDENTIAL = re.compile(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]*(?:KEY|SECRET|PASSPHRASE|_PK|FUNDER))`")


def config_module(name: str) -> Any:
    return importlib.import_module(f"nautilus_trader.adapters.{name}.config")


def test_all_are_listed() -> None:
    assert [each.name for each in list_adapters()] == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name not in PACKAGES])
def test_fields_environments_and_credentials_are_those_of_its_configs(name: str) -> None:
    (listed,) = list_adapters(name)
    module = config_module(name)
    shown = {(field.client, field.name) for field in listed.fields or []}
    known = {variable for names in CREDENTIALS.get(name, {}).values() for variable in names}
    for config in vars(module).values():
        if not (inspect.isclass(config) and issubclass(config, msgspec.Struct)) or config.__module__ != module.__name__:
            continue
        client = "execution" if issubclass(config, LiveExecClientConfig) else "data"
        if config.__name__.endswith("ClientConfig"):
            assert {field for kind, field in shown if kind == client} <= {
                field.name for field in msgspec.structs.fields(config)
            }
        if client == "execution":
            said = set(CREDENTIAL.findall(config.__doc__ or ""))
            futures = {variable for variable in said if "FUTURES" in variable}
            assert said - futures <= known, "the adapter reads variables that are not listed"
            assert {each.upper() for each in environments(config)} == set(listed.environments)


def environments(config: Any) -> list[str]:
    """Return the words an adapter has for its environments."""
    for field in msgspec.structs.fields(config):
        if field.name in ("environment", "network"):
            for kind in get_args(field.type) or (field.type,):
                if kind is not type(None):
                    values = kind.variants() if hasattr(kind, "variants") else list(getattr(kind, "__members__", ()))
                    words = [str(getattr(value, "name", value)) for value in values]
                    return words or [word for word in dir(kind) if word.isupper()]
    return []


def test_what_is_missing_names_the_variables_and_what_there_is_instead() -> None:
    assert missing("bybit", "TESTNET", frozenset()) == (["BYBIT_TESTNET_API_KEY", "BYBIT_TESTNET_API_SECRET"], None)
    assert missing("bybit", None, frozenset({"BYBIT_DEMO_API_KEY", "BYBIT_DEMO_API_SECRET"})).instead == "DEMO"
    assert missing("bybit", None, frozenset({"BYBIT_API_KEY", "BYBIT_API_SECRET"})).names == []
    assert missing("unknown", None, frozenset()).names == []


@pytest.mark.parametrize("name", NAMES)
def test_each_is_planned_or_refused_with_a_reason(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for names in CREDENTIALS.get(name, {}).values():
        for variable in names:
            monkeypatch.setenv(variable, "a" * 64)
    # It holds for the whole process, and other tests look at the adapter without it.
    monkeypatch.setattr("quarterdeck.nautilus.node.binance.correct", lambda: None)
    (listed,) = list_adapters(name)
    for kind, offered in ((DATA, listed.data), (EXECUTION, listed.execution)):
        if not offered:
            continue
        try:
            (client,) = plan_clients({"V": NodeClient(adapter=name, config={})}, kind, "clients", tmp_path)
        except QuarterdeckError as error:
            assert name in PACKAGES or error.code in ("INVALID_CONFIG", "UNSUPPORTED"), error.message
            if name in PACKAGES:
                assert error.code == "PACKAGE_MISSING"
                assert f"[{PACKAGES[name][1]}]" in error.next_step
        else:
            assert issubclass(client.factory, kind.factory)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("HTTP 401 Unauthorized"), "CREDENTIALS_REFUSED"),
        (ValueError("{'code': -1022, 'msg': 'Signature for this request is not valid.'}"), "CREDENTIALS_REFUSED"),
        (ConnectionRefusedError(111, "Connection refused"), "VENUE_UNREACHABLE"),
        (RuntimeError("error sending request: dns error: failed to lookup address"), "VENUE_UNREACHABLE"),
        (TimeoutError(), "VENUE_UNREACHABLE"),
        (ValueError("'BYBIT_API_KEY' not found in environment"), "CREDENTIALS_MISSING"),
        (KeyError("BETFAIR_USERNAME"), "CREDENTIALS_MISSING"),
        (RuntimeError("account is locked"), "VENUE_NOT_CONNECTED"),
    ],
)
def test_what_an_adapter_raises_is_told_apart(error: Exception, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("BYBIT_API_KEY", "BYBIT_API_SECRET"):
        monkeypatch.delenv(variable, raising=False)
    found = fault_of("V", "bybit", None, error)
    assert found.code == code
    assert found.next_step
