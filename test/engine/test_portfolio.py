"""Portfolio figures and position sizes against oracles of other libraries and worked examples."""

import math
import statistics
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nodes import FX, Node
from quarterdeck.statistics.tailrisk import drawdowns, tail_risk
from quarterdeck.trading.exposure import Holding, Part, parts, spread, total
from quarterdeck.trading.sizing import kelly, loss_of_one, rounded_down, staked, targeted

SOON = {"kind": "synthetic", "interval_ms": 20, "seed": 7}


def sample(seed: int, count: int = 400) -> Any:
    return np.random.default_rng(seed).standard_t(4, count) * 1_000


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("days", [0.5, 1.0, 10.0])
def test_historical_var_is_the_percentile_and_cvar_the_mean_beyond_it(confidence: float, days: float) -> None:
    changes = sample(1)
    risk = tail_risk(changes, confidence, days, parametric=False)
    assert risk is not None
    # pandas interpolates percentiles by code of its own.
    percentile = float(pd.Series(changes).quantile(1 - confidence))
    assert risk.value == pytest.approx(-percentile * math.sqrt(days), rel=1e-12)
    worst = sorted(changes)[: int((len(changes) - 1) * (1 - confidence)) + 1]
    assert risk.conditional == pytest.approx(-statistics.fmean(worst) * math.sqrt(days), rel=1e-12)
    assert risk.conditional >= risk.value > 0


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_parametric_var_is_that_of_a_normal_sample(confidence: float) -> None:
    risk = tail_risk(sample(2), confidence, 1.0, parametric=True)
    sigma = math.sqrt(float(np.mean(np.square(sample(2)))))
    drawn = np.random.default_rng(3).normal(0, sigma, 2_000_000)
    edge = np.quantile(drawn, 1 - confidence)
    assert risk is not None
    assert risk.value == pytest.approx(-edge, rel=0.01)
    assert risk.conditional == pytest.approx(-drawn[drawn <= edge].mean(), rel=0.01)


def test_few_changes_have_no_tail_and_gains_alone_no_loss() -> None:
    assert tail_risk(np.ones(29), 0.95, 1.0, parametric=False) is None
    assert tail_risk(np.ones(30), 0.95, 1.0, parametric=False) == (0.0, 0.0)


def test_drawdown_now_and_at_its_deepest() -> None:
    assert drawdowns(np.array([100.0, 120.0, 90.0, math.nan, 108.0])) == pytest.approx((-0.1, -0.25))
    assert drawdowns(np.array([math.nan])) is None


def holding(name: str, venue: str, currency: str, long: str | None, short: str | None) -> Holding:
    amounts = [None if text is None else Decimal(text) for text in (long, short)]
    return Holding(name, venue, currency, Decimal(1), Decimal(1), *amounts)


def test_exposure_is_summed_by_what_is_asked_and_missing_amounts_are_not_guessed() -> None:
    held = [
        holding("A.X", "X", "USD", "300", "0"),
        holding("B.X", "X", "EUR", "0", "100"),
        holding("C.Y", "Y", "USD", "50", "50"),
    ]
    assert total(held) == ("all", Decimal(500), Decimal(200))
    assert parts(held, lambda each: each.venue) == [
        Part("X", Decimal(400), Decimal(200)),
        Part("Y", Decimal(100), Decimal(0)),
    ]
    assert parts(held, lambda each: each.currency) == [
        Part("USD", Decimal(400), Decimal(300)),
        Part("EUR", Decimal(100), Decimal(-100)),
    ]
    concentrated = spread(held)
    assert concentrated is not None
    assert concentrated.largest == "A.X"
    assert concentrated.herfindahl == pytest.approx(0.6**2 + 0.2**2 + 0.2**2)
    assert total([*held, holding("D.Y", "Y", "USD", None, "0")]) is None


