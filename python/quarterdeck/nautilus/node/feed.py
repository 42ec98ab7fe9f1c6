"""What the feeds of our own have in common: they publish by themselves, subscribed to or not."""

import asyncio
from collections.abc import Callable
from typing import Any

from nautilus_trader.common.providers import InstrumentProvider
from nautilus_trader.live.data_client import LiveMarketDataClient
from nautilus_trader.model.identifiers import ClientId


class Feed(LiveMarketDataClient):
    """A data client with a task that delivers until the client is disconnected."""

    def __init__(self, loop: Any, name: str, msgbus: Any, cache: Any, clock: Any) -> None:
        super().__init__(
            loop=loop,
            client_id=ClientId(name),
            venue=None,
            msgbus=msgbus,
            cache=cache,
            clock=clock,
            instrument_provider=InstrumentProvider(),
        )
        self.deliver: Callable[[Any], None] = self._handle_data
        self._pump: asyncio.Task[None] | None = None

    async def _disconnect(self) -> None:
        if self._pump is not None:
            self._pump.cancel()

    async def _subscribe(self, command: Any) -> None: ...
    async def _subscribe_instrument(self, command: Any) -> None: ...
    async def _subscribe_instruments(self, command: Any) -> None: ...
    async def _subscribe_quote_ticks(self, command: Any) -> None: ...
    async def _subscribe_trade_ticks(self, command: Any) -> None: ...
    async def _unsubscribe(self, command: Any) -> None: ...
    async def _unsubscribe_instrument(self, command: Any) -> None: ...
    async def _unsubscribe_instruments(self, command: Any) -> None: ...
    async def _unsubscribe_quote_ticks(self, command: Any) -> None: ...
    async def _unsubscribe_trade_ticks(self, command: Any) -> None: ...
