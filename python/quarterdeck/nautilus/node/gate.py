"""Where every order command of a node passes on its way to a venue, whoever gave it: judged, written down, on disk.

The engine's own risk engine stands before it and keeps its checks; it skips those on amounts for margin accounts, and
in the state REDUCING it lets an order through that opens a position where there is none.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import msgspec
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import (
    BatchCancelOrders,
    CancelAllOrders,
    CancelOrder,
    ModifyOrder,
    SubmitOrder,
    SubmitOrderList,
)
from nautilus_trader.model.enums import (
    OrderStatus,
    order_side_to_str,
    order_type_to_str,
    time_in_force_to_str,
)
from nautilus_trader.model.events import (
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderModifyRejected,
    OrderRejected,
)

from quarterdeck.message import given
from quarterdeck.nautilus.convert import decimal_text, plain
from quarterdeck.nautilus.node.orderjudge import ZERO, Judge, Verdict
from quarterdeck.trading.audit import AuditError, AuditLog
from quarterdeck.trading.commits import Commits
from quarterdeck.trading.halt import Halt, HaltSwitch
from quarterdeck.trading.limits import Limits

ENDPOINT = "ExecEngine.execute"
ENDED = (OrderDenied, OrderRejected, OrderCanceled, OrderExpired)


class Asked(Protocol):
    """Parameters of a request that say whose it is."""

    @property
    def by(self) -> str | msgspec.UnsetType:
        """Who asked."""
        ...


UNSENT = (OrderStatus.INITIALIZED, OrderStatus.RELEASED)
LONGEST_UNSENT = 5_000_000_000
"""Nanoseconds after which an order that the engine took and never sent is not counted as on its way."""


class Leaving(NamedTuple):
    """An order that was let through, and when."""

    order: Any
    since: int


class Gate:
    """Stands at the endpoint of the execution engine."""

    def __init__(self, kernel: Any, audit: AuditLog, switch: HaltSwitch, judge: Judge) -> None:
        self._kernel = kernel
        self._cache = kernel.cache
        self._audit = audit
        self._switch = switch
        self._judge = judge
        self._askers: dict[str, str] = {}
        self._held: Callable[[], str | None] = _not_held
        self._commits = Commits(audit.sync, asyncio.get_running_loop().call_soon_threadsafe)
        self._leaving: dict[Any, Leaving] = {}
        self._inner = kernel.exec_engine.execute
        self.unchecked = 0
        self.refused = 0
        self.passed = 0
        kernel.msgbus.deregister(ENDPOINT, self._inner)
        kernel.msgbus.register(ENDPOINT, self.execute)

    @property
    def limits(self) -> Limits:
        """What orders are judged by."""
        return self._judge.limits

    def set_limits(self, limits: Limits) -> None:
        """Go by other limits from the next order on."""
        self._judge.set_limits(limits)

    def used(self) -> tuple[Decimal, Decimal | None]:
        """Return what today's orders came to and today's loss; None where a rate is missing."""
        return self._judge.used()

    def asked(self, orders: Iterable[Any], params: Asked) -> None:
        """Remember who asked for what comes through next about these orders; forgotten when it has passed."""
        if (who := given(params.by)) is not None:
            self._askers.update((order.client_order_id.value, who) for order in orders)

    def hear(self, event: Any) -> None:
        """Forget who asked for an order that ended on its way here."""
        if isinstance(event, ENDED):
            self._askers.pop(event.client_order_id.value, None)

    def hold(self, held: Callable[[], str | None]) -> None:
        """Let nothing new leave, cancels excepted, while `held` says why."""
        self._held = held

    def close_with(self, order: Any) -> None:
        """Let an order of ours through a halt that closes what is open."""
        self._judge.closing.add(order.client_order_id.value)

    def execute(self, command: Any) -> None:
        """Judge a command, write it down and, once that is on disk, pass it on; or refuse it with an event.

        Commands go on in the order they came; those that wait meanwhile are brought to disk together.
        """
        if isinstance(command, SubmitOrder):
            self._submit(command, [command.order])
        elif isinstance(command, SubmitOrderList):
            self._submit(command, command.order_list.orders)
        elif isinstance(command, ModifyOrder):
            self._modify(command)
        elif isinstance(command, CancelOrder | CancelAllOrders | BatchCancelOrders):
            self._cancel(command)
        else:
            self._inner(command)

    def judge(self, orders: list[Any]) -> list[Verdict]:
        """Say of each order of a list whether it may leave now; those before it count as working."""
        return self._judge.all(orders, self._on_their_way())

    def _submit(self, command: Any, orders: list[Any]) -> None:
        who = next((name for order in orders if (name := self._askers.pop(order.client_order_id.value, None))), None)
        verdicts = self.judge(orders)
        reason = next((why for verdict in verdicts if (why := self._refused(verdict)) is not None), None)
        notional = sum((verdict.notional for verdict in verdicts if verdict.notional is not None), ZERO)
        known = any(verdict.notional is not None for verdict in verdicts)
        if reason is None:
            reason = self._written(
                command,
                who,
                orders=[_described(order) for order in orders],
                notional=plain(notional) if known else None,
                currency=self.limits.currency if known else None,
            )
        if reason is not None:
            self._deny(orders, reason, who)
            return
        self.passed += len(orders)
        self.unchecked += sum(verdict.notional is None for verdict in verdicts)
        self._judge.count(len(orders), notional)
        now = self._judge.now()
        for order in orders:
            self._leaving[order.client_order_id] = Leaving(order, now)
        halt = self._switch.current

        def go(problem: str | None) -> None:
            why = self._refused_meanwhile(orders, halt) if problem is None else _unwritten(problem)
            if why is None:
                self._judge.closing.difference_update(order.client_order_id.value for order in orders)
                self._inner(command)
                return
            self.passed -= len(orders)
            self._deny(orders, why, who)

        self._commits.after(go)

    def _refused_meanwhile(self, orders: list[Any], halt: Halt) -> str | None:
        """Say why orders that were let through may not leave after all: a halt does not wait for a disk."""
        if (held := self._held()) is not None:
            return held
        if self._switch.current is halt:
            return None
        for order in orders:
            facts = self._judge.facts(order, order.quantity, order.price if order.has_price else None, [])
            if (halted := self._judge.halted(order.client_order_id.value, facts)) is not None:
                return halted
        return None

    def _on_their_way(self) -> list[Any]:
        """Return the orders that were let through and that the engine does not count as in flight yet."""
        now = self._judge.now()
        self._leaving = {
            name: leaving
            for name, leaving in self._leaving.items()
            if leaving.order.status in UNSENT and now - leaving.since < LONGEST_UNSENT
        }
        return [leaving.order for leaving in self._leaving.values()]

    def _modify(self, command: Any) -> None:
        order = self._cache.order(command.client_order_id)
        who = self._askers.pop(command.client_order_id.value, None)
        verdict = Verdict(None) if order is None else self._judge.change(order, command)
        reason = self._refused(verdict) or self._written(
            command,
            who,
            client_order_id=command.client_order_id.value,
            quantity=_text(command.quantity),
            price=_text(command.price),
            trigger_price=_text(command.trigger_price),
        )
        if reason is not None:
            self._reject_change(command, order, reason, who)
            return
        self._judge.count(1)
        halt = self._switch.current

        def go(problem: str | None) -> None:
            why = None if problem is None else _unwritten(problem)
            if why is None and self._switch.current is not halt and order is not None:
                why = self._refused(self._judge.change(order, command))
            if why is None:
                self._inner(command)
            else:
                self._reject_change(command, order, why, who)

        self._commits.after(go)

    def _reject_change(self, command: Any, order: Any, reason: str, who: str | None) -> None:
        self.refused += 1
        self._note("refused", command, who, client_order_id=command.client_order_id.value, reason=reason)
        self._kernel.msgbus.send(
            "ExecEngine.process",
            OrderModifyRejected(
                trader_id=command.trader_id,
                strategy_id=command.strategy_id,
                instrument_id=command.instrument_id,
                client_order_id=command.client_order_id,
                venue_order_id=command.venue_order_id,
                account_id=None if order is None else order.account_id,
                reason=reason,
                event_id=UUID4(),
                ts_event=self._judge.now(),
                ts_init=self._judge.now(),
            ),
        )

    def _refused(self, verdict: Verdict) -> str | None:
        return self._held() or verdict.reason

    def _cancel(self, command: Any) -> None:
        """Pass a cancel on whatever happens, also when the log cannot be written: it only makes things less."""
        if isinstance(command, CancelOrder):
            fields = {"client_order_id": command.client_order_id.value}
        elif isinstance(command, CancelAllOrders):
            fields = {"order_side": order_side_to_str(command.order_side)}
        else:
            fields = {"client_order_ids": [each.client_order_id.value for each in command.cancels]}
        asked_for = fields.get("client_order_id")
        who = self._askers.pop(asked_for, None) if isinstance(asked_for, str) else None
        self._written(command, who, **fields)
        self._commits.after(lambda _: self._inner(command))

    def _written(self, command: Any, who: str | None, **fields: Any) -> str | None:
        """Write the intent down, to be brought to disk before anything leaves; the reason when that fails."""
        try:
            self._note("command", command, who, **fields)
        except AuditError as error:
            return _unwritten(str(error))
        return None

    def _note(self, kind: str, command: Any, who: str | None, **fields: Any) -> None:
        self._audit.append(
            kind,
            command=type(command).__name__,
            strategy_id=command.strategy_id.value,
            instrument_id=command.instrument_id.value,
            who=who,
            **fields,
        )

    def _deny(self, orders: list[Any], reason: str, who: str | None) -> None:
        self.refused += len(orders)
        for order in orders:
            self._judge.closing.discard(order.client_order_id.value)
            # It does not leave: there is nothing that would have to be on record first.
            with suppress(AuditError):
                self._audit.append("refused", who=who, reason=reason, order=_described(order))
            denied = OrderDenied(
                trader_id=order.trader_id,
                strategy_id=order.strategy_id,
                instrument_id=order.instrument_id,
                client_order_id=order.client_order_id,
                reason=reason,
                event_id=UUID4(),
                ts_init=self._judge.now(),
            )
            self._kernel.msgbus.send("ExecEngine.process", denied)


def _not_held() -> None:
    return None


def _described(order: Any) -> dict[str, Any]:
    described: dict[str, Any] = {
        "client_order_id": order.client_order_id.value,
        "strategy_id": order.strategy_id.value,
        "instrument_id": order.instrument_id.value,
        "side": order_side_to_str(order.side),
        "type": order_type_to_str(order.order_type),
        "quantity": decimal_text(order.quantity),
        "time_in_force": time_in_force_to_str(order.time_in_force),
        "price": _text(order.price) if order.has_price else None,
        "trigger_price": _text(order.trigger_price) if order.has_trigger_price else None,
        "reduce_only": order.is_reduce_only or None,
        "tags": list(order.tags) if order.tags else None,
    }
    return {name: value for name, value in described.items() if value is not None}


def _text(value: Any) -> str | None:
    return None if value is None else decimal_text(value)


def _unwritten(problem: str) -> str:
    return f"the audit log cannot be written ({problem}), and nothing leaves without its line"
