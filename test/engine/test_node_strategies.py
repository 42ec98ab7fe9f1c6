"""Strategies in a running node: deployed, edited, replaced, and kept from taking the node with them."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from nodes import FX, Node, order, running

SOURCE = """
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy

from sizes import SIZE


class TestConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId = InstrumentId.from_str("EUR/USD.SIM")
    fail_at: int = -1


class Resting(Strategy):
    def __init__(self, config: TestConfig) -> None:
        super().__init__(config)
        self.ticks = 0

    def on_start(self):
        if self.config.fail_at == 0:
            raise ValueError("no start today")
        instrument = self.cache.instrument(self.config.instrument_id)
        self.subscribe_quote_ticks(instrument.id)
        self.submit_order(
            self.order_factory.limit(
                instrument.id, OrderSide.BUY, instrument.make_qty(SIZE), instrument.make_price(1.05)
            )
        )

    def on_quote_tick(self, tick):
        self.ticks += 1
        self.count(tick)

    def count(self, tick):
        if self.ticks == self.config.fail_at:
            raise RuntimeError("boom")

    def on_stop(self):
        self.log.info("stopped")
"""
RESTING = "strategies/resting.py:Resting"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running(tmp_path_factory.mktemp("node"), feed={"kind": "synthetic", "interval_ms": 50}) as started:
        yield started


@pytest.fixture(autouse=True)
def _project(node: Node) -> Iterator[None]:
    folder = node.folder / "strategies"
    folder.mkdir(exist_ok=True)
    (folder / "resting.py").write_text(SOURCE)
    (folder / "sizes.py").write_text("SIZE = 1000\n")
    yield
    for state in node.call("describe_node")["strategies"]:
        node.call("stop_strategy", strategy_id=state["strategy_id"], remove=True, flatten=True)
    node.clear()


def deploy(node: Node, tag: str, source: str = RESTING, **fields: Any) -> dict[str, Any]:
    config = {"order_id_tag": tag, **fields.pop("config", {})}
    return node.call("deploy_strategy", source=source, config=config, **fields)


def quantities(node: Node, strategy: str) -> list[str]:
    return [row["quantity"] for row in node.call("list_orders", strategy_id=strategy, status="working")["orders"]]


def settled(node: Node, strategy: str) -> list[str]:
    deadline = time.monotonic() + 20
    while not (found := quantities(node, strategy)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def state_of(node: Node, strategy: str) -> dict[str, Any]:
    states: dict[str, dict[str, Any]] = {
        state["strategy_id"]: state for state in node.call("describe_node")["strategies"]
    }
    return states[strategy]


def test_a_strategy_trades_in_its_own_name_and_stops(node: Node) -> None:
    state = deploy(node, "001")
    assert (state["strategy_id"], state["state"], state["reason"]) == ("Resting-001", "RUNNING", None)
    assert settled(node, "Resting-001") == ["1000"]
    stopped = node.call("stop_strategy", strategy_id="Resting-001")
    assert (stopped["state"], stopped["orders"]) == ("STOPPED", 1)
    assert quantities(node, "Resting-001") == []
    assert state_of(node, "Resting-001")["state"] == "STOPPED"


def test_an_edit_anywhere_in_the_project_is_a_new_version(node: Node) -> None:
    first = deploy(node, "001")
    (node.folder / "strategies" / "sizes.py").write_text("SIZE = 2000\n")
    second = deploy(node, "002")
    assert settled(node, "Resting-001") == ["1000"]
    assert settled(node, "Resting-002") == ["2000"]
    assert first["identity"] != second["identity"]


def test_it_is_replaced_while_the_node_runs(node: Node) -> None:
    deploy(node, "001")
    assert settled(node, "Resting-001") == ["1000"]
    (node.folder / "strategies" / "sizes.py").write_text("SIZE = 3000\n")
    (node.folder / "strategies" / "resting.py").write_text("raise ImportError('half written')\n")
    code, path = node.refusal("deploy_strategy", source=RESTING, config={"order_id_tag": "001"}, replace="Resting-001")
    assert (code, path) == ("STRATEGY_IMPORT_FAILED", "strategies/resting.py:1")
    assert quantities(node, "Resting-001") == ["1000"], "the old one goes on"
    (node.folder / "strategies" / "resting.py").write_text(SOURCE)
    assert deploy(node, "001", replace="Resting-001")["state"] == "RUNNING"
    assert settled(node, "Resting-001") == ["3000"]


def test_one_that_raises_is_stopped_and_everything_else_goes_on(node: Node) -> None:
    deploy(node, "001")
    deploy(node, "002", config={"fail_at": 3})
    deadline = time.monotonic() + 20
    while (state := state_of(node, "Resting-002"))["state"] == "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert state["state"] == "STOPPED"
    assert state["reason"] == "on_quote_tick raised RuntimeError: boom."
    while quantities(node, "Resting-002") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert quantities(node, "Resting-002") == []
    assert quantities(node, "Resting-001") == ["1000"]
    assert state_of(node, "Resting-001")["state"] == "RUNNING"
    assert node.call("describe_node")["state"] == "running"
    assert node.order(wait_for="closed")["status"] == "FILLED"


def test_one_that_cannot_start_is_not_there(node: Node) -> None:
    refused = node.refusal("deploy_strategy", source=RESTING, config={"order_id_tag": "001", "fail_at": 0})
    assert refused == ("STRATEGY_RAISED", "strategies/resting.py:22")
    assert node.call("describe_node")["strategies"] == []


@pytest.mark.parametrize(
    ("code", "path", "params"),
    [
        ("UNKNOWN_SOURCE", "source", {"source": "strategies/restin.py:Resting"}),
        ("UNKNOWN_SOURCE", "source", {"source": "strategies/resting.py:Restin"}),
        ("WRONG_CLASS", "source", {"source": "strategies/resting.py:TestConfig"}),
        ("INVALID_CONFIG", "config.fail", {"source": RESTING, "config": {"fail": 1}}),
        ("INVALID_CONFIG", "config.instrument_id", {"source": RESTING, "config": {"instrument_id": "nothing"}}),
        ("STRATEGY_NOT_FOUND", "replace", {"source": RESTING, "replace": "Other-001"}),
    ],
)
def test_what_is_no_strategy_is_refused(node: Node, code: str, path: str, params: dict[str, Any]) -> None:
    assert node.refusal("deploy_strategy", **params) == (code, path)


def test_the_same_id_is_there_once(node: Node) -> None:
    deploy(node, "001")
    assert node.refusal("deploy_strategy", source=RESTING, config={"order_id_tag": "001"}) == (
        "INVALID_CONFIG",
        "config.order_id_tag",
    )
    assert node.refusal("stop_strategy", strategy_id="Resting-009") == ("STRATEGY_NOT_FOUND", "strategy_id")


def test_its_orders_can_be_changed_by_tools_and_its_positions_closed(node: Node) -> None:
    deploy(node, "001")
    settled(node, "Resting-001")
    [row] = node.call("list_orders", strategy_id="Resting-001", status="working")["orders"]
    moved = node.call("modify_order", client_order_id=row["client_order_id"], price="1.20000")
    assert moved["status"] == "FILLED"
    closed = node.call("close_position", instrument_id=FX, strategy_id="Resting-001")
    assert closed["left"] == []
    assert node.refusal("submit_order", **order(reduce_only=True, side="SELL"))[1] == "reduce_only"


RAISING = """
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.trading.strategy import Strategy

