"""Venues that are connected and yet silent: a connection may be dead without being closed."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from nautilus_trader.model.identifiers import InstrumentId, Venue

STALE_SECONDS = 120.0
"""How long a venue whose quotes or trades are followed may send none; quiet markets are no dead ones."""


class Waiting(NamedTuple):
    """A client that is to send something, and since when."""

    client: Any
    since: float


class Freshness:
    """Remembers when each venue was heard last.

    Parameters
    ----------
    seconds : float
        How long it may send nothing.
    unheard : Callable
        Returns by client what its stream of orders kept back, as far as that was noticed.

    """

    def __init__(
        self, kernel: Any, adapters: dict[str, str], seconds: float, unheard: Callable[[], dict[str, str]]
    ) -> None:
        self._kernel = kernel
        self._adapters = adapters
        self._seconds = seconds
        self._unheard = unheard
        self._now = asyncio.get_running_loop().time
        self._heard: dict[Venue, float] = {}
        self._waiting: dict[str, Waiting] = {}

    def hear(self, instruments: Iterable[InstrumentId]) -> None:
        """Note that something came of these instruments."""
        now = self._now()
        for instrument_id in instruments:
            self._heard[instrument_id.venue] = now

    def look(self) -> None:
        """Note which clients wait for something from now on; call it now and then."""
        waiting = {}
        for client_id, client in self._kernel.data_engine._clients.items():
            name = client_id.value
            if name in self._adapters and client.is_connected and _followed(client):
                known = self._waiting.get(name)
                waiting[name] = Waiting(client, self._now() if known is None else known.since)
        self._waiting = waiting

    def stale(self) -> dict[str, str]:
        """Return by client what does not come though it is connected, in words."""
        found = {}
        for name, (client, since) in self._waiting.items():
            venues = {instrument_id.venue for instrument_id in _followed(client)}
            silent = self._now() - max([since, *(self._heard.get(venue, since) for venue in venues)])
            if silent > self._seconds:
                found[name] = f"no market data for {silent:.0f} s"
        for name, what in self._unheard().items():
            found[name] = f"{found[name]}, and {what}" if name in found else what
        return found


def _followed(client: Any) -> list[InstrumentId]:
    return [*client.subscribed_quote_ticks(), *client.subscribed_trade_ticks()]
