"""A run through the host equals a plain script on the same engine, to the last digit."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import ENVIRONMENT, STRATEGIES, Worker
from market import bars, write_bars, write_quotes

EXTERNAL = "EUR/USD.SIM-1-MINUTE-BID-EXTERNAL"
INTERNAL = "EUR/USD.SIM-5-MINUTE-BID-INTERNAL"
FX = {"template": "fx", "id": "EUR/USD.SIM"}


def strategy(bar_type: str, **more: Any) -> dict[str, Any]:
    return {"instrument_id": "EUR/USD.SIM", "bar_type": bar_type, "trade_size": "100000", **more}


def venue(oms_type: str, *balances: str, base: str | None = None) -> dict[str, Any]:
    return {
        "oms_type": oms_type,
        "starting_balances": list(balances or ["1000000 USD"]),
        **({"base_currency": base} if base else {}),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for seed in (1, 2):
        write_bars(folder / f"bid-{seed}.csv", bars(seed, 1500))
        write_bars(folder / f"ask-{seed}.csv", bars(seed, 1500, shift=0.0001))
        write_quotes(folder / f"quotes-{seed}.csv", seed, 6000)
    return folder


def cases(files: Path) -> dict[str, dict[str, Any]]:
    pair = {"bid_file": str(files / "bid-1.csv"), "ask_file": str(files / "ask-1.csv")}
    both_bars = [
        {"file": str(files / "bid-2.csv"), "bar_type": EXTERNAL},
        {"file": str(files / "ask-2.csv"), "bar_type": EXTERNAL.replace("BID", "ASK")},
    ]
    catalog = str(files / "catalog")
    two = [strategy(INTERNAL, order_id_tag="001"), strategy(INTERNAL, order_id_tag="002", length=9, brackets=False)]
    return {
        "quotes of bars, hedging": {
            "api": "engine", "data": [pair], "venue": venue("HEDGING", base="USD"), "strategies": two,
        },
        "quotes, netting": {
            "api": "engine",
            "data": [{"file": str(files / "quotes-1.csv")}],
            "venue": venue("NETTING"),
            "strategies": [strategy(INTERNAL, length=3)],
        },
        "bars of both sides, netting, a window": {
            "api": "engine",
            "data": both_bars,
            "venue": venue("NETTING", "1000000 USD", "10000 EUR"),
            "strategies": [strategy(EXTERNAL)],
            "start": "2024-03-04T15:00:30Z",
            "end": "2024-03-05T05:00:00Z",
        },
        "node, quotes": {
            "api": "node",
            "catalog": catalog,
            "data": [{"data_type": "QuoteTick", "instrument_id": "EUR/USD.SIM"}],
            "venue": venue("NETTING", base="USD"),
            "strategies": [strategy(INTERNAL, length=3)],
        },
        "node, quotes and bars, streamed, a window": {
            "api": "node",
            "catalog": catalog,
            "data": [
                {"data_type": "QuoteTick", "instrument_id": "EUR/USD.SIM"},
                {"data_type": "Bar", "instrument_id": "EUR/USD.SIM", "bar_type": EXTERNAL},
            ],
            "venue": venue("HEDGING"),
            "strategies": [strategy(EXTERNAL)],
            "chunk_size": 700,
            "start": "2024-03-04T10:00:00Z",
            "end": "2024-03-04T20:00:00Z",
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def plain(files: Path) -> dict[str, dict[str, Any]]:
    """The outcomes of plain scripts, all in one process."""
    importer = Worker("run", stderr=subprocess.DEVNULL)
    importer.ready()
    items = [
        {"file": str(files / "quotes-2.csv"), "instrument": FX},
        {"file": str(files / "bid-2.csv"), "instrument": FX, "bar_type": EXTERNAL},
    ]
    catalog = str(files / "catalog")
    importer.call("import_data", {"workspace": str(files), "catalog": catalog, "items": items})
    importer.close()
    named = cases(files)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("plain.py"))],
        input=json.dumps({"cases": list(named.values())}),
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(named, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", list(cases(Path())))
def test_equals_a_plain_script(
    name: str,
    files: Path,
    plain: dict[str, dict[str, Any]],
    start_worker: Callable[..., Worker],
    tmp_path: Path,
) -> None:
    case, expected = cases(files)[name], plain[name]
    assert len(expected["fills"]) > 20
    assert any(answer not in ("None", "0.00 USD") for answers in expected["asked"] for answer in answers)
    worker = start_worker("run")
    request: dict[str, Any] = {
        "strategies": [{"source": "desk/swing.py:Swing", "config": config} for config in case["strategies"]],
        "venues": [{"name": "SIM", "account_type": "MARGIN", **case["venue"]}],
        "data": [item if case["api"] == "node" else {**item, "instrument": FX} for item in case["data"]],
        **{key: case[key] for key in ("start", "end", "chunk_size") if key in case},
    }
    result = worker.call(
        "run_backtest",
        {
            "workspace": str(STRATEGIES),
            "catalog": case.get("catalog", str(tmp_path / "none")),
            "run_id": "run",
            "run_directory": str(tmp_path),
            "request": request,
        },
    )
    assert result["api"] == case["api"]
    counts = result["counts"]
    for field in ("iterations", "events", "orders", "positions", "trades", "account_events"):
        assert counts[field] == expected[field], field
    assert {balance["currency"]: balance["total"] for balance in result["balances"]} == expected["balances"]
    assert result["commissions"] == expected["commissions"]
    assert result["statistics"]["pnl"] == expected["pnl"]
    assert result["statistics"]["returns"] == expected["returns"]
    fills = pq.read_table(tmp_path / "fills.parquet").to_pylist()
    assert counts["fills"] == len(fills) == len(expected["fills"])
    told = sorted(
        [str(row["ts_event"]), row["client_order_id"], row["last_px"], row["last_qty"], row["commission"]]
        for row in fills
    )
    assert told == sorted(expected["fills"])
    assert [module["module"] for module in result["code"]["modules"]] == ["desk", "desk.signals", "desk.swing"]
    assert (tmp_path / "source" / "desk" / "swing.py").read_bytes() == (STRATEGIES / "desk/swing.py").read_bytes()
    equity = pq.read_table(tmp_path / "equity.parquet").to_pylist()
    assert len(equity) > 5
    last = {row["currency"]: row["equity"] for row in equity}
    assert {code: float(text) for code, text in last.items()} == {
        code: float(text) for code, text in expected["balances"].items()
    }
