"""User code that fails, leaves, crashes, hangs or talks: the worker says what happened, or ends."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import ENVIRONMENT, STRATEGIES, EngineError, Worker
from request_forms import SWING, backtest

StartWorker = Callable[..., Worker]


def unruly(folder: Path, name: str, count: int = 300) -> dict[str, Any]:
    return backtest(folder, count, strategies=[{**SWING, "source": f"unruly.py:{name}"}])


def line_of(name: str, text: str) -> str:
    lines = (STRATEGIES / name).read_text().splitlines()
    return f"{name}:{next(index for index, line in enumerate(lines, 1) if text in line)}"


@pytest.mark.parametrize(
    ("name", "code", "where", "handler", "said"),
    [
        ("Raises", "STRATEGY_RAISED", "1 / 0", "on_bar", "ZeroDivisionError: division by zero"),
        ("Recurses", "STRATEGY_RAISED", None, "on_bar", "RecursionError"),
        ("RaisesEarly", "STRATEGY_RAISED", 'LookupError("no such', "__init__", "LookupError: no such thing"),
        ("RaisesOnStart", "STRATEGY_RAISED", "self.instrument.make_qty(1)", "on_start", "AttributeError"),
        ("Exits", "STRATEGY_EXITED", "sys.exit(3)", "on_bar", "SystemExit: 3"),
        ("Interrupts", "STRATEGY_EXITED", "raise KeyboardInterrupt", "on_bar", "KeyboardInterrupt"),
    ],
)
def test_exceptions_are_told_with_their_line(
    name: str, code: str, where: str | None, handler: str, said: str, start_worker: StartWorker, tmp_path: Path
) -> None:
    worker = start_worker("run")
    with pytest.raises(EngineError) as caught:
        worker.call("run_backtest", unruly(tmp_path, name))
    error = caught.value
    assert error.code == code
    assert error.data["type"] == "strategy"
    assert error.data["details"]["handler"] == handler
    assert said in error.data["message"]
    if where is not None:
        assert error.path == line_of("unruly.py", where)


@pytest.mark.parametrize(
    ("source", "text", "code", "path", "said"),
    [
        (
            "broken.py",
            "import desk\n\n\ndef broken(:\n    pass\n",
            "STRATEGY_IMPORT_FAILED",
            "broken.py:4",
            "SyntaxError",
        ),
        ("broken.py", "import nowhere_to_be_found\n", "STRATEGY_IMPORT_FAILED", "broken.py:1", "nowhere_to_be_found"),
        ("broken.py", "from desk.signals import Nothing\n", "STRATEGY_IMPORT_FAILED", "broken.py:1", "Nothing"),
        ("broken.py", "\nraise SystemExit('bye')\n", "STRATEGY_EXITED", "broken.py:2", "bye"),
    ],
)
def test_imports_that_fail(
    source: str, text: str, code: str, path: str, said: str, start_worker: StartWorker, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(STRATEGIES, workspace)
    (workspace / source).write_text(text)
    params = {**backtest(tmp_path, strategies=[{"source": f"{source}:Any"}]), "workspace": str(workspace)}
    with pytest.raises(EngineError) as caught:
        start_worker("run").call("run_backtest", params)
    assert (caught.value.code, caught.value.path) == (code, path)
    assert said in caught.value.data["message"]


@pytest.mark.skipif(sys.platform == "win32", reason="exit codes of signals are those of POSIX")
@pytest.mark.parametrize(("name", "said"), [("Aborts", b"Fatal Python error: Aborted"), ("Panics", b"panicked at")])
def test_a_crash_leaves_its_reason_on_stderr(name: str, said: bytes, start_worker: StartWorker, tmp_path: Path) -> None:
    with (tmp_path / "stderr").open("wb") as stderr:
        worker = start_worker("run", stderr=stderr.fileno())
        request = worker.start("run_backtest", unruly(tmp_path, name))
        with pytest.raises(AssertionError, match="worker ended"):
            worker.answer(request)
    assert worker.process.wait() == -signal.SIGABRT
    assert said in (tmp_path / "stderr").read_bytes()


def test_printing_does_not_reach_the_protocol(start_worker: StartWorker, tmp_path: Path) -> None:
    with (tmp_path / "stderr").open("wb") as stderr:
        worker = start_worker("run", stderr=stderr.fileno())
        result = worker.call("run_backtest", unruly(tmp_path, "Prints"))
    assert result["counts"]["iterations"] == 600
    said = (tmp_path / "stderr").read_text()
    assert all(line in said for line in ("hello", "more", "and more", "from a child"))


def test_an_interrupt_does_not_end_a_run(start_worker: StartWorker, tmp_path: Path) -> None:
    result = start_worker("run").call("run_backtest", unruly(tmp_path, "Signals"))
    assert result["counts"]["iterations"] == 600


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the process ends itself instead")
def test_memory_is_capped(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker("run", "--memory-limit", str(1024**3))
    with pytest.raises(EngineError) as caught:
        worker.call("run_backtest", unruly(tmp_path, "Eats"))
    assert caught.value.code == "OUT_OF_MEMORY"


def test_the_end_of_stdin_ends_a_strategy_that_loops(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker("run", stderr=subprocess.PIPE)
    worker.start("run_backtest", unruly(tmp_path, "Loops"))
    assert worker.process.stderr is not None
    while b"looping" not in worker.process.stderr.readline():
        pass
    assert worker.close() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_the_death_of_the_parent_ends_a_worker(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys, time\n"
        "worker = subprocess.Popen([sys.executable, '-m', 'quarterdeck', '--role', 'query'],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "worker.stdout.readline()\n"
        "print(worker.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=ENVIRONMENT) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


def test_a_run_is_cancelled_between_slices(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker("run")
    request = worker.start("run_backtest", backtest(tmp_path, 20_000))
    while not any(progress["message"] == "Running" for progress in worker.told("progress")):
        message = worker.receive()
        assert message is not None
        worker.notifications.append(message)
    worker.send({"method": "$/cancelRequest", "params": {"id": request}})
    with pytest.raises(EngineError) as caught:
        worker.answer(request)
    assert caught.value.number == -32800


def test_a_run_without_trades_says_so(start_worker: StartWorker, tmp_path: Path) -> None:
    result = start_worker("run").call("run_backtest", unruly(tmp_path, "Silent"))
    assert "NO_TRADES" in [warning["code"] for warning in result["warnings"]]
    assert result["counts"]["orders"] == 0
    assert result["statistics"]["pnl"] == {} or all(
        value is None or value == 0 for values in result["statistics"]["pnl"].values() for value in values.values()
    )
    assert result["balances"] == [
        {"venue": "SIM", "currency": "USD", "total": "1000000", "free": "1000000", "locked": "0"}
    ]


def test_a_run_says_how_far_it_is_and_how_long_it_will_take(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker("run")
    worker.call("run_backtest", unruly(tmp_path, "Slow"))
    told = [one["params"] for one in worker.notifications if one["method"] == "progress"]
    running = [one for one in told if one["message"] == "Running"]
    assert running
    for before, after in pairwise(running):
        assert before["done"] < after["done"] <= after["total"] == 600
        assert before["simulated_time"] < after["simulated_time"]
    assert all(one["events_per_second"] > 0 and one["seconds_left"] >= 0 for one in running)


def test_a_run_that_raised_says_how_far_it_came(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker("run")
    with pytest.raises(EngineError) as caught:
        worker.call("run_backtest", unruly(tmp_path, "Raises"))
    lines = [
        line["message"] for one in worker.notifications if one["method"] == "log" for line in one["params"]["lines"]
    ]
    assert [line for line in lines if "the last words of this strategy" in line]
    # The hundredth bar of both sides' minutes is the fiftieth minute's.
    funnel = json.loads((tmp_path / "run" / "funnel.json").read_text())
    [component] = funnel["components"]
    bars = component["subscriptions"][0]
    assert (bars["kind"], bars["handler"], bars["handler_calls"]) == ("bars", "on_bar", 100)
    assert bars["last"] == caught.value.data["details"]["simulated_time"]
    assert [(row["type"], row["count"]) for row in funnel["data"]] == [("Bar", 300), ("Bar", 300)]


def test_a_script_that_raised_says_how_far_it_came(start_worker: StartWorker, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(STRATEGIES, workspace)
    (workspace / "script.py").write_text(
        "import unruly\n"
        "from nautilus_trader.backtest.engine import BacktestEngine\n"
        "from nautilus_trader.common.actor import Actor\n\n\n"
        "class Late(Actor):\n"
        "    def on_start(self):\n"
        "        raise LookupError('nothing here')\n\n\n"
        "engine = BacktestEngine()\n"
        "engine.add_actor(Late())\n"
        "engine.run()\n"
    )
    request = {"script": "script.py", "strategies": [], "venues": [], "data": []}
    params = {**backtest(tmp_path), "workspace": str(workspace), "request": request}
    with pytest.raises(EngineError) as caught:
        start_worker("run").call("run_backtest", params)
    assert (caught.value.code, caught.value.path) == ("SCRIPT_FAILED", "script.py:8")
    funnel = json.loads((tmp_path / "run" / "funnel.json").read_text())
    assert [component["id"] for component in funnel["components"]] == ["Late"]
