"""A small client of the engine host, and workspaces to point it at."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HOST = Path(__file__).resolve().parents[2] / "python"
sys.path.insert(0, str(HOST))

STRATEGIES = Path(__file__).parent / "strategies"
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(HOST),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
    # NautilusTrader walks through sets of orders: with another seed the same script may cancel and fill
    # in another order, and end with other numbers.
    "PYTHONHASHSEED": "0",
}


class EngineError(Exception):
    """An error the worker answered."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.number: int = error["code"]
        self.data: dict[str, Any] = error.get("data", {})

    @property
    def code(self) -> str:
        return str(self.data.get("code"))

    @property
    def path(self) -> str | None:
        return self.data.get("path")


class Worker:
    """One worker process, spoken to as the server speaks to it."""

    def __init__(self, role: str, *arguments: str, stderr: int | None = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "quarterdeck", "--role", role, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=ENVIRONMENT,
        )
        self.notifications: list[dict[str, Any]] = []
        self.answers: dict[int, dict[str, Any]] = {}
        self._id = 0

    def ready(self) -> dict[str, Any]:
        return self.wait_for("ready")

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any] | None:
        assert self.process.stdout is not None
        length = None
        while line := self.process.stdout.readline().strip():
            length = int(line.removeprefix(b"Content-Length: "))
        if length is None:
            return None
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message

    def start(self, method: str, params: dict[str, Any]) -> int:
        self._id += 1
        self.send({"id": self._id, "method": method, "params": params})
        return self._id

    def answer(self, request: int) -> dict[str, Any]:
        while request not in self.answers:
            message = self.receive()
            assert message is not None, f"worker ended: {self.process.wait()}"
            if "method" in message:
                self.notifications.append(message)
            else:
                self.answers[message["id"]] = message
        answer = self.answers[request]
        if "error" in answer:
            raise EngineError(answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        return self.answer(self.start(method, params))

    def wait_for(self, method: str) -> dict[str, Any]:
        while True:
            for message in self.notifications:
                if message["method"] == method:
                    params: dict[str, Any] = message["params"]
                    return params
            received = self.receive()
            assert received is not None, f"worker ended: {self.process.wait()}"
            self.notifications.append(received)

    def told(self, method: str) -> list[dict[str, Any]]:
        return [message["params"] for message in self.notifications if message["method"] == method]

    def close(self) -> int:
        if self.process.stdin:
            self.process.stdin.close()
        try:
            return self.process.wait(timeout=20)
        finally:
            self.process.kill()
            for stream in (self.process.stdout, self.process.stderr):
                if stream:
                    stream.close()


@pytest.fixture
def start_worker() -> Iterator[Callable[..., Worker]]:
    workers: list[Worker] = []

    def start(role: str, *arguments: str, stderr: int | None = subprocess.DEVNULL) -> Worker:
        worker = Worker(role, *arguments, stderr=stderr)
        workers.append(worker)
        worker.ready()
        return worker

    yield start
    for worker in workers:
        worker.close()


@pytest.fixture(scope="session")
def query() -> Iterator[Worker]:
    """A query worker shared by all tests."""
    worker = Worker("query", stderr=subprocess.DEVNULL)
    worker.ready()
    yield worker
    assert worker.close() == 0


@pytest.fixture(scope="session")
def shared_run() -> Iterator[Worker]:
    """A run worker for requests that never come to run: imports of files, refusals."""
    worker = Worker("run", stderr=subprocess.DEVNULL)
    worker.ready()
    yield worker
    assert worker.close() == 0
