"""Orders that were done long ago take no memory, and yet are answered for and are in the session's tables."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import EngineError
from nodes import Node, order, running

COUNT = 2_300
UNDER_WAY = 40
KEPT = 2_000


def test_a_node_keeps_its_latest_orders_in_memory_and_knows_all_of_them(tmp_path: Path) -> None:
    node = Node(tmp_path)
    node.order(client_order_id="rests", type="LIMIT", price="0.50000")
    under: list[int] = []
    for number in range(COUNT):
        side = "SELL" if number % 2 else "BUY"
        asked = order(client_order_id=f"T-{number}", side=side, wait_for="closed", timeout_seconds=40)
        under.append(node.worker.start("submit_order", asked))
        if len(under) == UNDER_WAY:
            assert node.worker.answer(under.pop(0))["status"] == "FILLED"
    for number in under:
        node.worker.answer(number)

    assert node.call("describe_node")["counts"]["orders"] == COUNT + 1
    assert KEPT <= node.call("list_orders", limit=1)["total"] < COUNT
    assert node.call("list_orders", client_order_id="rests")["orders"][0]["status"] == "ACCEPTED"
    again = node.order(client_order_id="T-0", wait_for="closed")
    assert (again["status"], again["filled_qty"], again["repeated"]) == ("FILLED", "10000", True)
    assert node.refusal("submit_order", **order(client_order_id="T-0", quantity="20000"))[0] == "ORDER_CONFLICT"
    with pytest.raises(EngineError, match="done long ago, FILLED"):
        node.call("list_orders", client_order_id="T-0")

    node.call("stop_node", flatten=True, reason="test", timeout_seconds=20)
    counts = node.call("keep_session")["counts"]
    assert (counts["orders"], counts["fills"]) == (COUNT + 1, COUNT)
    rows = {row["client_order_id"]: row for row in pq.read_table(tmp_path / "run" / "orders.parquet").to_pylist()}
    assert {rows[f"T-{number}"]["status"] for number in range(COUNT)} == {"FILLED"}
    assert len(rows) == COUNT + 1
    assert not (tmp_path / "run" / "orders.jsonl").exists()
    assert node.worker.close() == 0

    with running(tmp_path) as later:
        assert later.order(client_order_id="T-0", wait_for="closed")["repeated"]
