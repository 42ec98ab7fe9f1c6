"""A plain script that runs a file through a strategy that does nothing: ``python plain_replay.py KIND FILE [LOG_FOLDER]``."""

import json
import sys
import time
from typing import Any

import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import BacktestEngineConfig
from nautilus_trader.model.currencies import JPY
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import BarDataWrangler, QuoteTickDataWrangler, TradeTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from onlooker import Onlooker, OnlookerConfig
from plain_backtest import logging

VENUE = Venue("SIM")


def run(kind: str, file: str, log_folder: str | None = None) -> dict[str, Any]:
    """Run and return how long the engine took for how many data."""
    engine = BacktestEngine(BacktestEngineConfig(logging=logging(log_folder)))
    engine.add_venue(
        venue=VENUE,
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        base_currency=JPY,
        starting_balances=[Money(100_000_000, JPY)],
    )
    instrument = TestInstrumentProvider.default_fx_ccy("USD/JPY", VENUE)
    engine.add_instrument(instrument)
    bar_type = BarType.from_str(f"{instrument.id}-1-MINUTE-LAST-EXTERNAL")
    wrangler = {
        "bars": BarDataWrangler(bar_type, instrument),
        "quotes": QuoteTickDataWrangler(instrument),
        "trades": TradeTickDataWrangler(instrument),
    }[kind]
    engine.add_data(wrangler.process(pd.read_csv(file, index_col="timestamp", parse_dates=True)))
    engine.add_strategy(Onlooker(OnlookerConfig(instrument_id=instrument.id, bar_type=bar_type, kind=kind)))
    started = time.perf_counter()
    engine.run()
    return {
        "engine_seconds": time.perf_counter() - started,
        "counts": {"iterations": engine.get_result().iterations, "orders": 0},
    }


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])))
