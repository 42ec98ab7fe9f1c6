"""A session of a node on NautilusTrader's own Binance adapter: data, every order call, what goes wrong, a new start.

One node and one venue serve all tests, which follow one another as in a session; keys are Ed25519.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Worker
from practice import (
    BTC,
    admin,
    ask,
    binance_params,
    ed25519_key,
    faults,
    practice_venue,
)

SECONDS = f"{BTC}-1-SECOND-LAST-EXTERNAL"


class Session:
    """A node on the venue, and the venue."""

    def __init__(self, folder: Path, venue: dict[str, Any]) -> None:
        self.venue = venue
        self._folder = folder
        self._key = ed25519_key(venue)
        self.worker = self.start()

    def start(self) -> Worker:
        worker = Worker("node", stderr=None)
        worker.ready()
        self.started = worker.call("start_node", binance_params(self._folder, self.venue, self._key))
        return worker

    def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        return self.worker.call(method, params)

    def order(self, **fields: Any) -> dict[str, Any]:
        order = {
            "instrument_id": BTC,
            "side": "BUY",
            "type": "MARKET",
            "quantity": "0.00100",
            **fields,
        }
        return self.call("submit_order", **order)

    def seen(self, **params: Any) -> dict[str, Any]:
        return self.call("get_market_data", instrument_id=BTC, **params)

    def found(self, client_order_id: str) -> dict[str, Any]:
        orders = self.call("list_orders")["orders"]
        [order] = [order for order in orders if order["client_order_id"] == client_order_id]
        return dict(order)

    def books(self, client_order_id: str) -> dict[str, Any]:
        """Return an order as the venue's own books have it."""
        order = ask(
            self.venue,
            "/api/v3/order",
            symbol="BTCUSDT",
            origClientOrderId=client_order_id,
        )
        return dict(order)

    def until[T](self, look: Callable[[], T], what: str) -> T:
        deadline = time.monotonic() + 60
        while not (found := look()):
            assert time.monotonic() < deadline, f"never came: {what}"
            time.sleep(0.05)
        return found


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with practice_venue(tmp_path_factory.mktemp("ledger")) as venue:
        session = Session(tmp_path_factory.mktemp("workspace"), venue)
        try:
            yield session
        finally:
            session.worker.close()


def test_connects_with_its_instruments_and_its_account(session: Session) -> None:
    assert session.started["state"] == "running"
    assert {BTC, "ETHUSDT.BINANCE"} <= set(session.started["instruments"])
    again = session.call("load_instruments", venue="BINANCE", instruments=["ETHUSDT.BINANCE"])
    assert (again["loaded"], again["updated"]) == ([], [])
    [account] = session.call("get_account")["accounts"]
    assert {row["currency"]: row["free"] for row in account["balances"]} == {
        "BTC": "10",
        "ETH": "10",
        "USDT": "100000",
    }


