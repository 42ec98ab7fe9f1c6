"""Mistakes that the source of a strategy shows: told with their line, and never of code that is right."""

import pkgutil
import re
from pathlib import Path

import nautilus_trader.examples.strategies as examples
import pytest
from conftest import STRATEGIES, Worker

WRONG = """
import time
from datetime import datetime

from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import TimeInForce
from nautilus_trader.model.identifiers import InstrumentId, TraderId
from nautilus_trader.trading.strategy import Strategy


class Base(Strategy):
    def on_start(self):
        time.sleep(1)  # WAITS


class Wrong(Base):
    def __init__(self, config=None):  # SUPER_INIT_MISSING
        self.clock.utc_now()  # USED_IN_INIT
        self.subscribe_bars(None)  # USED_IN_INIT HANDLER_MISSING
        self.kept = self.log

    def on_quote(self, tick):  # HANDLER_UNKNOWN
        self.config.size = 1  # CONFIG_WRITTEN
        self.kept = datetime.now()  # WALL_CLOCK

    def decode(self):
        InstrumentId.from_str("EURUSD")  # ID_MALFORMED
        BarType.from_str("EUR/USD.SIM-1-MINUTE-CLOSE-EXTERNAL")  # ID_MALFORMED
        TraderId("nohyphen")  # ID_MALFORMED

    async def on_trade_tick(self, tick):  # HANDLER_ASYNC
        self.order_factory.limit(time_in_force=TimeInForce.GTD)  # GTD_WITHOUT_EXPIRY
        self.order_factory.market(time_in_force=TimeInForce.AT_THE_OPEN)  # TIME_IN_FORCE_UNSUPPORTED


class Right(Strategy):
    def __init__(self, config: StrategyConfig):
        super().__init__(config)
        self.started = None
        self.later = lambda: self.clock.utc_now()

    def on_start(self):
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-BID-EXTERNAL"))
        self.subscribe_quote_ticks(InstrumentId.from_str("EUR/USD.SIM"))
        self.clock.set_timer("look", interval=None, callback=self.on_look)

    def on_look(self, event):
        self.started = self.cache.quote_tick(None)

    def on_bar(self, bar):
        self.order_factory.limit(time_in_force=TimeInForce.GTD, expire_time=self.clock.utc_now())
"""


def check(worker: Worker, workspace: Path, source: str) -> list[dict[str, str]]:
    params = {"workspace": str(workspace), "strategy": {"source": source}, "check_config": False}
    problems: list[dict[str, str]] = worker.call("check_strategy", params)["problems"]
    return problems


def test_each_is_told_with_its_line(shared_run: Worker, tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(WRONG)
    expected = {
        (f"wrong.py:{number}", code)
        for number, line in enumerate(WRONG.splitlines(), 1)
        for code in re.findall(r"[A-Z_]{5,}", line.partition("  # ")[2])
    }
    found = check(shared_run, tmp_path, "wrong.py:Wrong")
    assert {(problem["path"], problem["code"]) for problem in found} == expected
    assert all(problem["message"].endswith((".", "?", ")")) and problem["next_step"] for problem in found)
    unknown = next(problem for problem in found if problem["code"] == "HANDLER_UNKNOWN")
    assert "on_quote_tick" in unknown["message"]
    assert check(shared_run, tmp_path, "wrong.py:Right") == []


CORRECT = [
    "desk/swing.py:Swing",
    *(
        f"nautilus_trader.examples.strategies.{module}:{name}"
        for module, name in (
            ("ema_cross", "EMACross"),
            ("ema_cross_bracket", "EMACrossBracket"),
            ("ema_cross_twap", "EMACrossTWAP"),
            ("grid_market_maker", "GridMarketMaker"),
            ("orderbook_imbalance", "OrderBookImbalance"),
            ("signal_strategy", "SignalStrategy"),
            ("volatility_market_maker", "VolatilityMarketMaker"),
            ("subscribe", "SubscribeStrategy"),
            ("blank", "MyStrategy"),
        )
    ),
]


@pytest.mark.parametrize("source", CORRECT)
def test_nothing_is_said_of_strategies_that_are_right(source: str, shared_run: Worker) -> None:
    assert check(shared_run, STRATEGIES, source) == []


def test_the_modules_are_there() -> None:
    modules = {module.name for module in pkgutil.iter_modules(examples.__path__)}
    assert {source.rpartition(".")[2].partition(":")[0] for source in CORRECT[1:]} <= modules
