"""The portfolio of a node analysed: exposure, profit and loss, risk, concentration."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.objects import Currency

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given, optional
from quarterdeck.nautilus.convert import finite, iso_time, plain
from quarterdeck.nautilus.equity import EquitySampler
from quarterdeck.nautilus.node.amounts import Amounts
from quarterdeck.nautilus.node.gate import Gate
from quarterdeck.nautilus.node.known import known_instrument
from quarterdeck.nautilus.node.pricehistory import PriceHistory, equity_of
from quarterdeck.protocol import (
    AnalyzePortfolioParams,
    Concentration,
    Exposure,
    ExposureRow,
    HoldingRow,
    Missing,
    PortfolioAnalysis,
    RiskMeasures,
    RiskMethod,
)
from quarterdeck.statistics.daily import Floats
from quarterdeck.statistics.relative import beta
from quarterdeck.statistics.tailrisk import FEWEST, drawdowns, method_of, tail_risk
from quarterdeck.trading.exposure import SHOWN, Holding, Part, parts, spread, total

ZERO = Decimal(0)
DAY_SECONDS = 86_400.0
YEAR_SECONDS = 365 * DAY_SECONDS


class Analysis:
    """What a node's portfolio is exposed to, and what it may lose."""

    def __init__(self, kernel: Any, gate: Gate, history: PriceHistory, *, synthetic: bool) -> None:
        self._kernel = kernel
        self._cache = kernel.cache
        self._gate = gate
        self._history = history
        self._synthetic = synthetic

    def analyze(self, params: AnalyzePortfolioParams) -> PortfolioAnalysis:
        """Return the analysis as of now, in one currency."""
        own = self._gate.limits.currency
        currency = given(params.currency, own)
        if Currency.from_internal_map(currency) is None:
            raise QuarterdeckError(
                "UNKNOWN_CURRENCY",
                f'"{currency}" is no currency the engine knows.',
                'For example "USD".',
                path="currency",
            )
        amounts = Amounts(self._cache, currency)
        missing: dict[str, str] = {}
        now = self._kernel.clock.timestamp_ns()
        held = [self._holding(instrument_id, amounts) for instrument_id in self._held(open_only=True)]
        whole = total(held)
        if whole is None:
            missing["exposure"] = self._unvalued(held, currency)
        sampler = EquitySampler(sorted(account.id.get_issuer() for account in self._cache.accounts()))
        equity = equity_of(sampler, self._cache, now, amounts)
        if equity is None:
            missing["equity"] = "an account's equity has no price or no rate now"
        rows = self._rows(held, whole, amounts)
        today = self._today(amounts, own)
        if today is None:
            missing["today_pnl"] = "a position has no price, or there is no rate to the currency"
        concentrated = spread(held)
        if concentrated is None:
            missing["concentration"] = "no position is open" if not held else missing.get("exposure", "nothing is held")
        risk = self._risk(params, held, equity, missing)
        return PortfolioAnalysis(
            as_of=iso_time(now),
            currency=currency,
            equity=_text(equity),
            exposure=None if whole is None else self._exposure(held, whole, equity),
            holdings=rows[:SHOWN],
            holdings_total=len(rows),
            unrealized_pnl=_text(_added(row.unrealized_pnl for row in rows)),
            realized_pnl=_text(_added(row.realized_pnl for row in rows)),
            today_pnl=_text(today),
            moved_since=self._history.baseline.since or None,
            risk=risk,
            concentration=Concentration(
                largest=None if concentrated is None else concentrated.largest,
                largest_share=None if concentrated is None else concentrated.largest_share,
                herfindahl=None if concentrated is None else concentrated.herfindahl,
                effective_positions=None if concentrated is None else 1 / concentrated.herfindahl,
            ),
            missing=[Missing(what=what, reason=reason) for what, reason in missing.items()],
            synthetic=optional(self._synthetic or None),
        )

    def _held(self, *, open_only: bool) -> list[InstrumentId]:
        positions = self._cache.positions_open() if open_only else self._cache.positions()
        return sorted({position.instrument_id for position in positions}, key=str)

    def _holding(self, instrument_id: InstrumentId, amounts: Amounts) -> Holding:
        instrument = self._cache.instrument(instrument_id)
        sums: dict[bool, Decimal | None] = {True: ZERO, False: ZERO}
        quantity, price = ZERO, None
        for position in self._cache.positions_open(instrument_id=instrument_id):
            quantity += position.signed_decimal_qty()
            price = amounts.reference(instrument_id, OrderSide.SELL if position.is_long else OrderSide.BUY)
            money = None if price is None else instrument.notional_value(position.quantity, price)
            worth = None if money is None else amounts.money(money, instrument_id.venue)
            before = sums[position.is_long]
            sums[position.is_long] = None if worth is None or before is None else before + abs(worth)
        base = instrument.get_base_currency()
        return Holding(
            instrument_id=instrument_id.value,
            venue=instrument_id.venue.value,
            currency=(base or instrument.quote_currency).code,
            quantity=quantity,
            price=None if price is None else price.as_decimal(),
            long=sums[True],
            short=sums[False],
        )

    def _exposure(self, held: list[Holding], whole: Part, equity: Decimal | None) -> Exposure:
        def rows(name_of: Callable[[Holding], str]) -> list[ExposureRow]:
            return [
                ExposureRow(name=part.name, gross=plain(part.gross), net=plain(part.net))
                for part in parts(held, name_of)
            ]

        return Exposure(
            gross=plain(whole.gross),
            net=plain(whole.net),
            gross_to_equity=float(whole.gross / equity) if equity else None,
            by_venue=rows(lambda holding: holding.venue),
            by_currency=rows(lambda holding: holding.currency),
        )

    def _rows(self, held: list[Holding], whole: Part | None, amounts: Amounts) -> list[HoldingRow]:
        """Return all that is or was held, the largest first, then what won or lost most today."""
        now = {holding.instrument_id: holding for holding in held}
        baseline = self._history.baseline
        rows = []
        for instrument_id in self._held(open_only=False):
            holding = now.get(instrument_id.value)
            net = None if holding is None else holding.net
            gross = None if holding is None else holding.gross
            unrealized, realized = self._history.pnl(instrument_id, amounts)
            before = baseline.pnls.get(instrument_id, ZERO)
            if before is not None and before != 0:
                before = amounts.converted(before, self._gate.limits.currency, instrument_id.venue)
            moved = None
            if unrealized is not None and realized is not None and before is not None:
                moved = unrealized + realized - before
            first, last = baseline.prices.get(instrument_id), self._history.middle(instrument_id)
            rows.append(
                (
                    (-(gross or ZERO), -abs(moved or ZERO), instrument_id.value),
                    HoldingRow(
                        instrument_id=instrument_id.value,
                        quantity=plain(ZERO if holding is None else holding.quantity),
                        price=_text(None if holding is None else holding.price),
                        exposure=_text(ZERO if holding is None else net),
                        share=None if whole is None or not whole.gross else float((gross or ZERO) / whole.gross),
                        unrealized_pnl=_text(unrealized),
                        realized_pnl=_text(realized),
                        moved=_text(moved),
                        price_change=float(last / first - 1) if first and last is not None else None,
                    ),
                )
            )
        return [row for _, row in sorted(rows, key=lambda each: each[0])]

    def _today(self, amounts: Amounts, own: str) -> Decimal | None:
        _, loss = self._gate.used()
        accounts = self._cache.accounts()
        if loss is None or amounts.currency == own or not accounts:
            return None if loss is None else -loss
        venue = self._cache.instrument_ids()[0].venue if self._cache.instrument_ids() else None
        return None if venue is None else amounts.converted(-loss, own, venue)

    def _unvalued(self, held: list[Holding], currency: str) -> str:
        names = [holding.instrument_id for holding in held if holding.gross is None]
        return f"no price, or no rate to {currency}, for {', '.join(names[:3])}"

    def _risk(
        self, params: AnalyzePortfolioParams, held: list[Holding], equity: Decimal | None, missing: dict[str, str]
    ) -> RiskMeasures:
        confidence, days = given(params.confidence, 0.95), given(params.horizon_days, 1.0)
        parametric = given(params.method) == RiskMethod.parametric
        benchmark = given(params.benchmark)
        against = None
        if benchmark is not None:
            against = known_instrument(self._cache, benchmark, "benchmark").id
        names = [InstrumentId.from_str(holding.instrument_id) for holding in held]
        returns = self._history.returns(names if against is None else [*names, against])
        values = np.array([float(holding.net or ZERO) for holding in held])
        changes: Floats = returns.rows[:, : len(held)] @ values
        interval = returns.interval_seconds
        tail = None
        if any(holding.net is None for holding in held):
            missing["risk"] = missing.get("exposure", "a position has no price")
        elif not held:
            missing["risk"] = "no position is open: there is nothing to lose"
        else:
            scale = days * DAY_SECONDS / interval
            tail = tail_risk(changes, confidence, scale, parametric=parametric)
            if tail is None:
                missing["risk"] = f"{len(changes)} observations of prices so far; at least {FEWEST} are needed"
        worth = float(equity) if equity else None
        volatility = slope = None
        if tail is not None and worth:
            volatility = finite(float(changes.std(ddof=1)) / worth * float(np.sqrt(YEAR_SECONDS / interval)))
            if against is not None:
                slope = finite(beta(changes / worth, returns.rows[:, -1]))
        if slope is None:
            missing["risk.beta"] = (
                "no benchmark was given" if against is None else missing.get("risk", "the benchmark did not move")
            )
        fallen = drawdowns(self._history.equity())
        if fallen is None:
            missing["risk.drawdown"] = "the equity was not known so far"
        return RiskMeasures(
            method=_statement(parametric=parametric),
            confidence=confidence,
            horizon_days=days,
            observations=len(changes) if held else 0,
            interval_seconds=interval if held else None,
            value_at_risk=None if tail is None else _money(tail.value),
            conditional_value_at_risk=None if tail is None else _money(tail.conditional),
            value_at_risk_share=None if tail is None or not worth else tail.value / worth,
            volatility=volatility,
            beta=slope,
            drawdown=None if fallen is None else fallen[0],
            max_drawdown=None if fallen is None else fallen[1],
        )


def _statement(*, parametric: bool) -> str:
    how = method_of(parametric=parametric)
    return (
        "The positions of now over the middle prices this node has seen since it started, sampled; VaR and CVaR by "
        f"{how}, scaled to the horizon by the root of time, which takes changes as independent. Volatility for a "
        "year of 365 days. Drawdown of the equity since the node started. Dollar stablecoins count as dollars."
    )


def _added(texts: Any) -> Decimal | None:
    amounts = list(texts)
    return None if None in amounts else sum((Decimal(text) for text in amounts), ZERO)


def _money(amount: float) -> str:
    return plain(Decimal(str(amount)).quantize(Decimal("0.01")))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)
