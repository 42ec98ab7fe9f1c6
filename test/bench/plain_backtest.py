"""What a user does without us, a plain script: ``python plain_backtest.py bars|quotes|orders BID ASK [LOG_FOLDER]``."""

import json
import math
import sys
import time
from decimal import Decimal
from typing import Any

import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import BacktestEngineConfig, LoggingConfig
from nautilus_trader.examples.strategies.ema_cross import EMACross, EMACrossConfig
from nautilus_trader.model.currencies import JPY, USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.persistence.wranglers import BarDataWrangler, QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider

BARS = 6_000
VENUE = Venue("SIM")


def run(kind: str, bid_file: str, ask_file: str, log_folder: str | None = None) -> dict[str, Any]:
    """Run the backtest of one figure and return what it came to."""
    # Bars of one price give no exchange rate: profit in yen stays in yen.
    currency, balance = (JPY, 100_000_000) if kind == "bars" else (USD, 1_000_000)
    engine = BacktestEngine(BacktestEngineConfig(logging=logging(log_folder)))
    engine.add_venue(
        venue=VENUE,
        oms_type=OmsType.NETTING if kind == "orders" else OmsType.HEDGING,
        account_type=AccountType.MARGIN,
        base_currency=currency,
        starting_balances=[Money(balance, currency)],
    )
    instrument = TestInstrumentProvider.default_fx_ccy("USD/JPY", VENUE)
    engine.add_instrument(instrument)
    if kind == "bars":
        bar_type = BarType.from_str("USD/JPY.SIM-1-MINUTE-LAST-EXTERNAL")
        engine.add_data(BarDataWrangler(bar_type, instrument).process(read(bid_file).head(BARS)))
        config = EMACrossConfig(
            instrument_id=instrument.id,
            bar_type=bar_type,
            trade_size=Decimal(100_000),
            fast_ema_period=50,
            slow_ema_period=100,
        )
    else:
        quotes = QuoteTickDataWrangler(instrument).process_bar_data(read(bid_file), read(ask_file))
        engine.add_data(quotes)
        minutes, size, fast, slow = (1, 10_000, 3, 7) if kind == "orders" else (15, 1_000_000, 10, 20)
        config = EMACrossConfig(
            instrument_id=instrument.id,
            bar_type=BarType.from_str(f"USD/JPY.SIM-{minutes}-MINUTE-BID-INTERNAL"),
            trade_size=Decimal(size),
            fast_ema_period=fast,
            slow_ema_period=slow,
        )
    engine.add_strategy(EMACross(config))
    started = time.perf_counter()
    engine.run()
    engine_seconds = time.perf_counter() - started
    try:
        return {"engine_seconds": engine_seconds, **outcome(engine, currency)}
    finally:
        engine.dispose()


def logging(folder: str | None) -> LoggingConfig:
    """Return no logging at all, the fastest there is, or the log that a run of ours keeps."""
    if folder is None:
        return LoggingConfig(bypass_logging=True)
    return LoggingConfig(
        log_level="OFF",
        log_level_file="INFO",
        log_directory=folder,
        log_file_name="log",
        log_file_format="json",
        log_colors=False,
        fileout_sync_on_flush=False,
    )


def read(file: str) -> pd.DataFrame:
    """Read one file as the wranglers want it."""
    return pd.read_csv(file, index_col="timestamp", parse_dates=True)


def outcome(engine: BacktestEngine, currency: Currency) -> dict[str, Any]:
    """Return the numbers that must be the same to the last digit."""
    result = engine.get_result()
    account = engine.cache.account_for_venue(VENUE)
    return {
        "counts": {
            "iterations": result.iterations,
            "events": result.total_events,
            "orders": result.total_orders,
            "positions": engine.cache.positions_total_count(),
            "trades": result.total_positions,
            "account_events": account.event_count,
        },
        "balances": [
            {
                "venue": VENUE.value,
                "currency": currency.code,
                "total": str(account.balance_total(currency).as_decimal()),
                "free": str(account.balance_free(currency).as_decimal()),
                "locked": str(account.balance_locked(currency).as_decimal()),
            }
        ],
        "statistics": {
            "pnl": {currency: finite(values) for currency, values in result.stats_pnls.items()},
            "returns": finite(result.stats_returns),
        },
    }


def finite(values: dict[str, float]) -> dict[str, float | None]:
    """Return the statistics with null for what the engine does not give; JSON has no NaN."""
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])))
