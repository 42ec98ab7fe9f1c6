"""What a node keeps: its orders, positions and balances over a kill, its limits and its audit log."""

import json
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import EngineError
from nodes import Node, running
from quarterdeck.trading.audit import verify


def state(node: Node) -> dict[str, Any]:
    orders = node.call("list_orders", limit=500)["orders"]
    return {
        "orders": {order["client_order_id"]: (order["status"], order["filled_qty"]) for order in orders},
        "positions": [
            (position["position_id"], position["side"], position["quantity"], position["realized_pnl"])
            for position in node.call("list_positions")["positions"]
        ],
        "balances": node.call("get_account")["accounts"][0]["balances"],
    }


def entries(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = (folder / "node" / "audit.jsonl").read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]


def killed(node: Node) -> None:
    node.worker.process.kill()
    node.worker.process.wait()
    node.worker.close()


def test_a_killed_node_comes_back_with_its_orders_positions_and_balances(tmp_path: Path) -> None:
    node = Node(tmp_path)
    node.order(client_order_id="in", wait_for="closed")
    node.order(client_order_id="out", side="SELL", quantity="4000", wait_for="closed")
    node.order(client_order_id="rest", type="LIMIT", price="0.50000")
    node.order(client_order_id="stop", type="STOP_MARKET", side="SELL", quantity="6000", trigger_price="0.40000")
    before = state(node)
    killed(node)

    with running(tmp_path) as again:
        assert state(again) == before
        assert before["orders"]["rest"][0] == "ACCEPTED"
        repeated = again.order(client_order_id="in", wait_for="closed")
        assert (repeated["status"], repeated["repeated"]) == ("FILLED", True)
        assert again.call("cancel_order", client_order_id="rest")["status"] == "CANCELED"
        # Its position is of this venue too: closing it fills, and changes the balance.
        again.clear()
        after = state(again)
        assert after["orders"]["stop"][0] == "CANCELED"
        assert all(side == "FLAT" for _, side, _, _ in after["positions"])
        assert after["balances"] != before["balances"]
    assert verify(tmp_path / "node" / "audit.jsonl").problem is None


@pytest.mark.parametrize("seed", range(3))
def test_nothing_acknowledged_is_lost_or_done_twice_when_killed_at_random(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: dict[str, str] = {}
    sent: list[str] = []
    for life in range(2):
        node = Node(tmp_path)
        known = state(node)["orders"]
        assert {name: known[name][0] for name in acknowledged} == acknowledged
        assert not [name for name, (status, _) in known.items() if status in ("SUBMITTED", "INITIALIZED")]
        for number in range(chance.randrange(1, 12)):
            name = f"{life}-{number}"
            kind = chance.choice(({"type": "MARKET"}, {"type": "LIMIT", "price": "0.50000"}))
            acknowledged[name] = node.order(client_order_id=name, quantity="1000", **kind)["status"]
            sent.append(name)
        # One more is on its way when the process ends.
        last = f"{life}-last"
        node.worker.start(
            "submit_order",
            {
                "client_order_id": last,
                "instrument_id": "EUR/USD.SIM",
                "side": "BUY",
                "type": "MARKET",
                "quantity": "1000",
            },
        )
        killed(node)
        sent.append(last)
    with running(tmp_path) as node:
        found = state(node)
        assert {name: found["orders"][name][0] for name in acknowledged} == acknowledged
        filled = sum(float(quantity) for _, quantity in found["orders"].values())
        assert sum(float(quantity) for _, _, quantity, _ in found["positions"]) == filled
        assert set(found["orders"]) <= set(sent)
    counted = [order["client_order_id"] for entry in entries(tmp_path, "command") for order in entry.get("orders", [])]
    assert len(counted) == len(set(counted))


def test_an_order_beyond_a_limit_is_denied_in_words_on_a_margin_account(tmp_path: Path) -> None:
    with running(tmp_path, risk={"max_notional_per_order": "20000"}) as node:
        assert node.order(wait_for="closed")["status"] == "FILLED"
        denied = node.order(quantity="30000", client_order_id="big")
        assert denied["status"] == "DENIED"
        assert "above the limit of 20000 USD per order" in denied["reason"]
        node.clear()
    assert [entry["order"]["client_order_id"] for entry in entries(tmp_path, "refused")] == ["big"]


def test_limits_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as refused:
        Node(tmp_path, risk={"max_notional_per_order": "lots"})
    assert (refused.value.code, refused.value.path) == ("INVALID_CONFIG", "risk")


def test_a_log_that_was_changed_halts_the_node(tmp_path: Path) -> None:
    with running(tmp_path) as node:
        node.order(wait_for="closed")
        node.clear()
    log = tmp_path / "node" / "audit.jsonl"
    log.write_text(log.read_text().replace('"quantity":"10000"', '"quantity":"10001"'))
    with running(tmp_path) as node:
        denied = node.order()
        assert denied["status"] == "DENIED"
        assert "the audit log was changed" in denied["reason"]
    assert [entry["kept"] for entry in entries(tmp_path, "chain_broken")]


def test_a_session_s_run_holds_its_own_orders_and_marks_those_it_found(tmp_path: Path) -> None:
    first = Node(tmp_path)
    first.order(client_order_id="before", wait_for="closed")
    first.order(client_order_id="resting", type="LIMIT", price="0.50000")
    killed(first)
    with running(tmp_path) as again:
        again.order(client_order_id="own", side="SELL", wait_for="closed")
        again.call("stop_node", flatten=False, reason="test", timeout_seconds=10)
        counts = again.call("keep_session")["counts"]
    assert (counts["orders"], counts["fills"]) == (2, 1)
    rows = pq.read_table(tmp_path / "run" / "orders.parquet").to_pylist()
    assert {row["client_order_id"]: row["restored"] for row in rows} == {"resting": True, "own": False}
