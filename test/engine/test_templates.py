"""Instruments of every class the engine has, made from little, written to a catalog and read back."""

from pathlib import Path
from typing import Any

import nautilus_trader.model.instruments as instruments
import pytest
from conftest import EngineError, Worker

TEMPLATES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "fx": ({"id": "USD/JPY.SIM"}, "CurrencyPair", {"price_precision": 3}),
    "equity": ({"id": "AAPL.XNAS"}, "Equity", {"currency": "USD"}),
    "crypto": ({"id": "BTCUSDT.BINANCE"}, "CurrencyPair", {"base_currency": "BTC"}),
    "crypto_perpetual": ({"id": "BTCUSDT-PERP.BINANCE"}, "CryptoPerpetual", {"settlement_currency": "USDT"}),
    "future": (
        {"id": "ESZ4.XCME", "price_increment": "0.25", "multiplier": "50", "expiration": "2024-12-20T14:30:00Z"},
        "FuturesContract",
        {"price_increment": "0.25", "price_precision": 2, "multiplier": "50"},
    ),
    "option": (
        {"id": "SPY260116C00500000.OPRA"},
        "OptionContract",
        {"strike_price": "500.00", "option_kind": "CALL", "underlying": "SPY", "expiration_ns": "1768608000000000000"},
    ),
    "futures_spread": ({"id": "ESM4-ESU4.XCME", "underlying": "ES"}, "FuturesSpread", {"underlying": "ES"}),
    "option_spread": ({"id": "SPY-VERT.OPRA", "underlying": "SPY"}, "OptionSpread", {"multiplier": "100"}),
    "crypto_future": (
        {"id": "BTCUSDT_240628.BINANCE", "expiration": "2024-06-28T08:00:00Z"},
        "CryptoFuture",
        {"underlying": "BTC", "settlement_currency": "USDT"},
    ),
    "crypto_option": (
        {"id": "BTC-29DEC23-40000-C.DERIBIT"},
        "CryptoOption",
        {"underlying": "BTC", "option_kind": "CALL", "strike_price": "40000", "expiration_ns": "1703836800000000000"},
    ),
    "crypto_futures_spread": ({"id": "BTC-FS-28JUN24_PERP.DERIBIT"}, "CryptoFuturesSpread", {"underlying": "BTC"}),
    "crypto_option_spread": (
        {"id": "BTC-CS-29DEC23-40000_45000.DERIBIT", "expiration": "2023-12-29T08:00:00Z"},
        "CryptoOptionSpread",
        {"underlying": "BTC", "strategy_type": "VERTICAL", "settlement_currency": "BTC"},
    ),
    "perpetual": ({"id": "GOLD-PERP.HYPER"}, "PerpetualContract", {"underlying": "GOLD", "quote_currency": "USD"}),
    "tokenized_asset": ({"id": "BTC/USD.KRAKEN"}, "TokenizedAsset", {"base_currency": "BTC", "quote_currency": "USD"}),
    "cfd": ({"id": "US500.SIM", "price_precision": 1}, "Cfd", {"price_increment": "0.1"}),
    "commodity": ({"id": "XAUUSD.SIM"}, "Commodity", {"asset_class": "COMMODITY"}),
    "index": ({"id": "SPX.XCBO"}, "IndexInstrument", {"price_precision": 2}),
    "binary_option": ({"id": "YES.POLY", "expiration": "2025-01-01"}, "BinaryOption", {"price_increment": "0.001"}),
    "betting": (
        {"id": "1-166564490-237491-None.BETFAIR"},
        "BettingInstrument",
        {"market_id": "1.166564490", "selection_id": 237491},
    ),
}


def test_no_class_of_the_engine_is_left_out() -> None:
    kinds = {
        name
        for name, kind in vars(instruments).items()
        if isinstance(kind, type) and issubclass(kind, instruments.Instrument) and kind is not instruments.Instrument
    }
    assert kinds == {kind for _, kind, _ in TEMPLATES.values()}


def test_every_class_is_written_and_read_back(shared_run: Worker, query: Worker, tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").write_text("time,bid,ask\n2024-03-04T00:00:00Z,1.1,1.2\n")
    params = {
        "workspace": str(tmp_path),
        "catalog": str(tmp_path / "catalog"),
        "items": [{"file": "quotes.csv", "instrument": {"template": "fx", "id": "EUR/USD.SIM"}}],
        "instruments": [{"template": name, **spec} for name, (spec, _, _) in TEMPLATES.items()],
    }
    assert len(shared_run.call("import_data", params)["instruments"]) == len(TEMPLATES) + 1
    for name, (spec, kind, fields) in TEMPLATES.items():
        asked = {"catalog": params["catalog"], "instrument_id": spec["id"]}
        found = query.call("get_instrument", asked)["instrument"]
        assert (name, found["type"]) == (name, kind)
        assert {field: found[field] for field in fields} == fields


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"template": "option", "id": "SPY.OPRA"}, "right"),
        ({"template": "option", "id": "SPY.OPRA", "right": "CALL", "underlying": "SPY"}, "expiration"),
        ({"template": "crypto_future", "id": "BTCUSDT.BINANCE"}, "expiration"),
        ({"template": "betting", "id": "HORSE.BETFAIR"}, None),
        ({"template": "opton", "id": "SPY.OPRA"}, "template"),
        ({"template": "cfd", "id": "US500.SIM", "strik": "1"}, "strik"),
    ],
)
def test_too_little_is_refused(spec: dict[str, Any], path: str | None, shared_run: Worker, tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").write_text("time,bid,ask\n2024-03-04T00:00:00Z,1.1,1.2\n")
    items = [{"file": "quotes.csv", "instrument": {"template": "fx", "id": "EUR/USD.SIM"}}]
    params = {
        "workspace": str(tmp_path),
        "catalog": str(tmp_path / "catalog"),
        "items": items,
        "instruments": [spec],
    }
    with pytest.raises(EngineError) as caught:
        shared_run.call("import_data", params)
    assert caught.value.code == "INVALID_INSTRUMENT"
    assert caught.value.path == ".".join(part for part in ("instruments[0]", path) if part)
