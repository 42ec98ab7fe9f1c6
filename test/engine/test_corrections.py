"""A run with the engine's bookkeeping corrected equals one without, and upstream still needs correcting."""

import gc
import json
import pickle
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import nautilus_trader
import nautilus_trader.accounting.manager as manager_module
import nautilus_trader.cache.cache as cache_module
import nautilus_trader.portfolio.portfolio as portfolio_module
import nautilus_trader.system.kernel as kernel_module
import pandas as pd
import pytest
from conftest import STRATEGIES
from hypothesis import given
from hypothesis import strategies as st
from market import bars
from nautilus_trader.analysis.analyzer import PortfolioAnalyzer
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.cache.cache import Cache
from nautilus_trader.config import LoggingConfig
from nautilus_trader.core import nautilus_pyo3
from nautilus_trader.model.currencies import EUR, USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import PositionId, Venue
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from quarterdeck.nautilus import corrections, live
from quarterdeck.nautilus.live import write_live
from quarterdeck.nautilus.snapshots import Book, restore

SIM = Venue("SIM")
LIBRARY: Any = nautilus_pyo3
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
        with corrections.portfolio():
            super().__init__(config)
        self.book = Book()

    def run(self, *arguments: Any, **options: Any) -> None:
        with corrections.snapshots(self.book):
            super().run(*arguments, **options)

    def add_venue(self, *arguments: Any, **options: Any) -> None:
        with corrections.venue_cache(self.kernel):
            super().add_venue(*arguments, **options)


def strategies(module: str) -> Any:
    sys.path.insert(0, str(STRATEGIES))
    try:
        return import_module(f"desk.{module}")
    finally:
        sys.path.remove(str(STRATEGIES))


def run(kind: type[BacktestEngine], oms: OmsType, base: Currency | None, brackets: bool, length: int) -> BacktestEngine:
    swing = strategies("swing")
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
            str({**position.to_dict(), "position_id": own_id(position.id.value), "events": position.event_count})
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


