"""One order there and back in a node for an instrument of every kind, and instruments loaded while it runs."""

from pathlib import Path
from typing import Any

from nodes import running

KINDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "FX": ({"template": "fx", "id": "GBP/USD.DESK"}, "MARGIN", "10000"),
    "an equity": ({"template": "equity", "id": "AAPL.DESK"}, "MARGIN", "10"),
    "a future": ({"template": "future", "id": "ESZ9.DESK", "price_increment": "0.25", "multiplier": "50", "expiration": "2039-12-20"}, "MARGIN", "1"),
    "an option": ({"template": "option", "id": "SPY391216C00500000.DESK"}, "MARGIN", "1"),
    "a coin": ({"template": "crypto", "id": "BTCUSDT.DESK"}, "MARGIN", "0.5"),
    "a perpetual": ({"template": "crypto_perpetual", "id": "ETHUSDT-PERP.DESK"}, "MARGIN", "1"),
    "a bet": ({"template": "betting", "id": "1-166564490-237491-None.BET"}, "BETTING", "10"),
}  # fmt: skip


def test_each_is_loaded_updated_and_traded_there_and_back(tmp_path: Path) -> None:
    venues = [
        {"name": "DESK", "starting_balances": ["100000000 USD", "100000000 USDT"], "default_leverage": "50"},
        {"name": "BET", "account_type": "BETTING", "starting_balances": ["100000 GBP"]},
    ]
    prices = {"1-166564490-237491-None.BET": "2.5"}
    with running(
        tmp_path, venues=venues, instruments=[], feed={"kind": "synthetic", "interval_ms": 60_000, "prices": prices}
    ) as node:
        for kind, (spec, _, quantity) in KINDS.items():
            name = spec["id"]
            loaded = node.call("load_instruments", instruments=[spec])
            assert loaded["loaded"] == [name], kind
            assert node.call("load_instruments", instruments=[spec])["updated"] == [], kind
            quote = node.call("get_market_data", instrument_id=name)["quote"]
            assert quote is not None, kind
            for side in ("BUY", "SELL"):
                answer = node.order(instrument_id=name, side=side, quantity=quantity, wait_for="closed")
                assert answer["status"] == "FILLED", (kind, answer)
            held = node.call("list_positions", status="open")["positions"]
            assert held == [], kind