def test_quotes_trades_bars_and_the_book_come(session: Session) -> None:
    session.call("subscribe_market_data", instrument_id=BTC, kinds=["quotes", "trades"])
    session.call("subscribe_market_data", instrument_id=BTC, kinds=["bars"], bar_type=SECONDS)
    session.call("subscribe_market_data", instrument_id=BTC, kinds=["book"], depth=5)
    session.until(lambda: session.seen(bar_type=SECONDS).get("bars"), "a bar")
    data = session.seen(bar_type=SECONDS, depth=5)
    assert float(data["quote"]["bid_price"]) < float(data["quote"]["ask_price"])
    assert data["trade"]["aggressor_side"] in ("BUYER", "SELLER")
    bar = data["bars"][SECONDS]
    assert float(bar["low"]) <= float(bar["close"]) <= float(bar["high"])
    assert len(data["book"]["bids"]) == len(data["book"]["asks"]) == 5


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "FILLED"),
        ({"quantity": "100.00", "quote_quantity": True}, "FILLED"),
        ({"type": "LIMIT", "price": "65000.00", "time_in_force": "IOC"}, "FILLED"),
        ({"type": "LIMIT", "price": "50000.00", "time_in_force": "IOC"}, "EXPIRED"),
        ({"type": "LIMIT", "price": "50000.00", "time_in_force": "FOK"}, "EXPIRED"),
        ({"type": "LIMIT", "price": "50000.00"}, "NEW"),
        ({"type": "LIMIT", "price": "50000.00", "post_only": True}, "NEW"),
        ({"type": "LIMIT", "price": "50000.00", "display_quantity": "0.00050"}, "NEW"),
        (
            {"type": "STOP_LIMIT", "price": "70000.00", "trigger_price": "69000.00"},
            "NEW",
        ),
        (
            {
                "type": "LIMIT_IF_TOUCHED",
                "price": "50000.00",
                "trigger_price": "51000.00",
            },
            "NEW",
        ),
    ],
)
def test_orders_are_at_the_venue_as_the_node_says(session: Session, fields: dict[str, Any], status: str) -> None:
    answer = session.order(**fields, wait_for="accepted" if status == "NEW" else "closed")
    at_venue = session.books(answer["client_order_id"])
    assert answer["status"] == ("ACCEPTED" if status == "NEW" else status)
    assert at_venue["status"] == status
    assert float(answer["filled_qty"]) == float(at_venue["executedQty"])
    if "display_quantity" in fields:
        assert float(at_venue["icebergQty"]) == 0.0005


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        (
            {"type": "LIMIT", "price": "65000.00", "post_only": True},
            "REJECTED",
            "immediately match and take",
        ),
        (
            {"type": "STOP_MARKET", "trigger_price": "69000.00"},
            "DENIED",
            "UNSUPPORTED_ORDER_TYPE",
        ),
        (
            {"type": "LIMIT", "price": "50000.00", "quantity": "0.00001"},
            "DENIED",
            "NOTIONAL_LESS_THAN_MIN",
        ),
        ({"side": "SELL", "quantity": "90.00000"}, "DENIED", "EXCEEDS_FREE_BALANCE"),
    ],
)
def test_what_the_venue_does_not_take_is_said(
    session: Session, fields: dict[str, Any], status: str, reason: str
) -> None:
    """Denied before it leaves where the adapter or the engine knows the rule, else rejected by the venue."""
    answer = session.order(**fields, wait_for="closed")
    assert (answer["status"], reason in answer["reason"]) == (status, True), answer


def test_an_order_is_cancelled_and_spot_orders_cannot_be_changed(
    session: Session,
) -> None:
    resting = session.order(type="LIMIT", price="50000.00", client_order_id="RESTING")
    changed = session.call("modify_order", client_order_id=resting["client_order_id"], price="51000.00")
    assert (changed["status"], "only supported" in changed["reason"]) == (
        "ACCEPTED",
        True,
    )
    assert session.call("cancel_order", client_order_id="RESTING")["status"] == "CANCELED"
    assert session.books("RESTING")["status"] == "CANCELED"


def test_a_list_of_orders_and_all_cancelled(session: Session) -> None:
    row = {"instrument_id": BTC, "side": "BUY", "type": "LIMIT", "quantity": "0.00100"}
    orders = [{**row, "price": price} for price in ("49000.00", "49500.00")]
    sent = session.call("submit_order_list", contingency="NONE", orders=orders)
    assert [order["status"] for order in sent["orders"]] == ["ACCEPTED", "ACCEPTED"]
    assert len(ask(session.venue, "/api/v3/openOrders")) >= 7
    cancelled = session.call("cancel_all_orders", instrument_id=BTC)
    assert cancelled["left"] == []
    assert ask(session.venue, "/api/v3/openOrders") == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("latency", {"latency_ms": 200}),
        ("twice", {"duplicate_reports": 4}),
        ("out-of-order", {"reorder_reports": 1}),
        ("lost-reports", {"drop_reports": 4}),
        ("lost-answer", {"drop_answers": 1}),
    ],
)
def test_a_fault_changes_nothing_of_what_was_done(session: Session, name: str, asked: dict[str, int]) -> None:
    before = held(session)
    with faults(session.venue, **asked):
        session.order(client_order_id=f"FAULT-{name}", wait_for="closed", timeout_seconds=20)
    order = session.until(
        lambda: (found := session.found(f"FAULT-{name}"))["status"] == "FILLED" and found,
        f"the fill, {name}",
    )
    assert float(order["filled_qty"]) == 0.001
    assert float(session.books(f"FAULT-{name}")["executedQty"]) == 0.001
    assert held(session) == pytest.approx(before + 0.001)


