"""How large a position may be by a rule, in what the instrument can be traded in and within the node's limits."""

import math
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import ClientOrderId
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Currency, Money, Price
from nautilus_trader.risk.sizing import FixedRiskSizer

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.nautilus.convert import plain
from quarterdeck.nautilus.node.accounts import Accounts
from quarterdeck.nautilus.node.amounts import Amounts
from quarterdeck.nautilus.node.desk import Desk
from quarterdeck.nautilus.node.gate import Gate
from quarterdeck.nautilus.node.known import known_instrument
from quarterdeck.nautilus.node.orderforms import OrderForms
from quarterdeck.nautilus.node.pricehistory import PriceHistory
from quarterdeck.protocol import PositionSizeParams, PositionSizeResult, SizingMethod, SizingSide
from quarterdeck.statistics.tailrisk import FEWEST
from quarterdeck.trading.sizing import HUNDRED, ZERO, kelly, loss_of_one, rounded_down, staked, targeted

DIGITS = 60
LARGEST = Decimal(10) ** 13
"""More than this the engine cannot hold."""
YEAR_SECONDS = 365 * 86_400.0
FIXED = (
    "quantity = equity × risk ÷ loss of one unit at the stop (fixed fractional; R. Vince, Portfolio Management "
    "Formulas, 1990), by the engine's FixedRiskSizer"
)
KELLY = (
    "stake = fraction × (p − (1 − p) ÷ b) of equity, capped (J. L. Kelly 1956; E. O. Thorp 1997); with a stop the "
    "stake is what is lost there, without one it is the notional"
)
VOLATILITY = "notional = equity × target volatility ÷ volatility of the instrument, both a year (R. Carver 2015)"


class Wanted(NamedTuple):
    """What is sized: instrument, side, prices, and equity in the account's currency."""

    instrument: Instrument
    side: OrderSide
    entry: Price
    stop: Price | None
    equity: Decimal
    currency: str
    value_of_one: Decimal
    loss_of_one: Decimal | None
    """Per unit, in the account's currency."""


