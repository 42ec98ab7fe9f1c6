"""A plain run over quotes that say when they are written out: ``python plain_quotes.py FOLDER corrected|plain``.

Prints how many were, and the log that was kept.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any


def run(folder: str) -> dict[str, Any]:
    """Run and return what was written out and what was logged."""
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.common.component import flush_logger
    from nautilus_trader.config import LoggingConfig
    from nautilus_trader.examples.strategies.ema_cross import EMACross, EMACrossConfig
    from nautilus_trader.model.currencies import USD
    from nautilus_trader.model.data import BarType, QuoteTick
    from nautilus_trader.model.enums import AccountType, OmsType
    from nautilus_trader.model.identifiers import Venue
    from nautilus_trader.model.objects import Money
    from nautilus_trader.test_kit.providers import TestInstrumentProvider

    written = 0

    class Told(QuoteTick):  # type: ignore[misc]
        def __repr__(self) -> str:
            nonlocal written
            written += 1
            return "written out"

    logging = LoggingConfig(
        log_level="OFF",
        log_level_file="INFO",
        log_directory=folder,
        log_file_name="log",
        log_file_format="json",
        log_colors=False,
    )
    engine = BacktestEngine(BacktestEngineConfig(logging=logging))
    engine.add_venue(Venue("SIM"), OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)], base_currency=USD)
    instrument = TestInstrumentProvider.default_fx_ccy("EUR/USD", Venue("SIM"))
    engine.add_instrument(instrument)
    size = instrument.make_qty(1_000_000)
    prices = [1.1 + 0.0001 * ((index // 60) % 7) for index in range(2000)]
    engine.add_data(
        [
            Told(
                instrument.id,
                instrument.make_price(price),
                instrument.make_price(price + 0.0001),
                size,
                size,
                index * 10**9,
                index * 10**9,
            )
            for index, price in enumerate(prices)
        ]
    )
    bar_type = BarType.from_str("EUR/USD.SIM-10-SECOND-BID-INTERNAL")
    config = EMACrossConfig(
        instrument_id=instrument.id,
        bar_type=bar_type,
        trade_size=instrument.make_qty(1000).as_decimal(),
        fast_ema_period=3,
        slow_ema_period=7,
    )
    engine.add_strategy(EMACross(config))
    engine.run()
    orders = engine.cache.orders_total_count()
    flush_logger()
    engine.dispose()
    return {"written": written, "orders": orders, "log": _lines(Path(folder) / "log.jsonl")}


def _lines(file: Path) -> list[str]:
    """Return the log's lines without what differs from run to run."""
    uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    kept = []
    for line in file.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        # Before and after the run it speaks of this process, its memory and the time it took.
        if told["component"] != "BacktestEngine" and told["timestamp"].startswith("1970"):
            kept.append(re.sub(uuid, "", f"{told['level']} {told['component']} {told['message']}"))
    return kept


if __name__ == "__main__":
    applied = False
    if sys.argv[2] == "corrected":
        from quarterdeck.nautilus.debuglines import import_engine

        applied = import_engine()
    print(json.dumps({"applied": applied, **run(sys.argv[1])}))
