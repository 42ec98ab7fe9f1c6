"""The methods of a node worker. They run on the node's loop, side by side; the engine is imported when it starts."""

from typing import TYPE_CHECKING, Protocol

import msgspec

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import Message
from quarterdeck.methods import method, urgent
from quarterdeck.protocol import (
    AnalyzePortfolioParams,
    CancelAllOrdersParams,
    CancelAllOrdersResult,
    CancelOrderParams,
    ClosePositionParams,
    ClosePositionResult,
    ConnectVenueParams,
    DeploymentState,
    DeployStrategyParams,
    DescribeNodeParams,
    DisconnectVenueParams,
    GetAccountParams,
    GetAccountResult,
    GetMarketDataParams,
    GetMarketDataResult,
    GetRiskParams,
    HaltTradingParams,
    HaltTradingResult,
    ListOrdersParams,
    ListOrdersResult,
    ListPositionsParams,
    ListPositionsResult,
    LoadInstrumentsParams,
    LoadInstrumentsResult,
    LooserParams,
    LooserResult,
    ModifyOrderParams,
    MoreRun,
    NodeDescription,
    OrderAnswer,
    PortfolioAnalysis,
    PositionSizeParams,
    PositionSizeResult,
    ProbeVenueParams,
    ProbeVenueResult,
    ResumeTradingParams,
    RiskState,
    SetRiskLimitsParams,
    StartNodeParams,
    StopNodeParams,
    StopNodeResult,
    StopStrategyParams,
    SubmitOrderListParams,
    SubmitOrderListResult,
    SubmitOrderParams,
    SubscribeMarketDataParams,
    SubscribeMarketDataResult,
    TakeCredentialsParams,
    TakeCredentialsResult,
)

if TYPE_CHECKING:
    from quarterdeck.nautilus.node.session import NodeSession


class Outlet(Protocol):
    """What the node says things through, unasked."""

    @property
    def backlog(self) -> int:
        """Messages the server has not taken yet."""
        ...

    def notify(self, method: str, params: Message) -> None:
        """Send a notification."""
        ...


_outlet: Outlet | None = None
_session: "NodeSession | None" = None


def attach(outlet: Outlet) -> None:
    """Say what the node speaks through."""
    global _outlet
    _outlet = outlet


def trading() -> "NodeSession":
    """Return the node of this process, running."""
    found = session()
    found.require_running()
    return found


def session() -> "NodeSession":
    """Return the node of this process."""
    if _session is None:
        raise QuarterdeckError(
            "NODE_NOT_RUNNING", "This process has no node yet.", "Start one with initialize_trading_node."
        )
    return _session


@method("start_node")
async def start_node(params: StartNodeParams, context: Context) -> NodeDescription:
    """Build the node of this process and start it."""
    global _session
    from quarterdeck.nautilus.node.session import NodeSession

    if _outlet is None or _session is not None:
        raise QuarterdeckError("NODE_EXISTS", "This process has its node.", "Each node has a process of its own.")
    _session = NodeSession(params, _outlet)
    return await _session.start()


@method("describe_node")
def describe_node(params: DescribeNodeParams, context: Context) -> NodeDescription:
    """Say how the node is."""
    return session().describe()


@method("take_credentials")
def take_credentials(params: TakeCredentialsParams, context: Context) -> TakeCredentialsResult:
    """Take over what a client that comes next signs in with; nothing that was asked for before reads it."""
    trading().take_credentials(params.variables)
    return TakeCredentialsResult()


@method("connect_venue")
async def connect_venue(params: ConnectVenueParams, context: Context) -> NodeDescription:
    """Connect a venue again, or a new one."""
    return await trading().connect_venue(params)


@method("disconnect_venue")
async def disconnect_venue(params: DisconnectVenueParams, context: Context) -> NodeDescription:
    """Disconnect a venue."""
    return await trading().disconnect_venue(params)


@method("probe_venue")
async def probe_venue(params: ProbeVenueParams, context: Context) -> ProbeVenueResult:
    """Check a connected venue row by row."""
    return ProbeVenueResult(rows=await trading().probe.run(params))


@method("stop_node")
async def stop_node(params: StopNodeParams, context: Context) -> StopNodeResult:
    """Halt, cancel, flatten where asked, stop."""
    return await session().stop(params)


@method("submit_order")
async def submit_order(params: SubmitOrderParams, context: Context) -> OrderAnswer:
    """Send an order and wait for what was asked."""
    return await trading().orders.submit(params)


@method("list_orders")
def list_orders(params: ListOrdersParams, context: Context) -> ListOrdersResult:
    """Show orders, newest first."""
    return session().orders.page(params)


