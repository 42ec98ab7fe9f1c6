"""Strategies in a running node: imported anew for each deployment, guarded, replaced while the node goes on."""

import asyncio
import hashlib
import sys
import traceback
from pathlib import Path
from typing import Any

from nautilus_trader.model.identifiers import StrategyId
from nautilus_trader.trading.controller import Controller
from nautilus_trader.trading.strategy import Strategy

from quarterdeck import identity
from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.nautilus.configs import find_config_class, parse_config, takes_config
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.identifiers import check_identifier
from quarterdeck.nautilus.node.events import EventStream
from quarterdeck.nautilus.node.gate import Asked
from quarterdeck.nautilus.node.guard import guarded
from quarterdeck.nautilus.node.orderchanges import OrderChanges
from quarterdeck.nautilus.node.orders import PATIENCE
from quarterdeck.nautilus.node.positions import Positions
from quarterdeck.nautilus.sources import Sources
from quarterdeck.protocol import (
    CancelAllOrdersParams,
    CodeIdentity,
    DeploymentState,
    DeployStrategyParams,
    Importable,
    NodeTopic,
    StopStrategyParams,
)
from quarterdeck.trading.audit import AuditLog

NOBODY = CancelAllOrdersParams()
"""Who asks where a strategy is stopped because it raised."""


