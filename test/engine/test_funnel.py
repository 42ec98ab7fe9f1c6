"""What a run says about why it traded or not: round trips, lines of code, the way from data to fills."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import STRATEGIES, Worker

FX = {"template": "fx", "id": "EUR/USD.SIM"}
BARS = "EUR/USD.SIM-1-MINUTE-BID-INTERNAL"
PRICES = [1.1, 1.1, 1.1, 1.09, 1.12, 1.1, 1.1, 1.13, 1.08, 1.1, 1.1, 1.05, 1.2, 1.1, 1.15, 1.0, 1.3, 1.1, 1.1, 1.1]
LATER = [1.1, 1.2, 1.05, 1.1]
SPREAD = 0.0002

type Run = Callable[..., tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]


@pytest.fixture
def run(start_worker: Callable[..., Worker], tmp_path: Path) -> Iterator[Run]:
    quotes = tmp_path / "quotes.csv"
    rows = [
        f"2024-03-04T09:{index:02}:00Z,{price:.5f},{price + SPREAD:.5f}"
        for index, price in enumerate([*PRICES, *LATER])
    ]
    quotes.write_text("\n".join(["timestamp,bid,ask", *rows]) + "\n")

    def start(name: str, **config: Any) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        values = {"instrument_id": "EUR/USD.SIM", "bar_type": BARS, **config}
        result = start_worker("run").call(
            "run_backtest",
            {
                "workspace": str(STRATEGIES),
                "catalog": str(tmp_path / "none"),
                "run_id": "run",
                "run_directory": str(tmp_path),
                "request": {
                    "strategies": [{"source": f"quiet.py:{name}", "config": values}],
                    "venues": [
                        {
                            "name": "SIM",
                            "oms_type": "NETTING",
                            "account_type": "MARGIN",
                            "starting_balances": ["1000000 USD"],
                        }
                    ],
                    "data": [{"file": str(quotes), "instrument": FX}],
                },
            },
        )
        funnel = json.loads((tmp_path / "funnel.json").read_text())
        return result, funnel, pq.read_table(tmp_path / "trades.parquet").to_pylist()

    yield start


def line_of(text: str) -> str:
    lines = (STRATEGIES / "quiet.py").read_text().splitlines()
    return f"quiet.py:{next(number for number, line in enumerate(lines, 1) if text in line)}"


def test_a_strategy_that_subscribes_to_nothing(run: Run) -> None:
    result, funnel, trades = run("Deaf")
    assert result["warnings"][0]["code"] == "NO_TRADES"
    assert "subscribed to no data" in result["warnings"][0]["message"]
    assert [finding["code"] for finding in funnel["findings"]] == ["NOTHING_SUBSCRIBED"]
    assert funnel["data"] == [
        {
            "type": "QuoteTick",
            "of": "EUR/USD.SIM",
            "count": 24,
            "first": "2024-03-04T09:00:00Z",
            "last": "2024-03-04T09:23:00Z",
        }
    ]
    assert trades == []


def test_bars_nobody_has(run: Run) -> None:
    result, funnel, _ = run("Misled", bar_type="EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL")
    assert "SUBSCRIPTION_UNSERVED" not in [warning["code"] for warning in result["warnings"]]
    [finding] = funnel["findings"]
    assert finding["code"] == "NOTHING_DELIVERED"
    assert line_of("self.subscribe_bars") in finding["message"]
    assert finding["message"] in result["warnings"][0]["message"]
    [subscription] = funnel["components"][0]["subscriptions"]
    assert (subscription["delivered"], subscription["handler_calls"]) == (0, 0)


def test_an_indicator_that_never_gets_enough(run: Run) -> None:
    _, funnel, _ = run("Patient", period=500)
    assert [finding["code"] for finding in funnel["findings"]] == [
        "NO_HANDLER",
        "INDICATOR_NOT_INITIALIZED",
        "NO_ORDER_SUBMITTED",
    ]
    bars, quotes = funnel["components"][0]["subscriptions"]
    assert (bars["delivered"], bars["handler_calls"], bars["handler"]) == (24, 24, "on_bar")
    assert (bars["first"], bars["last"]) == ("2024-03-04T09:00:00Z", "2024-03-04T09:23:00Z")
    assert (quotes["delivered"], quotes["handler_calls"], quotes["handler"]) == (24, 0, None)
    slow, quick = funnel["components"][0]["indicators"]
    assert slow == {
        "name": "ema: ExponentialMovingAverage(500)",
        "initialized": False,
        "initialized_at": None,
        "has_inputs": True,
    }
    assert quick["initialized_at"] == "2024-03-04T09:02:00Z"


def test_orders_the_venue_rejects(run: Run) -> None:
    result, funnel, _ = run("Refused")
    place = line_of("self.submit_order(order)")
    assert funnel["orders"] == {"created": 5, "submitted": 5, "rejected": 5}
    [reason] = funnel["reasons"]
    assert (reason["stage"], reason["orders"], reason["line"]) == ("rejected", 5, place)
    assert place in result["warnings"][0]["message"]
    assert reason["reason"] in result["warnings"][0]["message"]


def test_round_trips_of_a_netting_venue(run: Run, tmp_path: Path) -> None:
    result, funnel, trades = run("Planned")
    assert result["counts"]["trades"] == len(trades) == 2
    orders = pq.read_table(tmp_path / "orders.parquet").to_pylist()
    submitting = line_of("self.submit_order(self.order_factory.market")
    assert {order["line"] for order in orders} == {submitting}
    assert funnel["lines"] == [{"line": submitting, "orders": 5, "filled": 5}]
    assert funnel["findings"] == []

    first, second = trades
    # Bought at the asks of the 3rd and 6th quote, sold at the bids of the 10th and 14th.
    assert (first["side"], first["quantity"], first["fills"]) == ("LONG", "200000", 4)
    assert (first["entry_price"], first["exit_price"]) == ("1.1002", "1.1")
    assert first["ts_closed"] - first["ts_opened"] == first["duration_ns"] == 11 * 60 * 10**9
    assert (first["entry_line"], first["exit_line"]) == (submitting, submitting)
    assert first["currency"] == "USD"
    # 200,000 at a bid of 1.13 (the 8th) and 1.08 (the 9th); with one half sold for -20, 100,000 at 1.05 and 1.20.
    assert float(first["mfe"]) == pytest.approx(-20 + 100_000 * (1.2 - 1.1002), abs=0.02)
    assert float(first["mae"]) == pytest.approx(-20 + 100_000 * (1.05 - 1.1002), abs=0.02)
    assert (first["mfe_price"], first["mae_price"]) == ("1.2", "1.05")

    # Sold short at the bid of the 20th, open to the end, valued at the asks.
    assert (second["side"], second["ts_closed"], second["exit_price"], second["exit_line"]) == (
        "SHORT",
        None,
        None,
        None,
    )
    assert float(second["mae"]) == pytest.approx(100_000 * (1.1 - 1.2002), abs=0.02)
    assert float(second["mfe"]) == pytest.approx(100_000 * (1.1 - 1.0502), abs=0.02)
