"""The example strategies as a user would run them without Quarterdeck. Prints what each came to as JSON.

Reads {"files": {kind: path}, "cases": [...]} from stdin; a case names its strategy, config, venue and data.
"""

import importlib
import json
import sys
from decimal import Decimal
from typing import Any

import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.examples.algorithms.twap import TWAPExecAlgorithm
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, book_type_from_str
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import (
    BarDataWrangler,
    OrderBookDeltaDataWrangler,
    QuoteTickDataWrangler,
    TradeTickDataWrangler,
)
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy
from plain import outcome

BARS = "EUR/USD.SIM-1-MINUTE-BID-EXTERNAL"


def load(kind: str, path: str, instrument: Instrument) -> Any:
    frame = pd.read_csv(path, index_col="timestamp", parse_dates=True)
    if kind == "quotes":
        return QuoteTickDataWrangler(instrument).process(frame)
    if kind == "trades":
        frame["trade_id"] = frame["trade_id"].astype(str)
        return TradeTickDataWrangler(instrument).process(frame)
    if kind == "deltas":
        return OrderBookDeltaDataWrangler(instrument).process(frame)
    return BarDataWrangler(BarType.from_str(BARS), instrument).process(frame)


def strategy(case: dict[str, Any]) -> Strategy:
    module = importlib.import_module(case["module"])
    config = getattr(module, case["config_class"]).parse(json.dumps(case["config"]))
    return getattr(module, case["class"])(config)


def run(case: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        venue=Venue("SIM"),
        oms_type=OmsType[case["oms_type"]],
        account_type=AccountType.MARGIN,
        starting_balances=[Money.from_str("1000000 USD")],
        default_leverage=Decimal(10),
        book_type=book_type_from_str(case["book_type"]),
    )
    instrument = TestInstrumentProvider.default_fx_ccy("EUR/USD")
    engine.add_instrument(instrument)
    for kind in case["data"]:
        engine.add_data(load(kind, files[kind], instrument))
    engine.add_strategy(strategy(case))
    if case["twap"]:
        engine.add_exec_algorithm(TWAPExecAlgorithm())
    engine.run()
    return outcome(engine)


if __name__ == "__main__":
    given = json.load(sys.stdin)
    json.dump([run(case, given["files"]) for case in given["cases"]], sys.stdout)
