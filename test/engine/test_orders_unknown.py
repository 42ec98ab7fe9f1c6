"""Orders whose venue does not say what became of them: nothing is guessed, nothing else leaves meanwhile."""

from pathlib import Path
from typing import Any

import pytest
from conftest import EngineError
from nodes import Node, order, running
from test_node_clients import until_state
from test_node_keeping import entries, killed

OWN = """
from pathlib import Path

from nautilus_trader.common.providers import InstrumentProvider
from nautilus_trader.live.config import LiveExecClientConfig
from nautilus_trader.live.execution_client import LiveExecutionClient
from nautilus_trader.live.factories import LiveExecClientFactory
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import AccountId, ClientId, Venue
from nautilus_trader.model.objects import AccountBalance, Currency, Money

USD = Currency.from_str("USD")
HERE = Path(__file__).parent


class OwnExecConfig(LiveExecClientConfig, frozen=True):
    pass


class OwnExecClient(LiveExecutionClient):
    async def _connect(self):
        self._set_account_id(AccountId("OWN-001"))
        money = Money(1_000_000, USD)
        balance = AccountBalance(money, Money(0, USD), money)
        self.generate_account_state([balance], [], True, self._clock.timestamp_ns())
        self._set_connected(True)

    async def _disconnect(self):
        self._set_connected(False)

    async def _submit_order(self, command):
        with (HERE / "sent").open("a") as file:
            file.write(command.order.client_order_id.value + "\\n")
        order = command.order
        self.generate_order_submitted(
            order.strategy_id, order.instrument_id, order.client_order_id, self._clock.timestamp_ns()
        )

    async def generate_order_status_report(self, command):
        if not (HERE / "answers").exists():
            raise ConnectionError("nobody answers")
        return None

    async def is_absent(self, order):
        return True

    async def generate_order_status_reports(self, command):
        return []

    async def generate_fill_reports(self, command):
        return []

    async def generate_position_status_reports(self, command):
        return []


class OwnExecFactory(LiveExecClientFactory):
    @staticmethod
    def create(loop, name, config, msgbus, cache, clock):
        return OwnExecClient(
            loop=loop, client_id=ClientId(name), venue=Venue("OWN"), oms_type=OmsType.NETTING,
            account_type=AccountType.MARGIN, base_currency=USD, msgbus=msgbus, cache=cache, clock=clock,
            instrument_provider=InstrumentProvider(),
        )
"""
PROFILE: dict[str, Any] = {
    "exec_clients": {
        "OWN": {
            "factory": "own.py:OwnExecFactory",
            "config_path": "own.py:OwnExecConfig",
        }
    },
    "venues": [{"name": "SIM", "starting_balances": ["1000000 USD"]}],
    "instruments": [
        {"template": "fx", "id": "EUR/USD.SIM"},
        {"template": "fx", "id": "EUR/USD.OWN"},
    ],
    "engine": {"timeout_reconciliation": 0.5},
}


def sent(folder: Path) -> list[str]:
    return (folder / "sent").read_text().split()


def test_a_node_is_degraded_and_sends_nothing_until_the_venue_says_what_became_of_an_order(
    tmp_path: Path,
) -> None:
    (tmp_path / "own.py").write_text(OWN)
    node = Node(tmp_path, **PROFILE)
    lost = {"client_order_id": "lost", "instrument_id": "EUR/USD.OWN"}
    assert node.order(**lost, wait_for="submitted")["status"] == "SUBMITTED"
    killed(node)

    with running(tmp_path, **PROFILE) as again:
        assert again.started["state"] == "degraded"
        assert "lost (SUBMITTED, ConnectionError: nobody answers)" in again.started["reason"]
        with pytest.raises(EngineError) as refused:
            again.order(client_order_id="next", instrument_id="EUR/USD.OWN")
        assert refused.value.code == "ORDERS_UNKNOWN"
        assert refused.value.data["next_step"].startswith("Try again with the same client_order_id")
        # What a strategy makes passes no tool, and is held back where all orders pass; other venues' orders are too.
        assert again.refusal("submit_order", **order(client_order_id="elsewhere"))[0] == "ORDERS_UNKNOWN"
        assert sent(tmp_path) == ["lost"]

        (tmp_path / "answers").touch()
        assert until_state(again, "running")["reason"] is None
        assert again.call("list_orders", client_order_id="lost")["orders"][0]["status"] == "REJECTED"
        again.order(client_order_id="next", instrument_id="EUR/USD.OWN", wait_for="submitted")
        assert sent(tmp_path) == ["lost", "next"]
    [established] = entries(tmp_path, "established")
    assert list(established["unknown"]) == ["lost"]


def test_a_stop_that_closes_positions_ends_in_its_time_and_says_what_is_left(
    tmp_path: Path,
) -> None:
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "answers").touch()
    node = Node(tmp_path, **PROFILE)
    assert node.order(wait_for="closed")["status"] == "FILLED"
    node.order(client_order_id="rests", type="LIMIT", price="0.50000")
    node.order(client_order_id="unanswered", instrument_id="EUR/USD.OWN", wait_for="submitted")
    stopped = node.call("stop_node", flatten=True, reason="The day is over.", timeout_seconds=2)
    assert (stopped["closed"], stopped["positions_left"]) == (1, [])
    assert stopped["orders_left"] == ["unanswered"]
    assert stopped["description"]["state"] == "stopped"
    assert node.worker.close() == 0
