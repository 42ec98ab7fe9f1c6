"""The node's adapters: watched while they connect, connected and disconnected, added while the node runs."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.identifiers import ClientId

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.nautilus.node.clients import DATA, EXECUTION, Client, plan_clients
from quarterdeck.nautilus.node.venuefaults import fault_of
from quarterdeck.protocol import ConnectVenueParams, DisconnectVenueParams

POLL_SECONDS = 0.02


class Connections:
    """The data and execution clients of a node, by the name of their venue."""

    def __init__(self, node: TradingNode, adapters: dict[str, str], workspace: Path) -> None:
        self._node = node
        self._adapters = adapters
        self._workspace = workspace
        self._failures: dict[str, BaseException] = {}
        for client in self._all():
            self._watch(client)

    def require(self) -> None:
        """Raise what the first client that could not connect says."""
        for name, error in self._failures.items():
            raise self._fault(name, error)

    async def connect(self, params: ConnectVenueParams, reconcile: Callable[[], Any]) -> None:
        """Connect a venue that is there, or add its clients first; returns once it is connected."""
        added = self._add(params)
        clients = self._named(params.venue)
        self._failures.pop(params.venue, None)
        for client in clients:
            if not client.is_connected:
                client.connect()
        await self._until(
            params.venue, lambda: all(each.is_connected for each in clients), given(params.timeout_seconds, 30.0)
        )
        if added:
            await reconcile()

    async def disconnect(self, params: DisconnectVenueParams) -> None:
        """Disconnect a venue; its orders stay as they are there."""
        clients = self._named(params.venue)
        for client in clients:
            if client.is_connected:
                client.disconnect()
        await self._until(
            params.venue, lambda: not any(each.is_connected for each in clients), given(params.timeout_seconds, 10.0)
        )

    def _add(self, params: ConnectVenueParams) -> bool:
        """Build the clients that are asked for; returns whether one of them executes."""
        builder, name = self._node._builder, params.venue
        data, execution = given(params.data_client), given(params.exec_client)
        for spec, kind, there in ((data, DATA, self._data()), (execution, EXECUTION, self._execution())):
            if spec is not None and ClientId(name) in there:
                raise QuarterdeckError(
                    "VENUE_CONNECTED",
                    f"The node has {'an' if kind is EXECUTION else 'a'} {kind.word} client {name} already.",
                    "Leave it out to connect it again, or give another name.",
                    path="venue",
                )
        if data is not None:
            (client,) = plan_clients({name: data}, DATA, "data_client", self._workspace)
            self._build(client, builder._data_factories, builder.add_data_client_factory, builder.build_data_clients)
        if execution is not None:
            (client,) = plan_clients({name: execution}, EXECUTION, "exec_client", self._workspace)
            self._build(client, builder._exec_factories, builder.add_exec_client_factory, builder.build_exec_clients)
        for each in self._named(name) if data is not None or execution is not None else ():
            self._watch(each)
        return execution is not None

    def _build(
        self, client: Client, factories: dict[str, Any], add: Callable[..., None], build: Callable[..., None]
    ) -> None:
        self._adapters[client.name] = client.adapter
        prefix = client.name.partition("-")[0]
        # The builder takes a name once; a factory that failed, or has made its client, is needed no more.
        factories.pop(prefix, None)
        try:
            add(prefix, client.factory)
            build({client.name: client.config})
        except Exception as error:
            raise self._fault(client.name, error) from error

    def _watch(self, client: Any) -> None:
        connect, name = client._connect, client.id.value

        async def watched() -> None:
            try:
                await connect()
            except Exception as error:
                self._failures[name] = error
                raise

        client._connect = watched

    async def _until(self, name: str, done: Callable[[], bool], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not done():
                    if (error := self._failures.get(name)) is not None:
                        raise self._fault(name, error)
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError as error:
            raise QuarterdeckError(
                "VENUE_NOT_CONNECTED",
                f"{name} has not done so after {seconds:g} s.",
                "It may yet; get_trading_node says whether it is connected.",
                path="venue",
            ) from error

    def _fault(self, name: str, error: BaseException) -> QuarterdeckError:
        return fault_of(name, self._adapters.get(name, "a factory of one's own"), None, error)

    def _named(self, name: str) -> list[Any]:
        found = [client for client in self._all() if client.id.value == name]
        if found:
            return found
        known = sorted({client.id.value for client in self._all()})
        raise QuarterdeckError(
            "VENUE_NOT_FOUND",
            f'The node has no venue "{name}".{did_you_mean(name, known)}',
            f"It has {', '.join(known) or 'none'}; data_client and exec_client add one.",
            path="venue",
        )

    def _all(self) -> Iterable[Any]:
        return [*self._data().values(), *self._execution().values()]

    def _data(self) -> dict[ClientId, Any]:
        clients: dict[ClientId, Any] = self._node.kernel.data_engine._clients
        return clients

    def _execution(self) -> dict[ClientId, Any]:
        clients: dict[ClientId, Any] = self._node.kernel.exec_engine._clients
        return clients