class Deployment:
    """One strategy in the node and the code it was made from."""

    def __init__(self, strategy: Strategy, item: Importable, code: CodeIdentity, sources: Sources, at: int) -> None:
        self.strategy = strategy
        self.item = item
        self.code = code
        self.sources = sources
        self.begun = at
        self.ended: int | None = None
        self.error: QuarterdeckError | None = None
        self.reason: str | None = None

    @property
    def hash(self) -> str:
        """What tells this code from other code."""
        text = "\n".join(f"{module.module} {module.sha256}" for module in self.code.modules)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class Deployments:
    """Deploys strategies and stops them."""

    def __init__(
        self,
        node: Any,
        workspace: Path,
        events: EventStream,
        changes: OrderChanges,
        positions: Positions,
        audit: AuditLog,
        kept: Path,
    ) -> None:
        self._trader = node.trader
        self._cache = node.kernel.cache
        self._clock = node.kernel.clock
        self._workspace = workspace
        self._events = events
        self._changes = changes
        self._positions = positions
        self._audit = audit
        self._kept = kept
        self._loop = asyncio.get_running_loop()
        self.history: list[Deployment] = []
        """All that ever started, those that are gone too."""
        self.all: dict[StrategyId, Deployment] = {}

    async def deploy(self, params: DeployStrategyParams) -> DeploymentState:
        """Import a strategy and start it; one it replaces goes on until its successor can be made."""
        replaced = given(params.replace)
        old = None if replaced is None else self._known(replaced, "replace")
        deployment = self._make(params)
        strategy = deployment.strategy
        if old is not None:
            await self._halt(old, PATIENCE, params, cancel=True, flatten=False)
            self._remove(old)
        self._check_free(strategy)
        controller = next(actor for actor in self._trader.actors() if isinstance(actor, Controller))
        try:
            controller.create_strategy(strategy, start=False)
        except (RuntimeError, ValueError) as error:
            raise QuarterdeckError(
                "INVALID_CONFIG",
                f"The engine refuses this strategy: {error}",
                "Give strategy_id or order_id_tag in its config.",
                path="config",
            ) from error
        self.all[strategy.id] = deployment
        identity.copy_sources(self._workspace, self._kept)
        self._audit.append(
            "deployed",
            sync=True,
            strategy_id=strategy.id.value,
            source=params.source,
            identity=deployment.hash,
            replaces=replaced,
            who=given(params.by),
        )
        deployment.begun = self._clock.timestamp_ns()
        strategy.start()
        if deployment.error is not None:
            self._remove(deployment)
            raise deployment.error
        self.history.append(deployment)
        return self._tell(deployment)

    async def stop(self, params: StopStrategyParams) -> DeploymentState:
        """Stop a strategy, with its orders cancelled and its positions closed where asked."""
        deployment = self._known(params.strategy_id, "strategy_id")
        self._audit.append("strategy_stopped", strategy_id=params.strategy_id, who=given(params.by))
        await self._halt(
            deployment,
            given(params.timeout_seconds, PATIENCE),
            params,
            cancel=given(params.cancel_orders, True),
            flatten=given(params.flatten, False),
        )
        deployment.reason = deployment.reason or "Stopped by stop_strategy."
        state = self._tell(deployment)
        if given(params.remove, False):
            self._remove(deployment)
        return state

    def states(self) -> list[DeploymentState]:
        """Return every strategy of the node but the desk."""
        return [self.state(deployment) for deployment in self.all.values()]

    def state(self, deployment: Deployment) -> DeploymentState:
        """Return how a strategy is."""
        strategy = deployment.strategy
        return DeploymentState(
            strategy_id=strategy.id.value,
            source=deployment.item.source,
            state=strategy.state.name,
            reason=deployment.reason,
            identity=deployment.hash,
            deployed_at=iso_time(deployment.begun),
            orders=self._cache.orders_total_count(strategy_id=strategy.id),
            positions_open=self._cache.positions_open_count(strategy_id=strategy.id),
        )

    def _make(self, params: DeployStrategyParams) -> Deployment:
        """Import the source with all of the workspace's modules anew; what runs already keeps its own."""
        sources = Sources(self._workspace)
        for name in identity.workspace_modules(self._workspace):
            del sys.modules[name]
        found = sources.load(params.source, "Strategy", "source")
        item = Importable(source=params.source, config=given(params.config, {}), config_path=params.config_path)
        safe = guarded(found, sources.user_code.is_user, self._report)
        with sources.user_code.running("run"):
            if takes_config(found):
                config_class = find_config_class(sources, found, item, "")
                config = parse_config(config_class, given(params.config, {}), "config", self._workspace)
                strategy = safe(config=config)
            else:
                strategy = safe()
        code = identity.identify(self._workspace)
        return Deployment(strategy, item, code, sources, self._clock.timestamp_ns())

    def _report(self, strategy: Any, handler: str, error: BaseException) -> None:
        """Note what a strategy raised, and stop it."""
        deployment = self.all.get(strategy.id)
        if deployment is None:
            return
        traceback.print_exception(error, file=sys.stderr)
        deployment.error = self._explain(deployment, error)
        deployment.reason = deployment.error.message
        strategy.log.error(f"{handler}: {deployment.reason}")
        # A timer calls from a thread of the engine's own.
        self._loop.call_soon_threadsafe(self._after_error, deployment)

    def _explain(self, deployment: Deployment, error: BaseException) -> QuarterdeckError:
        try:
            with deployment.sources.user_code.running("run"):
                raise error
        except QuarterdeckError as known:
            known.__cause__ = None
            return known
        except BaseException as other:
            return QuarterdeckError("STRATEGY_RAISED", f"{type(other).__name__}: {other}", "Correct the strategy.")

    def _after_error(self, deployment: Deployment) -> None:
        if deployment.strategy.id in self.all:
            task = asyncio.ensure_future(self._halt(deployment, PATIENCE, NOBODY, cancel=True, flatten=False))
            task.add_done_callback(lambda _: self._tell(deployment))

    async def _halt(self, deployment: Deployment, seconds: float, asked: Asked, *, cancel: bool, flatten: bool) -> None:
        strategy = deployment.strategy
        if deployment.ended is None:
            deployment.ended = self._clock.timestamp_ns()
        if strategy.is_running:
            strategy.stop()
        if cancel:
            await self._changes.cancel_all(
                CancelAllOrdersParams(strategy_id=strategy.id.value, timeout_seconds=min(seconds, 40.0), by=asked.by)
            )
        if flatten:
            for position in self._cache.positions_open(strategy_id=strategy.id):
                await self._positions.close_one(position, seconds, asked)

    def _remove(self, deployment: Deployment) -> None:
        self.all.pop(deployment.strategy.id, None)
        self._trader.remove_strategy(deployment.strategy.id)
        self._events.tell(NodeTopic.strategy, deployment.strategy.id.value, {"state": "REMOVED"})

    def _tell(self, deployment: Deployment) -> DeploymentState:
        state = self.state(deployment)
        self._events.tell(
            NodeTopic.strategy,
            state.strategy_id,
            {name: getattr(state, name) for name in state.__struct_fields__},
        )
        return state

    def _known(self, name: str, path: str) -> Deployment:
        names = [str(strategy_id) for strategy_id in self.all]
        deployment = self.all.get(StrategyId(check_identifier(name, path, "strategy id"))) if "-" in name else None
        if deployment is not None:
            return deployment
        raise QuarterdeckError(
            "STRATEGY_NOT_FOUND",
            f'The node has no strategy "{name}".{did_you_mean(name, names)}',
            f"There are: {', '.join(names)}." if names else "deploy_strategy deploys one.",
            path=path,
        )

    def _check_free(self, strategy: Strategy) -> None:
        if strategy.id in self.all:
            raise QuarterdeckError(
                "INVALID_CONFIG",
                f"A strategy {strategy.id} is in the node already.",
                f'Give replace "{strategy.id}", or another order_id_tag in its config.',
                path="config.order_id_tag",
            )
