"""A node whose state and messages go to a real Redis server, where there is one."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ENVIRONMENT, EngineError, Worker
from nodes import Node, running, start_params
from test_node_keeping import killed

PASSWORD = "a-secret-of-this-test"
SERVER = shutil.which("redis-server")

pytestmark = pytest.mark.skipif(SERVER is None, reason="there is no redis-server on the PATH")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--requirepass",
        PASSWORD,
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    with subprocess.Popen([str(SERVER), *settings], cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(400):
                if _answers(port):
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.kill()


def _answers(port: int) -> bool:
    try:
        return b"+PONG" in ask(port, "PING")
    except OSError:
        return False


def ask(port: int, *words: str) -> bytes:
    """Send one command to the server, after the password; return what it says, up to 64 kB."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for command in ("AUTH", PASSWORD), words:
            parts = "".join(f"${len(word)}\r\n{word}\r\n" for word in command)
            connection.sendall(f"*{len(command)}\r\n{parts}".encode())
            time.sleep(0.05)
        return connection.recv(65536)


def engine(port: int) -> dict[str, Any]:
    database = {
        "type": "redis",
        "host": "127.0.0.1",
        "port": port,
        "username": "default",
        "password_env": "REDIS_TEST_PASSWORD",
    }
    return {
        "cache": {"database": database, "buffer_interval_ms": 5},
        "message_bus": {
            "database": database,
            "encoding": "json",
            "stream_per_topic": False,
        },
    }


def test_state_comes_back_from_redis_and_messages_are_in_its_stream(
    tmp_path: Path, redis: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRONMENT, "REDIS_TEST_PASSWORD", PASSWORD)
    node = Node(tmp_path, engine=engine(redis))
    first = node.order(client_order_id="in", wait_for="closed")
    assert first["status"] == "FILLED"
    node.order(client_order_id="rest", type="LIMIT", price="0.50000")
    time.sleep(0.5)
    assert b"stream" in ask(redis, "KEYS", "*stream*")
    before = node.call("get_account")["accounts"][0]["balances"]
    assert before[0]["total"] != "1000000000"
    killed(node)
    assert not (tmp_path / "node" / "journal.jsonl").exists()

    with running(tmp_path, engine=engine(redis)) as again:
        assert again.call("get_account")["accounts"][0]["balances"] == before
        repeated = again.order(client_order_id="in", wait_for="closed")
        assert (repeated["status"], repeated["repeated"]) == ("FILLED", True)
        assert again.call("list_orders")["total"] == 2
        assert again.call("cancel_order", client_order_id="rest")["status"] == "CANCELED"
        assert again.order(client_order_id="out", side="SELL", quantity="3000", wait_for="closed")["status"] == "FILLED"
        [position] = again.call("list_positions", status="open")["positions"]
        assert position["quantity"] == "7000"
    written = [file for file in tmp_path.rglob("*") if file.is_file() and PASSWORD.encode() in file.read_bytes()]
    assert written == []


def test_a_password_nobody_gave_is_asked_for_by_its_name(tmp_path: Path) -> None:
    worker = Worker("node", stderr=None)
    worker.ready()
    with pytest.raises(EngineError) as caught:
        worker.call("start_node", start_params(tmp_path, engine=engine(1)))
    assert (caught.value.code, caught.value.path) == (
        "CREDENTIALS_MISSING",
        "engine.cache.database.password_env",
    )
    worker.close()
