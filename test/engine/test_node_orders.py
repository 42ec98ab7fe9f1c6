"""Every kind of order at a simulated venue of a node: what comes of it, and what is refused before it gets there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nodes import FX, Node, order, running

TIMES_IN_FORCE = ("GTC", "IOC", "FOK", "GTD", "DAY", "AT_THE_OPEN", "AT_THE_CLOSE")
ORDERS: dict[str, dict[str, Any]] = {
    "MARKET": {},
    "LIMIT away": {"price": "1.05000"},
    "LIMIT at market": {"price": "1.20000"},
    "STOP_MARKET": {"trigger_price": "1.20000"},
    "STOP_LIMIT": {"trigger_price": "1.20000", "price": "1.21000"},
    "MARKET_TO_LIMIT": {},
    "MARKET_IF_TOUCHED": {"trigger_price": "1.05000"},
    "LIMIT_IF_TOUCHED": {"trigger_price": "1.05000", "price": "1.05000"},
    "TRAILING_STOP_MARKET": {"trailing_offset": "0.01000"},
    "TRAILING_STOP_LIMIT": {"trailing_offset": "0.01000", "limit_offset": "0.00100"},
}
FLAGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "post_only": {"post_only": True},
    "reduce_only": {"reduce_only": True},
    "reduces": {"reduce_only": True},
    "quote_quantity": {"quote_quantity": True},
    "display_quantity": {"display_quantity": "1000"},
    "emulation_trigger": {"emulation_trigger": "BID_ASK"},
    "twap": {"exec_algorithm_id": "TWAP", "exec_algorithm_params": {"horizon_secs": 0.02, "interval_secs": 0.02}},
}
# F filled, A accepted and working, C cancelled, R rejected by the venue, E emulated; refused with the path
# of the argument: t time_in_force, p post_only, r reduce_only, d display_quantity, e emulation_trigger, y type.
#   GTC IOC FOK GTD DAY OPEN CLOSE
RESTS = "AAAAAtt"
MATRIX = {
    "plain": {
        "MARKET": "FFFtFRR",
        "LIMIT away": "ACCAARR",
        "LIMIT at market": "FFFFFRR",
        "STOP_MARKET": RESTS,
        "STOP_LIMIT": RESTS,
        "MARKET_TO_LIMIT": "FFFtFtt",
        "MARKET_IF_TOUCHED": RESTS,
        "LIMIT_IF_TOUCHED": RESTS,
        "TRAILING_STOP_MARKET": RESTS,
        "TRAILING_STOP_LIMIT": RESTS,
    },
    "post_only": {
        "MARKET": "ppppppp",
        "LIMIT away": "AppAARR",
        "LIMIT at market": "RppRRRR",
        "STOP_MARKET": "ppppppp",
        "STOP_LIMIT": "AppAAtt",
        "MARKET_TO_LIMIT": "ppppppp",
        "MARKET_IF_TOUCHED": "ppppppp",
        "LIMIT_IF_TOUCHED": "AppAAtt",
        "TRAILING_STOP_MARKET": "ppppppp",
        "TRAILING_STOP_LIMIT": "AppAAtt",
    },
    "reduce_only": {
        "MARKET": "rrrtrrr",
        "LIMIT away": "rrrrrrr",
        "LIMIT at market": "rrrrrrr",
        "STOP_MARKET": "rrrrrtt",
        "STOP_LIMIT": "rrrrrtt",
        "MARKET_TO_LIMIT": "rrrtrtt",
        "MARKET_IF_TOUCHED": "rrrrrtt",
        "LIMIT_IF_TOUCHED": "rrrrrtt",
        "TRAILING_STOP_MARKET": "rrrrrtt",
        "TRAILING_STOP_LIMIT": "rrrrrtt",
    },
    "quote_quantity": {
        "MARKET": "FFFtFRR",
        "LIMIT away": "ACCAARR",
        "LIMIT at market": "FFFFFRR",
        "STOP_MARKET": RESTS,
        "STOP_LIMIT": RESTS,
        "MARKET_TO_LIMIT": "FFFtFtt",
        "MARKET_IF_TOUCHED": RESTS,
        "LIMIT_IF_TOUCHED": RESTS,
        "TRAILING_STOP_MARKET": RESTS,
        "TRAILING_STOP_LIMIT": RESTS,
    },
    "display_quantity": {
        "MARKET": "ddddddd",
        "LIMIT away": "ACCAARR",
        "LIMIT at market": "FFFFFRR",
        "STOP_MARKET": "ddddddd",
        "STOP_LIMIT": RESTS,
        "MARKET_TO_LIMIT": "FFFtFtt",
        "MARKET_IF_TOUCHED": "ddddddd",
        "LIMIT_IF_TOUCHED": RESTS,
        "TRAILING_STOP_MARKET": "ddddddd",
        "TRAILING_STOP_LIMIT": RESTS,
    },
    "emulation_trigger": {
        "MARKET": "eeeeeee",
        "LIMIT away": "EEEEEEE",
        "LIMIT at market": "FFFFFRR",
        "STOP_MARKET": "EEEEEtt",
        "STOP_LIMIT": "EEEEEtt",
        "MARKET_TO_LIMIT": "eeeeeee",
        "MARKET_IF_TOUCHED": "EEEEEtt",
        "LIMIT_IF_TOUCHED": "EEEEEtt",
        "TRAILING_STOP_MARKET": "EEEEEtt",
        "TRAILING_STOP_LIMIT": "EEEEEtt",
    },
    "twap": {
        "MARKET": "FFFtFRR",
        "LIMIT away": "yyyyyyy",
        "LIMIT at market": "yyyyyyy",
        "STOP_MARKET": "yyyyytt",
        "STOP_LIMIT": "yyyyytt",
        "MARKET_TO_LIMIT": "yyytytt",
        "MARKET_IF_TOUCHED": "yyyyytt",
        "LIMIT_IF_TOUCHED": "yyyyytt",
        "TRAILING_STOP_MARKET": "yyyyytt",
        "TRAILING_STOP_LIMIT": "yyyyytt",
    },
}
STATUSES = {"F": "FILLED", "A": "ACCEPTED", "C": "CANCELED", "R": "REJECTED", "E": "EMULATED"}
PATHS = {
    "t": "time_in_force",
    "p": "post_only",
    "r": "reduce_only",
    "d": "display_quantity",
    "e": "emulation_trigger",
    "y": "type",
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running(tmp_path_factory.mktemp("node")) as started:
        yield started


@pytest.fixture(autouse=True)
def _flat(node: Node) -> Iterator[None]:
    yield
    node.clear()


def in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


@pytest.mark.parametrize("flag", MATRIX)
@pytest.mark.parametrize("kind", ORDERS)
def test_each_type_time_in_force_and_flag_ends_as_it_should(node: Node, kind: str, flag: str) -> None:
    found = {}
    for tif in TIMES_IN_FORCE:
        fields = {**ORDERS[kind], **FLAGS[flag], "type": kind.split()[0], "time_in_force": tif}
        if tif == "GTD":
            fields["expire_time"] = in_an_hour()
        try:
            found[tif] = node.order(**fields, timeout_seconds=20)["status"]
        except Exception as error:
            found[tif] = getattr(error, "path", repr(error))
    expected = [STATUSES.get(cell) or PATHS[cell] for cell in MATRIX[flag][kind]]
    assert found == dict(zip(TIMES_IN_FORCE, expected, strict=True))


@pytest.mark.parametrize("kind", ["MARKET", "LIMIT away", "STOP_MARKET", "TRAILING_STOP_MARKET"])
def test_a_reduce_only_order_reduces(node: Node, kind: str) -> None:
    node.order(side="SELL", wait_for="closed")
    reducing = node.order(type=kind.split()[0], reduce_only=True, **ORDERS[kind])
    assert reducing["status"] == ("FILLED" if kind == "MARKET" else "ACCEPTED")
    code, path = node.refusal("submit_order", **order(side="SELL", reduce_only=True))
    assert (code, path) == ("INVALID_ORDER", "reduce_only")


def test_an_ioc_order_larger_than_the_book_fills_what_there_is(node: Node) -> None:
    answer = node.order(type="LIMIT", price="1.10002", quantity="5000000", time_in_force="IOC", wait_for="closed")
    assert (answer["status"], answer["filled_qty"]) == ("CANCELED", "1000000")
    answer = node.order(type="LIMIT", price="1.10002", quantity="5000000", time_in_force="FOK", wait_for="closed")
    assert (answer["status"], answer["filled_qty"]) == ("CANCELED", "0")


def test_a_gtd_order_expires_on_time_in_a_quiet_market(node: Node) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=0.6)
    fields = {"type": "LIMIT", "price": "1.05000", "time_in_force": "GTD", "expire_time": ends.isoformat()}
    answer = node.order(**fields, wait_for="closed", timeout_seconds=20)
    assert answer["status"] == "EXPIRED"
    expired = datetime.fromisoformat(answer["events"][-1]["ts_event"][:26] + "+00:00")
    assert timedelta(0) <= expired - ends


def test_a_day_order_expires_at_the_end_of_the_session(tmp_path: Any) -> None:
    ends = datetime.min

    def venues() -> list[dict[str, Any]]:
        nonlocal ends
        ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
        return [{"name": "SIM", "starting_balances": ["1000000 USD"], "session_end": ends.strftime("%H:%M:%S")}]

    with running(tmp_path, venues=venues) as node:
        answer = node.order(type="LIMIT", price="1.05000", time_in_force="DAY", wait_for="closed", timeout_seconds=40)
        assert answer["status"] == "EXPIRED"
        expired = datetime.fromisoformat(answer["events"][-1]["ts_event"][:26] + "+00:00")
        assert expired >= ends


def listed(node: Node, answer: dict[str, Any]) -> dict[str, Any]:
    [row] = node.call("list_orders", client_order_id=answer["client_order_id"])["orders"]
    return dict(row)


def test_a_bracket_around_a_market_entry(node: Node) -> None:
    orders = [
        order(),
        order(side="SELL", type="LIMIT", price="1.20000"),
        order(side="SELL", type="STOP_MARKET", trigger_price="1.00000"),
    ]
    answer = node.call("submit_order_list", contingency="BRACKET", orders=orders, wait_for="closed")
    entry, target, stop = answer["orders"]
    assert entry["status"] == "FILLED"
    assert [listed(node, each)["status"] for each in (target, stop)] == ["ACCEPTED", "ACCEPTED"]
    assert listed(node, stop)["parent_order_id"] == entry["client_order_id"]
    assert listed(node, stop)["is_reduce_only"] is True
    node.call("cancel_order", client_order_id=target["client_order_id"])
    assert listed(node, stop)["status"] == "CANCELED"


def test_orders_that_depend_on_one_another(node: Node) -> None:
    low, high = order(type="LIMIT", price="1.05000"), order(type="STOP_MARKET", trigger_price="1.20000")
    for contingency, other in (("OCO", "CANCELED"), ("OUO", "CANCELED"), ("NONE", "ACCEPTED")):
        first, second = node.call("submit_order_list", contingency=contingency, orders=[low, high])["orders"]
        assert (first["status"], second["status"]) == ("ACCEPTED", "ACCEPTED")
        node.call("cancel_order", client_order_id=first["client_order_id"])
        assert listed(node, second)["status"] == other
    parent, child = node.call("submit_order_list", contingency="OTO", orders=[order(), low])["orders"]
    assert parent["status"] == "FILLED"
    assert listed(node, child)["status"] == "ACCEPTED"
    for field, contingency, orders in (
        ("orders", "OCO", [low]),
        ("orders[1].side", "BRACKET", [order(), low]),
        ("orders[1].instrument_id", "OCO", [low, {**high, "instrument_id": "BTCUSDT.SIM"}]),
        ("orders[1].client_order_id", "NONE", [{**low, "client_order_id": "x"}, {**high, "client_order_id": "x"}]),
        ("orders[1].trigger_price", "OCO", [low, {**high, "trigger_price": "1.00000"}]),
    ):
        assert node.refusal("submit_order_list", contingency=contingency, orders=orders) == ("INVALID_ORDER", field)


def test_a_list_is_sent_once(node: Node) -> None:
    orders = [order(type="LIMIT", price="1.05000", client_order_id="l1"), order(type="LIMIT", price="1.06000")]
    first = node.call("submit_order_list", orders=orders)
    again = node.call("submit_order_list", orders=orders)
    assert again == {**first, "repeated": True}
    changed = [orders[0], {**orders[1], "quantity": "20000"}]
    assert node.refusal("submit_order_list", orders=changed) == ("ORDER_CONFLICT", "orders[0].client_order_id")


def test_modify_and_cancel(node: Node) -> None:
    name = node.order(type="LIMIT", price="1.05000")["client_order_id"]
    assert node.call("modify_order", client_order_id=name, price="1.04000", quantity="20000")["status"] == "ACCEPTED"
    [row] = node.call("list_orders", client_order_id=name)["orders"]
    assert (row["price"], row["quantity"]) == ("1.04000", "20000")
    for field, params in (
        ("client_order_id", {"price": "1.04000"}),
        ("client_order_id", {}),
        ("price", {"price": "1.040001"}),
        ("trigger_price", {"trigger_price": "1.04"}),
        ("quantity", {"quantity": "0"}),
    ):
        assert node.refusal("modify_order", client_order_id=name, **params) == ("INVALID_ORDER", field)
    cancelled = node.call("cancel_order", client_order_id=name)
    assert cancelled["status"] == "CANCELED"
    assert node.call("cancel_order", client_order_id=name)["repeated"] is True
    assert node.refusal("modify_order", client_order_id=name, price="1.03000")[0] == "INVALID_ORDER"
    assert node.refusal("cancel_order", client_order_id="nothing") == ("ORDER_NOT_FOUND", "client_order_id")


def test_an_emulated_order_is_changed_where_it_is(node: Node) -> None:
    name = node.order(type="STOP_MARKET", trigger_price="1.20000", emulation_trigger="BID_ASK")["client_order_id"]
    assert node.call("modify_order", client_order_id=name, trigger_price="1.21000")["status"] == "EMULATED"
    [row] = node.call("list_orders", client_order_id=name)["orders"]
    assert row["trigger_price"] == "1.21000"
    assert node.call("cancel_order", client_order_id=name)["status"] == "CANCELED"


def test_cancel_all_is_of_what_is_meant(node: Node) -> None:
    buy = node.order(type="LIMIT", price="1.05000")["client_order_id"]
    sell = node.order(type="LIMIT", price="1.20000", side="SELL")["client_order_id"]
    coin = node.order(type="LIMIT", price="50000.00", quantity="1", instrument_id="BTCUSDT.SIM")["client_order_id"]
    assert node.call("cancel_all_orders", instrument_id=FX, side="SELL") == {"cancelled": [sell], "left": []}
    assert node.call("cancel_all_orders", instrument_id=FX) == {"cancelled": [buy], "left": []}
    assert node.call("cancel_all_orders", strategy_id="OTHER-001") == {"cancelled": [], "left": []}
    assert node.call("cancel_all_orders", strategy_id="DESK-000") == {"cancelled": [coin], "left": []}


def test_close_a_position_whole_and_in_part(node: Node) -> None:
    node.order(quantity="3000000", wait_for="closed")
    part = node.call("close_position", instrument_id=FX, quantity="1000000")
    assert part["left"][0]["quantity"] == "2000000"
    asked = {"instrument_id": FX, "client_order_id": "closing"}
    closed = node.call("close_position", **asked)
    assert (closed["left"], len(closed["closed"])) == ([], 1)
    again = node.call("close_position", **asked)
    assert again["repeated"] is True
    assert [each["client_order_id"] for each in again["orders"]] == ["closing"]
    assert node.refusal("close_position", instrument_id=FX) == ("POSITION_NOT_FOUND", "instrument_id")
    assert node.refusal("close_position") == ("INVALID_ORDER", "position_id")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("quantity", {"quantity": "0"}),
        ("quantity", {"quantity": "-1000"}),
        ("quantity", {"quantity": "0.5"}),
        ("quantity", {"quantity": "10"}),
        ("quantity", {"quantity": "99999999999999999999999999999999"}),
        ("price", {"type": "LIMIT"}),
        ("price", {"price": "1.1"}),
        ("price", {"type": "LIMIT", "price": "0"}),
        ("price", {"type": "LIMIT", "price": "-1.10000"}),
        ("price", {"type": "LIMIT", "price": "1.123456"}),
        ("price", {"type": "LIMIT", "price": "99999999999999999999999999999999"}),
        ("trigger_price", {"type": "STOP_MARKET", "trigger_price": "1.00000"}),
        ("trigger_price", {"type": "MARKET_IF_TOUCHED", "trigger_price": "1.20000"}),
        ("trailing_offset", {"type": "TRAILING_STOP_MARKET", "trailing_offset": "0"}),
        ("expire_time", {"type": "LIMIT", "price": "1.05000", "time_in_force": "GTD"}),
        ("expire_time", {"type": "LIMIT", "price": "1.05000", "expire_time": "2100-01-01T00:00:00Z"}),
        (
            "expire_time",
            {"type": "LIMIT", "price": "1.05000", "time_in_force": "GTD", "expire_time": "2020-01-01T00:00:00Z"},
        ),
        ("trigger_type", {"type": "STOP_MARKET", "trigger_price": "1.20000", "trigger_type": "MARK_PRICE"}),
        ("exec_algorithm_id", {"exec_algorithm_id": "TWOP"}),
        ("exec_algorithm_params", {"exec_algorithm_id": "TWAP"}),
        ("exec_algorithm_params", {"exec_algorithm_params": {"horizon_secs": 1}}),
        ("display_quantity", {"type": "LIMIT", "price": "1.05000", "display_quantity": "20000"}),
        ("tags", {"tags": [str(number) for number in range(30)]}),
    ],
)
def test_what_is_no_order_is_refused_with_its_place(node: Node, path: str, fields: dict[str, Any]) -> None:
    before = node.call("describe_node")["counts"]["orders"]
    assert node.refusal("submit_order", **order(**fields)) == ("INVALID_ORDER", path)
    assert node.call("describe_node")["counts"]["orders"] == before


@pytest.mark.parametrize(
    ("code", "path", "fields"),
    [
        ("UNKNOWN_INSTRUMENT", "instrument_id", {"instrument_id": "EUR/USB.SIM"}),
        ("INVALID_IDENTIFIER", "instrument_id", {"instrument_id": "EURUSD"}),
        ("INVALID_IDENTIFIER", "tags[0]", {"tags": ["é"]}),
        ("INVALID_IDENTIFIER", "position_id", {"position_id": "é"}),
        ("INVALID_IDENTIFIER", "client_id", {"client_id": "\u00fc"}),
        (
            "INVALID_ARGUMENTS",
            "expire_time",
            {"type": "LIMIT", "price": "1.0", "time_in_force": "GTD", "expire_time": "soon"},
        ),
    ],
)
def test_names_and_times_that_are_none(node: Node, code: str, path: str, fields: dict[str, Any]) -> None:
    assert node.refusal("submit_order", **order(**fields)) == (code, path)
