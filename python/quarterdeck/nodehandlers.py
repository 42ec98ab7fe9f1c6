"""The methods of a node worker. They run on the node's loop, side by side; the engine is imported when it starts."""

from typing import TYPE_CHECKING, Protocol

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import Message
from quarterdeck.methods import method
from quarterdeck.protocol import (
    DescribeNodeParams,
    GetMarketDataParams,
    GetMarketDataResult,
    ListOrdersParams,
    ListOrdersResult,
    NodeDescription,
    OrderAnswer,
    StartNodeParams,
    StopNodeParams,
    StopNodeResult,
    SubmitOrderParams,
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


@method("stop_node")
async def stop_node(params: StopNodeParams, context: Context) -> StopNodeResult:
    """Halt, cancel, flatten where asked, stop."""
    return await session().stop(params)


@method("submit_order")
async def submit_order(params: SubmitOrderParams, context: Context) -> OrderAnswer:
    """Send an order and wait for what was asked."""
    return await session().orders.submit(params)


@method("list_orders")
def list_orders(params: ListOrdersParams, context: Context) -> ListOrdersResult:
    """Show orders, newest first."""
    return session().orders.list(params)


@method("get_market_data")
def get_market_data(params: GetMarketDataParams, context: Context) -> GetMarketDataResult:
    """Show the latest the node knows of an instrument's market."""
    return session().market.latest(params)


async def server_lost() -> None:
    """Do what the profile says a node does without a server."""
    if _session is not None:
        await _session.server_lost()


def preload() -> None:
    """Import what a node needs, so that its start does not wait for it."""
    from quarterdeck.nautilus.node import session  # noqa: F401
