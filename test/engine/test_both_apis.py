"""BacktestEngine and BacktestNode give the same on the same data, with every kind of setting and of data."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import STRATEGIES, EngineError, Worker
from market import bars, write_bars, write_quotes
from nautilus_trader.model.data import (
    FundingRateUpdate,
    InstrumentClose,
    InstrumentStatus,
    MarkPriceUpdate,
    OptionGreeks,
)
from nautilus_trader.model.enums import InstrumentCloseType, MarketStatusAction
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.objects import Price
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from request_forms import BAR_TYPE, FX
from request_forms import VENUE as PLAIN_VENUE

PAIR = InstrumentId.from_str("EUR/USD.SIM")
# Where it is left out, the leverage is 10 with BacktestEngine and 1 with BacktestNode.
VENUE = {**PLAIN_VENUE, "default_leverage": "20"}
BEGIN, SECOND = 1_709_542_800_000_000_000, 1_000_000_000
SIDES = [BAR_TYPE, BAR_TYPE.replace("BID", "ASK")]
MODELS = "nautilus_trader.backtest.models"

SWING: dict[str, Any] = {
    "source": "desk/swing.py:Swing",
    "config": {"instrument_id": str(PAIR), "bar_type": BAR_TYPE, "trade_size": "100000"},
}
LISTENING: dict[str, Any] = {"source": "listening.py:Listening", "config": {"instrument_id": str(PAIR)}}
QUOTES = {"data_type": "QuoteTick", "instrument_id": str(PAIR)}
OTHERS = ["MarkPriceUpdate", "FundingRateUpdate", "InstrumentStatus", "InstrumentClose", "OptionGreeks"]

CASES: dict[str, dict[str, Any]] = {
    "models and settings of a venue": {
        "strategies": [SWING],
        "data": [{"data_type": "Bar", "bar_type": side} for side in SIDES],
        "venues": [
            {
                **VENUE,
                "leverages": {str(PAIR): "10"},
                "margin_model": {"source": f"{MODELS}:StandardMarginModel"},
                "fee_model": {"source": f"{MODELS}:FixedFeeModel", "config": {"commission": "1.50 USD"}},
                "latency_model": {"source": f"{MODELS}:LatencyModel", "config": {"base_latency_nanos": 50_000_000}},
                "fill_model": {"source": f"{MODELS}:FillModel", "config": {"prob_slippage": 0.5, "random_seed": 7}},
                "reject_stop_orders": False,
                "oto_trigger_mode": "FULL",
                "bar_adaptive_high_low_ordering": True,
                "use_market_order_acks": True,
                "price_protection_points": 100,
                "liquidation_enabled": False,
            }
        ],
    },
    "quotes, and how much of them was taken": {
        "strategies": [{**SWING, "config": {**SWING["config"], "bar_type": "EUR/USD.SIM-5-MINUTE-BID-INTERNAL"}}],
        "data": [{**QUOTES, "optimize_file_loading": True}],
        "venues": [
            {
                **VENUE,
                "oms_type": "HEDGING",
                "liquidity_consumption": True,
                "queue_position": True,
                "base_currency": "USD",
            }
        ],
        "engine": {"risk_engine": {"bypass": True}, "trader_id": "DESK-007"},
    },
    "mark prices, funding rates, status, close, greeks": {
        "strategies": [LISTENING],
        "data": [QUOTES, *({"data_type": name, "instrument_id": str(PAIR)} for name in OTHERS)],
        "venues": [VENUE],
    },
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory, shared_run: Worker) -> Path:
    folder = tmp_path_factory.mktemp("held")
    write_quotes(folder / "quotes.csv", 2, 1500)
    write_bars(folder / "bid.csv", bars(2, 400))
    write_bars(folder / "ask.csv", bars(2, 400, shift=0.0001))
    items: list[dict[str, Any]] = [
        {"file": "quotes.csv", "instrument": FX},
        *(
            {"file": f"{name}.csv", "instrument": FX, "bar_type": side}
            for name, side in zip(("bid", "ask"), SIDES, strict=True)
        ),
    ]
    location = folder / "catalog"
    shared_run.call("import_data", {"workspace": str(folder), "catalog": str(location), "items": items})
    store = ParquetDataCatalog(str(location))
    stamps = [BEGIN + (index * 60 + 30) * SECOND for index in range(4)]
    store.write_data([MarkPriceUpdate(PAIR, Price.from_str("1.10000"), stamp, stamp) for stamp in stamps])
    store.write_data([FundingRateUpdate(PAIR, Decimal("0.0001"), stamp + 1, stamp + 1) for stamp in stamps])
    store.write_data([InstrumentStatus(PAIR, MarketStatusAction.TRADING, stamp, stamp) for stamp in stamps])
    close = InstrumentCloseType.END_OF_SESSION
    store.write_data([InstrumentClose(PAIR, Price.from_str("1.10000"), close, stamp, stamp) for stamp in stamps])
    greeks = (0.5, 0.1, 0.2, -0.1, 0.01, 0.3, None, None, 1.1, None)
    store.write_data([OptionGreeks(PAIR, *greeks, stamp + 2, stamp + 2) for stamp in stamps])
    return location


def run(worker: Worker, catalog: Path, folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    params = {"workspace": str(STRATEGIES), "catalog": str(catalog), "run_id": "run", "run_directory": str(folder)}
    return worker.call("run_backtest", {**params, "request": request})


@pytest.mark.parametrize("name", CASES)
def test_both_give_the_same(name: str, catalog: Path, start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    results, tables = {}, {}
    for api in ("node", "engine"):
        result = run(start_worker("run"), catalog, tmp_path / api, {**CASES[name], "api": api})
        assert result["api"] == api
        results[api] = {part: result[part] for part in ("counts", "balances", "statistics", "commissions")}
        fills = pq.read_table(tmp_path / api / "fills.parquet").to_pylist()
        tables[api] = [
            {key: row[key] for key in ("ts_event", "client_order_id", "last_px", "commission")} for row in fills
        ]
    assert results["node"]["counts"]["fills"] > 5
    assert results["node"] == results["engine"]
    assert tables["node"] == tables["engine"]


def test_each_kind_of_data_reaches_its_handler(
    catalog: Path, start_worker: Callable[..., Worker], tmp_path: Path
) -> None:
    run(start_worker("run"), catalog, tmp_path, CASES["mark prices, funding rates, status, close, greeks"])
    funnel = json.loads((tmp_path / "funnel.json").read_text())
    calls = {one["kind"]: one["handler_calls"] for one in funnel["components"][0]["subscriptions"]}
    assert calls.pop("quotes") == 1500
    assert calls == dict.fromkeys(("mark_prices", "funding_rates", "status", "close", "greeks"), 4)
    assert {row["type"] for row in funnel["data"]} == {"QuoteTick", *OTHERS}


def test_what_the_engine_would_ignore_is_refused(catalog: Path, shared_run: Worker, tmp_path: Path) -> None:
    case = CASES["models and settings of a venue"]
    request = {**case, "venues": [{**case["venues"][0], "liquidation_enabled": True}]}
    with pytest.raises(EngineError) as caught:
        run(shared_run, catalog, tmp_path, request)
    assert (caught.value.code, caught.value.path) == ("UNSUPPORTED", "venues[0].liquidation_enabled")


@pytest.mark.parametrize("name", OTHERS)
def test_a_stream_of_each_kind(
    name: str, catalog: Path, start_worker: Callable[..., Worker], shared_run: Worker, tmp_path: Path
) -> None:
    """Of InstrumentStatus in chunks the engine's reader would abort the process."""
    data = [QUOTES, {"data_type": name, "instrument_id": str(PAIR)}]
    request = {"strategies": [LISTENING], "venues": [VENUE], "data": data, "chunk_size": 200}
    if name in ("MarkPriceUpdate", "OptionGreeks"):
        result = run(start_worker("run"), catalog, tmp_path, request)
        assert (result["counts"]["iterations"], result["counts"]["fills"]) == (1504, 4)
        return
    with pytest.raises(EngineError) as caught:
        run(shared_run, catalog, tmp_path, request)
    assert (caught.value.code, caught.value.path) == ("UNSUPPORTED", "chunk_size")
    assert name in caught.value.data["message"]