FX = InstrumentId.from_str("EUR/USD.SIM")


class RaisingConfig(StrategyConfig, frozen=True):
    where: str


class Raising(Strategy):
    def on_start(self):
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-TICK-MID-INTERNAL"))
        if self.config.where == "tick":
            self.clock.set_timer("often", __import__("datetime").timedelta(milliseconds=50), callback=self.tick)
        if self.config.where == "on_order_filled":
            instrument = self.cache.instrument(FX)
            self.submit_order(self.order_factory.market(FX, OrderSide.BUY, instrument.make_qty(1000)))

    def tick(self, event):
        raise RuntimeError("tick")

    def on_bar(self, bar):
        if self.config.where == "on_bar":
            raise RuntimeError("on_bar")

    def on_order_filled(self, event):
        if self.config.where == "on_order_filled":
            raise RuntimeError("on_order_filled")

    def on_stop(self):
        if self.config.where == "on_stop":
            raise RuntimeError("on_stop")
"""


@pytest.mark.parametrize("where", ["on_bar", "on_order_filled", "tick", "on_stop"])
def test_wherever_it_raises_it_is_stopped_and_says_why(node: Node, where: str) -> None:
    (node.folder / "strategies" / "raising.py").write_text(RAISING)
    deploy(node, "007", "strategies/raising.py:Raising", config={"where": where})
    if where == "on_stop":
        node.call("stop_strategy", strategy_id="Raising-007")
    deadline = time.monotonic() + 20
    while (state := state_of(node, "Raising-007"))["state"] == "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert state["state"] == "STOPPED"
    assert f"RuntimeError: {where}" in str(state["reason"])
    assert node.call("describe_node")["state"] == "running"
