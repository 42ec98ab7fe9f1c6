"""Data are not written out for lines that no log keeps; the log of a run stays what it was."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import ENVIRONMENT
from quarterdeck.nautilus import debuglines

SCRIPT = Path(__file__).with_name("plain_quotes.py")


def outcome(folder: Path, side: str) -> dict[str, Any]:
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), side], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_the_log_is_the_same_and_nothing_is_written_out_for_nobody(tmp_path: Path) -> None:
    plain, corrected = (outcome(tmp_path / side, side) for side in ("plain", "corrected"))
    # Where this fails, upstream writes out no more: the correction can go.
    assert plain["written"] >= 2000
    assert corrected["applied"]
    assert corrected["written"] == 0
    assert plain["orders"] == corrected["orders"] > 10
    assert len(plain["log"]) > 100
    assert corrected["log"] == plain["log"]


def test_it_is_left_out_once_the_engine_is_there() -> None:
    import nautilus_trader.backtest.engine  # noqa: F401

    assert not debuglines.import_engine()
