"""Real files of each format, imported, listed and run; needs the folder QUARTERDECK_TEST_DATA."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import EngineError, Worker
from test_acceptance import BTC_BARS, BTCUSDT, USDJPY

DATA = os.environ.get("QUARTERDECK_TEST_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="QUARTERDECK_TEST_DATA is not set")

BETFAIR = "betfair-1-166564490.bz2"
# Four of the bars have prices of three decimals.
FINER = {**BTCUSDT, "price_precision": 3, "price_increment": "0.001", "max_price": "1000000.000", "min_price": "0.010"}
EURO_FUTURE = {"template": "future", "id": "6EH4.XCME", "price_precision": 5, "multiplier": "125000"}
FUTURES = {"file": "databento/futures_definition.dbn.zst"}
OPTIONS = {"file": "databento/options_definition.dbn.zst"}
BOOKS = {"file": "databento/orderbooks_definition.dbn.zst"}

type Series = tuple[str, str, int]

FILES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], list[Series]]] = {
    "FX bars of both sides": (
        [{"bid_file": "usdjpy-m1-bid-2013.csv", "ask_file": "usdjpy-m1-ask-2013.csv", "instrument": USDJPY}],
        [],
        [("QuoteTick", "USD/JPY.SIM", 115_044)],
    ),
    "FX quotes": ([{"file": "usdjpy-ticks.csv", "instrument": USDJPY}], [], [("QuoteTick", "USD/JPY.SIM", 1000)]),
    "crypto bars": (
        [{"file": BTC_BARS, "instrument": FINER, "bar_type": "BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL"}],
        [],
        [("Bar", "BTCUSDT.BINANCE", 45_031)],
    ),
    "bars of a future, packed": (
        [
            {
                "file": "6EH4.XCME_1min_bars_20240101_20240131.csv.gz",
                "instrument": EURO_FUTURE,
                "bar_type": "6EH4.XCME-1-MINUTE-LAST-EXTERNAL",
            }
        ],
        [],
        [("Bar", "6EH4.XCME", 29_996)],
    ),
    "crypto trades": (
        [{"file": "btcusdt-trades.parquet", "instrument": BTCUSDT}],
        [],
        [("TradeTick", "BTCUSDT.BINANCE", 2001)],
    ),
    "crypto quotes": (
        [{"file": "btcusdt-quotes.parquet", "instrument": BTCUSDT}],
        [],
        [("QuoteTick", "BTCUSDT.BINANCE", 451)],
    ),
    "a depth snapshot": (
        [{"file": "btcusdt-depth-snap.csv", "instrument": BTCUSDT}],
        [],
        [("OrderBookDelta", "BTCUSDT.BINANCE", 101)],
    ),
    "futures of Databento": (
        [
            {"file": "databento/futures_ohlcv-1m_2024-07-01T23-40_2024-07-02T00-10.dbn.zst"},
            {"file": "databento/futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst"},
        ],
        [FUTURES],
        [("Bar", "ESU4.GLBX", 30), ("Bar", "NQU4.GLBX", 30), ("TradeTick", "ESU4.GLBX", 120)],
    ),
    "options of Databento": (
        [{"file": "databento/options_bbo-1m_2024-05-09T09-55_2024-05-09T10-05.dbn.zst"}],
        [OPTIONS],
        [("QuoteTick", "ESM4 P5230.GLBX", 10), ("QuoteTick", "ESM4 P5250.GLBX", 10)],
    ),
    "an order book of Databento": (
        [{"file": "databento/orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst"}],
        [BOOKS],
        [("OrderBookDelta", "ESM4.GLBX", 13_786)],
    ),
}

VENUES: dict[str, dict[str, Any]] = {
    "SIM": {"starting_balances": ["1000000 USD"]},
    "BINANCE": {"starting_balances": ["10 BTC", "10000000 USDT"], "account_type": "CASH"},
    "XCME": {"starting_balances": ["1000000 USD"]},
    "GLBX": {"starting_balances": ["1000000 USD"]},
    "BETFAIR": {"starting_balances": ["10000 GBP"], "account_type": "BETTING"},
}


def absolute(item: dict[str, Any]) -> dict[str, Any]:
    assert DATA is not None
    paths = ("file", "bid_file", "ask_file")
    return {key: str(Path(DATA) / value) if key in paths else value for key, value in item.items()}


@pytest.mark.parametrize("name", FILES)
def test_is_imported_and_run(name: str, start_worker: Callable[..., Worker], query: Worker, tmp_path: Path) -> None:
    items, instruments, series = FILES[name]
    catalog = str(tmp_path / "catalog")
    params = {
        "workspace": str(tmp_path),
        "catalog": catalog,
        "items": [absolute(item) for item in items],
        "instruments": [absolute(spec) for spec in instruments],
    }
    importer = start_worker("run")
    shown = importer.call("import_data", {**params, "dry_run": True})["imported"]
    assert all(row["detected"]["format"] in ("csv", "parquet", "dbn", "binance") for row in shown)
    result = importer.call("import_data", params)
    assert [(row["data_type"], row["instrument_id"], row["rows"]) for row in result["imported"]] == series
    held = query.call("list_data", {"catalog": catalog})["data"]
    assert {(row["data_type"], row["instrument_id"]) for row in held} == {row[:2] for row in series}
    run_over(items, instruments, series, start_worker, tmp_path, catalog)


def run_over(
    items: list[dict[str, Any]],
    instruments: list[dict[str, Any]],
    series: list[Series],
    start_worker: Callable[..., Worker],
    folder: Path,
    catalog: str,
) -> None:
    """Run over the files and over the catalog: both see every row."""
    venue = series[0][1].rpartition(".")[2]
    book = "L3_MBO" if series[0][0] == "OrderBookDelta" and venue == "GLBX" else "L1_MBP"
    request = {
        "strategies": [
            {
                "source": "nautilus_trader.examples.strategies.blank:MyStrategy",
                "config": {"instrument_id": series[0][1]},
            }
        ],
        "venues": [{"name": venue, "oms_type": "NETTING", "account_type": "MARGIN", "book_type": book} | VENUES[venue]],
    }
    ways = {
        "engine": {"data": [absolute(item) for item in items], "instruments": [absolute(spec) for spec in instruments]},
        "node": {"data": [{"data_type": row[0], "instrument_id": row[1]} for row in series]},
    }
    for api, way in ways.items():
        directory = folder / api
        directory.mkdir()
        result = start_worker("run").call(
            "run_backtest",
            {
                "workspace": str(folder),
                "catalog": catalog,
                "run_id": api,
                "run_directory": str(directory),
                "request": {**request, **way},
            },
        )
        assert (api, result["api"], result["counts"]["iterations"]) == (api, api, sum(row[2] for row in series))


def test_data_without_definitions(shared_run: Worker, tmp_path: Path) -> None:
    items = [absolute({"file": "databento/futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst"})]
    params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": items}
    with pytest.raises(EngineError) as caught:
        shared_run.call("import_data", params)
    assert (caught.value.code, caught.value.path) == ("DEFINITIONS_MISSING", "items[0].file")
    assert "ESU4" in caught.value.data["message"]
    assert not (tmp_path / "catalog").exists()


def test_a_file_that_ends_too_early(shared_run: Worker, tmp_path: Path) -> None:
    """The engine's loader would take what is there without a word."""
    assert DATA is not None
    whole = Path(DATA) / "databento" / "orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst"
    (tmp_path / "part.dbn.zst").write_bytes(whole.read_bytes()[:50_000])
    params = {
        "workspace": str(tmp_path),
        "catalog": str(tmp_path / "catalog"),
        "items": [{"file": "part.dbn.zst"}],
        "instruments": [absolute(BOOKS)],
    }
    with pytest.raises(EngineError) as caught:
        shared_run.call("import_data", params)
    assert caught.value.code == "FILE_UNREADABLE"
    assert not (tmp_path / "catalog").exists()


def test_betting(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": [absolute({"file": BETFAIR})]}
    worker = start_worker("run")
    result = worker.call("import_data", params)
    series = [(row["data_type"], row["instrument_id"], row["rows"]) for row in result["imported"]]
    assert {row[0] for row in series} >= {"OrderBookDelta", "TradeTick"}
    deltas = [row for row in series if row[0] in ("OrderBookDelta", "TradeTick")]
    assert len({row[1] for row in deltas}) == 2
