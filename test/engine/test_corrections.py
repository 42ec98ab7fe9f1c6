"""A run with the engine's bookkeeping corrected equals one without, and upstream still needs correcting."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from importlib import import_module
from typing import Any

import nautilus_trader
import nautilus_trader.portfolio.portfolio as portfolio_module
import pandas as pd
import pytest
from conftest import STRATEGIES
from market import bars
from nautilus_trader.analysis.analyzer import PortfolioAnalyzer
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.cache.cache import Cache
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import EUR, USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import PositionId, Venue
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from quarterdeck.nautilus import corrections

SIM = Venue("SIM")
CASES: dict[str, tuple[OmsType, Currency | None, str, bool, int]] = {
    "netting, the account in the quote's currency": (OmsType.NETTING, USD, "EUR/USD.SIM", False, 2),
    "netting, the account in another currency": (OmsType.NETTING, EUR, "EUR/USD.SIM", False, 2),
    "netting, brackets": (OmsType.NETTING, USD, "EUR/USD.SIM", True, 3),
    "netting, several currencies": (OmsType.NETTING, None, "EUR/USD.SIM", True, 2),
    "hedging, brackets": (OmsType.HEDGING, USD, "EUR/USD.SIM", True, 3),
    "hedging, no brackets, several currencies": (OmsType.HEDGING, None, "EUR/USD.SIM", False, 4),
}


class Corrected(BacktestEngine):  # type: ignore[misc]
    """The engine as run workers build it."""

    def __init__(self, config: BacktestEngineConfig) -> None:
        with corrections.analyzer():
            super().__init__(config)

    def add_venue(self, *arguments: Any, **options: Any) -> None:
        with corrections.venue_cache(self.kernel):
            super().add_venue(*arguments, **options)


def run(kind: type[BacktestEngine], oms: OmsType, base: Currency | None, brackets: bool, length: int) -> BacktestEngine:
    sys.path.insert(0, str(STRATEGIES))
    try:
        swing = import_module("desk.swing")
    finally:
        sys.path.remove(str(STRATEGIES))
    engine = kind(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    balances = [Money(1_000_000, currency) for currency in ([base] if base else [USD, EUR])]
    engine.add_venue(
        venue=SIM, oms_type=oms, account_type=AccountType.MARGIN, base_currency=base, starting_balances=balances
    )
    for seed, pair in enumerate(("EUR/USD", "GBP/USD"), 1):
        instrument = TestInstrumentProvider.default_fx_ccy(pair)
        engine.add_instrument(instrument)
        frames = [frame(bars(seed, 500, shift=shift)) for shift in (0, 0.0001)]
        engine.add_data(QuoteTickDataWrangler(instrument).process_bar_data(*frames))
        for tag, more in enumerate((0, 3)):
            config = swing.SwingConfig(
                instrument_id=instrument.id,
                bar_type=BarType.from_str(f"{instrument.id}-2-MINUTE-BID-INTERNAL"),
                trade_size=Decimal(100_000),
                length=length + more,
                brackets=brackets and tag == 0,
                order_id_tag=f"{seed}{tag}",
            )
            engine.add_strategy(swing.Swing(config))
    engine.run()
    return engine


def frame(rows: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["timestamp", "open", "high", "low", "close", "volume"])
    table.index = pd.DatetimeIndex(pd.to_datetime(table.pop("timestamp")))
    return table.astype(float)


def outcome(engine: BacktestEngine) -> dict[str, Any]:
    analyzer, result, cache = engine.portfolio.analyzer, engine.get_result(), engine.cache
    currencies = sorted({*analyzer.currencies, USD, EUR}, key=lambda currency: str(currency.code))
    return {
        "pnls": result.stats_pnls,
        "returns": result.stats_returns,
        "general": analyzer.get_performance_stats_general(),
        "position returns": analyzer.get_performance_stats_position_returns(),
        "formatted": [analyzer.get_stats_pnls_formatted(currency) for currency in currencies],
        "totals": [analyzer.total_pnl(currency) for currency in analyzer.currencies],
        "counts": (result.total_events, result.total_orders, result.total_positions),
        "summary": {name: value for name, value in result.summary.items() if "time" not in name},
        "events": [
            (type(event).__name__, event.ts_event, str(getattr(event, "last_px", "")), str(getattr(event, "quantity", "")))
            for order in sorted(cache.orders(), key=lambda order: str(order.client_order_id))
            for event in order.events
        ],
        "states": [
            [str(balance) for balance in state.balances] for state in cache.account_for_venue(SIM).events
        ],
        "positions": sorted(
            str((position.ts_opened, position.ts_closed, position.realized_pnl, position.realized_return))
            for position in [*cache.positions(), *cache.position_snapshots()]
        ),
        "asked": [strategy.asked for strategy in engine.trader.strategies()],
    }  # fmt: skip


def own_id(label: str) -> str:
    """Return a position's id without the random end of a snapshot's."""
    return str(PortfolioAnalyzer._canonical_position_id_value(label))


@pytest.mark.parametrize("name", CASES)
def test_equals_the_engine_as_it_is(name: str) -> None:
    oms, base, _, brackets, length = CASES[name]
    ours, theirs = (run(kind, oms, base, brackets, length) for kind in (Corrected, BacktestEngine))
    assert type(ours.portfolio.analyzer) is corrections.AppendingAnalyzer
    assert type(theirs.portfolio.analyzer) is PortfolioAnalyzer
    expected = outcome(theirs)
    assert expected["counts"][1] > 150
    assert repr(outcome(ours)) == repr(expected)
    for currency in (None, USD, EUR):
        pair = [engine.portfolio.analyzer.realized_pnls(currency) for engine in (ours, theirs)]
        assert_same(*pair)
    for method in ("returns", "position_returns", "portfolio_returns"):
        assert_same(*(getattr(engine.portfolio.analyzer, method)() for engine in (ours, theirs)))
    for engine in (ours, theirs):
        engine.reset()
        assert engine.portfolio.analyzer.realized_pnls() is None
        assert engine.portfolio.analyzer.returns().empty


def assert_same(ours: pd.Series | None, theirs: pd.Series | None) -> None:
    if ours is None or theirs is None:
        assert ours is theirs
        return
    if ours.index.dtype == object:
        ours, theirs = ours.rename(index=own_id), theirs.rename(index=own_id)
    pd.testing.assert_series_equal(ours, theirs, check_exact=True, check_freq=True)
    assert type(ours.index) is type(theirs.index)
    assert ours.name == theirs.name


def test_answers_while_it_goes_on() -> None:
    """Readers may come between two trades, in any order, and with or without times."""
    ours, theirs = corrections.AppendingAnalyzer(), PortfolioAnalyzer()
    for step in range(12):
        for analyzer in (ours, theirs):
            record = analyzer.add_trade if step % 3 == 0 else analyzer.record_trade
            moment = None if step % 4 == 0 else step
            record(PositionId(f"P-{step % 5}"), Money(step, USD if step % 2 else EUR), moment)
        for currency in (USD, EUR, None) if step % 5 == 4 else ():
            assert_same(ours.realized_pnls(currency), theirs.realized_pnls(currency))
    for currency in (USD, EUR):
        assert_same(ours.realized_pnls(currency), theirs.realized_pnls(currency))
    ours.reset()
    assert ours.realized_pnls(USD) is None


def test_version_is_one_the_corrections_were_proved_on() -> None:
    assert nautilus_trader.__version__ in corrections.VERSIONS


def test_other_versions_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "VERSIONS", ("1.0.0",))
    engine = Corrected(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    assert type(engine.portfolio.analyzer) is PortfolioAnalyzer
    engine.dispose()


def test_nothing_stays_patched() -> None:
    with ExitStack() as stack:
        stack.enter_context(corrections.analyzer())
        assert portfolio_module.PortfolioAnalyzer is corrections.AppendingAnalyzer
    assert portfolio_module.PortfolioAnalyzer is PortfolioAnalyzer


def test_upstream_still_copies_all_trades_at_each() -> None:
    analyzer = PortfolioAnalyzer()
    held = []
    for step in range(3):
        analyzer.record_trade(PositionId("P-1"), Money(step, USD), step)
        held.append(analyzer._recorded_realized_pnls[USD])
    assert [len(series) for series in held] == [1, 2, 3], "AppendingAnalyzer is no longer needed"


def test_upstream_still_asks_for_all_orders_at_each_fill() -> None:
    asked = []

    class Counting(Cache):  # type: ignore[misc]
        def orders_for_position(self, position_id: PositionId) -> list[Any]:
            asked.append(position_id)
            orders: list[Any] = super().orders_for_position(position_id)
            return orders

    class WithCounting(BacktestEngine):  # type: ignore[misc]
        pass

    import nautilus_trader.system.kernel as kernel_module

    original = kernel_module.Cache
    kernel_module.Cache = Counting
    try:
        engine = run(WithCounting, OmsType.NETTING, USD, False, 3)
    finally:
        kernel_module.Cache = original
    fills = sum(order.event_count > 0 and order.is_closed for order in engine.cache.orders())
    assert len(asked) > fills // 2, "VenueCache is no longer needed"
