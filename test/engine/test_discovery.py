"""Strategies found by reading source alone."""

from pathlib import Path

import pytest
from conftest import STRATEGIES, EngineError, Worker

TRAP = "raise RuntimeError('this file was imported')\n"


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_a_package_with_shared_modules(query: Worker) -> None:
    result = query.call("list_strategies", {"workspace": str(STRATEGIES)})
    assert result["unreadable"] == []
    rows = {row["source"]: row for row in result["strategies"]}
    swing = rows["desk/swing.py:Swing"]
    assert (swing["kind"], swing["config_class"]) == ("strategy", "SwingConfig")
    assert swing["description"] == "Follows the momentum of bars."
    assert {field["name"]: field.get("default") for field in swing["config_fields"]} == {
        "instrument_id": None,
        "bar_type": None,
        "trade_size": None,
        "length": "5",
        "distance": "Decimal('0.00100')",
        "brackets": "True",
    }
    # Indirect, through classes of another file.
    assert rows["unruly.py:Raises"]["config_class"] == "SwingConfig"
    assert "desk/signals.py:Momentum" not in rows
    assert not any("SwingConfig" in source for source in rows)


def test_all_kinds_in_all_ways_of_importing(query: Worker, tmp_path: Path) -> None:
    write(
        tmp_path, "a.py", f"{TRAP}from nautilus_trader.trading.strategy import Strategy as Base\nclass A(Base): pass\n"
    )
    write(tmp_path, "b.py", f"{TRAP}import nautilus_trader.common.actor as na\nclass B(na.Actor): pass\n")
    write(
        tmp_path,
        "c.py",
        f"{TRAP}from nautilus_trader.execution.algorithm import ExecAlgorithm\nclass C(ExecAlgorithm): pass\n",
    )
    write(tmp_path, "src/pkg/__init__.py", "")
    write(tmp_path, "src/pkg/base.py", "from nautilus_trader.trading import Strategy\nclass Base(Strategy): pass\n")
    write(tmp_path, "src/pkg/d.py", f"{TRAP}from . import base\nclass D(base.Base): pass\n")
    write(tmp_path, "e.py", f"{TRAP}from pkg.d import D\nclass E(D): pass\n")
    write(
        tmp_path,
        "f.py",
        f"{TRAP}from nautilus_trader.examples.strategies.ema_cross import EMACross\nclass F(EMACross): pass\n",
    )
    write(tmp_path, "g.py", f"{TRAP}from elsewhere import Strategy\nclass G(Strategy): pass\n")
    rows = query.call("list_strategies", {"workspace": str(tmp_path)})["strategies"]
    kinds = {row["source"]: row["kind"] for row in rows}
    assert kinds == {
        "a.py:A": "strategy",
        "b.py:B": "actor",
        "c.py:C": "exec_algorithm",
        "src/pkg/base.py:Base": "strategy",
        "src/pkg/d.py:D": "strategy",
        "e.py:E": "strategy",
        "f.py:F": "strategy",
    }
    example = next(row for row in rows if row["name"] == "F")
    assert example["config_class"] == "EMACrossConfig"
    assert "fast_ema_period" in [field["name"] for field in example["config_fields"]]


def test_what_is_not_the_workspaces_own_is_left_out(query: Worker, tmp_path: Path) -> None:
    strategy = "from nautilus_trader.trading.strategy import Strategy\nclass S(Strategy): pass\n"
    write(tmp_path, "mine.py", strategy)
    for folder in (".venv/lib", "node_modules/x", ".quarterdeck/runs/1/source", "__pycache__", "my-env"):
        write(tmp_path, f"{folder}/other.py", strategy)
    write(tmp_path, "my-env/pyvenv.cfg", "")
    rows = query.call("list_strategies", {"workspace": str(tmp_path)})["strategies"]
    assert [row["source"] for row in rows] == ["mine.py:S"]


def test_files_that_cannot_be_read_are_listed(query: Worker, tmp_path: Path) -> None:
    write(tmp_path, "broken.py", "x = 1\ndef f(:\n")
    (tmp_path / "binary.py").write_bytes(b"\x00\x01")
    (tmp_path / "latin.py").write_bytes(b"x = '\xe9'\n")
    write(tmp_path, "deep.py", "(" * 5000 + ")" * 5000)
    result = query.call("list_strategies", {"workspace": str(tmp_path)})
    assert sorted(row["file"] for row in result["unreadable"]) == ["binary.py", "broken.py", "deep.py", "latin.py"]
    assert next(row for row in result["unreadable"] if row["file"] == "broken.py")["line"] == 2


def test_classes_that_derive_from_each_other_end(query: Worker, tmp_path: Path) -> None:
    write(tmp_path, "a.py", "from b import B\nclass A(B): pass\n")
    write(tmp_path, "b.py", "from a import A\nclass B(A): pass\nclass C(C): pass\n")
    assert query.call("list_strategies", {"workspace": str(tmp_path)})["strategies"] == []


def test_one_file(query: Worker) -> None:
    result = query.call("list_strategies", {"workspace": str(STRATEGIES), "file": "desk/swing.py"})
    assert [row["name"] for row in result["strategies"]] == ["Swing"]
    with pytest.raises(EngineError) as caught:
        query.call("list_strategies", {"workspace": str(STRATEGIES), "file": "nowhere.py"})
    assert caught.value.code == "FILE_NOT_FOUND"
