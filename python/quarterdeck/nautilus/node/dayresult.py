"""What a node has won or lost since the UTC day began, realised and unrealised, by the engine's portfolio."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from nautilus_trader.model.identifiers import Venue

from quarterdeck.nautilus.node.amounts import Amounts
from quarterdeck.trading.halt import write_whole
from quarterdeck.trading.ordercounts import today

ZERO = Decimal(0)


class Kept(msgspec.Struct):
    """What is known of a day after a restart."""

    day: str
    currency: str
    start: Decimal
    realized: Decimal


class DayResult:
    """Compares the portfolio's profit and loss with what it was when the day began.

    A node that connects to a venue anew starts with nothing realised, a simulated one comes back with all of it: the
    start of the day is moved by whatever the realised result differs from what was kept last.
    """

    def __init__(self, kernel: Any, path: Path) -> None:
        self._portfolio = kernel.portfolio
        self._cache = kernel.cache
        self._path = path
        self._kept: Kept | None = None
        self._written = b""
        self.unknown: str | None = None

    def loss(self, amounts: Amounts) -> Decimal | None:
        """Return today's loss (negative: a profit) in the currency of `amounts`; None where a rate is missing."""
        realized, unrealized = self._sum(amounts, "realized_pnls"), self._sum(amounts, "unrealized_pnls")
        if realized is None or unrealized is None:
            return None
        kept = self._today(amounts.currency, realized, realized + unrealized)
        kept.realized = realized
        return kept.start - realized - unrealized

    def keep(self) -> None:
        """Write down what the next process has to know of today."""
        if self._kept is not None and (content := msgspec.json.encode(self._kept)) != self._written:
            write_whole(self._path, content)
            self._written = content

    def _today(self, currency: str, realized: Decimal, total: Decimal) -> Kept:
        day = today()
        if self._kept is None and (before := self._read()) is not None and before.day == day:
            before.start += realized - before.realized
            self._kept = before
        if self._kept is None or self._kept.day != day or self._kept.currency != currency:
            self._kept = Kept(day, currency, total, realized)
            self.keep()
        return self._kept

    def _read(self) -> Kept | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Kept)
        except (OSError, msgspec.DecodeError):
            return None

    def _sum(self, amounts: Amounts, which: str) -> Decimal | None:
        total = ZERO
        for account in self._cache.accounts():
            venue = Venue(account.id.get_issuer())
            for money in getattr(self._portfolio, which)(account_id=account.id).values():
                amount = amounts.money(money, venue)
                if amount is None:
                    if money.as_decimal() == 0:
                        continue
                    self.unknown = amounts.missing_rate(money)
                    return None
                total += amount
        self.unknown = None
        return total
