"""Values as they cross the Python line: decimals and nanoseconds as strings, times as ISO-8601 UTC."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from nautilus_trader.model.objects import Money, Price, Quantity


def plain(number: Decimal) -> str:
    """Return a decimal without an exponent."""
    return format(number, "f")


def decimal_text(value: Money | Price | Quantity) -> str:
    """Return the exact amount of a value, without its currency."""
    return plain(value.as_decimal())


def iso_time(nanoseconds: int) -> str:
    """Return nanoseconds as ISO-8601 UTC."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    second = _iso_second(seconds)
    if rest % 1_000:
        return f"{second}.{rest:09d}Z"
    return f"{second}.{rest // 1_000:06d}Z" if rest else f"{second}Z"


@lru_cache(maxsize=1_024)
def _iso_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def finite(number: float | None) -> float | None:
    """Return a statistic, or None where the engine has none (NaN, infinite)."""
    return None if number is None or not math.isfinite(number) else float(number)


def statistics(values: dict[str, Any]) -> dict[str, float | None]:
    """Return a table of statistics as the contract has it."""
    return {name: finite(value) for name, value in values.items()}
