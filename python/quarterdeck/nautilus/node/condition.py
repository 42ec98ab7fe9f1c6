"""How a node is: its venues, what keeps it from being more than degraded, what to think of its figures."""

from typing import Any

from quarterdeck.message import given, optional
from quarterdeck.nautilus.node.building import FEED, NodePlan
from quarterdeck.nautilus.node.fees import free_of_charge
from quarterdeck.nautilus.node.freshness import Freshness
from quarterdeck.nautilus.node.settling import Settling
from quarterdeck.protocol import VenueState, Warning


class Condition:
    """Looks at a node's clients anew each time it is asked."""

    def __init__(self, kernel: Any, plan: NodePlan, settling: Settling, freshness: Freshness) -> None:
        self._kernel = kernel
        self._plan = plan
        self._settling = settling
        self._freshness = freshness

    def trouble(self) -> str | None:
        """Return what keeps the node from being more than degraded."""
        venues = self.venues()
        if away := [venue.name for venue in venues if not venue.connected]:
            return f"Not connected: {', '.join(away)}."
        if self._settling.doubt is not None:
            return self._settling.doubt
        silent = [f"{venue.name} ({stale})" for venue in venues if (stale := given(venue.stale))]
        return f"Connected and silent: {', '.join(silent)}." if silent else None

    def venues(self) -> list[VenueState]:
        """Return each venue and what it is connected with."""
        kernel, plan = self._kernel, self._plan
        data = {str(name): client.is_connected for name, client in kernel.data_engine._clients.items()}
        execution = {str(name): client for name, client in kernel.exec_engine._clients.items()}
        simulated = [venue.name for venue in plan.venues]
        stale = self._freshness.stale()
        names = list(dict.fromkeys([*simulated, *plan.exec_adapters, *plan.data_adapters]))
        return [
            VenueState(
                name=name,
                kind="simulated" if name in simulated else plan.exec_adapters.get(name) or plan.data_adapters[name],
                connected=all(
                    state
                    for state in (data.get(name), execution[name].is_connected if name in execution else None)
                    if state is not None
                ),
                data=name in plan.data_adapters or (name in simulated and FEED in data),
                execution=name in execution,
                account_id=str(execution[name].account_id) if name in execution else None,
                stale=optional(stale.get(name)),
            )
            for name in names
        ]

    def warnings(self) -> list[Warning]:
        """Return what is to be known of what the node shows."""
        plan = self._plan
        # Instruments of the node's own feed and catalog cost what whoever made them says.
        free = free_of_charge(plan.venues, self._kernel.cache.instruments()) if plan.data_adapters else []
        if not plan.synthetic:
            return [*plan.warnings, *free]
        return [
            *free,
            Warning(
                code="SYNTHETIC_DATA",
                message="Prices in this node are made up: a random walk, not a market.",
                next_step="Use it to learn and to test; profits and losses here mean nothing.",
            ),
        ]
