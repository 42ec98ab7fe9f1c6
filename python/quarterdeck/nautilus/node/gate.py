"""Where every order command of a node passes on its way to a venue, whoever gave it: halt, limits, audit.

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
    OrderSide,
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
from nautilus_trader.model.objects import Price

from quarterdeck.message import given
from quarterdeck.nautilus.convert import decimal_text, plain
from quarterdeck.nautilus.node.amounts import Amounts
from quarterdeck.nautilus.node.dayresult import DayResult
from quarterdeck.trading.audit import AuditError, AuditLog
from quarterdeck.trading.commits import Commits
from quarterdeck.trading.halt import Halt, HaltSwitch, TradingState
from quarterdeck.trading.limits import DayFacts, Limits, OrderFacts, reduces, refusal
from quarterdeck.trading.ordercounts import DayTotal, OrderRate

ENDPOINT = "ExecEngine.execute"
ZERO = Decimal(0)
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


class Verdict(NamedTuple):
    """Why an order may not leave (None: it may), and what it comes to in the currency of the limits."""

    reason: str | None
    notional: Decimal | None = None


class Gate:
    """Stands at the endpoint of the execution engine.

    Parameters
    ----------
    strict : bool
        Refuse an order whose amount the engine cannot tell (real money).

    """

    def __init__(
        self,
        kernel: Any,
        audit: AuditLog,
        switch: HaltSwitch,
        limits: Limits,
        total: DayTotal,
        day: DayResult,
        *,
        strict: bool,
    ) -> None:
        self._kernel = kernel
        self._cache = kernel.cache
        self._audit = audit
        self._switch = switch
        self._total = total
        self._day = day
        self._strict = strict
        self._rate = OrderRate()
        self._askers: dict[str, str] = {}
        self._closing: set[str] = set()
        self._held: Callable[[], str | None] = _not_held
        self._commits = Commits(audit.sync, asyncio.get_running_loop().call_soon_threadsafe)
        self._leaving: dict[Any, Leaving] = {}
        self._inner = kernel.exec_engine.execute
        self.unchecked = 0
        self.refused = 0
        self.passed = 0
        self.set_limits(limits)
        kernel.msgbus.deregister(ENDPOINT, self._inner)
        kernel.msgbus.register(ENDPOINT, self.execute)

    def set_limits(self, limits: Limits) -> None:
        """Go by other limits from the next order on."""
        self.limits = limits
        self._amounts = Amounts(self._cache, limits.currency)
        self._total.use(limits.currency)

    def used(self) -> tuple[Decimal, Decimal | None]:
        """Return what today's orders came to and today's loss; None where a rate is missing."""
        return self._total.amount(), self._day.loss(self._amounts)

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
        self._closing.add(order.client_order_id.value)

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
        rate = self._rate.refusal(self.limits.max_order_rate, self._now(), len(orders))
        verdicts: list[Verdict] = []
        ahead = self._on_their_way()
        spent = ZERO
        for order in orders:
            verdict = self._judge(order, ahead, spent)
            verdicts.append(Verdict(rate, verdict.notional) if verdict.reason is None and rate else verdict)
            spent += verdict.notional or ZERO
            ahead.append(order)
        return verdicts

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
        self._rate.count(self._now(), len(orders))
        self._total.add(notional)
        now = self._now()
        for order in orders:
            self._leaving[order.client_order_id] = Leaving(order, now)
        halt = self._switch.current

        def go(problem: str | None) -> None:
            why = self._refused_meanwhile(orders, halt) if problem is None else _unwritten(problem)
            if why is None:
                self._closing.difference_update(order.client_order_id.value for order in orders)
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
            facts = self._facts(order, order.quantity, order.price if order.has_price else None, [])
            if (halted := self._halted(order.client_order_id.value, facts)) is not None:
                return halted
        return None

    def _on_their_way(self) -> list[Any]:
        """Return the orders that were let through and that the engine does not count as in flight yet."""
        now = self._now()
        self._leaving = {
            name: leaving
            for name, leaving in self._leaving.items()
            if leaving.order.status in UNSENT and now - leaving.since < LONGEST_UNSENT
        }
        return [leaving.order for leaving in self._leaving.values()]

    def _modify(self, command: Any) -> None:
        order = self._cache.order(command.client_order_id)
        who = self._askers.pop(command.client_order_id.value, None)
        verdict = Verdict(None) if order is None else self._judge_change(order, command)
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
        self._rate.count(self._now())
        halt = self._switch.current

        def go(problem: str | None) -> None:
            why = None if problem is None else _unwritten(problem)
            if why is None and self._switch.current is not halt and order is not None:
                why = self._refused(self._judge_change(order, command))
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
                ts_event=self._now(),
                ts_init=self._now(),
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

    def _judge(self, order: Any, ahead: list[Any], spent: Decimal) -> Verdict:
        facts = self._facts(order, order.quantity, order.price if order.has_price else None, ahead)
        halted = self._halted(order.client_order_id.value, facts)
        if halted is not None:
            return Verdict(halted)
        return Verdict(refusal(self.limits, facts, self._today(spent), strict=self._strict), facts.notional)

    def _judge_change(self, order: Any, command: Any) -> Verdict:
        price = command.price or (order.price if order.has_price else None)
        facts = self._facts(order, command.quantity or order.quantity, price, [], command.trigger_price)
        state = self._switch.state
        if state is not TradingState.ACTIVE and not reduces(facts):
            return Verdict(self._why_halted())
        rate = self._rate.refusal(self.limits.max_order_rate, self._now())
        return Verdict(rate or refusal(self.limits, facts, self._today(ZERO), strict=self._strict), facts.notional)

    def _halted(self, client_order_id: str, facts: OrderFacts) -> str | None:
        state = self._switch.state
        if state is TradingState.ACTIVE or (client_order_id in self._closing and reduces(facts)):
            return None
        if state is TradingState.REDUCING and reduces(facts):
            return None
        return self._why_halted()

    def _why_halted(self) -> str:
        halt = self._switch.current
        because = f": {halt.reason}" if halt.reason else ""
        if halt.state is TradingState.REDUCING:
            return f"trading is REDUCING since {halt.at}{because}; only orders that make a position smaller may leave"
        return f"trading is HALTED since {halt.at}{because}"

    def _facts(
        self, order: Any, quantity: Any, price: Price | None, ahead: list[Any], trigger: Price | None = None
    ) -> OrderFacts:
        instrument = self._cache.instrument(order.instrument_id)
        trigger = trigger or (order.trigger_price if order.has_trigger_price else None)
        market = self._amounts.reference(order.instrument_id, order.side)
        reference = trigger or market
        valued = price or reference
        if trigger is None and market is not None and price is not None and order.side == OrderSide.SELL:
            # A sell limit below the market is filled at the market.
            valued = max(price, market)
        amount, unknown, base = self._value(order, instrument, quantity, valued)
        return OrderFacts(
            instrument_id=order.instrument_id.value,
            is_buy=order.side == OrderSide.BUY,
            reduce_only=order.is_reduce_only,
            quantity=base,
            limit_price=None if price is None else price.as_decimal(),
            reference=None if reference is None else reference.as_decimal(),
            notional=amount,
            notional_unknown=unknown,
            position=self._position(order.instrument_id),
            working_same_side=self._working(order, ahead),
            value_of_one=None if amount is None or base == 0 else amount / base,
        )

    def _value(
        self, order: Any, instrument: Any, quantity: Any, price: Price | None
    ) -> tuple[Decimal | None, str | None, Decimal]:
        """Return the amount, why there is none, and the quantity in units of the instrument."""
        size: Decimal = quantity.as_decimal()
        if instrument is None:
            return None, f"{order.instrument_id} is not known to the node", size
        if price is None:
            return None, f"there is no price of {order.instrument_id} yet", size
        if order.is_quote_quantity:
            money = instrument.notional_value(instrument.make_qty(1), price)
            one = money.as_decimal()
            base = size / one if one else size
            amount = self._amounts.converted(size, money.currency.code, order.instrument_id.venue)
        else:
            money = instrument.notional_value(quantity, price)
            base = size
            amount = self._amounts.money(money, order.instrument_id.venue)
        unknown = None if amount is not None else self._amounts.missing_rate(money)
        return None if amount is None else abs(amount), unknown, base

    def _position(self, instrument_id: Any) -> Decimal:
        return sum(
            (position.signed_decimal_qty() for position in self._cache.positions_open(instrument_id=instrument_id)),
            ZERO,
        )

    def _working(self, order: Any, ahead: list[Any]) -> Decimal:
        """Return what else of the order's side may still be filled; orders that only reduce add nothing."""
        cache, instrument_id = self._cache, order.instrument_id
        working = [
            *cache.orders_open(instrument_id=instrument_id, side=order.side),
            *cache.orders_inflight(instrument_id=instrument_id, side=order.side),
            *(other for other in ahead if other.instrument_id == instrument_id and other.side == order.side),
        ]
        others = {other.client_order_id: other for other in working if other.client_order_id != order.client_order_id}
        return sum((self._rest(other) for other in others.values() if not other.is_reduce_only), ZERO)

    def _rest(self, order: Any) -> Decimal:
        """Return what may still be filled in units of the instrument, of an order for an amount of quote too."""
        if not order.is_quote_quantity:
            rest: Decimal = order.leaves_qty.as_decimal()
            return rest
        price = self._amounts.reference(order.instrument_id, order.side)
        _, _, base = self._value(order, self._cache.instrument(order.instrument_id), order.leaves_qty, price)
        return base

    def _today(self, spent: Decimal) -> DayFacts:
        loss = None if self.limits.max_daily_loss is None else self._day.loss(self._amounts)
        return DayFacts(self._total.amount() + spent, loss)

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
            self._closing.discard(order.client_order_id.value)
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
                ts_init=self._now(),
            )
            self._kernel.msgbus.send("ExecEngine.process", denied)

    def _now(self) -> int:
        now: int = self._kernel.clock.timestamp_ns()
        return now


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