def test_kelly_is_the_bet_that_grows_fastest() -> None:
    for win, payoff in ((0.6, 1.0), (0.4, 3.0), (0.55, 0.9)):
        bets = np.linspace(0.0, 0.99, 99_001)
        growth = win * np.log1p(bets * payoff) + (1 - win) * np.log1p(-bets)
        best = bets[growth.argmax()]
        assert float(max(Decimal(0), kelly(Decimal(str(win)), Decimal(str(payoff))))) == pytest.approx(best, abs=2e-5)
    assert kelly(Decimal("0.4"), Decimal(1)) < 0
    assert staked(Decimal("-0.2"), Decimal("0.5"), Decimal("0.2")) == 0
    assert staked(Decimal("0.6"), Decimal("0.5"), Decimal("0.2")) == Decimal("0.2")


@given(
    quantity=st.decimals(min_value=0, max_value=10**9, places=6),
    increment=st.sampled_from([Decimal("0.001"), Decimal(1), Decimal(100)]),
)
def test_rounding_never_makes_a_position_larger(quantity: Decimal, increment: Decimal) -> None:
    rounded = rounded_down(quantity, increment)
    assert quantity - increment < rounded <= quantity
    assert rounded % increment == 0


def test_an_inverse_contract_loses_in_its_base_currency() -> None:
    # One contract of 100 USD bought at 10,000 and stopped at 8,000: 0.01 becomes 0.0125 BTC.
    assert loss_of_one(Decimal(10_000), Decimal(8_000), Decimal(100), inverse=True) == Decimal("0.0025")
    assert loss_of_one(Decimal(100), Decimal(98), Decimal(50), inverse=False) == 100
    assert targeted(Decimal(100_000), Decimal("0.1"), Decimal("0.4")) == 25_000


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    running = Node(tmp_path_factory.mktemp("portfolio"))
    yield running
    assert running.worker.close() == 0


def test_an_empty_node_has_nothing_and_says_why(node: Node) -> None:
    node.clear()
    empty = node.call("analyze_portfolio")
    assert (empty["exposure"]["gross"], empty["risk"]["value_at_risk"]) == ("0", None)
    reasons = {each["what"]: each["reason"] for each in empty["missing"]}
    assert "no position is open" in reasons["risk"]
    assert reasons["risk.beta"] == "no benchmark was given"
    assert empty["synthetic"] is True


def test_exposure_and_profit_are_those_of_positions_and_quotes(node: Node) -> None:
    node.order(quantity="100000", wait_for="closed")
    node.order(instrument_id="BTCUSDT.SIM", side="SELL", quantity="0.5", wait_for="closed")
    shown = node.call("analyze_portfolio", currency="USD")
    quotes = {name: node.call("get_market_data", instrument_id=name)["quote"] for name in (FX, "BTCUSDT.SIM")}
    euro = 100_000 * Decimal(quotes[FX]["bid_price"])
    coin = Decimal("0.5") * Decimal(quotes["BTCUSDT.SIM"]["ask_price"])
    exposure = shown["exposure"]
    assert (Decimal(exposure["gross"]), Decimal(exposure["net"])) == (euro + coin, euro - coin)
    assert {row["name"]: Decimal(row["net"]) for row in exposure["by_currency"]} == {"EUR": euro, "BTC": -coin}
    assert [row["name"] for row in exposure["by_venue"]] == ["SIM"]
    positions = node.call("list_positions", status="open")["positions"]
    unrealized = sum(Decimal(row["unrealized_pnl"].split()[0]) for row in positions)
    assert Decimal(shown["unrealized_pnl"]) == unrealized
    assert shown["holdings_total"] == 2
    assert shown["concentration"]["largest_share"] == pytest.approx(float(max(euro, coin) / (euro + coin)))
    account = node.call("get_account")["accounts"][0]["equity"]
    assert Decimal(shown["equity"]) == sum(Decimal(amount) for amount in account.values())
    node.clear()


