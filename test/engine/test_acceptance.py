"""Known figures of the plain engine on real market data; needs the folder QUARTERDECK_TEST_DATA."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Worker

DATA = os.environ.get("QUARTERDECK_TEST_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="QUARTERDECK_TEST_DATA is not set")

EXAMPLES = "nautilus_trader.examples"
USDJPY: dict[str, Any] = {
    "type": "CurrencyPair", "id": "USD/JPY.SIM", "raw_symbol": "USD/JPY", "base_currency": "USD",
    "quote_currency": "JPY", "price_precision": 3, "price_increment": "0.001", "size_precision": 0,
    "size_increment": "1", "multiplier": "1", "lot_size": "1000", "max_quantity": "10000000", "min_quantity": "1000",
    "max_notional": "50000000.00 USD", "min_notional": "1000.00 USD", "max_price": None, "min_price": None,
    "margin_init": "0.03", "margin_maint": "0.03", "maker_fee": "0.00002", "taker_fee": "0.00002",
    "ts_event": "0", "ts_init": "0", "tick_scheme_name": "FOREX_3DECIMAL", "info": None,
}  # fmt: skip
BTCUSDT: dict[str, Any] = {
    "type": "CurrencyPair", "id": "BTCUSDT.BINANCE", "raw_symbol": "BTCUSDT", "base_currency": "BTC",
    "quote_currency": "USDT", "price_precision": 2, "price_increment": "0.01", "size_precision": 6,
    "size_increment": "0.000001", "multiplier": "1", "lot_size": None, "max_quantity": "9000.000000",
    "min_quantity": "0.000001", "max_notional": None, "min_notional": "10.00000000 USDT", "max_price": "1000000.00",
    "min_price": "0.01", "margin_init": "0", "margin_maint": "0", "maker_fee": "0.001", "taker_fee": "0.001",
    "ts_event": "0", "ts_init": "0", "tick_scheme_name": None, "info": None,
}  # fmt: skip
BTC_BARS = "btc-perp-20211231-20220201_1m.csv"
BINANCE = {
    "name": "BINANCE",
    "oms_type": "NETTING",
    "account_type": "CASH",
    "starting_balances": ["10 BTC", "10000000 USDT"],
}


def cross(module: str, name: str, bar_type: str, size: str, **more: Any) -> dict[str, Any]:
    config = {
        "instrument_id": bar_type.split("-")[0],
        "bar_type": bar_type,
        "trade_size": size,
        "fast_ema_period": 10,
        "slow_ema_period": 20,
        **more,
    }
    return {"source": f"{EXAMPLES}.strategies.{module}:{name}", "config": config}


CASES: dict[str, tuple[dict[str, Any], tuple[int, int, int, int], dict[str, str]]] = {
    "USD/JPY quotes of bars with rollover interest": (
        {
            "strategies": [cross("ema_cross", "EMACross", "USD/JPY.SIM-15-MINUTE-BID-INTERNAL", "1000000")],
            "venues": [
                {
                    "name": "SIM",
                    "oms_type": "HEDGING",
                    "account_type": "MARGIN",
                    "base_currency": "USD",
                    "starting_balances": ["1000000 USD"],
                    "modules": [
                        {
                            "source": "nautilus_trader.backtest.modules:FXRolloverInterestModule",
                            "config": {"rate_data": {"file": "short-term-interest.csv"}},
                        }
                    ],
                }
            ],
            "data": [
                {
                    "bid_file": "usdjpy-m1-bid-2013.csv",
                    "ask_file": "usdjpy-m1-ask-2013.csv",
                    "instrument": USDJPY,
                }
            ],
        },
        (115_044, 178, 89, 207),
        {"USD": "996813.68"},
    ),
    "BTC bars with an execution algorithm": (
        {
            "strategies": [
                cross(
                    "ema_cross_twap",
                    "EMACrossTWAP",
                    "BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL",
                    "0.01",
                    twap_horizon_secs=10.0,
                    twap_interval_secs=2.5,
                )
            ],
            "exec_algorithms": [{"source": f"{EXAMPLES}.algorithms.twap:TWAPExecAlgorithm"}],
            "venues": [BINANCE],
            "engine": {"risk_engine": {"bypass": True}},
            "data": [
                {
                    "file": BTC_BARS,
                    "bar_type": "BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL",
                    "limit": 10_000,
                    "instrument": BTCUSDT,
                }
            ],
        },
        (10_000, 2255, 1, 2256),
        {"BTC": "10", "USDT": "9999549.43133"},
    ),
    "BTC bars as bid and ask": (
        {
            "strategies": [cross("ema_cross", "EMACross", "BTCUSDT.BINANCE-1-MINUTE-BID-INTERNAL", "0.001")],
            "venues": [BINANCE],
            "engine": {"risk_engine": {"bypass": True}},
            "data": [{"bid_file": BTC_BARS, "ask_file": BTC_BARS, "limit": 10_000, "instrument": BTCUSDT}],
        },
        (40_000, 902, 1, 903),
        {"BTC": "10", "USDT": "9999954.943133"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_known_figures(name: str, start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    request, figures, balances = CASES[name]
    assert DATA is not None
    result = start_worker("run").call(
        "run_backtest",
        {
            "workspace": DATA,
            "catalog": str(tmp_path / "catalog"),
            "run_id": "run",
            "run_directory": str(tmp_path),
            "request": json.loads(json.dumps(request)),
        },
    )
    counts = result["counts"]
    assert (counts["iterations"], counts["orders"], counts["positions"], counts["account_events"]) == figures
    assert {balance["currency"]: balance["total"] for balance in result["balances"]} == balances
