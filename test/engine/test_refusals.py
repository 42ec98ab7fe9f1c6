"""What is wrong with a request is said before anything runs: what, where, and what next."""

from pathlib import Path
from typing import Any

import pytest
from conftest import EngineError, Worker
from request_forms import BAR_TYPE, FX, SWING, backtest, changed

STRATEGY = "request.strategies.0"
VENUE = "request.venues.0"
DATA = "request.data.0"
PAIR: dict[str, Any] = {
    "type": "CurrencyPair",
    "id": "EUR/USD.SIM",
    "raw_symbol": "EUR/USD",
    "base_currency": "EUR",
    "quote_currency": "USD",
    "price_precision": 5,
    "price_increment": "0.00001",
    "size_precision": 0,
    "size_increment": "1",
}

REFUSALS: dict[str, tuple[str, Any, str, str, str]] = {
    # name: (what is changed, to what, code, path, part of the message or next step)
    "source without a class": (f"{STRATEGY}.source", "desk/swing.py", "UNKNOWN_SOURCE", "strategies[0].source", "no class"),
    "file that is not there": (f"{STRATEGY}.source", "desk/swimg.py:Swing", "UNKNOWN_SOURCE", "strategies[0].source", '"desk/swing.py"'),
    "module that is not there": (f"{STRATEGY}.source", "desks.swing:Swing", "UNKNOWN_SOURCE", "strategies[0].source", "desks"),
    "class that is not there": (f"{STRATEGY}.source", "desk/swing.py:Swim", "UNKNOWN_SOURCE", "strategies[0].source", '"Swing"'),
    "class that is no strategy": (f"{STRATEGY}.source", "desk/signals.py:Momentum", "WRONG_CLASS", "strategies[0].source", "Strategy"),
    "the base class itself": (f"{STRATEGY}.source", "nautilus_trader.trading.strategy:Strategy", "WRONG_CLASS", "strategies[0].source", "Strategy"),
    "algorithm as a strategy": (f"{STRATEGY}.source", "nautilus_trader.examples.algorithms.twap:TWAPExecAlgorithm", "WRONG_CLASS", "strategies[0].source", "ExecAlgorithm"),
    "strategy as an actor": ("request.actors", [SWING], "WRONG_CLASS", "actors[0].source", "is a Strategy"),
    "unknown field": (f"{STRATEGY}.config.lenght", 3, "INVALID_CONFIG", "strategies[0].config.lenght", '"length"'),
    "field of the wrong type": (f"{STRATEGY}.config.length", "five", "INVALID_CONFIG", "strategies[0].config.length", "Expected `int`"),
    "field out of bounds": (f"{STRATEGY}.config.length", 0, "INVALID_CONFIG", "strategies[0].config.length", ">= 1"),
    "field missing": (f"{STRATEGY}.config.trade_size", None, "INVALID_CONFIG", "strategies[0].config.trade_size", "trade_size"),
    "instrument id that does not parse": (f"{STRATEGY}.config.instrument_id", "EURUSD", "INVALID_CONFIG", "strategies[0].config.instrument_id", "EURUSD"),
    "bar type that does not parse": (f"{STRATEGY}.config.bar_type", "EUR/USD.SIM-1-MINUT-BID-EXTERNAL", "INVALID_CONFIG", "strategies[0].config.bar_type", "MINUT"),
    "id that would abort the process": (f"{STRATEGY}.config.strategy_id", "Ünit-1", "INVALID_CONFIG", "strategies[0].config.strategy_id", "ASCII"),
    "tag that would abort the process": (f"{STRATEGY}.config.order_id_tag", "é", "INVALID_IDENTIFIER", "strategies[0].config.order_id_tag", "ASCII"),
    "trader id that would abort the process": ("request.engine", {"trader_id": "nohyphen"}, "INVALID_IDENTIFIER", "engine.trader_id", "hyphen"),
    "engine field that is unknown": ("request.engine", {"risk_engin": {}}, "INVALID_CONFIG", "engine.risk_engin", '"risk_engine"'),
    "engine field within a field": ("request.engine", {"risk_engine": {"bypas": True}}, "INVALID_CONFIG", "engine.risk_engine.bypas", "bypas"),
    "engine logging": ("request.engine", {"logging": {}}, "UNSUPPORTED", "engine.logging", "log"),
    "config class that is not there": (f"{STRATEGY}.config_path", "desk/swing.py:SwingConfi", "UNKNOWN_SOURCE", "strategies[0].config_path", '"SwingConfig"'),
    "config class that is none": (f"{STRATEGY}.config_path", "desk/swing.py:Swing", "WRONG_CLASS", "strategies[0].config_path", "config"),
    "venue that is not ASCII": (f"{VENUE}.name", "SÎM", "INVALID_IDENTIFIER", "venues[0].name", "ASCII"),
    "venue of no instrument": (f"{VENUE}.name", "SIMM", "VENUE_MISMATCH", "data[0]", '"SIMM"'),
    "balance in no currency": (f"{VENUE}.starting_balances", ["1000000 USDD"], "UNKNOWN_CURRENCY", "venues[0].starting_balances[0]", '"USD'),
    "balance that is none": (f"{VENUE}.starting_balances", ["lots USD"], "INVALID_BALANCE", "venues[0].starting_balances[0]", "1000000 USD"),
    "balance without currency": (f"{VENUE}.starting_balances", ["1000000"], "INVALID_BALANCE", "venues[0].starting_balances[0]", "1000000 USD"),
    "base currency unlike the balance": (f"{VENUE}.base_currency", "EUR", "INVALID_BALANCE", "venues[0].starting_balances", "EUR"),
    "base currency unknown": (f"{VENUE}.base_currency", "EURO", "UNKNOWN_CURRENCY", "venues[0].base_currency", "EURO"),
    "fill model of the wrong kind": (f"{VENUE}.fill_model", {"source": "nautilus_trader.backtest.models:FeeModel"}, "WRONG_CLASS", "venues[0].fill_model.source", "FillModel"),
    "fill model with a wrong field": (f"{VENUE}.fill_model", {"source": "nautilus_trader.backtest.models:ThreeTierFillModel", "config": {"prob_slipage": 0.1}}, "INVALID_CONFIG", "venues[0].fill_model.config.prob_slipage", '"prob_slippage"'),
    "table that is not there": (f"{VENUE}.modules", [{"source": "nautilus_trader.backtest.modules:FXRolloverInterestModule", "config": {"rate_data": {"file": "rates.csv"}}}], "FILE_NOT_FOUND", "venues[0].modules[0].config.rate_data.file", "rates.csv"),
    "start after the data": ("request.start", "2025-01-01", "NO_DATA", "start", "2024-03-04"),
    "time that is none": ("request.start", "yesterday", "INVALID_ARGUMENTS", "start", "ISO-8601"),
    "instrument that is unknown": (f"{DATA}.instrument", "EUR/USD.SIM", "UNKNOWN_INSTRUMENT", "data[0].instrument", "template"),
    "template that is unknown": (f"{DATA}.instrument", {"template": "forex", "id": "EUR/USD.SIM"}, "INVALID_INSTRUMENT", "data[0].instrument.template", "forex"),
    "template with a wrong field": (f"{DATA}.instrument", {**FX, "price_precison": 5}, "INVALID_INSTRUMENT", "data[0].instrument.price_precison", '"price_precision"'),
    "template of an unknown currency": (f"{DATA}.instrument", {"template": "fx", "id": "EUR/USB.SIM"}, "UNKNOWN_CURRENCY", "data[0].instrument.id", "USB"),
    "instrument with an unknown field": (f"{DATA}.instrument", {**PAIR, "lot_sizes": "1"}, "INVALID_INSTRUMENT", "data[0].instrument.lot_sizes", '"lot_size"'),
    "instrument with a field missing": (f"{DATA}.instrument", {k: v for k, v in PAIR.items() if k != "size_increment"}, "INVALID_INSTRUMENT", "data[0].instrument.size_increment", "size_increment"),
    "instrument with a binary number": (f"{DATA}.instrument", {**PAIR, "price_increment": 0.00001}, "INVALID_INSTRUMENT", "data[0].instrument.price_increment", "string"),
    "instrument of an unknown currency": (f"{DATA}.instrument", {**PAIR, "quote_currency": "USB"}, "UNKNOWN_CURRENCY", "data[0].instrument.quote_currency", "USB"),
    "nanoseconds as an unsafe integer": (f"{DATA}.instrument", {**PAIR, "ts_init": 1700000000000000001}, "UNSAFE_INTEGER", "data[0].instrument.ts_init", "string"),
    "instrument of an unknown type": (f"{DATA}.instrument", {**PAIR, "type": "CurencyPair"}, "INVALID_INSTRUMENT", "data[0].instrument.type", '"CurrencyPair"'),
    "file bar type that does not parse": (f"{DATA}.bar_type", "EUR/USD.SIM-1-MINUT-BID-EXTERNAL", "INVALID_BAR_TYPE", "data[0].bar_type", "MINUT"),
    "bar type that parses as another": (f"{DATA}.bar_type", "EUR/USD.SIM--1-MINUTE-BID-EXTERNAL", "INVALID_BAR_TYPE", "data[0].bar_type", "EUR/USD.SIM-"),
    "internal bars of a file": (f"{DATA}.bar_type", BAR_TYPE.replace("EXTERNAL", "INTERNAL"), "INVALID_BAR_TYPE", "data[0].bar_type", "EXTERNAL"),
    "bar type of another venue": (f"{DATA}.bar_type", BAR_TYPE.replace("SIM", "IDEALPRO"), "VENUE_MISMATCH", "data[0].bar_type", "IDEALPRO"),
    "bar type of another instrument": (f"{DATA}.bar_type", BAR_TYPE.replace("EUR", "GBP"), "INVALID_BAR_TYPE", "data[0].bar_type", "GBP"),
    "bars without a bar type": (f"{DATA}.bar_type", None, "INVALID_ARGUMENTS", "data[0].bar_type", "bar_type"),
    "file that is missing": (f"{DATA}.file", "nowhere.csv", "FILE_NOT_FOUND", "data[0].file", "nowhere.csv"),
    "file through the node": ("request.api", "node", "UNSUPPORTED", "data[0]", "import_data"),
    "catalog that is not there": (DATA, {"data_type": "Bar", "instrument_id": "EUR/USD.SIM"}, "CATALOG_NOT_FOUND", "data[0]", "import_data"),
    "bid without ask": (DATA, {"bid_file": "bid.csv", "instrument": FX}, "INVALID_ARGUMENTS", "data[0].bid_file", "ask_file"),
    "item that says nothing": (DATA, {"instrument": FX}, "INVALID_ARGUMENTS", "data[0]", "bid_file"),
    "item that says two things": (f"{DATA}.data_type", "Bar", "INVALID_ARGUMENTS", "data[0]", "twice"),
    "venue twice": ("request.venues", [{"name": "SIM", "oms_type": "NETTING", "account_type": "MARGIN", "starting_balances": ["1 USD"]}] * 2, "INVALID_ARGUMENTS", "venues[1].name", "twice"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_is_refused(name: str, shared_run: Worker, tmp_path: Path) -> None:
    where, new, code, path, said = REFUSALS[name]
    params = changed(backtest(tmp_path), where, new)
    with pytest.raises(EngineError) as caught:
        shared_run.call("run_backtest", params)
    error = caught.value
    assert (error.number, error.code, error.path) == (-32000, code, path)
    assert said in error.data["message"] + error.data["next_step"]
    assert "Traceback" not in error.data["message"]
    assert error.data["next_step"].endswith(".")


def test_dates_inverted(shared_run: Worker, tmp_path: Path) -> None:
    params = backtest(tmp_path, start="2024-03-05", end="2024-03-04")
    with pytest.raises(EngineError) as caught:
        shared_run.call("run_backtest", params)
    assert (caught.value.code, caught.value.path) == ("INVALID_TIME_RANGE", "start")


def test_an_instrument_is_not_defined_twice(shared_run: Worker, tmp_path: Path) -> None:
    params = changed(backtest(tmp_path), "request.data.1.instrument", {**FX, "maker_fee": "0"})
    with pytest.raises(EngineError) as caught:
        shared_run.call("run_backtest", params)
    assert (caught.value.code, caught.value.path) == ("INVALID_INSTRUMENT", "data[1].instrument")


def test_currency_is_not_invented(shared_run: Worker, tmp_path: Path) -> None:
    params = changed(backtest(tmp_path), f"{VENUE}.starting_balances", ["10 ZZZZ"])
    with pytest.raises(EngineError) as caught:
        shared_run.call("run_backtest", params)
    assert caught.value.code == "UNKNOWN_CURRENCY"


def test_contract_violations_are_refused(shared_run: Worker, tmp_path: Path) -> None:
    params = changed(backtest(tmp_path), "request.strategie", [])
    with pytest.raises(EngineError) as caught:
        shared_run.call("run_backtest", params)
    assert caught.value.number == -32602
    assert "strategie" in str(caught.value)
