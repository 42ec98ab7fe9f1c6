"""A node's journal made small: what is open comes back as it was, what is done still answers a retry."""

import hashlib
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from nodes import Node, running
from quarterdeck.trading.compaction import Bounds, write_compacted
from quarterdeck.trading.journal import Journal, Record, read_journal
from quarterdeck.trading.linefile import LineFile, read_lines
from test_node_keeping import killed, state

LARGE = 16 << 20
TIGHT = Bounds(orders=2, positions=1, used=1000)

COMPACT = """
import sys
from functools import partial
from pathlib import Path
from quarterdeck.trading.compaction import Bounds, write_compacted
from quarterdeck.trading.journal import Journal
print("begun", flush=True)
while True:
    Journal(Path(sys.argv[1])).shrink(partial(write_compacted, bounds=Bounds(2, 1, 1000)))
"""


def traded(folder: Path) -> dict[str, Any]:
    """Trade, leave orders of each kind open, and kill the node."""
    node = Node(folder)
    for number in range(4):
        for side in "BUY", "SELL":
            node.order(client_order_id=f"{side}-{number}", side=side, wait_for="closed")
    node.order(client_order_id="held", quantity="7000", wait_for="closed")
    node.order(client_order_id="rest", type="LIMIT", price="0.50000")
    leg = {"instrument_id": "EUR/USD.SIM", "quantity": "1000", "type": "LIMIT"}
    node.call(
        "submit_order_list",
        contingency="OTO",
        orders=[
            {**leg, "client_order_id": "parent", "side": "BUY", "price": "1.50000"},
            {**leg, "client_order_id": "child", "side": "SELL", "price": "1.90000"},
        ],
    )
    before = state(node)
    killed(node)
    return before


def test_a_node_comes_back_from_a_journal_made_small(tmp_path: Path) -> None:
    before = traded(tmp_path)
    path = tmp_path / "node" / "journal.jsonl"
    size = path.stat().st_size
    journal = Journal(path)
    journal.shrink(partial(write_compacted, bounds=TIGHT))
    journal.close()
    assert path.stat().st_size < size * 0.7
    with running(tmp_path) as node:
        after = state(node)
        open_before = {name: row for name, row in before["orders"].items() if name in ("rest", "parent", "child")}
        assert open_before.items() <= after["orders"].items()
        assert "BUY-0" not in after["orders"]
        assert after["balances"] == before["balances"]
        held = [row for row in before["positions"] if row[1] != "FLAT"]
        assert [row for row in after["positions"] if row[1] != "FLAT"] == held
        repeated = node.order(client_order_id="BUY-0", side="BUY", wait_for="closed")
        assert (repeated["status"], repeated["filled_qty"], repeated["repeated"]) == (
            "FILLED",
            "10000",
            True,
        )
        assert node.refusal("submit_order", **order_of("BUY-0", quantity="20000")) == (
            "ORDER_CONFLICT",
            "client_order_id",
        )
        assert state(node) == after
        node.clear()


def order_of(name: str, **fields: str) -> dict[str, str]:
    return {
        "instrument_id": "EUR/USD.SIM",
        "side": "BUY",
        "type": "MARKET",
        "client_order_id": name,
        **fields,
    }


def test_a_kill_leaves_the_journal_as_it_was_or_as_it_is_after(tmp_path: Path) -> None:
    traded(tmp_path)
    path = tmp_path / "node" / "journal.jsonl"
    original = path.read_bytes()
    write_compacted(path, tmp_path / "small", len(original), TIGHT)
    small = (tmp_path / "small").read_bytes()
    whole = {hashlib.sha256(content).hexdigest() for content in (original, small)}
    chance = random.Random(1)
    for _ in range(8):
        path.write_bytes(original)
        command = [sys.executable, "-c", COMPACT, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.random() * 0.02)
            process.kill()
        assert hashlib.sha256(path.read_bytes()).hexdigest() in whole
    Journal(path).close()
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".journal")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be replaced there")
def test_nothing_appended_meanwhile_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    ended = threading.Event()

    def shrink() -> None:
        while not ended.is_set():
            journal.shrink(partial(write_compacted, bounds=TIGHT))

    thread = threading.Thread(target=shrink)
    thread.start()
    for number in range(3000):
        journal.append_bytes("general", f"key-{number % 500}", str(number).encode())
    ended.set()
    thread.join()
    journal.shrink(partial(write_compacted, bounds=TIGHT))
    journal.close()
    assert journal.failure is None
    records: list[Record] = list(read_journal(path))
    assert Counter(record.id for record in records) == Counter(f"key-{number}" for number in range(500))


@pytest.mark.parametrize("replaces_open", [True, False])
def test_a_file_is_replaced_where_open_files_can_be_and_where_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, replaces_open: bool
) -> None:
    monkeypatch.setattr("quarterdeck.trading.linefile.REPLACES_OPEN", replaces_open)
    file = LineFile(tmp_path / "lines")
    for line in (b"one", b"two", b"three"):
        file.append(line, sync=False)
    (tmp_path / "whole").write_bytes(b"short\n")
    file.replace_first(len(b"one\ntwo\n"), tmp_path / "whole")
    file.append(b"four", sync=True)
    assert (tmp_path / "lines").read_bytes() == b"short\nthree\nfour\n"
    assert file.size == (tmp_path / "lines").stat().st_size
    with pytest.raises(OSError, match="nowhere"):
        file.replace_first(0, tmp_path / "nowhere" / "whole")
    file.append(b"five", sync=True)
    file.close()
    assert list(read_lines(tmp_path / "lines")) == [
        b"short",
        b"three",
        b"four",
        b"five",
    ]


def test_a_journal_that_grows_large_is_made_small_while_the_node_trades(
    tmp_path: Path,
) -> None:
    (tmp_path / "node").mkdir()
    path = tmp_path / "node" / "journal.jsonl"
    journal = Journal(path)
    while journal.size < LARGE - 200_000:
        journal.append_bytes("general", "a value that changed often", b"x" * 100_000)
    journal.close()
    node = Node(tmp_path)
    sizes = [path.stat().st_size]
    sent = 0
    while sizes[-1] >= sizes[0] and sent < 500:
        node.order(
            client_order_id=f"N-{sent}",
            side="SELL" if sent % 2 else "BUY",
            wait_for="closed",
        )
        sent += 1
        sizes.append(path.stat().st_size)
    assert max(sizes) > LARGE - 200_000 > 5 * sizes[-1]
    node.order(client_order_id="after", wait_for="closed")
    before = state(node)
    killed(node)
    with running(tmp_path) as again:
        assert state(again) == before
        assert again.order(client_order_id="N-0", wait_for="closed")["repeated"]
        again.clear()
