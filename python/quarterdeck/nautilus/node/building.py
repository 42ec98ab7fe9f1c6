"""From a profile to what the engine builds a node from."""

from pathlib import Path
from typing import Any, NamedTuple

from nautilus_trader.config import (
    ImportableControllerConfig,
    TradingNodeConfig,
)
from nautilus_trader.live.factories import LiveDataClientFactory, LiveExecClientFactory
from nautilus_trader.model.identifiers import TraderId
from nautilus_trader.model.instruments import Instrument

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.nautilus.catalog import Catalog
from quarterdeck.nautilus.identifiers import check_tagged_identifier
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.node.clientconfigs import SyntheticConfig
from quarterdeck.nautilus.node.clients import DATA, EXECUTION, plan_clients
from quarterdeck.nautilus.node.enginefields import engine_fields, engines
from quarterdeck.nautilus.node.replay import ReplayFactory
from quarterdeck.nautilus.node.replayplan import ReplayPlan, default_venues, plan_replay
from quarterdeck.nautilus.node.sandbox import SandboxLiveExecClientFactory, venue_config
from quarterdeck.nautilus.node.synthetic import SyntheticFactory
from quarterdeck.nautilus.runlog import log_settings
from quarterdeck.protocol import NodeProfile, ReplayFeed, SimulatedVenue, StartNodeParams, SyntheticFeed, Warning

FEED = "FEED"
NO_LIMIT = "1000000/00:00:01"
"""Rates are limited where all orders pass, for each node as its profile says; the engine's own limit is fixed."""

TIMEOUTS = {
    "timeout_connection": 30.0,
    "timeout_reconciliation": 10.0,
    "timeout_portfolio": 5.0,
    "timeout_disconnection": 5.0,
    "timeout_post_stop": 0.1,
}


class NodePlan(NamedTuple):
    """All a node is built from."""

    config: TradingNodeConfig
    data_factories: dict[str, type[LiveDataClientFactory]]
    exec_factories: dict[str, type[LiveExecClientFactory]]
    instruments: list[Instrument]
    venues: list[SimulatedVenue]
    data_adapters: dict[str, str]
    exec_adapters: dict[str, str]
    synthetic: bool
    warnings: list[Warning]


def plan_node(params: StartNodeParams) -> NodePlan:
    """Check a profile and turn it into configs and factories."""
    profile = params.profile
    catalog = Catalog(params.catalog)
    known = Instruments(catalog.instruments, Path(params.workspace))
    instruments = [
        instrument
        for index, spec in enumerate(given(profile.instruments, []))
        for instrument in known.resolve_all(spec, f"instruments[{index}]")
    ]
    feed = given(profile.feed)
    replay = plan_replay(feed, catalog, instruments) if isinstance(feed, ReplayFeed) else None
    if replay is not None:
        instruments = replay.instruments
    venues = given(profile.venues) or ([] if replay is None else default_venues(instruments))
    workspace = Path(params.workspace)
    data_clients, data_factories = _feed(profile, instruments, replay)
    adapters = plan_clients(given(profile.data_clients, {}), DATA, "data_clients", workspace)
    executing = plan_clients(given(profile.exec_clients, {}), EXECUTION, "exec_clients", workspace)
    for client in adapters:
        data_clients[client.name] = client.config
        # The builder finds a factory by what stands before a hyphen of the client's name.
        data_factories[client.name.partition("-")[0]] = client.factory
    exec_clients: dict[str, Any] = {}
    exec_factories: dict[str, type[LiveExecClientFactory]] = {}
    for index, venue in enumerate(venues):
        _check_client_name(venue.name, f"venues[{index}].name")
        exec_clients[venue.name] = venue_config(venue, f"venues[{index}]")
        exec_factories[venue.name] = SandboxLiveExecClientFactory
    for client in executing:
        if client.name in exec_clients:
            raise QuarterdeckError(
                "INVALID_CONFIG",
                f"{client.name} is a simulated venue and an execution client at once.",
                "Leave one of them out.",
                path=f"exec_clients.{client.name}",
            )
        exec_clients[client.name] = client.config
        exec_factories[client.name.partition("-")[0]] = client.factory
    if not exec_clients and not data_clients:
        raise QuarterdeckError(
            "INVALID_CONFIG",
            "A node needs a venue or a data client.",
            'Give venues, data_clients or exec_clients, or the built-in profile "demo".',
            path="venues",
        )
    return NodePlan(
        config=_config(params, data_clients, exec_clients, reconciles=bool(executing)),
        data_factories=data_factories,
        exec_factories=exec_factories,
        instruments=instruments,
        venues=venues,
        data_adapters={client.name: client.adapter for client in adapters},
        exec_adapters={client.name: client.adapter for client in executing},
        synthetic=isinstance(given(profile.feed), SyntheticFeed) or given(profile.practice_venue, False),
        warnings=known.warnings,
    )


def trader_id(params: StartNodeParams) -> str:
    """Return the trader id of a profile, or one made from the node's name."""
    named = given(params.profile.trader_id)
    return check_tagged_identifier(named or f"{params.node.upper()}-001", "trader_id", "trader id")


def _feed(
    profile: NodeProfile, instruments: list[Instrument], replay: ReplayPlan | None
) -> tuple[dict[str, Any], dict[str, type[LiveDataClientFactory]]]:
    if replay is not None:
        return {FEED: replay.config}, {FEED: ReplayFactory}
    feed = given(profile.feed)
    if isinstance(feed, SyntheticFeed):
        config = SyntheticConfig(
            seed=given(feed.seed, 1),
            interval_ms=given(feed.interval_ms, 250),
            prices=dict(given(feed.prices, {})),
            instrument_ids=tuple(str(instrument.id) for instrument in instruments),
        )
        return {FEED: config}, {FEED: SyntheticFactory}
    return {}, {}


def _config(
    params: StartNodeParams, data_clients: dict[str, Any], exec_clients: dict[str, Any], *, reconciles: bool
) -> TradingNodeConfig:
    own = engine_fields(given(params.profile.engine, {}), "engine")
    fields = {**TIMEOUTS, **own, **engines(own, rate=NO_LIMIT, reconciles=reconciles)}
    return TradingNodeConfig(
        trader_id=TraderId(trader_id(params)),
        logging=log_settings(Path(params.directory)),
        data_clients=data_clients,
        exec_clients=exec_clients,
        controller=ImportableControllerConfig(
            controller_path="nautilus_trader.trading.controller:Controller",
            config_path="nautilus_trader.live.config:ControllerConfig",
            config={},
        ),
        **fields,
    )


def _check_client_name(name: str, path: str) -> None:
    """Refuse names that the node's builder would cut: it takes what follows a hyphen for something else."""
    if "-" in name:
        raise QuarterdeckError(
            "INVALID_IDENTIFIER", f'"{name}" has a hyphen.', "Name the venue without one.", path=path
        )
