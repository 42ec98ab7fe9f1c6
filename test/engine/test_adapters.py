"""What is said of the engine's adapters is what the engine has."""

import asyncio
import importlib.util
import inspect
import os
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import conftest
import msgspec
import nautilus_trader.adapters as adapters
import pytest
from nautilus_trader.live.config import LiveExecClientConfig
from nautilus_trader.live.node import TradingNode
from nodes import Node, start_params
from quarterdeck.adapters import CREDENTIALS, PACKAGES, list_adapters, missing
from quarterdeck.errors import QuarterdeckError
from quarterdeck.nautilus.node.building import plan_node
from quarterdeck.nautilus.node.clients import DATA, EXECUTION, plan_clients
from quarterdeck.nautilus.node.probing import Probe
from quarterdeck.nautilus.node.venuefaults import fault_of
from quarterdeck.protocol import CheckStatus, NodeClient, ProbeVenueParams, StartNodeParams

NAMES = sorted(
    module.name
    for module in pkgutil.iter_modules(adapters.__path__)
    if module.ispkg and not module.name.startswith("_") and module.name != "sandbox"
)
NOWHERE = "http://127.0.0.1:9"
"""Nobody answers at the port that throws away what it is sent."""
CREDENTIAL = re.compile(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]*(?:KEY|SECRET|PASSPHRASE|_PK|FUNDER))`")


def config_module(name: str) -> Any:
    return importlib.import_module(f"nautilus_trader.adapters.{name}.config")


class Stubborn(Probe):
    """A venue on which one step of the check fails."""

    def __init__(self, failing: str, order: Any) -> None:
        self.failing = failing
        self.order = order
        self.done: list[str] = []
        self._kernel = SimpleNamespace(cache=SimpleNamespace(order=lambda _: order))

    async def _step(self, name: str) -> tuple[CheckStatus, str, str | None]:
        self.done.append(name)
        return (CheckStatus.fail if name == self.failing else CheckStatus.ok), name, None

    async def _instruments(self) -> tuple[CheckStatus, str, str | None]:
        return await self._step("instruments")

    async def _market_data(self) -> tuple[CheckStatus, str, str | None]:
        return await self._step("market_data")

    async def _account(self) -> tuple[CheckStatus, str, str | None]:
        return await self._step("account")

    async def _submit(self) -> tuple[CheckStatus, str, str | None]:
        if self.order is not None:
            self._order_id = "O-1"
        return await self._step("submit")

    async def _modify(self) -> tuple[CheckStatus, str, str | None]:
        return await self._step("modify")

    async def _cancel(self) -> tuple[CheckStatus, str, str | None]:
        return await self._step("cancel")

    async def _reconcile(self) -> tuple[CheckStatus, str, str | None]:
        return await self._step("reconcile")


@pytest.mark.parametrize(
    ("failing", "closed", "cancels"),
    [
        ("modify", False, True),
        ("submit", False, True),
        ("submit", True, False),
        ("submit", None, False),
        ("account", None, False),
    ],
)
def test_a_check_leaves_no_order_behind(failing: str, closed: bool | None, cancels: bool) -> None:
    probe = Stubborn(failing, None if closed is None else SimpleNamespace(is_closed=closed))
    rows = asyncio.run(probe.run(ProbeVenueParams(venue="V", order=True)))
    assert ("cancel" in probe.done) == cancels
    assert "reconcile" not in probe.done
    assert len(rows) == 7


@pytest.fixture(autouse=True)
def _adapter_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A correction would hold for the whole process, and other tests look at the adapter without it."""
    monkeypatch.setattr("quarterdeck.nautilus.node.binance.correct", lambda: None)


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
    (listed,) = list_adapters(name)
    for kind, offered in ((DATA, listed.data), (EXECUTION, listed.execution)):
        if not offered:
            continue
        try:
            (client,) = plan_clients({"V": NodeClient(adapter=name, config={})}, kind, "clients", tmp_path)
        except QuarterdeckError as error:
            lacking = name in PACKAGES and importlib.util.find_spec(PACKAGES[name][0]) is None
            assert lacking or error.code in ("INVALID_CONFIG", "UNSUPPORTED"), error.message
            if lacking:
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
        (
            ValueError("error sending request for url (http://venue/authenticate): tcp connect error"),
            "VENUE_UNREACHABLE",
        ),
        (ValueError("bad argument `key`: expected to be 32-characters long"), "CREDENTIALS_REFUSED"),
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


def test_every_adapter_builds_its_clients(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    credentials(monkeypatch)
    monkeypatch.setenv("TARDIS_MACHINE_WS_URL", NOWHERE.replace("http", "ws"))
    built = asyncio.run(built_clients(tmp_path))
    here = [each for each in list_adapters() if each.name not in PACKAGES]
    assert built == {
        (each.name, key)
        for each in here
        for key, offered in (("data_clients", each.data), ("exec_clients", each.execution))
        if offered
    }


async def built_clients(folder: Path) -> set[tuple[str, str]]:
    """Build a node with each client alone, as a profile that says nothing but the adapter's name does."""
    built = set()
    for listed in list_adapters():
        for key, offered in (("data_clients", listed.data), ("exec_clients", listed.execution)):
            if not offered or listed.name in PACKAGES:
                continue
            profile = {key: {"V": {"adapter": listed.name, "config": {}}}}
            params = {**start_params(folder), "kind": "live", "profile": profile}
            plan = plan_node(msgspec.convert(params, StartNodeParams))
            node = TradingNode(plan.config, loop=asyncio.get_running_loop())
            for name, data_factory in plan.data_factories.items():
                node.add_data_client_factory(name, data_factory)
            for name, exec_factory in plan.exec_factories.items():
                node.add_exec_client_factory(name, exec_factory)
            node.build()
            engine = node.kernel.data_engine if key == "data_clients" else node.kernel.exec_engine
            assert [client.value for client in engine.registered_clients] == ["V"], listed.name
            node.kernel.dispose()
            built.add((listed.name, key))
    return built


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node whose environment has credentials for everything."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        credentials(monkeypatch)
        monkeypatch.setattr(conftest, "ENVIRONMENT", {**conftest.ENVIRONMENT, **os.environ})
        started = Node(tmp_path_factory.mktemp("workspace"))
    yield started
    started.worker.process.kill()
    started.worker.close()


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("architect_ax", "base_url_http"),
        ("binance", "base_url_http"),
        ("bitmex", "base_url_http"),
        ("bybit", "base_url_http"),
        ("deribit", "base_url_http"),
        ("dydx", "base_url_http"),
        ("kraken", "base_url_http_spot"),
        ("okx", "base_url_http"),
    ],
)
def test_a_venue_that_is_not_there_is_said_to_be_away(node: Node, name: str, field: str) -> None:
    """Some adapters try for longer than the second they are given here; of those is said that they go on trying."""
    client = {"adapter": name, "config": {field: NOWHERE}}
    code, _ = node.refusal("connect_venue", venue=name.upper(), exec_client=client, timeout_seconds=1.0)
    assert code in ("VENUE_UNREACHABLE", "VENUE_NOT_CONNECTED")
    assert node.call("describe_node")["state"] in ("running", "degraded")


def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set every variable an adapter reads to something of the right shape."""
    for names in CREDENTIALS.values():
        for variable in (each for several in names.values() for each in several):
            monkeypatch.setenv(variable, f"db-{'a' * 29}" if variable.startswith("DATABENTO") else "a" * 64)