@method("get_market_data")
def get_market_data(params: GetMarketDataParams, context: Context) -> GetMarketDataResult:
    """Show the latest the node knows of an instrument's market."""
    return session().market.latest(params)


@method("submit_order_list")
async def submit_order_list(params: SubmitOrderListParams, context: Context) -> SubmitOrderListResult:
    """Send orders that depend on one another."""
    return await trading().orders.submit_list(params)


@method("modify_order")
async def modify_order(params: ModifyOrderParams, context: Context) -> OrderAnswer:
    """Change an order."""
    return await trading().changes.modify(params)


@method("cancel_order")
async def cancel_order(params: CancelOrderParams, context: Context) -> OrderAnswer:
    """Cancel an order."""
    return await session().changes.cancel(params)


@method("cancel_all_orders")
async def cancel_all_orders(params: CancelAllOrdersParams, context: Context) -> CancelAllOrdersResult:
    """Cancel every open order that is meant."""
    return await session().changes.cancel_all(params)


@method("close_position")
async def close_position(params: ClosePositionParams, context: Context) -> ClosePositionResult:
    """Close positions."""
    return await session().positions.close(params)


@method("list_positions")
def list_positions(params: ListPositionsParams, context: Context) -> ListPositionsResult:
    """Show positions, newest first."""
    return session().positions.page(params)


@method("get_account")
def get_account(params: GetAccountParams, context: Context) -> GetAccountResult:
    """Show accounts."""
    return session().accounts.show(params)


@method("subscribe_market_data")
def subscribe_market_data(params: SubscribeMarketDataParams, context: Context) -> SubscribeMarketDataResult:
    """Follow an instrument's data."""
    return session().subscriptions.subscribe(params)


@method("unsubscribe_market_data")
def unsubscribe_market_data(params: SubscribeMarketDataParams, context: Context) -> SubscribeMarketDataResult:
    """Follow them no longer."""
    return session().subscriptions.unsubscribe(params)


@method("load_instruments")
async def load_instruments(params: LoadInstrumentsParams, context: Context) -> LoadInstrumentsResult:
    """Add instruments to the node."""
    return await session().load_instruments(params)


@method("deploy_strategy")
async def deploy_strategy(params: DeployStrategyParams, context: Context) -> DeploymentState:
    """Start a strategy in the node."""
    return await trading().deployments.deploy(params)


@method("stop_strategy")
async def stop_strategy(params: StopStrategyParams, context: Context) -> DeploymentState:
    """Stop a strategy of the node."""
    return await session().deployments.stop(params)


@method("get_risk")
def get_risk(params: GetRiskParams, context: Context) -> RiskState:
    """Say what may leave the node and how far its limits are used."""
    return session().risk.describe()


@method("analyze_portfolio")
def analyze_portfolio(params: AnalyzePortfolioParams, context: Context) -> PortfolioAnalysis:
    """Say what the node's portfolio is exposed to and what it may lose."""
    return trading().analysis.analyze(params)


@method("position_size")
def position_size(params: PositionSizeParams, context: Context) -> PositionSizeResult:
    """Say how large a position a rule makes."""
    return trading().sizes.size(params)


@method("looser_limits")
def looser_limits(params: LooserParams, context: Context) -> LooserResult:
    """Say in which fields limits would allow what is refused now."""
    return session().risk.looser(params)


@method("set_risk_limits")
def set_risk_limits(params: SetRiskLimitsParams, context: Context) -> RiskState:
    """Change the node's limits."""
    return session().risk.set_limits(params)


@method("halt_trading")
async def halt_trading(params: HaltTradingParams, context: Context) -> HaltTradingResult:
    """Cancel what is open; new orders have been refused since the request was read."""
    session().risk.halt(params)
    return await session().halt(params)


def halt_at_once(params: msgspec.Raw) -> None:
    """Refuse new orders from the moment a halt is read, whatever the loop is doing."""
    if _session is not None:
        _session.risk.halt(msgspec.json.decode(params, type=HaltTradingParams))


urgent["halt_trading"] = halt_at_once


@method("resume_trading")
def resume_trading(params: ResumeTradingParams, context: Context) -> RiskState:
    """Let orders leave again."""
    return session().resume(params)


@method("keep_session")
def keep_session(params: DescribeNodeParams, context: Context) -> MoreRun:
    """Write the tables of a node that has stopped."""
    return session().keep()


async def server_lost() -> None:
    """Do what the profile says a node does without a server."""
    if _session is not None:
        await _session.server_lost()


def preload() -> None:
    """Import what a node needs, so that its start does not wait for it."""
    from quarterdeck.nautilus import debuglines

    debuglines.import_engine()
    from quarterdeck.nautilus.node import session  # noqa: F401
