"""Scripts and run configs of the user's own: run as they stand, each engine run in them kept."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import ENVIRONMENT, STRATEGIES, EngineError, Worker
from request_forms import BAR_TYPE, FX, SWING, VENUE, backtest

StartWorker = Callable[..., Worker]

SCRIPT = '''
import json
import math
import sys
from pathlib import Path

from market import bars
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
import pandas as pd

from desk.swing import Swing, SwingConfig


class Engine(BacktestEngine):
    """A user's own kind of engine."""


def series(instrument, side, shift):
    rows = bars(7, 600, shift=shift)
    frame = pd.DataFrame(rows, columns=["timestamp", "open", "high", "low", "close", "volume"])
    frame = frame.set_index(pd.to_datetime(frame.pop("timestamp"))).astype(float)
    return BarDataWrangler(BarType.from_str(f"EUR/USD.SIM-1-MINUTE-{side}-EXTERNAL"), instrument).process(frame)


def told(engine):
    result = engine.get_result()
    clean = lambda values: {k: None if v is None or math.isnan(v) else v for k, v in values.items()}
    account = engine.cache.account_for_venue(Venue("SIM"))
    return {
        "orders": result.total_orders,
        "events": result.total_events,
        "iterations": result.iterations,
        "pnl": {code: clean(values) for code, values in result.stats_pnls.items()},
        "returns": clean(result.stats_returns),
        "balance": str(account.balance_total(USD).as_decimal()),
        "asked": [strategy.asked for strategy in engine.trader.strategies()],
        "fills": len(engine.trader.generate_fills_report()),
    }


def main(length, target):
    engine = Engine(config=BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(Venue("SIM"), OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)])
    instrument = TestInstrumentProvider.default_fx_ccy("EUR/USD")
    engine.add_instrument(instrument)
    both = [series(instrument, "BID", 0.0), series(instrument, "ASK", 0.0001)]
    for data in both:
        engine.add_data(data)

    def strategy(length):
        bar_type = BarType.from_str("EUR/USD.SIM-1-MINUTE-BID-EXTERNAL")
        return Swing(SwingConfig(instrument_id=instrument.id, bar_type=bar_type, trade_size=100_000, length=length))

    engine.add_strategy(strategy(length))
    engine.run()
    outcomes = [told(engine)]

    engine.reset()
    engine.clear_strategies()
    engine.add_strategy(strategy(length * 2))
    engine.run(end="2024-03-04T15:00:00")
    outcomes.append(told(engine))

    engine.reset()
    engine.clear_data()
    for part in range(3):
        for data in both:
            engine.add_data(data[part * 200 : part * 200 + 200])
        engine.run(streaming=True)
        engine.clear_data()
    engine.end()
    outcomes.append(told(engine))
    engine.dispose()
    Path(target).write_text(json.dumps([outcomes, Path.cwd().name, __name__, Path(__file__).name]))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
    sys.exit(0)
