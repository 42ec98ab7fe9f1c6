"""A node's session as a backtest is asked for: its strategies, its venues as they were at its start, its data."""

from typing import Any

import msgspec

from quarterdeck.message import given
from quarterdeck.nautilus.node.building import NO_LIMIT
from quarterdeck.nautilus.node.deployments import Deployment
from quarterdeck.nautilus.node.sandbox import PLAIN
from quarterdeck.protocol import DataItem, SessionFile, SimulatedVenue, Warning

OMS = {0: "NETTING", 1: "NETTING", 2: "HEDGING"}
ALIKE_NS = 1_000_000_000
"""Strategies that were deployed within a second of each other count as started together."""


class Opening:
    """The accounts as the session found them."""

    def __init__(self, kernel: Any, venues: list[SimulatedVenue]) -> None:
        self._simulated = {venue.name: venue for venue in venues}
        self.trader_id = kernel.trader_id.value
        self.venues: list[dict[str, Any]] = []
        for client in kernel.exec_engine._clients.values():
            account = None if client.venue is None else kernel.cache.account_for_venue(client.venue)
            if account is not None:
                self.venues.append(self._venue(client, account))
        self.positions = kernel.cache.positions_open_count()
        self.orders = kernel.cache.orders_open_count()

    def _venue(self, client: Any, account: Any) -> dict[str, Any]:
        name = client.venue.value
        simulated = self._simulated.get(name)
        base = account.base_currency
        balances = [str(balance.total).replace("_", "") for balance in account.balances().values()]
        return {
            "name": name,
            "oms_type": OMS[client.oms_type.value],
            "account_type": account.type.name,
            "starting_balances": balances,
            **({} if base is None else {"base_currency": base.code}),
            **({} if simulated is None else _settings(simulated)),
        }


def session_file(
    opening: Opening, history: list[Deployment], data: list[DataItem], stopped: int, warnings: list[Warning]
) -> SessionFile:
    """Return the session; of strategies that were replaced the last of each id."""
    last = list({deployment.strategy.id.value: deployment for deployment in history}.values())
    begin = min((deployment.begun for deployment in last), default=stopped)
    end = max((deployment.ended or stopped for deployment in last), default=stopped)
    request = {
        "strategies": [msgspec.to_builtins(deployment.item) for deployment in last],
        "venues": opening.venues,
        "data": msgspec.to_builtins(data),
        "start": str(begin),
        "end": str(end),
        "api": "node",
        "engine": {
            "trader_id": opening.trader_id,
            "risk_engine": {"max_order_submit_rate": NO_LIMIT, "max_order_modify_rate": NO_LIMIT},
        },
    }
    return msgspec.convert(
        {
            "request": request,
            "strategies": [deployment.strategy.id.value for deployment in last],
            "begin": str(begin),
            "end": str(end),
            "warnings": msgspec.to_builtins([*warnings, *_doubts(opening, history, last, begin)]),
        },
        SessionFile,
    )


def _settings(venue: SimulatedVenue) -> dict[str, Any]:
    values = {name: given(getattr(venue, name)) for name in PLAIN}
    return {
        **{name: value for name, value in values.items() if value is not None},
        "default_leverage": given(venue.default_leverage, "1"),
        **({} if (leverages := given(venue.leverages)) is None else {"leverages": leverages}),
    }


def _doubts(opening: Opening, history: list[Deployment], last: list[Deployment], begin: int) -> list[Warning]:
    """Return why a backtest of the session cannot be the same, where something speaks against it."""
    found = []
    if opening.positions or opening.orders:
        had = f"{opening.positions} open positions and {opening.orders} open orders"
        found.append(("SESSION_RESTORED", f"The session began with {had}; a backtest begins with none."))
    if len(last) < len(history):
        found.append(("SESSION_REPLACED", "Strategies were replaced in the session; the last version of each counts."))
    late = [each.strategy.id.value for each in last if each.begun - begin > ALIKE_NS]
    if late:
        found.append(("SESSION_STAGGERED", f"Deployed later than others, in a backtest at once: {', '.join(late)}."))
    return [
        Warning(code=code, message=message, next_step="Read a divergence with that in mind.") for code, message in found
    ]
