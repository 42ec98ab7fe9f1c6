"""The one trading node of this process: its life from start to stop."""

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from nautilus_trader.examples.algorithms.twap import TWAPExecAlgorithm
from nautilus_trader.model.enums import OrderStatus

from quarterdeck.errors import QuarterdeckError
from quarterdeck.memory import look_less_for_cycles
from quarterdeck.message import given
from quarterdeck.nautilus.catalog import Catalog
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.node.accounts import Accounts
from quarterdeck.nautilus.node.building import NodePlan, plan_node
from quarterdeck.nautilus.node.condition import Condition
from quarterdeck.nautilus.node.connections import Connections
from quarterdeck.nautilus.node.deployments import Deployments
from quarterdeck.nautilus.node.desk import Desk
from quarterdeck.nautilus.node.events import EventStream
from quarterdeck.nautilus.node.flips import correct_flips
from quarterdeck.nautilus.node.freshness import STALE_SECONDS, Freshness
from quarterdeck.nautilus.node.history import AccountHistory
from quarterdeck.nautilus.node.keeping import Keeping
from quarterdeck.nautilus.node.market import Market
from quarterdeck.nautilus.node.nodelog import NodeLog
from quarterdeck.nautilus.node.orderchanges import OrderChanges
from quarterdeck.nautilus.node.orderforms import OrderForms
from quarterdeck.nautilus.node.orders import Orders
from quarterdeck.nautilus.node.portfolio import Analysis
from quarterdeck.nautilus.node.positions import Positions
from quarterdeck.nautilus.node.pricehistory import PriceHistory
from quarterdeck.nautilus.node.probing import Probe
from quarterdeck.nautilus.node.recorder import Recorder
from quarterdeck.nautilus.node.replay import ReplayClient
from quarterdeck.nautilus.node.risk import Risk
from quarterdeck.nautilus.node.sandbox import handle_events_at_once
from quarterdeck.nautilus.node.sessionrequest import Opening, session_file
from quarterdeck.nautilus.node.sessionrun import SOURCE, SessionRun
from quarterdeck.nautilus.node.settling import Settling
from quarterdeck.nautilus.node.sizes import Sizes
from quarterdeck.nautilus.node.subscriptions import Subscriptions
from quarterdeck.nautilus.node.synthetic import SyntheticClient
from quarterdeck.nautilus.node.trimming import Trimming
from quarterdeck.nautilus.node.venuefaults import unbuilt
from quarterdeck.nodehandlers import Outlet
from quarterdeck.protocol import (
    CancelAllOrdersParams,
    ConnectVenueParams,
    DeployStrategyParams,
    DisconnectVenueParams,
    HaltTradingParams,
    HaltTradingResult,
    LoadInstrumentsParams,
    LoadInstrumentsResult,
    MoreRun,
    NodeCounts,
    NodeDescription,
    NodeState,
    NodeTopic,
    ResumeTradingParams,
    RiskState,
    StartNodeParams,
    StopNodeParams,
    StopNodeResult,
    TradingStateName,
)
from quarterdeck.sessions import SESSION

START_SECONDS = 60.0
CLOSE_SECONDS = 5.0
FOR_CANCELS = 0.5
"""Share of the time that a venue which does not answer may take of what is left to close positions."""
WATCH_SECONDS = 0.5
SETTLE_SHARE = 2.0
"""Times the engine's own limit for a reconciliation that a start waits for venues to say what became of orders; then
the node is degraded and goes on asking."""
GONE = "orders.jsonl"
"""Orders of the session that are not in memory any more; gone when its tables are written."""
FAREWELL = "farewell.json"
"""What a node says of its end when there is no server to hear it."""
RECORD_MB = 256
TRADING = (NodeState.running, NodeState.degraded, NodeState.halted)


