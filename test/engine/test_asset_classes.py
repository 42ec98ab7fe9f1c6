"""One run over instruments of every kind there is data for: each is quoted, bought and sold, in its own currency."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from conftest import STRATEGIES, Worker

MARGIN, CASH, BETTING = ("MARGIN", "CASH", "BETTING")

MARKETS: dict[str, tuple[dict[str, Any], str, list[str], str, str, str]] = {
    # name: (instrument, account, balances, first price, its step, size of an order)
    "FX": ({"template": "fx", "id": "EUR/USD.SIM"}, MARGIN, ["1000000 USD"], "1.1", "0.0001", "10000"),
    "an equity": ({"template": "equity", "id": "AAPL.XNAS"}, CASH, ["1000000 USD"], "180", "0.01", "100"),
    "a future": ({"template": "future", "id": "ESZ4.XCME", "price_increment": "0.25", "multiplier": "50", "expiration": "2024-12-20"}, MARGIN, ["1000000 USD"], "5200", "0.25", "1"),
    "an option": ({"template": "option", "id": "SPY261218C00500000.OPRA"}, MARGIN, ["1000000 USD"], "12", "0.01", "2"),
    "a coin": ({"template": "crypto", "id": "BTCUSDT.BINANCE"}, CASH, ["1000000 USDT", "10 BTC"], "63000", "0.01", "0.5"),
    "a perpetual": ({"template": "crypto_perpetual", "id": "ETHUSDT-PERP.BYBIT"}, MARGIN, ["1000000 USDT"], "3400", "0.1", "5"),
    "an option on a coin": ({"template": "crypto_option", "id": "BTC-27DEC24-70000-C.DERIBIT"}, MARGIN, ["100 BTC"], "0.05", "0.0001", "1"),
    "a CFD": ({"template": "cfd", "id": "US500.CFDS"}, MARGIN, ["1000000 USD"], "5100", "0.01", "10"),
    "a commodity": ({"template": "commodity", "id": "XAUUSD.METALS"}, MARGIN, ["1000000 USD"], "2100", "0.01", "10"),
    "a binary option": ({"template": "binary_option", "id": "YES.POLY", "currency": "USDC"}, CASH, ["1000000 USDC"], "0.4", "0.001", "100"),
    "a bet": ({"template": "betting", "id": "1-166564490-237491-None.BETFAIR"}, BETTING, ["10000 GBP"], "2.5", "0.01", "10"),
}  # fmt: skip


def quotes(file: Path, price: Decimal, step: Decimal) -> Path:
    """Write rising quotes, a minute apart."""
    rows = [
        f"2024-03-04T09:{minute:02}:00Z,{price + minute * step},{price + (minute + 1) * step},1000000,1000000"
        for minute in range(24)
    ]
    file.write_text("\n".join(["timestamp,bid,ask,bid_size,ask_size", *rows]) + "\n")
    return file


def test_each_is_traded(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    strategies, venues, data = [], [], []
    for tag, (instrument, account, balances, price, step, size) in enumerate(MARKETS.values()):
        name = instrument["id"]
        config = {
            "instrument_id": name,
            "bar_type": f"{name}-1-MINUTE-BID-INTERNAL",
            "trade_size": size,
            "order_id_tag": f"{tag:03}",
        }
        strategies.append({"source": "quiet.py:Planned", "config": config})
        venue = {"name": name.rpartition(".")[2], "oms_type": "NETTING", "account_type": account}
        venues.append({**venue, "starting_balances": balances})
        file = quotes(tmp_path / f"{tag}.csv", Decimal(price), Decimal(step))
        data.append({"file": str(file), "instrument": instrument})
    result = start_worker("run").call(
        "run_backtest",
        {
            "workspace": str(STRATEGIES),
            "catalog": str(tmp_path / "none"),
            "run_id": "run",
            "run_directory": str(tmp_path),
            "request": {"strategies": strategies, "venues": venues, "data": data},
        },
    )
    trades = pq.read_table(tmp_path / "trades.parquet").to_pylist()
    traded = {trade["instrument_id"] for trade in trades if trade["ts_closed"]}
    assert traded == {instrument["id"] for instrument, *_ in MARKETS.values()}, result["warnings"]
    assert all(trade["pnl"] is not None for trade in trades)
    held = {(row["venue"], row["currency"]) for row in result["balances"]}
    assert {("XNAS", "USD"), ("DERIBIT", "BTC"), ("BETFAIR", "GBP"), ("BYBIT", "USDT")} <= held
