"""Why a run traded or did not: what its components asked for, what reached them, and what became of their orders."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from nautilus_trader.model.events import (
    OrderAccepted,
    OrderCanceled,
    OrderCancelRejected,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderModifyRejected,
    OrderRejected,
    OrderSubmitted,
    OrderTriggered,
)

from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.loaded import Loaded
from quarterdeck.nautilus.witness import SUBSCRIPTIONS, Calls, Place, Subscription, WatchedComponent, WatchedIndicator

NAME = "funnel.json"
LARGEST = 7000
"""Bytes of the file: what reads it answers it whole."""

DATA_TYPES = {
    "bars": "Bar",
    "quotes": "QuoteTick",
    "trades": "TradeTick",
    "deltas": "OrderBookDelta",
    "depth": "OrderBookDepth10",
}

STAGES = {
    "denied": OrderDenied,
    "submitted": OrderSubmitted,
    "rejected": OrderRejected,
    "accepted": OrderAccepted,
    "triggered": OrderTriggered,
    "filled": OrderFilled,
    "canceled": OrderCanceled,
    "expired": OrderExpired,
    "modify_rejected": OrderModifyRejected,
    "cancel_rejected": OrderCancelRejected,
}
REASONED = ("denied", "rejected", "modify_rejected", "cancel_rejected")

type Finding = dict[str, str]


class Funnel:
    """The way from data to fills of one run, counted once it has ended."""

    def __init__(
        self, orders: list[Any], components: list[WatchedComponent], loaded: Loaded, ended: int | None, place: Place
    ) -> None:
        self._components = components
        self._loaded = loaded
        self._ended = ended
        self._orders = orders
        self._place = place
        self._described = [self._component(watched) for watched in components]
        self._stages = _stages(orders)
        self._reasons = self._why()
        self._lines = self._submitting()

    @property
    def findings(self) -> list[Finding]:
        """What kept the run from trading, in the order things happen; empty when it traded and nothing was refused."""
        found = [finding for described in self._described for finding in self._findings(described)]
        return [*found, *self._order_findings()]

    def write(self, directory: Path) -> None:
        """Write the file, with the longest lists cut until it is small enough."""
        for most in (40, 20, 10, 5, 2, 1):
            text = msgspec.json.encode(self._value(most))
            if len(text) <= LARGEST:
                break
        (directory / NAME).write_bytes(text)

    def _value(self, most: int) -> dict[str, Any]:
        series = self._loaded.series()
        findings = self.findings
        return {
            "findings": findings[:most],
            "data": [
                {
                    "type": one.kind,
                    "of": one.target,
                    "count": one.count(),
                    "first": _time(one.first()),
                    "last": _time(one.last()),
                }
                for one in series[:most]
            ],
            "data_complete": self._loaded.complete,
            "components": [
                {
                    **described,
                    "subscriptions": described["subscriptions"][:most],
                    "indicators": described["indicators"][:most],
                }
                for described in self._described[:most]
            ],
            "orders": {"created": len(self._orders), **self._stages},
            "reasons": self._reasons[:most],
            "lines": self._lines[:most],
            "left_out": {
                name: total - most
                for name, total in (
                    ("findings", len(findings)),
                    ("data", len(series)),
                    ("components", len(self._described)),
                    ("reasons", len(self._reasons)),
                    ("lines", len(self._lines)),
                )
                if total > most
            },
        }

    def _component(self, watched: WatchedComponent) -> dict[str, Any]:
        watched.find_indicators()
        component = watched.component
        return {
            "id": str(component.id),
            "kind": watched.kind,
            "subscriptions": [self._subscription(watched, one) for one in watched.subscriptions],
            "indicators": [_indicator(one) for one in watched.indicators.values()],
            "stopped_early": _time(self._stopped_early(watched)),
            "orders": sum(1 for order in self._orders if order.strategy_id.value == component.id.value),
        }

    def _subscription(self, watched: WatchedComponent, one: Subscription) -> dict[str, Any]:
        handler = SUBSCRIPTIONS[one.kind][2]
        called = watched.calls(handler)
        delivered = self._delivered(watched, one, called)
        return {
            "kind": one.kind,
            "of": one.target,
            "line": one.place,
            "subscribed_at": _time(one.begun),
            **({} if one.ended is None else {"unsubscribed_at": _time(one.ended)}),
            "delivered": None if delivered is None else delivered.total,
            "first": None if delivered is None else _time(delivered.first),
            "last": None if delivered is None else _time(delivered.last),
            "handler": handler if called is not None else None,
            "handler_calls": 0 if called is None else called.total,
        }

    def _delivered(self, watched: WatchedComponent, one: Subscription, called: Calls | None) -> Calls | None:
        """Return what a subscription got: as its handler was called, else as the data given to the engine says."""
        alike = [other for other in watched.subscriptions if other.kind == one.kind]
        if called is not None and len(alike) == 1:
            return called
        if one.kind == "bars" and called is not None and called.total:
            return watched.bars.get(one.target, Calls(0, None, None))
        kind = DATA_TYPES.get(one.kind)
        if kind is None or not self._loaded.complete:
            return None
        series = self._loaded.find(kind, one.target)
        if series is None:
            return None if "INTERNAL" in one.target else Calls(0, None, None)
        end = one.ended if one.ended is not None else self._ended
        count = series.count(one.begun, end)
        return Calls(count, series.first(one.begun), series.last(end)) if count else Calls(0, None, None)

    def _stopped_early(self, watched: WatchedComponent) -> int | None:
        stopped = watched.stopped_at
        return stopped if stopped is not None and self._ended is not None and stopped < self._ended else None

    def _why(self) -> list[dict[str, Any]]:
        """Return the reasons orders were refused for, the most frequent first, each with a line it happened at."""
        counts: Counter[tuple[str, str, str | None]] = Counter()
        for order in self._orders:
            for event in order.events:
                reason = getattr(event, "reason", None)
                if reason is None:
                    continue
                stage = next((name for name in REASONED if isinstance(event, STAGES[name])), None)
                if stage is not None:
                    counts[(stage, _general(str(reason), order), self._place(order.client_order_id))] += 1
        return [
            {"stage": stage, "reason": reason[:300], "line": line, "orders": count}
            for (stage, reason, line), count in counts.most_common()
        ]

    def _submitting(self) -> list[dict[str, Any]]:
        """Return the lines that submitted orders, the most frequent first."""
        lines: dict[str | None, Counter[str]] = {}
        for order in self._orders:
            counts = lines.setdefault(self._place(order.client_order_id), Counter())
            counts["orders"] += 1
            counts["filled"] += order.filled_qty > 0
        ordered = sorted(lines.items(), key=lambda item: -item[1]["orders"])
        return [{"line": line, "orders": counts["orders"], "filled": counts["filled"]} for line, counts in ordered]

    def _findings(self, described: dict[str, Any]) -> list[Finding]:
        name = described["id"]
        found: list[Finding] = []
        subscriptions = described["subscriptions"]
        if not subscriptions and described["kind"] != "ExecAlgorithm" and described["orders"] == 0:
            found.append(
                _finding("NOTHING_SUBSCRIBED", f"{name} subscribed to no data.", "Subscribe to data in on_start.")
            )
        for one in subscriptions:
            found.extend(self._subscription_findings(name, one))
        if described["stopped_early"]:
            found.append(
                _finding(
                    "STOPPED_EARLY",
                    f"{name} stopped at {described['stopped_early']}, before the data ended.",
                    "Read the run's log for why.",
                )
            )
        calls = sum(one["handler_calls"] for one in subscriptions)
        found.extend(
            _finding(
                "INDICATOR_NOT_INITIALIZED",
                f"{one['name']} of {name} was never initialized.",
                "Give it more data, a shorter period, or register it for the data that arrives.",
            )
            for one in described["indicators"]
            if not one["initialized"] and calls
        )
        if calls and described["kind"] == "Strategy" and described["orders"] == 0:
            spans = [one for one in subscriptions if one["handler_calls"]]
            told = ", ".join(f"{one['handler']} {one['handler_calls']} times for {one['of']}" for one in spans[:3])
            found.append(
                _finding(
                    "NO_ORDER_SUBMITTED",
                    f"{name} was called ({told}) and submitted no order.",
                    "Log the values its conditions compare, or debug the handler.",
                )
            )
        return found

    def _subscription_findings(self, name: str, one: dict[str, Any]) -> list[Finding]:
        where = "" if one["line"] is None else f" ({one['line']})"
        if one["delivered"] == 0:
            have = [series.target for series in self._loaded.series() if series.kind == DATA_TYPES.get(one["kind"])]
            return [
                _finding(
                    "NOTHING_DELIVERED",
                    f"{name} subscribed to {one['kind']} of {one['of']}{where} and got none.",
                    f"The run's {one['kind']} are of {', '.join(have[:5])}." if have else "Add such data to the run.",
                )
            ]
        # With orders it evidently reads the cache instead.
        if one["handler"] is None and one["kind"] in DATA_TYPES and not self._orders:
            handler = SUBSCRIPTIONS[one["kind"]][2]
            return [
                _finding(
                    "NO_HANDLER",
                    f"{name} subscribed to {one['kind']} of {one['of']}{where} and has no {handler}.",
                    f"Write {handler}, or leave the subscription to what reads the cache.",
                )
            ]
        return []

    def _order_findings(self) -> list[Finding]:
        filled = self._stages.get("filled", 0)
        found = [
            _finding(
                f"ORDERS_{reason['stage'].upper()}",
                f"{reason['orders']} of {len(self._orders)} orders: {reason['stage'].replace('_', ' ')}: "
                f"{reason['reason']}{'' if reason['line'] is None else ' (' + reason['line'] + ')'}",
                "Change what the line submits, or the venue's settings, accordingly.",
            )
            for reason in self._reasons
            if reason["stage"] in ("denied", "rejected")
        ]
        if self._orders and filled == 0 and not found:
            open_ = sum(1 for order in self._orders if not order.is_closed)
            left = ", ".join(f"{self._stages[name]} {name}" for name in ("canceled", "expired") if name in self._stages)
            found.append(
                _finding(
                    "ORDERS_NEVER_FILLED",
                    f"None of {len(self._orders)} orders was filled; "
                    f"{open_} were still open at the end{', ' + left if left else ''}.",
                    "Compare their prices with the market's (get_run detail orders), and the data with the order type.",
                )
            )
        return found


def _stages(orders: list[Any]) -> dict[str, int]:
    """Return how many orders came to each stage."""
    counts: Counter[type] = Counter()
    for order in orders:
        counts.update({type(event) for event in order.events})
    return {name: counts[event] for name, event in STAGES.items() if counts[event]}


def _general(reason: str, order: Any) -> str:
    """Return a reason without the id of its order, so that like reasons are counted together."""
    return reason.replace(order.client_order_id.value, "<client_order_id>")


def _indicator(one: WatchedIndicator) -> dict[str, Any]:
    return {
        "name": one.name,
        "initialized": bool(one.indicator.initialized),
        "initialized_at": _time(one.initialized_at),
        "has_inputs": bool(one.indicator.has_inputs),
    }


def _finding(code: str, message: str, next_step: str) -> Finding:
    return {"code": code, "message": message, "next_step": next_step}


def _time(nanoseconds: int | None) -> str | None:
    return None if nanoseconds is None else iso_time(nanoseconds)
