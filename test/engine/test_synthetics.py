"""Synthetic instruments of a run: priced by the engine, traded on, and written into its script."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ENVIRONMENT, STRATEGIES, EngineError, Worker
from market import write_quotes
from request_forms import VENUE

SYNTHETIC: dict[str, Any] = {
    "template": "synthetic",
    "id": "BLEND.SYNTH",
    "components": ["EUR/USD.SIM", "GBP/USD.SIM"],
    "formula": "(EUR/USD.SIM + GBP/USD.SIM) / 2",
    "price_precision": 6,
}


def request(folder: Path, synthetic: dict[str, Any]) -> dict[str, Any]:
    data = []
    for seed, pair in ((5, "EUR/USD.SIM"), (6, "GBP/USD.SIM")):
        file = write_quotes(folder / f"{seed}.csv", seed, 300)
        data.append({"file": str(file), "instrument": {"template": "fx", "id": pair}})
    config = {"instrument_id": "EUR/USD.SIM", "synthetic_id": "BLEND.SYNTH"}
    return {
        "strategies": [{"source": "blend.py:Blend", "config": config}],
        "venues": [VENUE],
        "instruments": [synthetic],
        "data": data,
    }


def run(worker: Worker, folder: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    params = {"workspace": str(STRATEGIES), "catalog": str(folder / "none"), "run_id": "run"}
    return worker.call("run_backtest", {**params, "run_directory": str(folder), "request": wanted})


def test_a_run_trades_on_it_and_its_script_gives_the_same(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    wanted = request(tmp_path, SYNTHETIC)
    result = run(start_worker("run"), tmp_path, wanted)
    assert result["counts"]["fills"] > 1
    assert "UNKNOWN_INSTRUMENT" not in [warning["code"] for warning in result["warnings"]]
    funnel = json.loads((tmp_path / "funnel.json").read_text())
    assert [one["of"] for one in funnel["components"][0]["subscriptions"]] == ["EUR/USD.SIM", "BLEND.SYNTH"]
    script = tmp_path / "script.py"
    exported = {"workspace": str(STRATEGIES), "catalog": str(tmp_path / "none"), "run_id": "run", "modules": {}}
    start_worker("run").call("export_script", {**exported, "request": wanted, "target": str(script)})
    environment = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONPATH"}
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["counts"] == result["counts"]
    assert printed["balances"] == result["balances"]


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "another venue": ({"id": "BLEND.SIM"}, "INVALID_INSTRUMENT", "instruments[0].id"),
    "one component": ({"components": ["EUR/USD.SIM"]}, "INVALID_INSTRUMENT", "instruments[0].components"),
    "a component nobody has": ({"components": ["EUR/USD.SIM", "GBP/USB.SIM"], "formula": "EUR/USD.SIM + GBP/USB.SIM"}, "UNKNOWN_INSTRUMENT", "instruments"),
    "a formula of others": ({"formula": "(A + B) / 2"}, "INVALID_INSTRUMENT", "instruments[0].formula"),
    "a field it does not have": ({"formulas": "x"}, "INVALID_INSTRUMENT", "instruments[0].formulas"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused(name: str, shared_run: Worker, tmp_path: Path) -> None:
    change, code, path = REFUSED[name]
    with pytest.raises(EngineError) as caught:
        run(shared_run, tmp_path, request(tmp_path, {**SYNTHETIC, **change}))
    assert (caught.value.code, caught.value.path) == (code, path)


def test_a_catalog_has_no_place_for_it(shared_run: Worker, tmp_path: Path) -> None:
    [item, _] = request(tmp_path, SYNTHETIC)["data"]
    params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": [item]}
    with pytest.raises(EngineError) as caught:
        shared_run.call("import_data", {**params, "instruments": [SYNTHETIC]})
    assert caught.value.code == "UNSUPPORTED"
