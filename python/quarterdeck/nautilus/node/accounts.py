"""Accounts: balances, margins, and what they are worth with the open profit of now."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from nautilus_trader.model.enums import account_type_to_str
from nautilus_trader.model.identifiers import Venue

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given, optional
from quarterdeck.nautilus.convert import decimal_text, iso_time, plain
from quarterdeck.nautilus.equity import EquitySampler
from quarterdeck.protocol import AccountBalanceRow, AccountRow, GetAccountParams, GetAccountResult, MarginRow


class Accounts:
    """The accounts of a node."""

    def __init__(self, kernel: Any, *, synthetic: bool) -> None:
        self._cache = kernel.cache
        self._portfolio = kernel.portfolio
        self._clock = kernel.clock
        self._synthetic = synthetic

    def show(self, params: GetAccountParams) -> GetAccountResult:
        """Return the accounts, or the one at a venue."""
        accounts = {account.id.get_issuer(): account for account in self._cache.accounts()}
        if (venue := given(params.venue)) is not None:
            if venue not in accounts:
                raise QuarterdeckError(
                    "INVALID_ARGUMENTS",
                    f'The node has no account at "{venue}".{did_you_mean(venue, accounts)}',
                    f"There are accounts at: {', '.join(accounts) or 'no venue yet'}.",
                    path="venue",
                )
            accounts = {venue: accounts[venue]}
        return GetAccountResult(
            accounts=[self._row(name, account) for name, account in sorted(accounts.items())],
            synthetic=optional(self._synthetic or None),
        )

    def _row(self, name: str, account: Any) -> AccountRow:
        venue = Venue(name)
        leverage = getattr(account, "default_leverage", None)
        return AccountRow(
            account_id=account.id.value,
            venue=name,
            account_type=account_type_to_str(account.type),
            base_currency=None if account.base_currency is None else account.base_currency.code,
            balances=[
                AccountBalanceRow(
                    currency=currency.code,
                    total=decimal_text(balance.total),
                    free=decimal_text(balance.free),
                    locked=decimal_text(balance.locked),
                )
                for currency, balance in sorted(account.balances().items(), key=lambda item: item[0].code)
            ],
            margins=self._margins(account),
            leverage=None if leverage is None else plain(Decimal(leverage)),
            equity=self.equity(name),
            unrealized_pnl=_by_currency(self._portfolio.unrealized_pnls(venue).values()),
            realized_pnl=_by_currency(self._portfolio.realized_pnls(venue).values()) or {},
            commissions={
                currency.code: decimal_text(money)
                for currency, money in sorted(account.commissions().items(), key=lambda item: item[0].code)
            },
            reported_at=iso_time(account.last_event.ts_event),
        )

    def _margins(self, account: Any) -> list[MarginRow]:
        if not account.is_margin_account:
            return []
        return [
            MarginRow(
                currency=margin.currency.code,
                instrument_id=None if margin.instrument_id is None else str(margin.instrument_id),
                initial=decimal_text(margin.initial),
                maintenance=decimal_text(margin.maintenance),
            )
            for margin in account.margins().values()
        ]

    def equity(self, venue: str) -> dict[str, str] | None:
        """Return balance and open profit by currency; None while a position has no price."""
        sampler = EquitySampler([venue])
        sampler.sample(self._cache, self._clock.timestamp_ns())
        return {point.currency: point.equity for point in sampler.points} or None


def _by_currency(amounts: Iterable[Any]) -> dict[str, str] | None:
    """Add amounts up by currency; None when one of them is not known."""
    totals: dict[str, Decimal] = {}
    for money in amounts:
        if money is None:
            return None
        totals[money.currency.code] = totals.get(money.currency.code, Decimal(0)) + money.as_decimal()
    return {code: plain(total) for code, total in sorted(totals.items())}
