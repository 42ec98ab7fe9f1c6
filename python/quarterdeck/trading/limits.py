"""Limits of a node: what they are, which of two is tighter, and whether an order keeps within them."""

from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class Rate(msgspec.Struct, frozen=True):
    """At most so many orders in so many seconds."""

    orders: int
    seconds: int


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts are in `currency`; None is no limit."""

    currency: str = "USD"
    max_notional_per_order: Decimal | None = None
    max_notional_per_day: Decimal | None = None
    max_position_notional: Decimal | None = None
    max_order_rate: Rate | None = None
    price_band_percent: Decimal | None = None
    max_daily_loss: Decimal | None = None
    allowed_instruments: tuple[str, ...] | None = None


SIMULATED = Limits(
    max_notional_per_order=Decimal(10_000_000),
    max_notional_per_day=Decimal(100_000_000_000),
    max_position_notional=Decimal(100_000_000),
    max_order_rate=Rate(5_000, 1),
    price_band_percent=Decimal(50),
    max_daily_loss=Decimal(1_000_000),
)
REAL = Limits(
    max_notional_per_order=Decimal(500),
    max_notional_per_day=Decimal(5_000),
    max_position_notional=Decimal(1_000),
    max_order_rate=Rate(10, 10),
    price_band_percent=Decimal(2),
    max_daily_loss=Decimal(100),
)


AMOUNTS = ("max_notional_per_order", "max_notional_per_day", "max_position_notional", "max_daily_loss")


class Origin(StrEnum):
    """Where a limit comes from."""

    BUILT_IN = "built_in"
    PROFILE = "profile"
    USER = "user"
    SET = "set"


class OrderFacts(NamedTuple):
    """What the gate knows of an order when it is to leave.

    `reference` is the price it would meet now (its trigger, else the last quote); `position` is signed; amounts are in
    the currency of the limits, None where the engine has no rate for it, and `notional_unknown` says what is missing.
    """

    instrument_id: str
    is_buy: bool
    reduce_only: bool
    quantity: Decimal
    limit_price: Decimal | None
    reference: Decimal | None
    notional: Decimal | None
    notional_unknown: str | None
    position: Decimal
    working_same_side: Decimal
    value_of_one: Decimal | None


class DayFacts(NamedTuple):
    """What the day came to so far, in the currency of the limits."""

    notional: Decimal
    loss: Decimal | None


def merged(base: Limits, changes: dict[str, Any]) -> Limits:
    """Return the limits with the given fields in the place of those of `base`."""
    return msgspec.convert({**msgspec.to_builtins(base), **changes}, Limits)


def tightened(base: Limits, changes: dict[str, Any]) -> Limits:
    """Return `base` with those of the changes that are tighter; the others are left as they were."""
    wanted = merged(base, changes)
    loose = loosened(base, wanted)
    tighter = {name: value for name, value in changes.items() if name not in loose}
    return merged(base, {**tighter, **_common(base, wanted)})


def bounded(limits: Limits, bound: dict[str, Any]) -> Limits:
    """Return `limits` with those of a bound where they are looser than it.

    Raises
    ------
    ValueError
        The bound has amounts in another currency: which is tighter cannot be told.

    """
    held = merged(limits, bound)
    other = bound.get("currency", Limits().currency)
    if other != limits.currency and any(bound.get(name) is not None for name in AMOUNTS):
        raise ValueError(f"they are in {limits.currency}, those of the user's config.json in {other}")
    loose = [name for name in loosened(held, limits) if name in bound and name != "currency"]
    return merged(limits, {**{name: bound[name] for name in loose}, **_common(held, limits)})


def settled(
    user: dict[str, Any], profile: dict[str, Any], kept: Limits | None, *, live: bool
) -> tuple[Limits, dict[str, Origin]]:
    """Return what a node starts with, and where each limit comes from.

    Real money: the user's own in the place of the built-in ones, and a profile may only tighten them. Simulated: the
    profile's in the place of the built-in ones, and the user's bound them. What was set at run time (`kept`) stays,
    within what bounds it.
    """
    base = REAL if live else SIMULATED
    own = tightened(merged(base, user), profile) if live else bounded(merged(base, profile), user)
    limits = own if kept is None else bounded(kept, user)
    named = {Origin.USER: merged(base, user), Origin.PROFILE: merged(base, profile)}
    given = {Origin.USER: user, Origin.PROFILE: profile}

    def origin(name: str) -> Origin:
        value = getattr(limits, name)
        for where in (Origin.USER, Origin.PROFILE):
            if name in given[where] and getattr(named[where], name) == value:
                return where
        return Origin.BUILT_IN if value == getattr(own, name) else Origin.SET

    return limits, {name: origin(name) for name in Limits.__struct_fields__}


def _common(base: Limits, other: Limits) -> dict[str, Any]:
    """Return the instruments both allow, where both name some."""
    one, two = base.allowed_instruments, other.allowed_instruments
    return {} if one is None or two is None else {"allowed_instruments": [name for name in one if name in two]}


def loosened(before: Limits, after: Limits) -> list[str]:
    """Return the names of the fields in which `after` allows what `before` did not."""
    names = [
        name
        for name in (
            "max_notional_per_order",
            "max_notional_per_day",
            "max_position_notional",
            "price_band_percent",
            "max_daily_loss",
        )
        if _looser(getattr(before, name), getattr(after, name))
    ]
    if after.currency != before.currency:
        names.append("currency")
    if _rate_looser(before.max_order_rate, after.max_order_rate):
        names.append("max_order_rate")
    if before.allowed_instruments is not None and (
        after.allowed_instruments is None or not set(after.allowed_instruments) <= set(before.allowed_instruments)
    ):
        names.append("allowed_instruments")
    return names


def reduces(facts: OrderFacts) -> bool:
    """Say whether the order, with those of its side that are working, can only make the position smaller."""
    against = facts.position < 0 if facts.is_buy else facts.position > 0
    return against and (facts.reduce_only or facts.quantity + facts.working_same_side <= abs(facts.position))


def refusal(limits: Limits, facts: OrderFacts, day: DayFacts, *, strict: bool) -> str | None:
    """Return why an order may not leave, in words; None when it may.

    An order that only reduces a position is not held back by amounts: closing must stay possible. With `strict` an
    order whose amount is not known is refused; without, limits on amounts do not apply to it.
    """
    allowed = limits.allowed_instruments
    if allowed is not None and facts.instrument_id not in allowed:
        return f"{facts.instrument_id} is not among the allowed instruments ({', '.join(allowed) or 'none'})"
    closes = facts.reduce_only or reduces(facts)
    return _outside_band(limits, facts) or (None if closes else _too_much(limits, facts, day, strict))


def _outside_band(limits: Limits, facts: OrderFacts) -> str | None:
    """Only a price worse than the market can do harm: a buy above it, a sell below it."""
    band, price, reference = limits.price_band_percent, facts.limit_price, facts.reference
    if band is None or price is None or reference is None or reference == 0:
        return None
    worse = (price - reference if facts.is_buy else reference - price) / abs(reference) * HUNDRED
    if worse <= band:
        return None
    return (
        f"price {_text(price)} is {worse:.2f} % worse than {_text(reference)}, what the market asks now; "
        f"the price band is {_text(band)} %"
    )


def _too_much(limits: Limits, facts: OrderFacts, day: DayFacts, strict: bool) -> str | None:
    currency = limits.currency
    loss = limits.max_daily_loss
    if loss is not None and day.loss is not None and day.loss >= loss:
        return f"today's loss of {_text(day.loss)} {currency} has reached the limit of {_text(loss)} {currency}"
    if facts.notional is None:
        has_amounts = any((limits.max_notional_per_order, limits.max_notional_per_day, limits.max_position_notional))
        return f"its amount is not known: {facts.notional_unknown}" if strict and has_amounts else None
    if _above(facts.notional, limits.max_notional_per_order):
        limit = _limit(limits.max_notional_per_order, limits)
        return f"notional {_text(facts.notional)} {currency} is above {limit} per order"
    if _above(day.notional + facts.notional, limits.max_notional_per_day):
        return (
            f"with notional {_text(facts.notional)} {currency} today's orders would come to "
            f"{_text(day.notional + facts.notional)}, above {_limit(limits.max_notional_per_day, limits)} per day"
        )
    held = _position_after(facts)
    if held is not None and _above(held, limits.max_position_notional):
        return (
            f"the position in {facts.instrument_id} could grow to {_text(held)} {currency}, "
            f"above {_limit(limits.max_position_notional, limits)}"
        )
    return None


def _position_after(facts: OrderFacts) -> Decimal | None:
    """Return the amount of the position if all that works on the order's side were filled."""
    if facts.value_of_one is None:
        return None
    sign = 1 if facts.is_buy else -1
    return abs(facts.position + sign * (facts.working_same_side + facts.quantity)) * facts.value_of_one


def _above(amount: Decimal, limit: Decimal | None) -> bool:
    return limit is not None and amount > limit


def _looser(before: Decimal | None, after: Decimal | None) -> bool:
    return before is not None and (after is None or after > before)


def _rate_looser(before: Rate | None, after: Rate | None) -> bool:
    if before is None or before == after:
        return False
    # More orders, or the same in less time: either lets through what was held back.
    return after is None or after.orders > before.orders or after.seconds < before.seconds


def _limit(limit: Decimal | None, limits: Limits) -> str:
    return "no limit" if limit is None else f"the limit of {_text(limit)} {limits.currency}"


def _text(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
