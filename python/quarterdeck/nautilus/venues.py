"""Venues of a request, checked and turned into what NautilusTrader's two ways of adding them take."""

from decimal import Decimal
from typing import Any, NamedTuple

from nautilus_trader.backtest.config import BacktestVenueConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.model.enums import (
    account_type_from_str,
    book_type_from_str,
    oms_type_from_str,
    oto_trigger_mode_from_str,
)
from nautilus_trader.model.identifiers import InstrumentId, Venue
from nautilus_trader.model.objects import Money

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.nautilus.configs import build
from quarterdeck.nautilus.identifiers import parse_currency, parse_instrument_id, parse_money, parse_venue
from quarterdeck.nautilus.markets import L1, Market
from quarterdeck.nautilus.sources import Sources
from quarterdeck.protocol import BacktestVenue

MODELS = {
    "margin_model": "MarginModel",
    "fill_model": "FillModel",
    "latency_model": "LatencyModel",
    "fee_model": "FeeModel",
}
PLAIN = (
    "routing",
    "reject_stop_orders",
    "support_gtd_orders",
    "support_contingent_orders",
    "use_position_ids",
    "use_random_ids",
    "use_reduce_only",
    "use_market_order_acks",
    "bar_execution",
    "bar_adaptive_high_low_ordering",
    "trade_execution",
    "liquidity_consumption",
    "queue_position",
    "allow_cash_borrowing",
    "frozen_account",
    "price_protection_points",
)


class VenuePlan(NamedTuple):
    """One venue: its settings as given, and the objects made for it."""

    name: str
    request: BacktestVenue
    starting_balances: list[str]
    objects: dict[str, Any]

    def add_arguments(self) -> dict[str, Any]:
        """Return the arguments of `BacktestEngine.add_venue`; what was left out stays the engine's default."""
        request = self.request
        base = given(request.base_currency)
        book_type, oto = given(request.book_type), given(request.oto_trigger_mode)
        leverage, leverages = given(request.default_leverage), given(request.leverages)
        settlement = given(request.settlement_prices)
        arguments: dict[str, Any] = {
            "venue": Venue(self.name),
            "oms_type": oms_type_from_str(request.oms_type.value),
            "account_type": account_type_from_str(request.account_type.value),
            "starting_balances": [parse_money(text, "") for text in self.starting_balances],
            "base_currency": None if base is None else parse_currency(base, ""),
            "default_leverage": None if leverage is None else Decimal(leverage),
            "leverages": {InstrumentId.from_str(name): Decimal(value) for name, value in (leverages or {}).items()},
            **self._plain(),
            **self.objects,
        }
        if settlement is not None:
            arguments["settlement_prices"] = _settlement(settlement)
        if book_type is not None:
            arguments["book_type"] = book_type_from_str(book_type.value)
        if oto is not None:
            arguments["oto_trigger_mode"] = oto_trigger_mode_from_str(oto.value)
        return arguments

    def market(self, path: str) -> Market:
        """Return how the venue matches orders."""
        book_type = given(self.request.book_type)
        return Market(
            self.name,
            L1 if book_type is None else book_type.value,
            given(self.request.bar_execution) is not False,
            path,
        )

    def node_config(self) -> BacktestVenueConfig:
        """Return the config of `BacktestNode`, without objects: those are put in when the node adds the venue."""
        request = self.request
        options: dict[str, Any] = self._plain()
        if (leverage := given(request.default_leverage)) is not None:
            options["default_leverage"] = float(leverage)
        if (leverages := given(request.leverages)) is not None:
            options["leverages"] = {name: float(value) for name, value in leverages.items()}
        if (settlement := given(request.settlement_prices)) is not None:
            options["settlement_prices"] = _settlement(settlement)
        if (book_type := given(request.book_type)) is not None:
            options["book_type"] = book_type.value
        if (oto := given(request.oto_trigger_mode)) is not None:
            options["oto_trigger_mode"] = oto.value
        return BacktestVenueConfig(
            name=self.name,
            oms_type=request.oms_type.value,
            account_type=request.account_type.value,
            starting_balances=self.starting_balances,
            base_currency=given(request.base_currency),
            **options,
        )

    def _plain(self) -> dict[str, Any]:
        values = {name: given(getattr(self.request, name)) for name in PLAIN}
        return {name: value for name, value in values.items() if value is not None}


