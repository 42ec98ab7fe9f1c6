"""How large a position: the share of equity to stake, and the amount a volatility target comes to."""

from decimal import Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def kelly(win_rate: Decimal, payoff: Decimal) -> Decimal:
    """Return the share of equity that makes it grow fastest: p - (1 - p) / b; negative where the odds are against it.

    `payoff` (b) is the average win over the average loss. J. L. Kelly, A New Interpretation of Information Rate, Bell
    System Technical Journal 35 (1956); in this form E. O. Thorp, The Kelly Criterion (1997), 2.
    """
    return win_rate - (1 - win_rate) / payoff


def staked(full: Decimal, fraction: Decimal, cap: Decimal) -> Decimal:
    """Return the part of a full bet that is made, at most `cap`, never below nothing."""
    return max(ZERO, min(full * fraction, cap))


def targeted(equity: Decimal, target: Decimal, volatility: Decimal) -> Decimal:
    """Return the amount whose volatility is `target` of equity; both a year, as fractions.

    R. Carver, Systematic Trading (2015), chapter 10: the position is cash volatility target over instrument volatility.
    """
    return equity * target / volatility


def loss_of_one(entry: Decimal, stop: Decimal, multiplier: Decimal, *, inverse: bool) -> Decimal:
    """Return what one unit loses from entry to stop: in the quote currency, of an inverse contract in the base one."""
    return multiplier * (abs(1 / entry - 1 / stop) if inverse else abs(entry - stop))


def rounded_down(quantity: Decimal, increment: Decimal) -> Decimal:
    """Return the largest multiple of the increment that is not above a quantity."""
    return (quantity // increment) * increment
