"""What in a result should make its reader doubt it."""

import math
from collections.abc import Iterator, Mapping, Sequence

from quarterdeck.protocol import FurtherStatistics, TradeSide, Warning
from quarterdeck.statistics.trades import RoundTrip

FEW_TRADES = 30
HIGH_SHARPE = 4.0
HIGH_WIN_RATE = 0.85
HIGH_PROFIT_FACTOR = 5.0
NEVER_EMPTY = ("PnL (total)", "PnL% (total)")


def sanity_warnings(
    further: FurtherStatistics,
    trips: Sequence[RoundTrip],
    orders: int,
    pnl: Mapping[str, Mapping[str, float | None]],
) -> list[Warning]:
    """Return the doubts; none about a run without trades, of which others tell."""
    return [
        Warning(code=code, message=message, next_step=next_step)
        for code, message, next_step in [
            *_impossible(further, trips, orders, pnl),
            *_unlikely(further, trips),
        ]
    ]


def _impossible(
    further: FurtherStatistics,
    trips: Sequence[RoundTrip],
    orders: int,
    pnl: Mapping[str, Mapping[str, float | None]],
) -> Iterator[tuple[str, str, str]]:
    gained = [account for account in further.accounts if float(account.net_pnl) != 0]
    if orders == 0 and gained:
        yield (
            "PNL_WITHOUT_ORDERS",
            f"The equity of {gained[0].venue} changed by {gained[0].net_pnl} {gained[0].currency} without any order.",
            "Look for a simulation module or a currency balance that is valued at a moving rate.",
        )
    backwards = sum(trip.closed is not None and trip.closed < trip.opened for trip in trips)
    if backwards:
        yield (
            "CLOSED_BEFORE_OPENED",
            f"{backwards} positions were closed before they were opened.",
            "Check the order of the data's times with check_data.",
        )
    broken = [f"{name} in {code}" for code, values in pnl.items() for name in NEVER_EMPTY if _is_broken(values, name)]
    if broken:
        yield (
            "NOT_A_NUMBER",
            f"The engine gives no number for {', '.join(broken)}.",
            "Check starting balances and prices of that currency.",
        )


def _unlikely(further: FurtherStatistics, trips: Sequence[RoundTrip]) -> Iterator[tuple[str, str, str]]:
    closed = sum(trip.closed is not None for trip in trips)
    if 0 < closed < FEW_TRADES:
        yield (
            "FEW_TRADES",
            f"{closed} closed trades are too few to judge a strategy by; {FEW_TRADES} is a usual least.",
            "Run over a longer period or more instruments.",
        )
        return
    for account in further.accounts:
        sharpe = account.values.get("sharpe")
        if closed and sharpe is not None and sharpe > HIGH_SHARPE:
            yield (
                "SUSPICIOUS_SHARPE",
                f"A Sharpe ratio of {sharpe:.1f} over {account.days} days is hardly real.",
                "Look for look-ahead (bars stamped at their open), missing fees and fills at prices nobody trades at.",
            )
    for row in further.trades:
        rate, factor = row.values.get("win_rate"), row.values.get("profit_factor")
        too_often = rate is not None and rate > HIGH_WIN_RATE
        too_much = factor is not None and factor > HIGH_PROFIT_FACTOR
        if row.side is TradeSide.all and (too_often or too_much):
            yield (
                "SUSPICIOUS_WINS",
                f"Trades in {row.currency} won {rate or 0:.0%} of the time with a profit factor of {factor or 0:.1f}.",
                "Look for look-ahead, losses still open, and parameters fitted to this data.",
            )


def _is_broken(values: Mapping[str, float | None], name: str) -> bool:
    value = values.get(name, 0.0)
    return value is None or not math.isfinite(value)
