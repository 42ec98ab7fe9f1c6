"""Whether an order may leave: the halt, and the limits against what the node holds and has on its way."""

from decimal import Decimal
from typing import Any, NamedTuple

from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.objects import Price

from quarterdeck.nautilus.node.amounts import Amounts
from quarterdeck.nautilus.node.dayresult import DayResult
from quarterdeck.trading.halt import HaltSwitch, TradingState
from quarterdeck.trading.limits import DayFacts, Limits, OrderFacts, reduces, refusal
from quarterdeck.trading.ordercounts import DayTotal, OrderRate

ZERO = Decimal(0)


class Verdict(NamedTuple):
    """Why an order may not leave (None: it may), and what it comes to in the currency of the limits."""

    reason: str | None
    notional: Decimal | None = None


class Judge:
    """Knows the limits, and what they are compared with.

    Parameters
    ----------
    strict : bool
        Refuse an order whose amount the engine cannot tell (real money).

    """

    def __init__(
        self, kernel: Any, switch: HaltSwitch, limits: Limits, total: DayTotal, day: DayResult, *, strict: bool
    ) -> None:
        self._kernel = kernel
        self._cache = kernel.cache
        self._switch = switch
        self._total = total
        self._day = day
        self._strict = strict
        self._rate = OrderRate()
        self.closing: set[str] = set()
        """Orders of ours that close what is open, and may leave under a halt."""
        self.set_limits(limits)

    def set_limits(self, limits: Limits) -> None:
        """Go by other limits from the next order on."""
        self.limits = limits
        self._amounts = Amounts(self._cache, limits.currency)
        self._total.use(limits.currency)

    def used(self) -> tuple[Decimal, Decimal | None]:
        """Return what today's orders came to and today's loss; None where a rate is missing."""
        return self._total.amount(), self._day.loss(self._amounts)

    def count(self, orders: int, notional: Decimal = ZERO) -> None:
        """Count what was let through."""
        self._rate.count(self.now(), orders)
        self._total.add(notional)

    def all(self, orders: list[Any], ahead: list[Any]) -> list[Verdict]:
        """Say of each order of a list whether it may leave now; those before it count as working."""
        rate = self._rate.refusal(self.limits.max_order_rate, self.now(), len(orders))
        verdicts: list[Verdict] = []
        ahead = [*ahead]
        spent = ZERO
        for order in orders:
            verdict = self.order(order, ahead, spent)
            verdicts.append(Verdict(rate, verdict.notional) if verdict.reason is None and rate else verdict)
            spent += verdict.notional or ZERO
            ahead.append(order)
        return verdicts

    def now(self) -> int:
        """Return the node's time in nanoseconds."""
        now: int = self._kernel.clock.timestamp_ns()
        return now

    def order(self, order: Any, ahead: list[Any], spent: Decimal) -> Verdict:
        """Judge an order; `ahead` count as working, and `spent` as used of the day."""
        facts = self.facts(order, order.quantity, order.price if order.has_price else None, ahead)
        halted = self.halted(order.client_order_id.value, facts)
        if halted is not None:
            return Verdict(halted)
        return Verdict(refusal(self.limits, facts, self._today(spent), strict=self._strict), facts.notional)

    def change(self, order: Any, command: Any) -> Verdict:
        """Judge a change of an order."""
        price = command.price or (order.price if order.has_price else None)
        facts = self.facts(order, command.quantity or order.quantity, price, [], command.trigger_price)
        state = self._switch.state
        if state is not TradingState.ACTIVE and not reduces(facts):
            return Verdict(self._why_halted())
        rate = self._rate.refusal(self.limits.max_order_rate, self.now())
        return Verdict(rate or refusal(self.limits, facts, self._today(ZERO), strict=self._strict), facts.notional)

    def halted(self, client_order_id: str, facts: OrderFacts) -> str | None:
        """Say why the halt keeps an order from leaving; None when it does not."""
        state = self._switch.state
        if state is TradingState.ACTIVE or (client_order_id in self.closing and reduces(facts)):
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

    def facts(
        self, order: Any, quantity: Any, price: Price | None, ahead: list[Any], trigger: Price | None = None
    ) -> OrderFacts:
        """Return what limits are compared with."""
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
