"""What fills of simulated venues cost, where the real venue tells its fees to none but its customers."""

from decimal import Decimal
from typing import Any, NamedTuple

from nautilus_trader.backtest.models import FeeModel, MakerTakerFeeModel
from nautilus_trader.model.enums import LiquiditySide
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.model.orders import Order

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.protocol import SimulatedVenue, Warning


class Rates(NamedTuple):
    """Shares of the notional."""

    maker: Decimal
    taker: Decimal


class GivenFees(FeeModel):
    """The engine's maker and taker fees, with the venue's rates in the place of each instrument's."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates

    def get_commission(self, order: Order, fill_qty: Quantity, fill_px: Price, instrument: Any) -> Money:
        """Return notional times rate, in the quote currency, of an inverse instrument in the base currency."""
        notional = instrument.notional_value(fill_qty, fill_px, use_quote_for_inverse=False)
        rate = self._rates.maker if order.liquidity_side == LiquiditySide.MAKER else self._rates.taker
        currency = instrument.get_base_currency() if instrument.is_inverse else instrument.quote_currency
        return Money(notional.as_decimal() * rate, currency)


def fee_model(rates: Rates | None) -> FeeModel:
    """Return the model of a venue whose fees are given, else the engine's own."""
    return MakerTakerFeeModel() if rates is None else GivenFees(rates)


def given_rates(venue: SimulatedVenue, path: str) -> Rates | None:
    """Return the rates a profile gives; both or none, and less than all of the amount."""
    maker, taker = given(venue.maker_fee), given(venue.taker_fee)
    if maker is None and taker is None:
        return None
    for name, value in (("maker_fee", maker), ("taker_fee", taker)):
        if value is None or abs(Decimal(value)) >= 1:
            raise QuarterdeckError(
                "INVALID_CONFIG",
                f"{name} is {'missing' if value is None else f'{value}, a whole amount or more'}.",
                'Give maker_fee and taker_fee as shares of the amount, for example "0.001" for 0.1 %.',
                path=f"{path}.{name}",
            )
    return Rates(Decimal(maker or 0), Decimal(taker or 0))


def free_of_charge(venues: list[SimulatedVenue], instruments: list[Any]) -> list[Warning]:
    """Return a warning of each venue whose instruments cost nothing, though nobody said that they do."""
    free = []
    for venue in venues:
        own = [instrument for instrument in instruments if instrument.venue.value == venue.name]
        if own and given(venue.maker_fee) is None and not any(each.maker_fee or each.taker_fee for each in own):
            free.append(venue.name)
    return [
        Warning(
            code="FEES_UNKNOWN",
            message=f"Fills at {name} cost nothing here: the venue tells its fees to nobody without credentials.",
            next_step=f"Give maker_fee and taker_fee of {name} in the profile; results are too good until then.",
        )
        for name in free
    ]