def pile(kind: type[BacktestEngine]) -> BacktestEngine:
    of_pile = strategies("pile")
    if kind is BacktestEngine:
        manager_module.nautilus_pyo3 = LIBRARY
    engine = kind(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    balances = [Money(10_000_000, USD)]
    engine.add_venue(
        venue=SIM,
        oms_type=OmsType.HEDGING,
        account_type=AccountType.MARGIN,
        base_currency=USD,
        starting_balances=balances,
    )
    for seed, pair in enumerate(("EUR/USD", "GBP/USD"), 1):
        instrument = TestInstrumentProvider.default_fx_ccy(pair)
        engine.add_instrument(instrument)
        frames = [frame(bars(seed, 90, shift=shift)) for shift in (0, 0.0001)]
        engine.add_data(QuoteTickDataWrangler(instrument).process_bar_data(*frames))
        config = of_pile.PileConfig(instrument_id=instrument.id, seed=seed, order_id_tag=str(seed))
        engine.add_strategy(of_pile.Pile(config))
    engine.run()
    return engine


def test_many_positions_at_once_equal_the_engine_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    folds, lists = [], []
    monkeypatch.setattr(manager_module, "nautilus_pyo3", manager_module.nautilus_pyo3)
    original_fold, original_list = corrections.Folding._fold, corrections.PortfolioCache._in_order

    def fold(self: Any, legs: list[Any]) -> Any:
        folds.append(len(legs))
        return original_fold(self, legs)

    def in_order(self: Any, *arguments: Any) -> Any:
        lists.append(arguments)
        return original_list(self, *arguments)

    monkeypatch.setattr(corrections.Folding, "_fold", fold)
    monkeypatch.setattr(corrections.PortfolioCache, "_in_order", in_order)
    ours = pile(Corrected)
    assert len(lists) > 500
    assert sum(count < 10 for count in folds[-400:]) > 100
    theirs = pile(BacktestEngine)
    expected = outcome(theirs)
    assert theirs.cache.positions_open_count() > 4 * corrections.FEW
    assert expected["counts"][2] > 1.2 * theirs.cache.positions_open_count()
    assert len(expected["asked"][0]) > 30
    assert repr(outcome(ours)) == repr(expected)
    states = [
        [str(margin) for state in engine.cache.account_for_venue(SIM).events for margin in state.margins]
        for engine in (ours, theirs)
    ]
    assert states[0] == states[1]
    assert len(states[0]) > 100


@given(st.lists(st.tuples(st.integers(-50, 50).filter(bool), st.integers(1, 10**9)), min_size=130, max_size=160))
def test_a_fold_goes_on_where_it_was(amounts: list[tuple[int, int]]) -> None:
    legs = [(Decimal(size) / 10, Decimal(price) / 10**5, ts) for ts, (size, price) in enumerate(amounts)]
    folding = corrections.Folding(LIBRARY)
    for count in (100, 101, 105, 104, len(legs), 70, 10, len(legs)):
        part = legs[:count]
        assert repr(folding.fold_net_position(part)) == repr(LIBRARY.fold_net_position(part))


def test_upstream_still_folds_all_positions_at_each_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    folded, asked = [], []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(LIBRARY, name)

        def fold_net_position(self, legs: list[Any]) -> Any:
            folded.append(len(legs))
            return LIBRARY.fold_net_position(legs)

    class CountingCache(corrections.RelayingCache):
        def positions_open(self, *arguments: Any, **options: Any) -> Any:
            asked.append(1)
            return self._cache.positions_open(*arguments, **options)

    class WithCounting(BacktestEngine):  # type: ignore[misc]
        def __init__(self, config: BacktestEngineConfig) -> None:
            manager_module.nautilus_pyo3 = Counting()
            super().__init__(config)

    portfolio = kernel_module.Portfolio

    def with_counting(msgbus: Any, cache: Cache, clock: Any, config: Any) -> Any:
        return portfolio(msgbus=msgbus, cache=CountingCache(cache), clock=clock, config=config)

    monkeypatch.setattr(manager_module, "nautilus_pyo3", manager_module.nautilus_pyo3)
    monkeypatch.setattr(kernel_module, "Portfolio", with_counting)
    fills = pile(WithCounting).get_result().total_orders
    assert max(folded) > 100, "Folding is no longer needed"
    assert len(folded) >= fills, "Folding is no longer needed"
    assert len(asked) >= 2 * fills, "PortfolioCache is no longer needed"


def test_version_is_one_the_corrections_were_proved_on() -> None:
    assert nautilus_trader.__version__ in corrections.VERSIONS


def test_other_versions_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "VERSIONS", ("1.0.0",))
    engine = Corrected(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    assert type(engine.portfolio.analyzer) is PortfolioAnalyzer
    engine.dispose()


def test_nothing_stays_patched() -> None:
    with ExitStack() as stack:
        stack.enter_context(corrections.portfolio())
        assert portfolio_module.PortfolioAnalyzer is corrections.AppendingAnalyzer
    assert portfolio_module.PortfolioAnalyzer is PortfolioAnalyzer


def test_upstream_still_copies_all_trades_at_each() -> None:
    analyzer = PortfolioAnalyzer()
    held = []
    for step in range(3):
        analyzer.record_trade(PositionId("P-1"), Money(step, USD), step)
        held.append(analyzer._recorded_realized_pnls[USD])
    assert [len(series) for series in held] == [1, 2, 3], "AppendingAnalyzer is no longer needed"


def test_snapshots_are_kept_as_they_were_and_read_by_anyone() -> None:
    engine = run(Corrected, OmsType.NETTING, USD, False, 3)
    (position,) = engine.cache.positions(instrument_id=TestInstrumentProvider.default_fx_ccy("EUR/USD").id)[:1]
    pickles = engine.cache.position_snapshot_bytes(position.id)
    assert len(pickles) > 20
    assert len(engine.book.kept) == sum(
        len(engine.cache.position_snapshot_bytes(each.id)) for each in engine.cache.positions()
    )
    for one, snapshot in zip(pickles, engine.cache.position_snapshots(position.id), strict=True):
        again = pickle.loads(one)
        assert again.to_dict() == snapshot.to_dict()
        assert again.id == snapshot.id
        assert again.is_closed
        assert [fill.position_id for fill in again.events] == [position.id] * again.event_count
    engine.dispose()


def test_a_run_under_way_tells_of_every_round_trip_so_far(tmp_path: Path) -> None:
    engine = run(Corrected, OmsType.NETTING, USD, False, 3)
    everything = [*engine.cache.positions(), *engine.cache.position_snapshots()]
    write_live(tmp_path, engine.cache, engine.book.kept, [], 0, lambda order: f"of {order.value}")
    told = json.loads((tmp_path / "live.json").read_text())
    assert told["counts"]["positions"] == len(everything) > 60
    expected = sorted((str(one.ts_opened), one.id.value, str(one.avg_px_open)) for one in everything)
    assert sorted((one["ts_opened"], one["position_id"], one["entry_price"]) for one in told["trades"]) == expected
    assert [one["trade"] for one in told["trades"]] == list(range(1, len(everything) + 1))
    assert all(one["entry_line"] == f"of {one['entry_order_id']}" for one in told["trades"])
    latest = told["trades"][-7:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "TRIPS", 7)
        write_live(tmp_path, engine.cache, engine.book.kept, [], 0, lambda order: f"of {order.value}")
    assert [one["trade"] for one in json.loads((tmp_path / "live.json").read_text())["trades"]] == [
        one["trade"] for one in latest
    ]
    engine.dispose()


def test_snapshots_go_with_their_engine() -> None:
    book = Book()
    number = book.number
    del book
    gc.collect()
    with pytest.raises(KeyError):
        restore(number, 0)


def test_upstream_still_pickles_each_snapshot_and_reads_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    class Counting:
        def dumps(self, value: Any) -> bytes:
            calls.append("dumps")
            return pickle.dumps(value)

        def loads(self, data: bytes) -> Any:
            calls.append("loads")
            return pickle.loads(data)

    for module in (cache_module, portfolio_module):
        monkeypatch.setattr(module, "pickle", Counting())
    engine = run(BacktestEngine, OmsType.NETTING, USD, False, 3)
    snapshots = sum(len(engine.cache.position_snapshot_bytes(each.id)) for each in engine.cache.positions())
    assert calls.count("dumps") == 2 * snapshots, "snapshots.py is no longer needed"
    assert calls.count("loads") >= 2 * snapshots, "snapshots.py is no longer needed"


def test_upstream_still_asks_for_all_orders_at_each_fill() -> None:
    asked = []

    class Counting(Cache):  # type: ignore[misc]
        def orders_for_position(self, position_id: PositionId) -> list[Any]:
            asked.append(position_id)
            orders: list[Any] = super().orders_for_position(position_id)
            return orders

    class WithCounting(BacktestEngine):  # type: ignore[misc]
        pass

    original = kernel_module.Cache
    kernel_module.Cache = Counting
    try:
        engine = run(WithCounting, OmsType.NETTING, USD, False, 3)
    finally:
        kernel_module.Cache = original
    fills = sum(order.event_count > 0 and order.is_closed for order in engine.cache.orders())
    assert len(asked) > fills // 2, "VenueCache is no longer needed"
