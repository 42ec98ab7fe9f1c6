"""Limits: which order they hold back, which change makes them looser."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quarterdeck.trading.audit import AuditLog
from quarterdeck.trading.halt import Halt, HaltSwitch, TradingState, read_halt
from quarterdeck.trading.limits import (
    REAL,
    SIMULATED,
    DayFacts,
    Limits,
    OrderFacts,
    Rate,
    loosened,
    merged,
    reduces,
    refusal,
    settled,
    tightened,
)
from quarterdeck.trading.ordercounts import DayTotal, OrderRate

QUIET = DayFacts(Decimal(0), Decimal(0))


def facts(**changes: Any) -> OrderFacts:
    base = OrderFacts(
        instrument_id="EUR/USD.SIM",
        is_buy=True,
        reduce_only=False,
        quantity=Decimal(100),
        limit_price=None,
        reference=Decimal("1.10"),
        notional=Decimal(110),
        notional_unknown=None,
        position=Decimal(0),
        working_same_side=Decimal(0),
        value_of_one=Decimal("1.10"),
    )
    return base._replace(**changes)


@pytest.mark.parametrize(
    ("limit", "order", "day", "words"),
    [
        (
            {"max_notional_per_order": Decimal(100)},
            {},
            QUIET,
            "notional 110 USD is above the limit of 100 USD per order",
        ),
        ({"max_notional_per_day": Decimal(200)}, {}, DayFacts(Decimal(100), None), "would come to 210"),
        ({"max_position_notional": Decimal(100)}, {}, QUIET, "could grow to 110 USD"),
        ({"max_position_notional": Decimal(200)}, {"working_same_side": Decimal(100)}, QUIET, "could grow to 220 USD"),
        ({"max_position_notional": Decimal(200)}, {"position": Decimal(100)}, QUIET, "could grow to 220 USD"),
        ({"max_daily_loss": Decimal(50)}, {}, DayFacts(Decimal(0), Decimal(50)), "today's loss of 50 USD"),
        ({"allowed_instruments": ("AAPL.SIM",)}, {}, QUIET, "not among the allowed instruments (AAPL.SIM)"),
        ({"price_band_percent": Decimal(2)}, {"limit_price": Decimal("1.13")}, QUIET, "2.73 % worse than 1.1"),
    ],
)
def test_an_order_beyond_a_limit_is_refused_in_words(
    limit: dict[str, Any], order: dict[str, Any], day: DayFacts, words: str
) -> None:
    reason = refusal(Limits(**limit), facts(**order), day, strict=True)
    assert reason is not None
    assert words in reason


@pytest.mark.parametrize(
    ("limit", "order"),
    [
        ({"max_notional_per_order": Decimal(110)}, {}),
        ({"price_band_percent": Decimal(2)}, {"limit_price": Decimal("0.50")}),
        ({"price_band_percent": Decimal(2)}, {"limit_price": Decimal("1.50"), "is_buy": False}),
        ({"max_notional_per_order": Decimal(1)}, {"position": Decimal(-100)}),
        ({"max_position_notional": Decimal(1)}, {"reduce_only": True}),
    ],
)
def test_what_is_at_a_limit_passive_or_closing_may_leave(limit: dict[str, Any], order: dict[str, Any]) -> None:
    assert refusal(Limits(**limit), facts(**order), QUIET, strict=True) is None


def test_an_order_whose_amount_is_not_known_is_refused_where_money_is_real() -> None:
    unknown = facts(notional=None, value_of_one=None, notional_unknown="there is no rate from JPY to USD")
    assert "no rate from JPY to USD" in (refusal(REAL, unknown, QUIET, strict=True) or "")
    assert refusal(SIMULATED, unknown, QUIET, strict=False) is None


@pytest.mark.parametrize(
    ("order", "smaller"),
    [
        ({"position": Decimal(0)}, False),
        ({"position": Decimal(-100)}, True),
        ({"position": Decimal(-100), "working_same_side": Decimal(1)}, False),
        ({"position": Decimal(-99)}, False),
        ({"position": Decimal(100)}, False),
        ({"position": Decimal(0), "reduce_only": True}, False),
    ],
)
def test_only_what_makes_a_position_smaller_reduces(order: dict[str, Any], smaller: bool) -> None:
    assert reduces(facts(**order)) is smaller


AMOUNTS = st.one_of(st.none(), st.decimals(0, 10**9, places=2))
LIMITS = st.builds(
    Limits,
    max_notional_per_order=AMOUNTS,
    max_notional_per_day=AMOUNTS,
    max_position_notional=AMOUNTS,
    price_band_percent=AMOUNTS,
    max_daily_loss=AMOUNTS,
    max_order_rate=st.one_of(st.none(), st.builds(Rate, st.integers(1, 100), st.integers(1, 100))),
    allowed_instruments=st.one_of(st.none(), st.sets(st.sampled_from(["EUR/USD.SIM", "B.SIM"])).map(tuple)),
)


@given(before=LIMITS, wanted=LIMITS)
def test_tightening_never_loosens(before: Limits, wanted: Limits) -> None:
    assert loosened(before, before) == []
    assert loosened(before, tightened(before, msgspec.to_builtins(wanted))) == []


@given(before=LIMITS, after=LIMITS, quantity=st.decimals(1, 10**6, places=0), loss=st.decimals(0, 10**6, places=0))
def test_what_tighter_limits_let_through_the_looser_did_too(
    before: Limits, after: Limits, quantity: Decimal, loss: Decimal
) -> None:
    order = facts(quantity=quantity, notional=quantity * Decimal("1.1"), limit_price=Decimal("1.2"))
    day = DayFacts(Decimal(1000), loss)
    if not loosened(before, after) and refusal(after, order, day, strict=True) is None:
        assert refusal(before, order, day, strict=True) is None


def test_limits_take_decimal_strings() -> None:
    changed = merged(REAL, {"max_notional_per_order": "0.1", "max_order_rate": {"orders": 1, "seconds": 60}})
    assert changed.max_notional_per_order == Decimal("0.1")
    assert changed.max_order_rate == Rate(1, 60)
    assert changed.max_daily_loss == REAL.max_daily_loss


def test_the_rate_counts_in_a_sliding_window() -> None:
    rate, limit = OrderRate(), Rate(2, 10)
    for now in (0, 1):
        assert rate.refusal(limit, now * 10**9) is None
        rate.count(now * 10**9)
    assert "2 orders left in the last 10 s" in (rate.refusal(limit, 9 * 10**9) or "")
    assert rate.refusal(limit, 10 * 10**9) is None
    assert rate.refusal(limit, 10 * 10**9, orders=2) is not None


def test_the_total_of_a_day_is_known_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditLog(path)
    for amount in ("100.5", "200"):
        log.append("command", notional=amount, currency="USD")
    log.append("refused", notional="5000", currency="USD")
    log.close()
    assert DayTotal(path, "USD").amount() == Decimal("300.5")
    assert DayTotal(path, "EUR").amount() == 0


def test_a_halt_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "halt.json"
    assert HaltSwitch(path).state is TradingState.ACTIVE
    HaltSwitch(path).set(TradingState.HALTED, "operator", "news")
    after = HaltSwitch(path)
    assert (after.state, after.current.by, after.current.reason) == (TradingState.HALTED, "operator", "news")


def test_a_halt_that_cannot_be_read_counts_as_halted(tmp_path: Path) -> None:
    path = tmp_path / "halt.json"
    path.write_text('{"state": "ACT')
    assert read_halt(path).state is TradingState.HALTED
    assert read_halt(tmp_path / "none.json") == Halt()


def limits(**fields: Any) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(merged(SIMULATED, fields))
    return {name: built[name] for name in fields}


def test_with_real_money_the_users_limits_replace_ours_and_a_workspace_only_tightens_them() -> None:
    user = limits(max_notional_per_order="2000", max_daily_loss="50")
    profile = limits(max_notional_per_order="5000", max_daily_loss="10", price_band_percent="1")
    found, origins = settled(user, profile, None, live=True)
    assert (found.max_notional_per_order, found.max_daily_loss) == (Decimal(2000), Decimal(10))
    assert found.max_position_notional == REAL.max_position_notional
    assert {
        name: origins[name].value for name in ("max_notional_per_order", "max_daily_loss", "price_band_percent")
    } == {
        "max_notional_per_order": "user",
        "max_daily_loss": "profile",
        "price_band_percent": "profile",
    }
    assert origins["max_position_notional"] == "built_in"


def test_simulated_the_tighter_of_profile_and_user_wins_also_after_it_was_set() -> None:
    user = limits(max_notional_per_order="2000", max_order_rate={"orders": 50, "seconds": 10})
    profile = limits(max_notional_per_order="5000", max_order_rate={"orders": 10, "seconds": 1}, max_daily_loss=None)
    found, origins = settled(user, profile, None, live=False)
    assert (found.max_notional_per_order, found.max_order_rate, found.max_daily_loss) == (
        Decimal(2000),
        Rate(50, 10),
        None,
    )
    assert (origins["max_notional_per_order"], origins["max_daily_loss"]) == ("user", "profile")
    kept = merged(found, {"max_notional_per_order": "1000", "max_order_rate": None})
    again, origins = settled(user, profile, kept, live=False)
    assert (again.max_notional_per_order, again.max_order_rate) == (Decimal(1000), Rate(50, 10))
    assert (origins["max_notional_per_order"], origins["max_order_rate"]) == ("set", "user")


@pytest.mark.parametrize("live", [True, False])
def test_only_instruments_that_both_allow_are_allowed(live: bool) -> None:
    user, profile = limits(allowed_instruments=["A.X", "B.X"]), limits(allowed_instruments=["B.X", "C.X"])
    found, _ = settled(user, profile, None, live=live)
    assert found.allowed_instruments == ("B.X",)


def test_amounts_in_two_currencies_are_not_compared() -> None:
    with pytest.raises(ValueError, match="JPY"):
        settled(limits(max_daily_loss="50"), limits(currency="JPY"), None, live=False)


PARTS = st.builds(
    lambda whole, names: {name: value for name, value in msgspec.to_builtins(whole).items() if name in names},
    LIMITS,
    st.sets(st.sampled_from(Limits.__struct_fields__)),
)


@given(user=PARTS, profile=PARTS, live=st.booleans())
def test_nothing_is_looser_than_the_users_own(user: dict[str, Any], profile: dict[str, Any], live: bool) -> None:
    found, _ = settled(user, profile, None, live=live)
    named = merged(found, user)
    assert [name for name in loosened(named, found) if name in user] == []
