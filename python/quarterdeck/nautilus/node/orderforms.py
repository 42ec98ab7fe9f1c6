"""Orders as a caller writes them, checked and made into the engine's own.

What the engine aborts on, raises for, or accepts without a word is refused here, each with its place in the arguments.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd
from nautilus_trader.common.factories import OrderFactory
from nautilus_trader.model.enums import (
    OrderSide,
    TimeInForce,
    TrailingOffsetType,
    TriggerType,
    order_side_from_str,
    time_in_force_from_str,
    trailing_offset_type_from_str,
    trigger_type_from_str,
)
from nautilus_trader.model.identifiers import ClientOrderId, ExecAlgorithmId, InstrumentId
from nautilus_trader.model.instruments import FuturesSpread, Instrument, OptionSpread
from nautilus_trader.model.objects import Price, Quantity
from nautilus_trader.model.orders import Order

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.moments import parse_time
from quarterdeck.nautilus.identifiers import check_identifier
from quarterdeck.nautilus.node.known import known_instrument
from quarterdeck.protocol import OrderSpec, SubmitOrderParams

type Spec = OrderSpec | SubmitOrderParams


class Form(NamedTuple):
    """Which fields a type of order takes: those it needs, and those it may have besides the common ones."""

    needs: tuple[str, ...]
    takes: tuple[str, ...]


PASSIVE = ("post_only", "display_quantity", "quote_quantity")
TRIGGER = ("trigger_type", "emulation_trigger", "trigger_instrument_id")
TRAIL = ("trailing_offset_type", "activation_price", "trigger_price", "quote_quantity", *TRIGGER)
FORMS = {
    "MARKET": Form((), ("quote_quantity",)),
    "LIMIT": Form(("price",), (*PASSIVE, "emulation_trigger", "trigger_instrument_id")),
    "STOP_MARKET": Form(("trigger_price",), ("quote_quantity", *TRIGGER)),
    "STOP_LIMIT": Form(("price", "trigger_price"), (*PASSIVE, *TRIGGER)),
    "MARKET_TO_LIMIT": Form((), ("display_quantity", "quote_quantity")),
    "MARKET_IF_TOUCHED": Form(("trigger_price",), ("quote_quantity", *TRIGGER)),
    "LIMIT_IF_TOUCHED": Form(("price", "trigger_price"), (*PASSIVE, *TRIGGER)),
    "TRAILING_STOP_MARKET": Form(("trailing_offset",), TRAIL),
    "TRAILING_STOP_LIMIT": Form(
        ("trailing_offset", "limit_offset"), (*TRAIL, "price", "post_only", "display_quantity")
    ),
}
DEPENDENT = sorted({name for form in FORMS.values() for name in (*form.needs, *form.takes)})
ALWAYS_TAKEN = ("exec_algorithm_params",)
NO_EXPIRY = ("MARKET", "MARKET_TO_LIMIT")
AUCTIONS = ("AT_THE_OPEN", "AT_THE_CLOSE")
AUCTIONED = ("MARKET", "LIMIT")
SIMULATED_TRIGGERS = ("DEFAULT", "BID_ASK", "LAST_PRICE", "LAST_OR_BID_ASK")
EMULATED_TRIGGERS = ("DEFAULT", "BID_ASK", "LAST_PRICE")
MANY_TAGS = 20
MANY_DIGITS = 26


class OrderForms:
    """Makes orders for one desk."""

    def __init__(self, kernel: Any, factory: OrderFactory, algorithms: Callable[[], list[str]]) -> None:
        self._cache = kernel.cache
        self._clock = kernel.clock
        self._factory = factory
        self._algorithms = algorithms

    def make(self, spec: Spec, path: str = "", *, waits: bool = False) -> Order:
        """Return the order a spec describes; one that `waits` for another is not compared with positions of now."""
        at = f"{path}." if path else ""
        instrument = known_instrument(self._cache, spec.instrument_id, f"{at}instrument_id")
        self._check_fields(spec, at)
        self._check_auction(spec, at)
        values = {**self._common(spec, instrument, at), **self._prices(spec, instrument, at), **self._flags(spec, at)}
        if not waits:
            self._check_against_market(spec, instrument, values, at)
        if values.get("reduce_only") and not waits:
            self._check_reduces(spec, at)
        try:
            order: Order = getattr(self._factory, str(spec.type).lower())(**values)
        except (ValueError, TypeError, OverflowError) as error:
            raise invalid(f"The engine refuses this order: {error}.", "Correct the order.", path or "type") from None
        return order

    def price(self, text: str, instrument: Instrument, path: str) -> Price:
        """Return a price of an instrument: finite, in its precision, a multiple of its tick."""
        value = number(text, path)
        if value <= 0 and not isinstance(instrument, FuturesSpread | OptionSpread):
            raise invalid(f"A price of {text} cannot be traded at.", "Give a price above zero.", path)
        step = instrument.price_increment.as_decimal()
        if value % step:
            raise invalid(
                f"{text} is no price of {instrument.id}: prices are multiples of {step}.",
                f"The nearest is {round(value / step) * step}.",
                path,
            )
        try:
            return Price(value, instrument.price_precision)
        except (ValueError, OverflowError) as error:
            raise invalid(f"{text} is outside what the engine can hold: {error}", "Give a real price.", path) from error

    def quantity(self, text: str, instrument: Instrument, path: str, *, quote: bool = False) -> Quantity:
        """Return a quantity of an instrument: above zero, in its precision and step, within its bounds."""
        value = number(text, path)
        if value <= 0:
            raise invalid(f"A quantity of {text} is no order.", "Give a quantity above zero.", path)
        step = instrument.size_increment.as_decimal()
        if value % step:
            raise invalid(
                f"{text} is no quantity of {instrument.id}: sizes are multiples of {step}.",
                f"Give a multiple of {step}.",
                path,
            )
        smallest, largest = instrument.min_quantity, instrument.max_quantity
        if not quote and smallest is not None and value < smallest.as_decimal():
            raise invalid(f"{instrument.id} trades {smallest} at least.", "Give a larger quantity.", path)
        if not quote and largest is not None and value > largest.as_decimal():
            raise invalid(f"{instrument.id} trades {largest} at most in one order.", "Split the order.", path)
        try:
            return Quantity(value, instrument.size_precision)
        except (ValueError, OverflowError) as error:
            raise invalid(
                f"{text} is outside what the engine can hold: {error}", "Give a real quantity.", path
            ) from error

    def _check_fields(self, spec: Spec, at: str) -> None:
        form = FORMS[spec.type]
        for name in form.needs:
            if given(getattr(spec, name)) is None:
                raise invalid(f"A {spec.type} order needs {name}.", f"Give {name}.", f"{at}{name}")
        for name in DEPENDENT:
            value = given(getattr(spec, name))
            if value is None or value is False or name in form.needs or name in form.takes:
                continue
            takers = ", ".join(kind for kind, other in FORMS.items() if name in (*other.needs, *other.takes))
            raise invalid(
                f"A {spec.type} order takes no {name}.",
                f"Leave it out; {name} goes with {takers}.",
                f"{at}{name}",
            )

    def _check_auction(self, spec: Spec, at: str) -> None:
        if given(spec.time_in_force) in AUCTIONS and spec.type not in AUCTIONED:
            raise invalid(
                f"A {spec.type} order takes no part in an auction.",
                f"{spec.time_in_force} goes with {', '.join(AUCTIONED)}.",
                f"{at}time_in_force",
            )

    def _common(self, spec: Spec, instrument: Instrument, at: str) -> dict[str, Any]:
        tif = time_in_force_from_str(str(given(spec.time_in_force, "GTC")))
        values: dict[str, Any] = {
            "instrument_id": instrument.id,
            "order_side": order_side_from_str(str(spec.side)),
            "quantity": self.quantity(
                spec.quantity, instrument, f"{at}quantity", quote=given(spec.quote_quantity, False)
            ),
            "time_in_force": tif,
            "tags": self._tags(spec, at),
        }
        if (name := given(spec.client_order_id)) is not None:
            values["client_order_id"] = ClientOrderId(check_identifier(name, f"{at}client_order_id", "client order id"))
        if (expiry := self._expiry(spec, tif, at)) is not None:
            values["expire_time"] = expiry
        if (algorithm := given(spec.exec_algorithm_id)) is not None:
            values["exec_algorithm_id"] = self._algorithm(algorithm, spec, at)
            values["exec_algorithm_params"] = given(spec.exec_algorithm_params)
        elif given(spec.exec_algorithm_params) is not None:
            raise invalid(
                "exec_algorithm_params are those of an algorithm, and none is named.",
                'Give exec_algorithm_id, for example "TWAP".',
                f"{at}exec_algorithm_params",
            )
        return values

    def _prices(self, spec: Spec, instrument: Instrument, at: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in ("price", "trigger_price", "activation_price"):
            if (text := given(getattr(spec, name))) is not None:
                values[name] = self.price(text, instrument, f"{at}{name}")
        for name in ("trailing_offset", "limit_offset"):
            if (text := given(getattr(spec, name))) is not None:
                if number(text, f"{at}{name}") <= 0:
                    raise invalid(f"{name} is a distance.", "Give a value above zero.", f"{at}{name}")
                values[name] = Decimal(text)
        if (text := given(spec.display_quantity)) is not None:
            if number(text, f"{at}display_quantity") > number(spec.quantity, f"{at}quantity"):
                raise invalid(
                    "display_quantity is more than quantity.",
                    "Show a part of the order, or leave it out.",
                    f"{at}display_quantity",
                )
            shown = Decimal(text)
            values["display_qty"] = (
                self.quantity(text, instrument, f"{at}display_quantity", quote=True)
                if shown
                else Quantity.zero(instrument.size_precision)
            )
        return values

    def _flags(self, spec: Spec, at: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in ("post_only", "reduce_only", "quote_quantity"):
            if given(getattr(spec, name)):
                values[name] = True
        if values.get("post_only") and given(spec.time_in_force) in ("IOC", "FOK"):
            raise invalid(
                "A post-only order waits in the book, an IOC or FOK order never does.",
                "Leave out post_only or change time_in_force.",
                f"{at}post_only",
            )
        if (trigger := given(spec.trigger_type)) is not None:
            values["trigger_type"] = self._trigger(trigger, SIMULATED_TRIGGERS, f"{at}trigger_type")
        if (emulation := given(spec.emulation_trigger)) is not None:
            values["emulation_trigger"] = self._trigger(emulation, EMULATED_TRIGGERS, f"{at}emulation_trigger")
        if (other := given(spec.trigger_instrument_id)) is not None:
            values["trigger_instrument_id"] = known_instrument(self._cache, other, f"{at}trigger_instrument_id").id
        if (kind := given(spec.trailing_offset_type)) is not None:
            values["trailing_offset_type"] = trailing_offset_type_from_str(str(kind))
        elif given(spec.trailing_offset) is not None:
            values["trailing_offset_type"] = TrailingOffsetType.PRICE
        return values

    def _trigger(self, name: str, allowed: tuple[str, ...], path: str) -> TriggerType:
        if name not in allowed:
            raise invalid(
                f"Triggers by {name} are not watched here: only {', '.join(allowed)}.",
                f"Use {allowed[1]}.",
                path,
            )
        return trigger_type_from_str(str(name))

    def _expiry(self, spec: Spec, tif: TimeInForce, at: str) -> pd.Timestamp | None:
        text = given(spec.expire_time)
        if tif != TimeInForce.GTD:
            if text is None:
                return None
            raise invalid("expire_time goes with time_in_force GTD.", 'Give time_in_force "GTD".', f"{at}expire_time")
        if spec.type in NO_EXPIRY:
            raise invalid(
                f"A {spec.type} order does not wait for a time.", "Use GTC, IOC, FOK or DAY.", f"{at}time_in_force"
            )
        if text is None:
            raise invalid("A GTD order needs expire_time.", "Give the time it ends.", f"{at}expire_time")
        moment = parse_time(text, f"{at}expire_time")
        if moment <= self._clock.timestamp_ns():
            raise invalid(f"{text} is in the past.", "Give a time to come.", f"{at}expire_time")
        return pd.Timestamp(moment, tz="UTC")

    def _algorithm(self, name: str, spec: Spec, at: str) -> ExecAlgorithmId:
        known = self._algorithms()
        if name not in known:
            raise invalid(
                f'The node has no execution algorithm "{name}".{did_you_mean(name, known)}',
                f"There are: {', '.join(known)}.",
                f"{at}exec_algorithm_id",
            )
        if name == "TWAP":
            self._check_twap(spec, at)
        return ExecAlgorithmId(name)

    def _check_twap(self, spec: Spec, at: str) -> None:
        if spec.type != "MARKET":
            raise invalid("TWAP slices MARKET orders only.", "Use type MARKET.", f"{at}type")
        params = given(spec.exec_algorithm_params, {})
        horizon, interval = seconds(params, "horizon_secs"), seconds(params, "interval_secs")
        if set(params) != {"horizon_secs", "interval_secs"} or not 0 < interval <= horizon:
            raise invalid(
                "TWAP needs horizon_secs and interval_secs, the interval no longer than the horizon.",
                'Give {"horizon_secs": 60, "interval_secs": 5}.',
                f"{at}exec_algorithm_params",
            )

    def _tags(self, spec: Spec, at: str) -> list[str] | None:
        tags = given(spec.tags)
        if not tags:
            return None
        if len(tags) > MANY_TAGS:
            raise invalid(f"{len(tags)} tags are too many.", f"Give {MANY_TAGS} at most.", f"{at}tags")
        return [check_identifier(tag, f"{at}tags[{index}]", "tag") for index, tag in enumerate(tags)]

    def _check_against_market(self, spec: Spec, instrument: Instrument, values: dict[str, Any], at: str) -> None:
        """Refuse a stop that the market has passed already, and a touch it is beyond."""
        trigger = values.get("trigger_price")
        quote = self._cache.quote_tick(instrument.id)
        if trigger is None or quote is None or given(spec.trigger_instrument_id) is not None:
            return
        buys = spec.side == "BUY"
        if spec.type in ("STOP_MARKET", "STOP_LIMIT"):
            passed = quote.ask_price >= trigger if buys else quote.bid_price <= trigger
            where = "above" if buys else "below"
        elif spec.type in ("MARKET_IF_TOUCHED", "LIMIT_IF_TOUCHED"):
            passed = quote.ask_price <= trigger if buys else quote.bid_price >= trigger
            where = "below" if buys else "above"
        else:
            return
        if passed:
            raise invalid(
                f"trigger_price {trigger} is in the market already "
                f"(bid {quote.bid_price}, ask {quote.ask_price}): it would trigger at once.",
                f"Give a trigger {where} the market, or a MARKET order.",
                f"{at}trigger_price",
            )

    def _check_reduces(self, spec: Spec, at: str) -> None:
        """Refuse a reduce-only order when there is nothing on the other side to reduce."""
        positions = self._cache.positions_open(instrument_id=InstrumentId.from_str(spec.instrument_id))
        opposite = OrderSide.SELL if spec.side == "BUY" else OrderSide.BUY
        if any(position.entry == opposite for position in positions):
            return
        raise invalid(
            f"There is no position in {spec.instrument_id} that a {spec.side} order would reduce.",
            "list_positions shows what is open.",
            f"{at}reduce_only",
        )


def number(text: str, path: str) -> Decimal:
    """Return a decimal number short enough to be exact in what is computed with it."""
    if len(text) > MANY_DIGITS:
        raise invalid(f"{text} is outside what the engine can hold.", "Give a real price or quantity.", path)
    return Decimal(text)


def seconds(params: dict[str, Any], name: str) -> float:
    """Return a parameter of an algorithm that is a length of time; 0 for what is none."""
    value = params.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def invalid(message: str, next_step: str, path: str) -> QuarterdeckError:
    """Return the refusal of an order."""
    return QuarterdeckError("INVALID_ORDER", message, next_step, path=path)
