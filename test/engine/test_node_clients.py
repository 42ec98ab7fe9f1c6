"""Clients and engine settings of a profile: what is wrong with them is said before anything is connected."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import EngineError, Worker
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nodes import Node, running, start_params

OWN = """
import asyncio
import os
from pathlib import Path

from nautilus_trader.common.providers import InstrumentProvider
from nautilus_trader.live.config import LiveDataClientConfig
from nautilus_trader.live.data_client import LiveMarketDataClient
from nautilus_trader.live.factories import LiveDataClientFactory
from nautilus_trader.model.identifiers import ClientId, Venue


class OwnConfig(LiveDataClientConfig, frozen=True):
    greeting: str = ""


class OwnClient(LiveMarketDataClient):
    async def _connect(self):
        assert self.greeting == "hello"
        self.create_task(self.follow())

    async def follow(self):
        while True:
            await asyncio.sleep(0.02)
            self._set_connected(not (Path(__file__).parent / "away").exists())

    async def _disconnect(self):
        pass


class OwnFactory(LiveDataClientFactory):
    @staticmethod
    def create(loop, name, config, msgbus, cache, clock):
        client = OwnClient(
            loop=loop, client_id=ClientId(name), venue=Venue("OWN"), msgbus=msgbus, cache=cache, clock=clock,
            instrument_provider=InstrumentProvider(),
        )
        client.greeting = config.greeting or os.environ["OWN_API_SECRET"]
        return client
"""
ZERO = {"id": "BTCUSDT.OWN", "maker_fee": "0", "taker_fee": "0"}
CLIENT = {
    "factory": "own.py:OwnFactory",
    "config_path": "own.py:OwnConfig",
    "config": {"greeting": "hello"},
}


def test_a_factory_of_ones_own_is_connected(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    with running(tmp_path, data_clients={"OWN": CLIENT}) as node:
        [simulated, own] = node.call("describe_node")["venues"]
        assert (simulated["name"], simulated["connected"]) == ("SIM", True)
        assert own == {
            "name": "OWN",
            "kind": "own.py:OwnFactory",
            "connected": True,
            "data": True,
            "execution": False,
            "account_id": None,
        }


LISTED = """
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.test_kit.providers import TestInstrumentProvider


class Listed(InstrumentProvider):
    async def load_all_async(self, filters=None):
        for name in ("BTC", "ETH", "ADA"):
            if not filters or name in filters["bases"]:
                self.add(named(name))

    async def load_ids_async(self, instrument_ids, filters=None):
        for instrument_id in instrument_ids:
            name = instrument_id.symbol.value.removesuffix("USDT")
            if name in ("BTC", "ETH", "ADA"):
                self.add(named(name))


def named(base):
    made = getattr(TestInstrumentProvider, f"{base.lower()}usdt_binance")()
    return type(made).from_dict({**type(made).to_dict(made), "id": f"{base}USDT.OWN"})
