"""What a user would write without Quarterdeck: a script on NautilusTrader's engine. Prints what it came to as JSON.

Reads {"cases": [...]} from stdin; each case names its API, data, venue and strategy in plain words.
"""

import importlib
import json
import math
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from nautilus_trader.backtest.config import BacktestDataConfig, BacktestRunConfig, BacktestVenueConfig
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.config import ImportableStrategyConfig, LoggingConfig
from nautilus_trader.core.nautilus_pyo3 import MaxDrawdown
from nautilus_trader.model.data import Bar, BarType, QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.persistence.wranglers import BarDataWrangler, QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider

LOGGING = LoggingConfig(bypass_logging=True)


def read(path: str) -> pd.DataFrame:
    return pd.read_csv(path, index_col="timestamp", parse_dates=True)


def with_engine(case: dict[str, Any]) -> BacktestEngine:
    swing = importlib.import_module("desk.swing")

    engine = BacktestEngine(BacktestEngineConfig(logging=LOGGING))
    venue = case["venue"]
    engine.add_venue(
        venue=Venue("SIM"),
        oms_type=OmsType[venue["oms_type"]],
        account_type=AccountType.MARGIN,
        base_currency=Currency.from_str("USD") if venue.get("base_currency") else None,
        starting_balances=[Money.from_str(text) for text in venue["starting_balances"]],
    )
    instrument = TestInstrumentProvider.default_fx_ccy("EUR/USD")
    engine.add_instrument(instrument)
    for item in case["data"]:
        if "bid_file" in item:
            wrangler = QuoteTickDataWrangler(instrument)
            engine.add_data(wrangler.process_bar_data(read(item["bid_file"]), read(item["ask_file"])))
        elif "bar_type" in item:
            engine.add_data(BarDataWrangler(BarType.from_str(item["bar_type"]), instrument).process(read(item["file"])))
        else:
            engine.add_data(QuoteTickDataWrangler(instrument).process(read(item["file"])))
    for config in case["strategies"]:
        engine.add_strategy(swing.Swing(swing.SwingConfig.parse(json.dumps(config))))
    engine.run(start=case.get("start"), end=case.get("end"))
    return engine


def with_node(case: dict[str, Any]) -> BacktestEngine:
    config = BacktestRunConfig(
        engine=BacktestEngineConfig(
            logging=LOGGING,
            strategies=[
                ImportableStrategyConfig(
                    strategy_path="desk.swing:Swing", config_path="desk.swing:SwingConfig", config=strategy
                )
                for strategy in case["strategies"]
            ],
        ),
        venues=[BacktestVenueConfig(name="SIM", account_type="MARGIN", **case["venue"])],
        data=[
            BacktestDataConfig(
                catalog_path=case["catalog"],
                data_cls={"QuoteTick": QuoteTick, "Bar": Bar}[item["data_type"]],
                **({"bar_types": [item["bar_type"]]} if "bar_type" in item else {"instrument_id": "EUR/USD.SIM"}),
            )
            for item in case["data"]
        ],
        chunk_size=case.get("chunk_size"),
        start=case.get("start"),
        end=case.get("end"),
        dispose_on_completion=False,
        raise_exception=True,
    )
    node = BacktestNode([config])
    node.run()
    return node.get_engine(config.id)


def outcome(engine: BacktestEngine) -> dict[str, Any]:
    # Not registered by default; the host adds it.
    engine.portfolio.analyzer.register_statistic(MaxDrawdown())
    result = engine.get_result()
    account = engine.cache.account_for_venue(Venue("SIM"))
    fills = [
        event
        for order in sorted(engine.cache.orders(), key=lambda order: (order.ts_init, order.client_order_id.value))
        for event in order.events
        if isinstance(event, OrderFilled)
    ]
    return {
        "iterations": result.iterations,
        "events": result.total_events,
        "orders": result.total_orders,
        "positions": engine.cache.positions_total_count(),
        "trades": result.total_positions,
        "account_events": account.event_count,
        "balances": {
            currency.code: format(balance.total.as_decimal(), "f") for currency, balance in account.balances().items()
        },
        "commissions": {
            currency.code: format(money.as_decimal(), "f") for currency, money in account.commissions().items()
        },
        "pnl": {code: clean(values) for code, values in result.stats_pnls.items()},
        "returns": clean(result.stats_returns),
        "fills": [
            [
                str(fill.ts_event),
                fill.client_order_id.value,
                str(fill.last_px),
                str(fill.last_qty),
                str(fill.commission),
            ]
            for fill in fills
        ],
        "asked": [getattr(strategy, "asked", None) for strategy in engine.trader.strategies()],
    }


def clean(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value is None or math.isnan(value) else float(value) for name, value in values.items()}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent / "strategies"))
    cases = json.load(sys.stdin)["cases"]
    outcomes = [outcome((with_node if case["api"] == "node" else with_engine)(case)) for case in cases]
    json.dump(outcomes, sys.stdout)
