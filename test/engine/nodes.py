"""Nodes for tests: a simulated venue whose prices stand still after the first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conftest import EngineError, Worker

STILL = 60_000
FX = "EUR/USD.SIM"


def profile(**changes: Any) -> dict[str, Any]:
    return {
        "venues": [{"name": "SIM", "starting_balances": ["1000000000 USD"], "default_leverage": "50"}],
        "instruments": [{"template": "fx", "id": FX}, {"template": "crypto", "id": "BTCUSDT.SIM"}],
        "feed": {"kind": "synthetic", "interval_ms": STILL},
        **changes,
    }


def start_params(folder: Path, **changes: Any) -> dict[str, Any]:
    for name in ("node", "run"):
        (folder / name).mkdir(exist_ok=True)
    return {
        "node": "test",
        "kind": "demo",
        "workspace": str(folder),
        "directory": str(folder / "node"),
        "run_directory": str(folder / "run"),
        "catalog": str(folder / "catalog"),
        # What depends on the time is made when the worker is there.
        "profile": profile(**{name: value() if callable(value) else value for name, value in changes.items()}),
    }


class Node:
    """A node in a worker of its own."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.folder = folder
        self.worker = Worker("node", stderr=None)
        self.worker.ready()
        try:
            self.started = self.call("start_node", **start_params(folder, **changes))
        except BaseException:
            self.worker.close()
            raise

    def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        return self.worker.call(method, params)

    def order(self, **fields: Any) -> dict[str, Any]:
        return self.call("submit_order", **order(**fields))

    def refusal(self, method: str, /, **params: Any) -> tuple[str, str | None]:
        try:
            answer = self.call(method, **params)
        except EngineError as error:
            return error.code, error.path
        raise AssertionError(f"not refused: {answer}")

    def clear(self) -> None:
        """Cancel and close everything."""
        self.call("cancel_all_orders")
        for position in self.call("list_positions", status="open")["positions"]:
            self.call("close_position", position_id=position["position_id"])


def order(**fields: Any) -> dict[str, Any]:
    return {"instrument_id": FX, "side": "BUY", "type": "MARKET", "quantity": "10000", **fields}


@contextmanager
def running(folder: Path, **changes: Any) -> Iterator[Node]:
    node = Node(folder, **changes)
    try:
        yield node
    finally:
        assert node.worker.close() == 0