def test_a_stop_sizes_a_position_so_that_the_share_of_equity_is_lost_there(node: Node) -> None:
    stop, entry = "1.05000", "1.10000"
    sized = node.call(
        "position_size", instrument_id=FX, entry_price=entry, stop_price=stop, risk_percent="0.5", equity="100000"
    )
    assert (sized["quantity"], sized["risk"], sized["currency"]) == ("10000", "500", "USD")
    coin = node.call(
        "position_size", instrument_id="BTCUSDT.SIM", entry_price="60000", stop_price="59000.3", equity="100000"
    )
    exact = Decimal(1000) / Decimal("999.7")
    assert Decimal(coin["quantity"]) <= exact < Decimal(coin["quantity"]) + Decimal("0.000001")


def test_rules_without_a_stop_size_by_notional(node: Node) -> None:
    common = {"instrument_id": FX, "entry_price": "1.25000", "equity": "100000"}
    bet = node.call("position_size", method="kelly", win_rate=0.6, payoff_ratio=1.0, **common)
    assert (bet["inputs"]["full_kelly_percent"], bet["inputs"]["staked_percent"]) == ("20", "10")
    assert (bet["notional"], bet["quantity"]) == ("10000", "8000")
    hopeless = node.call("position_size", method="kelly", win_rate=0.3, payoff_ratio=1.0, **common)
    assert hopeless["quantity"] == "0"
    assert hopeless["would_be_refused"] == "there is nothing to send"
    calm = node.call("position_size", method="volatility_target", volatility_percent="40", **common)
    assert calm["notional"] == "25000"


def test_a_size_the_limits_refuse_is_said_to_be_refused(node: Node) -> None:
    node.call("set_risk_limits", limits={"max_notional_per_order": "5000"}, by="test")
    sized = node.call("position_size", instrument_id=FX, stop_price="0.90000", equity="100000000")
    assert "per order" in sized["would_be_refused"]
    node.call("set_risk_limits", limits={"max_notional_per_order": "10000000"}, by="test")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("stop_price", {"stop_price": "9.00000"}),
        ("stop_price", {}),
        ("risk_percent", {"stop_price": "0.90000", "risk_percent": "101"}),
        ("entry_price", {"entry_price": "1.100001", "stop_price": "0.90000"}),
        ("win_rate", {"method": "kelly"}),
        ("equity", {"stop_price": "0.90000", "equity": "-1"}),
        ("volatility_percent", {"method": "volatility_target"}),
    ],
)
def test_what_cannot_be_sized_is_refused_where_it_is_wrong(node: Node, path: str, fields: dict[str, Any]) -> None:
    _, where = node.refusal("position_size", instrument_id=FX, **fields)
    assert where == path


def test_a_run_is_analysed_from_its_tables(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from quarterdeck.protocol import AnalyzeRunParams
    from quarterdeck.runportfolio import analyze_run

    returns = sample(4, 60) / 100_000
    equity = 100_000 * np.cumprod(np.concatenate(([1.0], 1 + returns)))
    days = pd.date_range("2024-01-01T12:00", periods=61, freq="D", tz="UTC")
    table = {
        "ts_event": pa.array([day.value for day in days], pa.int64()),
        "venue": ["SIM"] * 61,
        "currency": ["USD"] * 61,
        "equity": [f"{amount:.8f}" for amount in equity],
    }
    pq.write_table(pa.table(table), tmp_path / "equity.parquet")
    trade = {"instrument_id": [FX], "pnl": ["12.50"], "currency": ["USD"], "base_pnl": [None], "base_currency": [None]}
    pq.write_table(pa.table(trade), tmp_path / "trades.parquet")
    found = analyze_run(AnalyzeRunParams(run_directory=str(tmp_path), periods_per_year=252, timezone="UTC"))
    assert found.risk.volatility == pytest.approx(float(pd.Series(np.r_[0, returns]).std() * math.sqrt(252)), rel=1e-3)
    assert found.risk.value_at_risk_share == pytest.approx(
        -float(pd.Series(np.r_[0, returns]).quantile(0.05)), rel=1e-6
    )
    assert found.realized_pnl == "12.50"
    assert found.exposure is None
