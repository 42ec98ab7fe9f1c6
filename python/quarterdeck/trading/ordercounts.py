"""How many orders left in the last seconds, and what they came to today."""

from collections import deque
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from quarterdeck.trading.limits import Rate
from quarterdeck.trading.linefile import read_lines

NANOSECONDS = 1_000_000_000


class OrderRate:
    """Counts orders in a window that slides."""

    def __init__(self) -> None:
        self._times: deque[int] = deque(maxlen=100_000)

    def refusal(self, rate: Rate | None, now: int, orders: int = 1) -> str | None:
        """Return why so many more orders may not leave now; None when they may."""
        if rate is None:
            return None
        while self._times and self._times[0] <= now - rate.seconds * NANOSECONDS:
            self._times.popleft()
        if len(self._times) + orders <= rate.orders:
            return None
        return f"{len(self._times)} orders left in the last {rate.seconds} s; the limit is {rate.orders}"

    def count(self, now: int, orders: int = 1) -> None:
        """Remember that orders left."""
        self._times.extend([now] * orders)


class DayTotal:
    """The amount of the orders of a UTC day, in the currency of the limits; known again after a restart."""

    def __init__(self, audit: Path, currency: str) -> None:
        self._audit = audit
        self._currency = currency
        self._day = today()
        self._amount = _audited_amount(audit, self._day, currency)

    def use(self, currency: str) -> None:
        """Count in another currency; what was counted in the one before stays as the log has it."""
        if currency != self._currency:
            self._currency = currency
            self._amount = _audited_amount(self._audit, today(), currency)

    def amount(self) -> Decimal:
        """Return what today's orders came to."""
        if (now := today()) != self._day:
            self._day, self._amount = now, Decimal(0)
        return self._amount

    def add(self, amount: Decimal | None) -> None:
        """Add an order that leaves."""
        self._amount = self.amount() + (amount or Decimal(0))


class _Sent(msgspec.Struct):
    kind: str
    time: str
    notional: Decimal | None = None
    currency: str | None = None


def _audited_amount(audit: Path, day: str, currency: str) -> Decimal:
    total = Decimal(0)
    decoder = msgspec.json.Decoder(_Sent)
    mark = day.encode()
    for line in read_lines(audit):
        if mark not in line or b'"notional"' not in line:
            continue
        sent = decoder.decode(line)
        if sent.kind == "command" and sent.time.startswith(day) and sent.currency == currency:
            total += sent.notional or Decimal(0)
    return total


def today() -> str:
    """Return the UTC day as ISO-8601."""
    return datetime.now(UTC).date().isoformat()