class Sizes:
    """Sizes positions of a node."""

    def __init__(
        self, kernel: Any, desk: Desk, forms: OrderForms, gate: Gate, history: PriceHistory, accounts: Accounts
    ) -> None:
        self._cache = kernel.cache
        self._forms = forms
        self._desk = desk
        self._gate = gate
        self._history = history
        self._accounts = accounts

    def size(self, params: PositionSizeParams) -> PositionSizeResult:
        """Return the size by the rule asked for, rounded down, and what the node's limits say to it."""
        try:
            with localcontext() as context:
                context.prec = DIGITS
                return self._size(params)
        except (ValueError, OverflowError, ArithmeticError) as error:
            raise _invalid(
                f"These numbers come to more than the engine can hold: {error}.", "Give real ones.", "equity"
            ) from error

    def _size(self, params: PositionSizeParams) -> PositionSizeResult:
        wanted = self._wanted(params)
        inputs: dict[str, str] = {}
        capped: list[str] = []
        method = given(params.method, SizingMethod.fixed_fractional)
        match method:
            case SizingMethod.fixed_fractional:
                formula, size = FIXED, self._fixed(params, wanted, inputs, capped)
            case SizingMethod.kelly:
                formula, size = KELLY, self._kelly(params, wanted, inputs, capped)
            case SizingMethod.volatility_target:
                formula, size = VOLATILITY, self._targeted(params, wanted, inputs, capped)
        quantity = self._tradable(size, wanted.instrument, capped)
        notional = quantity * wanted.value_of_one
        return PositionSizeResult(
            instrument_id=wanted.instrument.id.value,
            side=given(params.side, SizingSide.BUY).value,
            method=method.value,
            formula=formula,
            quantity=plain(quantity),
            notional=_short(notional),
            risk=None if wanted.loss_of_one is None else _short(quantity * wanted.loss_of_one),
            currency=wanted.currency,
            equity=_short(wanted.equity),
            entry_price=str(wanted.entry),
            stop_price=None if wanted.stop is None else str(wanted.stop),
            inputs=inputs,
            capped_by=capped,
            would_be_refused=self._refusal(wanted, quantity),
        )

    def _wanted(self, params: PositionSizeParams) -> Wanted:
        instrument = known_instrument(self._cache, params.instrument_id, "instrument_id")
        side = OrderSide.SELL if given(params.side) == SizingSide.SELL else OrderSide.BUY
        equity, currency = self._equity(params, instrument)
        amounts = Amounts(self._cache, currency)
        market = amounts.reference(instrument.id, side)
        named = given(params.entry_price)
        if named is None and market is None:
            raise QuarterdeckError(
                "NO_MARKET",
                f"There is no price of {instrument.id} yet.",
                "Give entry_price, or subscribe_market_data and wait for the first quote.",
                path="entry_price",
            )
        entry: Any = market if named is None else self._forms.price(named, instrument, "entry_price")
        stop_named = given(params.stop_price)
        stop = None if stop_named is None else self._forms.price(stop_named, instrument, "stop_price")
        if stop is not None and (stop >= entry if side == OrderSide.BUY else stop <= entry):
            raise _invalid(
                f"A stop at {stop} is not on the losing side of an entry at {entry}.",
                "It is below the entry of a BUY, above that of a SELL.",
                "stop_price",
            )
        one = instrument.notional_value(instrument.make_qty(1), entry)
        rate = self._rate(amounts, one.currency.code, instrument)
        loss = None
        if stop is not None:
            base = instrument.get_base_currency()
            inverse = bool(instrument.is_inverse)
            code = base.code if inverse and base is not None else instrument.get_cost_currency().code
            loss = loss_of_one(
                entry.as_decimal(), stop.as_decimal(), instrument.multiplier.as_decimal(), inverse=inverse
            ) * self._rate(amounts, code, instrument)
        return Wanted(instrument, side, entry, stop, equity, currency, one.as_decimal() * rate, loss)

    def _equity(self, params: PositionSizeParams, instrument: Instrument) -> tuple[Decimal, str]:
        """Return the equity of the account at the instrument's venue, and its currency."""
        account = self._cache.account_for_venue(instrument.venue)
        own = None if account is None or account.base_currency is None else account.base_currency.code
        named = given(params.equity)
        quote = instrument.quote_currency.code
        if named is not None:
            equity, currency = Decimal(named), own or quote
        else:
            known = None if account is None else self._accounts.equity(instrument.venue.value)
            if not known:
                raise QuarterdeckError(
                    "NO_MARKET",
                    f"The equity at {instrument.venue} is not known: no account there, or a position has no price.",
                    "Give equity.",
                    path="equity",
                )
            currency = own or (quote if quote in known else next(iter(known)))
            equity = Decimal(known[currency])
        if not 0 < equity <= LARGEST:
            raise _invalid(f"With an equity of {equity} {currency} nothing can be sized.", "Give equity.", "equity")
        return equity, currency

    def _rate(self, amounts: Amounts, currency: str, instrument: Instrument) -> Decimal:
        rate = amounts.converted(Decimal(1), currency, instrument.venue)
        if rate is None:
            raise QuarterdeckError(
                "NO_MARKET",
                f"There is no rate from {currency} to {amounts.currency}, the currency of the account.",
                f"Load and subscribe an instrument of the two at {instrument.venue}.",
            )
        return rate

    def _fixed(self, params: PositionSizeParams, wanted: Wanted, inputs: dict[str, str], capped: list[str]) -> Decimal:
        percent = _positive(given(params.risk_percent, "1"), "risk_percent", HUNDRED)
        inputs["risk_percent"] = plain(percent)
        return self._at_stop(wanted, percent / HUNDRED, capped)

    def _at_stop(self, wanted: Wanted, share: Decimal, capped: list[str]) -> Decimal:
        """Return the quantity that loses a share of equity at the stop."""
        instrument, stop, loss = wanted.instrument, wanted.stop, wanted.loss_of_one
        if stop is None or loss is None:
            raise _invalid("Sizing by what is lost at a stop needs the stop.", "Give stop_price.", "stop_price")
        distance = abs(wanted.entry.as_decimal() - stop.as_decimal())
        # Multiplier and inverse quotation, which the engine's sizer leaves out, are in what one unit loses.
        rate = loss / distance
        sized = FixedRiskSizer(instrument).calculate(
            entry=wanted.entry,
            stop_loss=stop,
            equity=Money(wanted.equity, Currency.from_internal_map(wanted.currency)),
            risk=share,
            exchange_rate=rate,
            hard_limit=LARGEST,
            unit_batch_size=instrument.size_increment.as_decimal(),
        )
        quantity: Decimal = sized.as_decimal()
        most = instrument.max_quantity
        if most is not None and quantity == most.as_decimal():
            capped.append("max_quantity of the instrument")
        return quantity

    def _kelly(self, params: PositionSizeParams, wanted: Wanted, inputs: dict[str, str], capped: list[str]) -> Decimal:
        win, payoff = given(params.win_rate), given(params.payoff_ratio)
        if win is None or payoff is None:
            raise _invalid(
                "Kelly's fraction needs how often a trade wins and how much.",
                "Give win_rate (0 to 1) and payoff_ratio (average win over average loss).",
                "win_rate" if win is None else "payoff_ratio",
            )
        fraction = Decimal(str(given(params.kelly_fraction, 0.5)))
        cap = _positive(given(params.max_percent, "20"), "max_percent", HUNDRED) / HUNDRED
        full = kelly(Decimal(str(win)), Decimal(str(payoff)))
        share = staked(full, fraction, cap)
        inputs |= {
            "win_rate": str(win),
            "payoff_ratio": str(payoff),
            "kelly_fraction": plain(fraction),
            "full_kelly_percent": _short(full * HUNDRED),
            "staked_percent": _short(share * HUNDRED),
        }
        if full <= 0:
            capped.append("the odds: the expectation is not positive")
            return ZERO
        if share < full * fraction:
            capped.append("max_percent")
        if wanted.stop is not None:
            return self._at_stop(wanted, share, capped)
        return wanted.equity * share / wanted.value_of_one

    def _targeted(
        self, params: PositionSizeParams, wanted: Wanted, inputs: dict[str, str], capped: list[str]
    ) -> Decimal:
        target = _positive(given(params.target_volatility_percent, "10"), "target_volatility_percent", Decimal(1000))
        named = given(params.volatility_percent)
        if named is None:
            volatility, source = self._volatility(wanted.instrument)
        else:
            volatility, source = _positive(named, "volatility_percent", Decimal(100_000)), "given"
        inputs |= {
            "target_volatility_percent": plain(target),
            "volatility_percent": _short(volatility),
            "volatility_from": source,
        }
        amount = targeted(wanted.equity, target / HUNDRED, volatility / HUNDRED)
        if (most := given(params.max_percent)) is not None:
            limit = wanted.equity * _positive(most, "max_percent", Decimal(100_000)) / HUNDRED
            if amount > limit:
                amount = limit
                capped.append("max_percent")
        return amount / wanted.value_of_one

    def _volatility(self, instrument: Instrument) -> tuple[Decimal, str]:
        seen = self._history.returns([instrument.id])
        deviation = float(seen.rows.std(ddof=1)) if len(seen.rows) >= FEWEST else 0.0
        if deviation <= 0 or not math.isfinite(deviation):
            raise QuarterdeckError(
                "NO_DATA",
                f"The node has seen {len(seen.rows)} price changes of {instrument.id}, or none that moved; "
                f"{FEWEST} are needed.",
                "Give volatility_percent.",
                path="volatility_percent",
            )
        yearly = deviation * math.sqrt(YEAR_SECONDS / seen.interval_seconds) * 100
        source = f"{len(seen.rows)} prices this node saw, {seen.interval_seconds:g} s apart, a year of 365 days"
        return Decimal(str(yearly)), source

    def _tradable(self, quantity: Decimal, instrument: Instrument, capped: list[str]) -> Decimal:
        least = instrument.min_quantity
        most = LARGEST if instrument.max_quantity is None else instrument.max_quantity.as_decimal()
        if quantity > most:
            capped.append("max_quantity of the instrument")
            quantity = most
        quantity = rounded_down(quantity, instrument.size_increment.as_decimal())
        if quantity == 0 or (least is not None and quantity < least.as_decimal()):
            capped.append("min_quantity of the instrument" if quantity else "size_increment of the instrument")
            return ZERO
        return quantity

    def _refusal(self, wanted: Wanted, quantity: Decimal) -> str | None:
        if quantity <= 0:
            return "there is nothing to send"
        # Judged, never sent: its id is taken by no order.
        order = self._desk.order_factory.market(
            wanted.instrument.id,
            wanted.side,
            wanted.instrument.make_qty(quantity),
            client_order_id=ClientOrderId("SIZING"),
        )
        return self._gate.judge([order])[0].reason


def _positive(text: str, path: str, most: Decimal) -> Decimal:
    value = Decimal(text)
    if not 0 < value <= most:
        raise _invalid(f"{text} is not above 0 and at most {plain(most)}.", "Give a percentage.", path)
    return value


def _invalid(message: str, next_step: str, path: str) -> QuarterdeckError:
    return QuarterdeckError("INVALID_ARGUMENTS", message, next_step, path=path)


def _short(amount: Decimal) -> str:
    """Return an amount with eight decimals at most; what is smaller is no money."""
    text = plain(amount.quantize(Decimal("0.00000001")))
    return text.rstrip("0").rstrip(".") if "." in text else text