"""


def test_a_venue_s_instruments_are_loaded_by_filter_and_by_id(tmp_path: Path) -> None:
    listed = OWN.replace("instrument_provider=InstrumentProvider()", "instrument_provider=Listed()")
    (tmp_path / "own.py").write_text(listed + LISTED)
    with running(tmp_path, data_clients={"OWN": CLIENT}) as node:
        found = node.call("load_instruments", venue="OWN", filters={"bases": ["ETH", "ADA"]})
        assert sorted(found["loaded"]) == ["ADAUSDT.OWN", "ETHUSDT.OWN"]
        assert {"ADAUSDT.OWN", "ETHUSDT.OWN"} <= set(node.call("describe_node")["instruments"])
        assert "BTCUSDT.OWN" not in node.call("describe_node")["instruments"]

        again = node.call("load_instruments", venue="OWN", filters={"bases": ["ETH"]})
        assert (again["loaded"], again["updated"]) == ([], [])
        assert node.call("load_instruments", venue="OWN", instruments=["BTCUSDT.OWN"])["loaded"] == ["BTCUSDT.OWN"]
        assert node.refusal("load_instruments", venue="OWN", instruments=["XYZUSDT.OWN"]) == (
            "UNKNOWN_INSTRUMENT",
            "instruments",
        )
        assert node.refusal("load_instruments", venue="OTHER", filters={})[0] == "VENUE_NOT_CONNECTED"


def test_credentials_of_a_client_that_is_added_reach_it_and_no_log(
    tmp_path: Path,
) -> None:
    (tmp_path / "own.py").write_text(OWN.replace('"hello"', 'os.environ["OWN_API_SECRET"]'))
    with running(tmp_path) as node:
        added = {"venue": "OWN", "data_client": {**CLIENT, "config": {}}}
        assert node.refusal("connect_venue", **added)[0] != ""
        node.call("take_credentials", variables={"OWN_API_SECRET": "spoken-9f2c"})
        connected = node.call("connect_venue", **added)
        assert {venue["name"]: venue["connected"] for venue in connected["venues"]} == {
            "SIM": True,
            "OWN": True,
        }
        node.call("stop_node", flatten=False, reason="It was spoken-9f2c.", timeout_seconds=5)
    logged = (tmp_path / "node" / "audit.jsonl").read_text()
    assert "It was [secret]." in logged
    assert "spoken-9f2c" not in logged


def test_a_venue_that_is_away_makes_the_node_degraded(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    with running(tmp_path, data_clients={"OWN": CLIENT}) as node:
        (tmp_path / "away").touch()
        assert until_state(node, "degraded")["reason"] == "Not connected: OWN."
        (tmp_path / "away").unlink()
        assert until_state(node, "running")["reason"] is None


@pytest.mark.parametrize(
    ("fees", "commission"),
    [({}, "0"), ({"maker_fee": "0.0005", "taker_fee": "0.001"}, "0.001")],
)
def test_fees_nobody_told_are_asked_for_or_warned_of(tmp_path: Path, fees: dict[str, str], commission: str) -> None:
    (tmp_path / "own.py").write_text(OWN)
    free = {
        **TestInstrumentProvider.btcusdt_binance().to_dict(TestInstrumentProvider.btcusdt_binance()),
        **ZERO,
    }
    venue = {"name": "OWN", "starting_balances": ["1000000 USDT"], **fees}
    with running(tmp_path, data_clients={"OWN": CLIENT}, venues=[venue], instruments=[free]) as node:
        warned = [warning["code"] for warning in node.call("describe_node")["warnings"]]
        assert ("FEES_UNKNOWN" in warned) == (not fees)
        node.call("subscribe_market_data", instrument_id=free["id"])
        filled = node.order(instrument_id=free["id"], quantity="1.000000", wait_for="closed")
        paid = float(filled["events"][-1]["commission"].split()[0])
        assert paid == pytest.approx(float(filled["avg_px"]) * float(commission))


def test_a_fee_without_the_other_is_refused(worker: Worker, tmp_path: Path) -> None:
    venue = {"name": "SIM", "starting_balances": ["1 USD"], "maker_fee": "0.001"}
    with pytest.raises(EngineError) as caught:
        worker.call("start_node", start_params(tmp_path, venues=[venue]))
    assert (caught.value.code, caught.value.path) == (
        "INVALID_CONFIG",
        "venues[0].taker_fee",
    )


def until_state(node: Node, state: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while (found := node.call("describe_node"))["state"] != state and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found["state"] == state
    return found


def test_settings_of_the_engine_are_taken(tmp_path: Path) -> None:
    with running(tmp_path, engine={"cache": {"tick_capacity": 7}, "timeout_post_stop": 0.05}) as node:
        assert node.started["state"] == "running"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A worker whose node never comes to be."""
    started = Worker("node", stderr=None)
    started.ready()
    yield started
    assert started.close() == 0


@pytest.mark.parametrize(
    ("code", "path", "profile"),
    [
        (
            "UNKNOWN_SOURCE",
            "data_clients.X.adapter",
            {"data_clients": {"X": {"adapter": "binanse"}}},
        ),
        (
            "UNSUPPORTED",
            "exec_clients.X.adapter",
            {"exec_clients": {"X": {"adapter": "databento"}}},
        ),
        ("INVALID_CONFIG", "data_clients.X", {"data_clients": {"X": {}}}),
        (
            "INVALID_CONFIG",
            "data_clients.X.config.nope",
            {"data_clients": {"X": {"adapter": "binance", "config": {"nope": 1}}}},
        ),
        (
            "WRONG_CLASS",
            "data_clients.X.factory",
            {"data_clients": {"X": {**CLIENT, "factory": "own.py:OwnClient"}}},
        ),
        (
            "PACKAGE_MISSING",
            "data_clients.X.adapter",
            {"data_clients": {"X": {"adapter": "polymarket"}}},
        ),
        (
            "INVALID_CONFIG",
            "engine.risk_engine.bypass",
            {"engine": {"risk_engine": {"bypass": True}}},
        ),
        ("INVALID_CONFIG", "engine.logging", {"engine": {"logging": {}}}),
        ("INVALID_IDENTIFIER", "trader_id", {"trader_id": "nohyphen"}),
        (
            "INVALID_IDENTIFIER",
            "venues[0].name",
            {"venues": [{"name": "é", "starting_balances": ["1 USD"]}]},
        ),
        (
            "UNKNOWN_CURRENCY",
            "venues[0].starting_balances[0]",
            {"venues": [{"name": "SIM", "starting_balances": ["1 NOPE"]}]},
        ),
        ("UNKNOWN_INSTRUMENT", "instruments[0]", {"instruments": ["EUR/USD.SIM"]}),
        ("NO_DATA", "feed.catalog", {"feed": {"kind": "replay"}}),
    ],
)
def test_what_is_wrong_with_a_profile_is_said_with_its_place(
    worker: Worker, tmp_path: Path, code: str, path: str, profile: dict[str, Any]
) -> None:
    (tmp_path / "own.py").write_text(OWN)
    with pytest.raises(EngineError) as caught:
        worker.call("start_node", start_params(tmp_path, **profile))
    assert (caught.value.code, caught.value.path) == (code, path), str(caught.value)