def test_a_rejection_on_demand_is_told(session: Session) -> None:
    with faults(session.venue, reject_next=1):
        answer = session.order(wait_for="closed")
    assert (answer["status"], "Rejected on demand" in answer["reason"]) == (
        "REJECTED",
        True,
    )


def test_comes_back_after_a_broken_connection(session: Session) -> None:
    admin(session.venue, "disconnect")
    seen = session.seen()["quote"]["ts_event"]
    session.until(lambda: session.seen()["quote"]["ts_event"] > seen, "quotes of a new connection")
    assert session.until(
        lambda: session.order(wait_for="closed", timeout_seconds=20)["status"] == "FILLED",
        "an order of it",
    )


def test_after_a_crash_the_node_has_what_the_venue_has(session: Session) -> None:
    session.order(type="LIMIT", price="50000.00", client_order_id="LEFT")
    before = held(session)
    session.worker.process.kill()
    session.worker.close()
    session.worker = session.start()
    working = session.until(
        lambda: session.call("list_orders", status="working")["orders"],
        "the order again",
    )
    assert [order["client_order_id"] for order in working] == ["LEFT"]
    assert held(session) == pytest.approx(before)
    balances = ask(session.venue, "/api/v3/account")["balances"]
    [account] = session.call("get_account")["accounts"]
    assert {row["currency"]: (float(row["free"]), float(row["locked"])) for row in account["balances"]} == {
        row["asset"]: (float(row["free"]), float(row["locked"])) for row in balances
    }


def held(session: Session) -> float:
    """Return what the node says it holds of the instrument."""
    positions = session.call("list_positions", status="open")["positions"]
    return sum(float(position["signed_qty"]) for position in positions)


def test_a_connection_that_is_dead_though_connected_is_noticed(session: Session) -> None:
    session.call("subscribe_market_data", instrument_id=BTC, kinds=["quotes"])

    def silent(words: str) -> bool:
        node = session.call("describe_node")
        [venue] = node["venues"]
        told = venue["connected"] and words in venue.get("stale", "")
        return told and str(node["reason"]).startswith("Connected and silent: BINANCE") and node["state"] == "degraded"

    with faults(session.venue, silent=1):
        session.until(lambda: silent("no market data"), "that quotes do not come")
        session.order(type="LIMIT", price="50000.00", client_order_id="UNHEARD", wait_for="submitted")
        session.until(lambda: silent("had to be asked about UNHEARD"), "the stream of orders")
        assert session.found("UNHEARD")["status"] == "ACCEPTED"
    session.call("cancel_order", client_order_id="UNHEARD")
    session.until(lambda: session.call("describe_node")["state"] == "running", "its being well again")
    assert "stale" not in session.call("describe_node")["venues"][0]


def test_a_check_leaves_no_subscription_behind(session: Session) -> None:
    other = "ETHUSDT.BINANCE"
    rows = session.call("probe_venue", venue="BINANCE", instrument_id=other)["rows"]
    assert {row["check"]: row["status"] for row in rows}["market_data"] == "ok"
    assert session.call("get_market_data", instrument_id=other)["subscriptions"] == []