class NodeSession:
    """Builds a node, runs it, and stops it."""

    def __init__(self, params: StartNodeParams, outlet: Outlet) -> None:
        self.params = params
        self._outlet = outlet
        self._plan: NodePlan = plan_node(params)
        self.state = NodeState.starting
        self.reason: str | None = None
        self.trimming: Trimming | None = None
        self._stopping: asyncio.Task[StopNodeResult] | None = None
        self._build()

    def _build(self) -> None:
        plan = self._plan
        self.log = NodeLog(Path(self.params.directory))
        self.keeping = Keeping(self.params, frozenset(venue.name for venue in plan.venues))
        self.node = self.keeping.build(plan.config, asyncio.get_running_loop())
        for name, data_factory in plan.data_factories.items():
            self.node.add_data_client_factory(name, data_factory)
        for name, exec_factory in plan.exec_factories.items():
            self.node.add_exec_client_factory(name, exec_factory)
        kernel = self.kernel = self.node.kernel
        for instrument in plan.instruments:
            kernel.cache.add_instrument(instrument)
        try:
            self.node.build()
        except Exception as error:
            raise unbuilt(self.params.profile, error) from error
        self.connections = Connections(
            self.node, {**plan.data_adapters, **plan.exec_adapters}, Path(self.params.workspace)
        )
        if plan.venues:
            handle_events_at_once(kernel)
        for client in kernel.data_engine._clients.values():
            if isinstance(client, SyntheticClient | ReplayClient):
                # A feed in the node gives way to the rest of it by itself; the engine's queue would only cost time.
                client.deliver = kernel.data_engine._handle_data
        correct_flips(kernel.exec_engine)
        gate = self.keeping.guard(kernel)
        self.settling = Settling(kernel)
        gate.hold(self._held)
        self.risk = Risk(self.keeping, gate, Path(self.params.directory))
        self.events = EventStream(kernel, self._outlet)
        self.log.start(self.events)
        self.events.listeners += [self.keeping.hear, gate.hear, self.settling.hear]
        self.desk = Desk()
        self.node.trader.add_strategy(self.desk)
        self.node.trader.add_exec_algorithm(TWAPExecAlgorithm())
        algorithms = self.node.trader.exec_algorithm_ids
        forms = OrderForms(kernel, self.desk.order_factory, lambda: list(map(str, algorithms())))
        self.orders = Orders(kernel, self.desk, forms, self.events, gate, self.settling.require)
        self.changes = OrderChanges(kernel, forms, self.events, gate, self.owner)
        self.positions = Positions(kernel, self.orders, forms, self.owner)
        self.accounts = Accounts(kernel, synthetic=plan.synthetic)
        self.history = PriceHistory(kernel, gate.limits.currency)
        self.analysis = Analysis(kernel, gate, self.history, synthetic=plan.synthetic)
        self.sizes = Sizes(kernel, self.desk, forms, gate, self.history, self.accounts)
        self.subscriptions = Subscriptions(kernel, self.desk)
        self.freshness = Freshness(
            kernel,
            plan.data_adapters,
            given(self.params.profile.stale_seconds, STALE_SECONDS),
            lambda: self.settling.unheard,
        )
        self.condition = Condition(kernel, plan, self.settling, self.freshness)
        self.market = Market(
            kernel, self.events, self.subscriptions, self._outlet, self.freshness, synthetic=plan.synthetic
        )
        self.probe = Probe(
            kernel, self.subscriptions, self.orders, self.changes, lambda: gate.limits.price_band_percent
        )
        workspace = Path(self.params.workspace)
        kept = Path(self.params.run_directory) / SOURCE
        self.deployments = Deployments(
            self.node, workspace, self.events, self.changes, self.positions, self.keeping.audit, kept
        )

    async def start(self) -> NodeDescription:
        """Run the node; returns once it trades."""
        self._running = asyncio.ensure_future(self.node.run_async())
        try:
            async with asyncio.timeout(START_SECONDS):
                while not self.desk.is_running:
                    if self._running.done():
                        self._running.result()
                        raise self._not_started("its venues or engines did not connect")
                    self.connections.require()
                    await asyncio.sleep(0.005)
        except TimeoutError as error:
            raise self._not_started(f"it was not running after {START_SECONDS:.0f} s") from error
        self.settling.begin()
        await self.settling.establish(SETTLE_SHARE * self._plan.config.timeout_reconciliation)
        self.keeping.established(self.settling.found, self.settling.unknown)
        directory = Path(self.params.run_directory)
        self.trimming = Trimming(
            self.kernel, directory / GONE, lambda order: self.settling.client(order) is None, self.orders.digests.finish
        )
        accounts = AccountHistory(self.kernel.cache, Path(self.params.directory))
        self.events.listeners += [self.trimming.hear, accounts.hear]
        self.run = SessionRun(self.kernel, Path(self.params.workspace), directory, self.trimming, accounts)
        self.opening = Opening(self.kernel, self._plan.venues)
        self.recorder = Recorder(self.kernel, directory, given(self.params.profile.record_mb, RECORD_MB))
        self.history.start()
        halt = self.risk.switch.current
        if halt.state == "ACTIVE":
            doubt = self.settling.doubt
            self.set_state(NodeState.running if doubt is None else NodeState.degraded, doubt)
        else:
            self.set_state(NodeState.halted, f"halted since {halt.at}: {halt.reason}")
        look_less_for_cycles()
        self._watchers = [asyncio.ensure_future(self._watch()), asyncio.ensure_future(self.settling.watch())]
        for item in given(self.params.profile.strategies, []):
            await self.deployments.deploy(
                DeployStrategyParams(source=item.source, config=item.config, config_path=item.config_path)
            )
        return self.describe()

    def describe(self) -> NodeDescription:
        """Return what is to be known of the node."""
        cache = self.kernel.cache
        return NodeDescription(
            node=self.params.node,
            trader_id=self.node.trader_id.value,
            kind=self.params.kind,
            state=self.state,
            reason=self.reason,
            synthetic=self._plan.synthetic,
            venues=self.condition.venues(),
            instruments=sorted(str(instrument_id) for instrument_id in cache.instrument_ids()),
            strategies=self.deployments.states(),
            counts=NodeCounts(
                orders=cache.orders_total_count() + (self.trimming.count if self.trimming else 0),
                orders_open=cache.orders_open_count(),
                orders_inflight=cache.orders_inflight_count(),
                positions_open=cache.positions_open_count(),
                market_data=self.market.received,
                market_data_dropped=self.market.merged,
            ),
            started_at=iso_time(self.kernel.ts_started or self.kernel.ts_created),
            warnings=self.condition.warnings(),
        )

    def take_credentials(self, variables: dict[str, str]) -> None:
        """Have what a client signs in with where adapters look for it, and out of the audit log."""
        os.environ.update(variables)
        self.keeping.audit.hide_environment()

    async def connect_venue(self, params: ConnectVenueParams) -> NodeDescription:
        """Connect a venue that is away, or one more."""
        await self.connections.connect(params, partial(self.kernel.exec_engine.reconcile_execution_state, 10.0))
        for clients, adapters in (
            (params.data_client, self._plan.data_adapters),
            (params.exec_client, self._plan.exec_adapters),
        ):
            if (client := given(clients)) is not None:
                adapters[params.venue] = given(client.adapter) or str(given(client.factory))
        return self.describe()

    async def disconnect_venue(self, params: DisconnectVenueParams) -> NodeDescription:
        """Disconnect a venue."""
        await self.connections.disconnect(params)
        return self.describe()

    async def stop(self, params: StopNodeParams) -> StopNodeResult:
        """Cancel what is open, close positions where asked, and stop; once, however often it is asked."""
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self._stop(params))
        return await asyncio.shield(self._stopping)

    async def halt(self, params: HaltTradingParams) -> HaltTradingResult:
        """Cancel what is open and close positions where asked; that nothing new leaves is settled before."""
        since = self.risk.switch.current.at or ""
        self.risk.note_halt(params)
        self.set_state(NodeState.halted, params.reason)
        working, open_positions = self.changes.working(), self.kernel.cache.positions_open()
        patience = params.timeout_seconds * (FOR_CANCELS if params.flatten else 1.0)
        await self.changes.cancel_all(CancelAllOrdersParams(timeout_seconds=patience, by=params.by))
        if params.flatten:
            await self.positions.flatten(open_positions, params.timeout_seconds - patience, params)
        # What was made since has not passed the gate and will not: it is on its way to being refused.
        before = {order.client_order_id for order in working}
        made = OrderStatus.INITIALIZED
        left = [order for order in self.changes.working() if order.client_order_id in before or order.status != made]
        positions_left = self.kernel.cache.positions_open()
        await asyncio.to_thread(self.keeping.sync)
        return HaltTradingResult(
            state=TradingStateName(self.risk.switch.state.value),
            halted_at=since,
            cancelled=len(working) - len(left),
            closed=sum(position.is_closed for position in open_positions),
            orders_left=[order.client_order_id.value for order in left],
            positions_left=[position.id.value for position in positions_left],
        )

    def resume(self, params: ResumeTradingParams) -> RiskState:
        """Let orders leave again after a halt."""
        state = self.risk.resume(params)
        self.set_state(NodeState.running)
        return state

    async def server_lost(self) -> None:
        """Do what the profile says a node does when its server is gone."""
        flatten = given(self.params.profile.on_server_loss) == "flatten"
        stopped = await self.stop(
            StopNodeParams(flatten=flatten, reason="The server was gone.", timeout_seconds=CLOSE_SECONDS)
        )
        farewell = Path(self.params.directory) / FAREWELL
        farewell.write_bytes(msgspec.json.encode({"stopped": stopped}))
        # What was done with the orders is written first: the rest may take longer than there is time.
        farewell.write_bytes(msgspec.json.encode({"stopped": stopped, "run": self.keep()}))

    def keep(self) -> MoreRun:
        """Write the session's tables, and what a backtest of it needs, once it has stopped."""
        history = self.deployments.history
        data = self.recorder.finish()
        doubts = self.recorder.warnings()
        file = session_file(self.opening, history, data, self._stopped_at, doubts)
        run = self.run.keep([*self.condition.warnings(), *doubts], history[-1].code if history else None)
        (Path(self.params.run_directory) / SESSION).write_bytes(msgspec.json.encode(file))
        return run

    def require_running(self) -> None:
        """Refuse what a node that is not running, or about to stop, cannot do."""
        if self.state not in TRADING:
            raise QuarterdeckError(
                "NODE_NOT_RUNNING",
                f"The node {self.params.node} is {self.state}{'' if self.reason is None else f': {self.reason}'}",
                "Start it again with initialize_trading_node.",
            )

    async def load_instruments(self, params: LoadInstrumentsParams) -> LoadInstrumentsResult:
        """Add instruments of the caller, the catalog or a venue."""
        known = Instruments(Catalog(self.params.catalog).instruments, Path(self.params.workspace))
        return await self.subscriptions.load(params, known)

    def set_state(self, state: NodeState, reason: str | None = None) -> None:
        """Enter a state and tell the server."""
        self.state, self.reason = state, reason
        self.events.tell(NodeTopic.state, self.params.node, {"state": state.value, "reason": reason})

    async def _stop(self, params: StopNodeParams) -> StopNodeResult:
        self.set_state(NodeState.stopping, params.reason)
        self._stopped_at = self.kernel.clock.timestamp_ns()
        self.keeping.audit.append("stopping", who=given(params.by), reason=params.reason)
        cache = self.kernel.cache
        working, open_positions = self.changes.working(), cache.positions_open()
        deadline = asyncio.get_running_loop().time() + params.timeout_seconds
        for deployment in self.deployments.all.values():
            if deployment.strategy.is_running:
                deployment.strategy.stop()
        patience = min(params.timeout_seconds, 40.0) * (FOR_CANCELS if params.flatten else 1.0)
        await self.changes.cancel_all(CancelAllOrdersParams(timeout_seconds=patience, by=params.by))
        if params.flatten:
            seconds = deadline - asyncio.get_running_loop().time()
            await self.positions.flatten(open_positions, seconds, params)
        left, positions_left = self.changes.working(), cache.positions_open()
        closed = sum(position.is_closed for position in open_positions)
        self.run.end(self.market.received)
        self.recorder.end()
        self.history.close()
        for watcher in self._watchers:
            watcher.cancel()
        self.market.close()
        await self.node.stop_async()
        await self.log.close()
        self.keeping.close()
        self.set_state(NodeState.stopped, params.reason)
        self.events.flush()
        return StopNodeResult(
            cancelled=len(working) - len(left),
            closed=closed,
            orders_left=[order.client_order_id.value for order in left],
            positions_left=[position.id.value for position in positions_left],
            description=self.describe(),
        )

    def owner(self, thing: Any) -> Any:
        """Return the strategy an order or position belongs to; the desk for one that is not here any more."""
        strategies = {strategy.id: strategy for strategy in self.node.trader.strategies()}
        return strategies.get(thing.strategy_id, self.desk)

    async def _watch(self) -> None:
        """Notice a venue that is away, and an engine that stops by itself, as it does when one of its queues fails."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            await asyncio.to_thread(self.keeping.sync)
            if self.state == NodeState.stopping:
                return
            if not self.node.is_running():
                self.set_state(NodeState.failed, "The engine stopped by itself; its log says why.")
                return
            self.freshness.look()
            trouble = self.condition.trouble()
            if trouble is not None and self.state == NodeState.running:
                self.set_state(NodeState.degraded, trouble)
            elif trouble is None and self.state == NodeState.degraded:
                self.set_state(NodeState.running)

    def _held(self) -> str | None:
        """Return why no new order may leave yet, whoever makes it."""
        return "the node is starting" if self.state == NodeState.starting else self.settling.doubt

    def _not_started(self, why: str) -> QuarterdeckError:
        self.state, self.reason = NodeState.failed, why
        return QuarterdeckError(
            "NODE_START_FAILED",
            f"The node {self.params.node} did not start: {why}.",
            "Read the node's log, log.jsonl in its folder; check venues and credentials.",
        )