'''


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    shutil.copytree(STRATEGIES, folder)
    shutil.copy(Path(__file__).parent / "market.py", folder)
    return folder


NOTHING: dict[str, Any] = {"strategies": [], "venues": [], "data": []}


def own(folder: Path, workspace: Path, **request: Any) -> dict[str, Any]:
    params = backtest(folder)
    return {**params, "workspace": str(workspace), "request": {**NOTHING, **request}}


def test_a_script_gives_what_it_gives_plainly(workspace: Path, start_worker: StartWorker, tmp_path: Path) -> None:
    (workspace / "sweep.py").write_text(SCRIPT)
    plain, observed = tmp_path / "plain.json", tmp_path / "observed.json"
    arguments = [sys.executable, "sweep.py", "5", str(plain)]
    subprocess.run(arguments, cwd=workspace, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    params = own(tmp_path, workspace, script="sweep.py", args=["5", str(observed)])
    result = start_worker("run").call("run_backtest", params)
    assert json.loads(observed.read_text()) == json.loads(plain.read_text())

    outcomes = json.loads(plain.read_text())[0]
    runs = [result, *result["more_runs"]]
    folders = [
        Path(params["run_directory"]),
        *(Path(run["directory"]) for run in result["more_runs"]),
    ]
    assert len(runs) == len(outcomes) == 3
    assert outcomes[0]["orders"] > 20
    for run, folder, outcome in zip(runs, folders, outcomes, strict=True):
        assert run["api"] == "engine"
        assert [run["counts"][name] for name in ("orders", "events", "iterations")] == [
            outcome[name] for name in ("orders", "events", "iterations")
        ]
        assert run["balances"][0]["total"] == outcome["balance"]
        for currency, values in outcome["pnl"].items():
            assert {name: run["statistics"]["pnl"][currency][name] for name in values} == values
        assert pq.read_table(folder / "orders.parquet").num_rows == outcome["orders"]
        assert pq.read_table(folder / "equity.parquet").num_rows > 1
        log = (folder / "log.jsonl").read_text().splitlines()
        assert sum("BACKTEST POST-RUN" in line for line in log) == (3 if run is result else 1)
    modules = {module["file"] for module in result["code"]["modules"]}
    assert {"sweep.py", "desk/swing.py"} <= modules
    assert (folders[0] / "source" / "sweep.py").read_text() == SCRIPT


def test_runs_of_a_script_are_measured_against_a_benchmark(
    workspace: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    (workspace / "sweep.py").write_text(SCRIPT)
    wish = {"script": "sweep.py", "args": ["5", str(tmp_path / "told.json")]}
    params = own(tmp_path, workspace, **wish, benchmark={"instrument_id": "EUR/USD.SIM"})
    result = start_worker("run").call("run_backtest", params)
    kept = pq.read_table(Path(params["run_directory"]) / "benchmark.parquet")
    assert set(kept["instrument_id"].to_pylist()) == {"EUR/USD.SIM"}
    assert kept.num_rows > 100
    assert result["statistics"]["further"]["benchmark"]["instrument_id"] == "EUR/USD.SIM"


def test_a_benchmark_a_script_has_no_data_of_is_left_out_with_a_word(
    workspace: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    (workspace / "sweep.py").write_text(SCRIPT)
    wish = {"script": "sweep.py", "args": ["5", str(tmp_path / "told.json")]}
    params = own(tmp_path, workspace, **wish, benchmark={"instrument_id": "EUR/UDS.SIM"})
    result = start_worker("run").call("run_backtest", params)
    assert result["counts"]["orders"] > 20
    (warning,) = [each for each in result["warnings"] if each["code"] == "UNKNOWN_INSTRUMENT"]
    assert "EUR/USD.SIM" in warning["message"]
    params = own(tmp_path, workspace, **wish, benchmark={"file": "none.csv", "instrument": FX, "bar_type": BAR_TYPE})
    with pytest.raises(EngineError) as raised:
        start_worker("run").call("run_backtest", params)
    assert (raised.value.code, raised.value.path) == ("FILE_NOT_FOUND", "benchmark.file")


@pytest.mark.parametrize(
    ("text", "code", "path", "said"),
    [
        ("print('nothing')\n", "SCRIPT_WITHOUT_RUN", None, "BacktestEngine"),
        ("import sys\nsys.exit(3)\n", "SCRIPT_FAILED", "own.py:2", "exit code 3"),
        (
            "def main():\n    1 / 0\nmain()\n",
            "SCRIPT_FAILED",
            "own.py:2",
            "ZeroDivisionError",
        ),
        ("def main(:\n", "SCRIPT_FAILED", "own.py:1", "SyntaxError"),
        (
            "import nowhere_to_be_found\n",
            "SCRIPT_FAILED",
            "own.py:1",
            "nowhere_to_be_found",
        ),
    ],
)
def test_scripts_that_fail(
    text: str,
    code: str,
    path: str | None,
    said: str,
    workspace: Path,
    start_worker: StartWorker,
    tmp_path: Path,
) -> None:
    (workspace / "own.py").write_text(text)
    with pytest.raises(EngineError) as caught:
        start_worker("run").call("run_backtest", own(tmp_path, workspace, script="own.py"))
    assert (caught.value.code, caught.value.path) == (code, path)
    assert said in caught.value.data["message"]


RUN_CONFIG = """
from nautilus_trader.backtest.config import (
    BacktestDataConfig, BacktestEngineConfig, BacktestRunConfig, BacktestVenueConfig,
)
from nautilus_trader.config import ImportableStrategyConfig
from nautilus_trader.model.data import Bar


def config(length):
    return BacktestRunConfig(
        engine=BacktestEngineConfig(
            strategies=[
                ImportableStrategyConfig(
                    strategy_path="desk.swing:Swing",
                    config_path="desk.swing:SwingConfig",
                    config={**SWING, "length": length},
                )
            ]
        ),
        venues=[
            BacktestVenueConfig(
                name="SIM", oms_type="NETTING", account_type="MARGIN", starting_balances=["1000000 USD"]
            )
        ],
        data=[
            BacktestDataConfig(catalog_path=CATALOG, data_cls=Bar, bar_types=[BAR_TYPE.replace("BID", side)])
            for side in ("BID", "ASK")
        ],
    )


ONE = config(5)
TWO = [config(5), config(10)]
NONE = 3
"""


@pytest.fixture
def configured(workspace: Path, shared_run: Worker, tmp_path: Path) -> dict[str, Any]:
    """A workspace with a catalog, `configs.py` and the request that asks for the same."""
    params = backtest(tmp_path, 600)
    catalog = workspace / "catalog"
    shared_run.call(
        "import_data",
        {
            "workspace": str(workspace),
            "catalog": str(catalog),
            "items": params["request"]["data"],
        },
    )
    head = f"CATALOG = {str(catalog)!r}\nBAR_TYPE = {BAR_TYPE!r}\nSWING = {SWING['config']!r}\n"
    (workspace / "configs.py").write_text(head + RUN_CONFIG)
    data = [
        {
            "data_type": "Bar",
            "instrument_id": FX["id"],
            "bar_type": BAR_TYPE.replace("BID", side),
        }
        for side in ("BID", "ASK")
    ]
    strategy = {**SWING, "config": {**SWING["config"], "length": 5}}
    request = {"strategies": [strategy], "venues": [VENUE], "data": data, "api": "node"}
    return {
        **params,
        "workspace": str(workspace),
        "catalog": str(catalog),
        "request": request,
    }


def test_a_run_config_gives_what_the_request_gives(
    configured: dict[str, Any],
    workspace: Path,
    start_worker: StartWorker,
    tmp_path: Path,
) -> None:
    expected = start_worker("run").call("run_backtest", configured)
    assert expected["counts"]["orders"] > 20
    assert expected["counts"]["iterations"] == 1200
    dumped = subprocess.run(
        [sys.executable, "-c", "import configs; print(configs.ONE.json().decode())"],
        cwd=workspace,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    (workspace / "one.json").write_text(dumped.stdout)
    for named in ("one.json", "configs.py:ONE", "configs:TWO"):
        folder = tmp_path / named.replace(":", "-")
        folder.mkdir()
        params = {**own(tmp_path, workspace, run_config=named), "run_directory": str(folder)}
        result = start_worker("run").call("run_backtest", params)
        assert result["api"] == "node"
        codes = [warning["code"] for warning in result["warnings"]]
        if named == "one.json":
            # Of a path to Bar the engine does not know that it means bars, and reads all for each item.
            assert result["counts"]["iterations"] == 2 * expected["counts"]["iterations"]
            assert codes == ["BAR_TYPES_IGNORED"]
            continue
        # Its strategy subscribes to quotes too, of which there are none.
        assert codes == ["SUBSCRIPTION_UNSERVED"]
        for part in ("counts", "balances", "statistics", "commissions"):
            assert result[part] == expected[part], (named, part)
        assert len(result["more_runs"]) == (1 if "TWO" in named else 0)


@pytest.mark.parametrize(
    ("named", "code", "said"),
    [
        ("nowhere.json", "FILE_NOT_FOUND", "nowhere.json"),
        ("broken.json", "FILE_UNREADABLE", "broken.json"),
        ("empty.json", "INVALID_CONFIG", "no run config"),
        ("typo.json", "INVALID_CONFIG", 'Did you mean "venues"'),
        ("trader.json", "INVALID_CONFIG", "hyphen"),
        ("configs.py:NONE", "UNKNOWN_SOURCE", "which is no BacktestRunConfig"),
        ("configs.py:ONES", "UNKNOWN_SOURCE", 'Did you mean "ONE"'),
        ("configs", "UNKNOWN_SOURCE", "names no run config"),
    ],
)
def test_run_configs_that_are_refused(
    named: str,
    code: str,
    said: str,
    configured: dict[str, Any],
    workspace: Path,
    start_worker: StartWorker,
    tmp_path: Path,
) -> None:
    (workspace / "broken.json").write_text("{")
    (workspace / "empty.json").write_text("[]")
    (workspace / "typo.json").write_text('{"venue": [], "data": []}')
    (workspace / "trader.json").write_text('{"venues": [], "data": [], "engine": {"trader_id": "nohyphen"}}')
    with pytest.raises(EngineError) as caught:
        start_worker("run").call("run_backtest", own(tmp_path, workspace, run_config=named))
    assert caught.value.code == code
    assert said in caught.value.data["message"]
