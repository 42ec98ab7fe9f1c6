"""The process as its server sees it: start, errors of the protocol, notifications, end."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ENVIRONMENT, EngineError, Worker
from quarterdeck import contract


def test_it_says_that_it_is_ready_and_lives(start_worker: Callable[..., Worker]) -> None:
    worker = start_worker("query")
    ready = worker.ready()
    assert (ready["contract"], ready["role"], ready["pid"]) == (contract.VERSION, "query", worker.process.pid)
    assert worker.wait_for("heartbeat")["rss_bytes"] > 1_000_000
    assert worker.close() == 0


def test_a_query_worker_answers_without_the_engine(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    worker = start_worker("query")
    environment = worker.call("environment", {})
    assert environment["executable"] == sys.executable
    assert environment["nautilus_trader"].startswith("1.")
    worker.call("list_strategies", {"workspace": str(tmp_path)})
    maps = Path(f"/proc/{worker.process.pid}/maps")
    if maps.exists():
        assert "nautilus_trader" not in maps.read_text()


def test_errors_of_the_protocol(query: Worker) -> None:
    for method, params, number in (
        ("nothing", {}, -32601),
        ("run_backtest", {}, -32601),  # not the role's
        ("environment", {"more": 1}, -32602),
        ("list_data", {}, -32602),
        ("list_data", [1], -32602),
    ):
        with pytest.raises(EngineError) as caught:
            query.call(method, params)  # type: ignore[arg-type]
        assert caught.value.number == number
    assert query.call("environment", {})["python"]


def test_what_is_no_json_is_answered(query: Worker) -> None:
    assert query.process.stdin is not None
    for body, number in ((b"{nonsense", -32700), (b"[]", -32600), (b'{"id": 1}', -32600)):
        query.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        query.process.stdin.flush()
        while (message := query.receive()) and "method" in message:
            pass
        assert message is not None
        assert (message["id"], message["error"]["code"]) == (None, number)


def test_a_request_cancelled_before_its_turn_is_not_served(query: Worker, tmp_path: Path) -> None:
    for index in range(300):
        (tmp_path / f"file{index}.py").write_text("x = 1\n" * 200)
    first = query.start("list_strategies", {"workspace": str(tmp_path)})
    second = query.start("environment", {})
    query.send({"method": "$/cancelRequest", "params": {"id": second}})
    query.answer(first)
    with pytest.raises(EngineError) as caught:
        query.answer(second)
    assert caught.value.number == -32800


def test_lost_framing_ends_the_process(start_worker: Callable[..., Worker]) -> None:
    worker = start_worker("query")
    assert worker.process.stdin is not None
    worker.process.stdin.write(b"hello there\r\n\r\n")
    worker.process.stdin.flush()
    assert worker.process.wait() == 1


def test_a_role_is_needed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quarterdeck"], capture_output=True, env=ENVIRONMENT, input=b"", check=False
    )
    assert done.returncode == 2
    assert done.stdout == b""


def test_a_method_of_the_contract_without_a_function_refuses_to_start() -> None:
    script = (
        "from quarterdeck import contract, handlers, methods\n"
        "contract.METHODS['new_method'] = contract.METHODS['environment']\n"
        "methods.check_table()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env={**os.environ, **ENVIRONMENT}, check=False
    )
    assert done.returncode == 1
    assert b"new_method" in done.stderr
