"""Projects of every layout are imported as their own scripts would import them."""

import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from conftest import STRATEGIES, EngineError, Worker
from request_forms import SWING

STRATEGY = (
    "from nautilus_trader.config import StrategyConfig\n"
    "from nautilus_trader.trading.strategy import Strategy\n"
    "{imports}\n"
    "class MineConfig(StrategyConfig, frozen=True):\n"
    "    size: int = VALUE\n"
    "class Mine(Strategy):\n"
    "    def __init__(self, config: MineConfig):\n"
    "        super().__init__(config)\n"
    "    def on_start(self): pass\n"
)


def check(worker: Worker, workspace: Path, source: str, **more: Any) -> dict[str, Any]:
    config = more.pop("config", {})
    return worker.call(
        "check_strategy",
        {
            "workspace": str(workspace),
            "strategy": {"source": source, "config": config, **more},
            "check_config": True,
        },
    )


@pytest.mark.parametrize(
    ("files", "source", "modules"),
    [
        ({"mine.py": "VALUE = 7"}, "mine.py:Mine", ["mine"]),
        ({"mine.py": "from shared import VALUE", "shared.py": None}, "mine.py:Mine", ["mine", "shared"]),
        (
            {"strategies/mine.py": "from lib.shared import VALUE", "lib/shared.py": None},
            "strategies/mine.py:Mine",
            ["lib.shared", "mine"],
        ),
        (
            {"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/mine.py": "from ..shared import VALUE", "pkg/shared.py": None},
            "pkg/sub/mine.py:Mine",
            ["pkg", "pkg.shared", "pkg.sub", "pkg.sub.mine"],
        ),
        (
            {"src/pkg/__init__.py": "", "src/pkg/mine.py": "from pkg.shared import VALUE", "src/pkg/shared.py": None},
            "pkg.mine:Mine",
            ["pkg", "pkg.mine", "pkg.shared"],
        ),
        # A file that is called like a module of Python's own.
        ({"signal.py": "VALUE = 7"}, "signal.py:Mine", ["workspace_signal"]),
    ],
)  # fmt: skip
def test_layouts(
    files: dict[str, str | None],
    source: str,
    modules: list[str],
    start_worker: Callable[..., Worker],
    tmp_path: Path,
) -> None:
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            file.write_text("VALUE = 7\n")
        else:
            file.write_text(STRATEGY.format(imports=text) if "VALUE" in text else text)
    result = check(start_worker("run"), tmp_path, source)
    assert result["class_name"] == "Mine"
    assert [module["module"] for module in result["code"]["modules"]] == modules
    for module in result["code"]["modules"]:
        assert module["sha256"] == sha256((tmp_path / module["file"]).read_bytes()).hexdigest()
    assert "git_commit" not in result["code"]


def test_what_a_check_tells(shared_run: Worker) -> None:
    result = check(shared_run, STRATEGIES, SWING["source"], config=SWING["config"])
    assert (result["class_name"], result["config_class"]) == ("Swing", "SwingConfig")
    schema = result["config_schema"]
    text = str(schema)
    assert all(name in text for name in ("instrument_id", "bar_type", "trade_size", "length"))
    assert result["warnings"] == []
    with pytest.raises(EngineError) as caught:
        check(shared_run, STRATEGIES, SWING["source"], config={**SWING["config"], "length": 0})
    assert (caught.value.code, caught.value.path) == ("INVALID_CONFIG", "strategy.config.length")


def test_the_state_of_the_repository(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(STRATEGY.format(imports="VALUE = 7"))
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "First"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=tmp_path, check=True, capture_output=True, text=True)
    worker = start_worker("run")
    code = check(worker, tmp_path, "mine.py:Mine")["code"]
    assert (code["git_commit"], code["git_dirty"]) == (head.stdout.strip(), False)
    (tmp_path / "notes.txt").write_text("changed")
    assert check(worker, tmp_path, "mine.py:Mine")["code"]["git_dirty"] is True