def plan_venues(requests: list[BacktestVenue], sources: Sources) -> list[VenuePlan]:
    """Check the venues of a request and make their models and modules."""
    plans: list[VenuePlan] = []
    for index, request in enumerate(requests):
        path = f"venues[{index}]"
        parse_venue(request.name, f"{path}.name")
        if any(plan.name == request.name for plan in plans):
            raise QuarterdeckError(
                "INVALID_ARGUMENTS",
                f'The venue "{request.name}" is there twice.',
                "Give each venue once; one account holds all its balances.",
                path=f"{path}.name",
            )
        balances = [
            str(_positive(parse_money(text, f"{path}.starting_balances[{position}]"), path))
            for position, text in enumerate(request.starting_balances)
        ]
        if (base := given(request.base_currency)) is not None:
            parse_currency(base, f"{path}.base_currency")
            _check_single(base, balances, path)
        for field in ("leverages", "settlement_prices"):
            for name in given(getattr(request, field), {}):
                parse_instrument_id(name, f"{path}.{field}")
        _check_liquidation(request, path)
        plans.append(VenuePlan(request.name, request, balances, _objects(request, path, sources)))
    return plans


def check_venue(instrument_id: InstrumentId, plans: list[VenuePlan], path: str) -> None:
    """Refuse an instrument whose venue is not configured."""
    names = [plan.name for plan in plans]
    venue = str(instrument_id.venue)
    if venue not in names:
        raise QuarterdeckError(
            "VENUE_MISMATCH",
            f'{instrument_id} trades on the venue "{venue}", which is not among the venues of the request '
            f"({', '.join(names)}).{did_you_mean(venue, names)}",
            f'Add a venue named "{venue}", or use the instrument of a venue that is there.',
            path=path,
        )


def _check_liquidation(request: BacktestVenue, path: str) -> None:
    """Refuse to switch on what the engine's config has a field for and its exchange no such thing."""
    if given(request.liquidation_enabled) and "liquidation_enabled" not in (BacktestEngine.add_venue.__doc__ or ""):
        raise QuarterdeckError(
            "UNSUPPORTED",
            "NautilusTrader's BacktestVenueConfig has the field liquidation_enabled, but its simulated exchange "
            "liquidates nothing: the field would be ignored.",
            "Leave it out, and watch the margin in the strategy.",
            path=f"{path}.liquidation_enabled",
        )


def _positive(balance: Money, path: str) -> Money:
    if balance.as_decimal() < 0:
        raise QuarterdeckError(
            "INVALID_BALANCE",
            f"An account cannot start with {balance}.",
            "Start with zero or more.",
            path=f"{path}.starting_balances",
        )
    return balance


def _check_single(base: str, balances: list[str], path: str) -> None:
    currencies = {text.rpartition(" ")[2] for text in balances}
    if currencies != {base} or len(balances) > 1:
        raise QuarterdeckError(
            "INVALID_BALANCE",
            f"An account in {base} starts with one balance in {base}, not with {', '.join(balances)}.",
            "Leave out base_currency for an account in several currencies.",
            path=f"{path}.starting_balances",
        )


def _objects(request: BacktestVenue, path: str, sources: Sources) -> dict[str, Any]:
    objects: dict[str, Any] = {}
    for field, kind in MODELS.items():
        if (item := given(getattr(request, field))) is not None:
            objects[field] = build(sources, item, kind, f"{path}.{field}")
    modules = given(request.modules)
    if modules is not None:
        objects["modules"] = [
            build(sources, item, "SimulationModule", f"{path}.modules[{index}]") for index, item in enumerate(modules)
        ]
    return objects


def _settlement(prices: dict[str, str]) -> dict[InstrumentId, float]:
    return {InstrumentId.from_str(name): float(value) for name, value in prices.items()}
