"""What a node keeps in its folder and starts from: audit log, journal, halt, limits."""

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from nautilus_trader.accounting.factory import AccountFactory
from nautilus_trader.config import TradingNodeConfig
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.events import OrderEvent, OrderFilled
from nautilus_trader.model.identifiers import AccountId

from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given
from quarterdeck.nautilus import corrections
from quarterdeck.nautilus.convert import decimal_text
from quarterdeck.nautilus.node import restore
from quarterdeck.nautilus.node.cachejournal import CacheJournal, journaled_cache
from quarterdeck.nautilus.node.clientconfigs import VenueConfig
from quarterdeck.nautilus.node.dayresult import DayResult
from quarterdeck.nautilus.node.gate import Gate
from quarterdeck.nautilus.node.history import RecentBook
from quarterdeck.nautilus.node.orderjudge import Judge
from quarterdeck.nautilus.node.sandbox import SimulatedVenueClient
from quarterdeck.protocol import NodeKind, StartNodeParams
from quarterdeck.trading.audit import AuditError, AuditLog
from quarterdeck.trading.compaction import write_compacted_apart
from quarterdeck.trading.halt import HaltSwitch, TradingState
from quarterdeck.trading.journal import Journal, JournalError
from quarterdeck.trading.limits import Limits, Origin, settled
from quarterdeck.trading.ordercounts import DayTotal

PROCESS = "ExecEngine.process"
LARGE = 16 << 20
"""Bytes from which on a journal is made small again."""
LIMITS = "limits.json"
"""What set_risk_limits came to; a restart goes by it."""


class Keeping:
    """Opens a node's files; a log or journal that another process still writes keeps the node from starting.

    `simulated` are the venues whose fills are simulated in the node.
    """

    def __init__(self, params: StartNodeParams, simulated: frozenset[str]) -> None:
        self._directory = Path(params.directory)
        self._live = params.kind == NodeKind.live
        self.user_limits: dict[str, Any] = msgspec.to_builtins(given(params.user_limits, {}))
        self._limits, self.limits_from = _limits(params, self.user_limits, live=self._live)
        self._simulated = simulated
        try:
            self.audit = AuditLog(self._directory / "audit.jsonl")
            self._journal = Journal(self._directory / "journal.jsonl") if is_journaled(params) else None
            self._compact_at = LARGE
            self._compact()
            self._database = None if self._journal is None else CacheJournal(self._journal, simulated)
        except (AuditError, JournalError) as error:
            raise _unreadable(params.node, str(error)) from error
        self.switch = HaltSwitch(self._directory / "halt.json")
        if self.audit.broken is not None:
            self.switch.set(TradingState.HALTED, "node", f"the audit log was changed: {self.audit.broken}")
        if self._database is not None and self._database.unreadable:
            lost = "; ".join(self._database.unreadable[:3])
            self.switch.set(TradingState.HALTED, "node", f"not all of the journal could be read: {lost}")
        # For as long as the node is there: what was kept is asked for until its tables are written.
        self._snapshots = RecentBook(self._directory)
        self._corrected = ExitStack()
        self._corrected.enter_context(corrections.snapshots(self._snapshots))
        self.audit.append("opened", sync=True, node=params.node, node_kind=str(params.kind))

    def build(self, config: TradingNodeConfig, loop: Any) -> TradingNode:
        """Return a node whose cache is that of the one before."""
        database = self._database
        if database is None:
            fresh = _venues(config.exec_clients, lambda client: msgspec.structs.replace(client, use_random_ids=True))
            for venue in self._simulated:
                # Before a cache of the user's own is loaded: without it no fill would change the balances.
                AccountFactory.register_calculated_account(venue)
            with corrections.portfolio():
                node = TradingNode(msgspec.structs.replace(config, exec_clients=fresh), loop=loop)
            cache = node.kernel.cache
            # The clients are made later, with what a cache that outlives the node has loaded by now.
            node._config = msgspec.structs.replace(config, exec_clients=_restored(fresh, cache.account))
            return node
        clients = _restored(config.exec_clients, database.load_account)
        with corrections.portfolio(), journaled_cache(database) as cache:
            return TradingNode(msgspec.structs.replace(config, cache=cache, exec_clients=clients), loop=loop)

    def guard(self, kernel: Any) -> Gate:
        """Put the gate in its place, and the venues back where they were once they are connected."""
        if self._journal is not None and self._database is not None:
            for cycle in self._database.closed_cycles:
                kernel.cache.snapshot_position(cycle)
            handle = kernel.exec_engine._handle_event_with_tracking
            process = _whole(handle, self._journal)
            # What comes from the engine's queue, and what a reconciliation finds, is handled by this name.
            kernel.exec_engine._handle_event_with_tracking = process
            if self._simulated:
                kernel.msgbus.deregister(PROCESS, handle)
                kernel.msgbus.register(PROCESS, process)
        for client in kernel.exec_engine._clients.values():
            if isinstance(client, SimulatedVenueClient):
                client.on_connected = partial(
                    self._seed, client, kernel, kernel.exec_engine._handle_event_with_tracking
                )
        self.day = DayResult(kernel, self._directory / "day.json")
        total = DayTotal(self._directory / "audit.jsonl", self._limits.currency)
        judge = Judge(kernel, self.switch, self._limits, total, self.day, strict=self._live)
        return Gate(kernel, self.audit, self.switch, judge)

    def hear(self, event: Any) -> None:
        """Write down what came of an order."""
        if not isinstance(event, OrderEvent):
            return
        fill = (
            {"trade_id": event.trade_id.value, "last_qty": decimal_text(event.last_qty), "last_px": str(event.last_px)}
            if isinstance(event, OrderFilled)
            else {}
        )
        # What happened at a venue has happened, also where the disk refuses to say so.
        with suppress(AuditError):
            self.audit.append(
                "event",
                event=type(event).__name__,
                client_order_id=event.client_order_id.value,
                reason=getattr(event, "reason", None),
                **fill,
            )

    def established(self, found: dict[str, str], unknown: dict[Any, str]) -> None:
        """Write down what became of orders that were on their way when the node before ended."""
        if found or unknown:
            doubtful = {name.value: why for name, why in unknown.items()}
            self.audit.append("established", sync=True, states=found, unknown=doubtful or None)

    def sync(self) -> None:
        """Bring everything to disk."""
        # The gate says so of the next order: there is no one to tell here.
        with suppress(AuditError):
            self.audit.sync()
        self.day.keep()
        if self._journal is not None:
            self._journal.sync()
            self._compact()

    def _compact(self) -> None:
        """Make a journal small that has grown; in a running node on a thread of its own."""
        journal = self._journal
        if journal is None or journal.size < self._compact_at:
            return
        try:
            journal.shrink(write_compacted_apart)
        except (OSError, JournalError) as error:
            print(f"{journal.path.name} stays as large as it is: {error}", file=sys.stderr)
        self._compact_at = max(LARGE, 2 * journal.size)

    def close(self) -> None:
        """Say that the node stopped in order, and bring everything to disk."""
        with suppress(AuditError):
            self.audit.append("stopped", sync=True)
        self.sync()
        self._corrected.close()

    def _seed(self, client: SimulatedVenueClient, kernel: Any, process: Any) -> None:
        found = restore.seed(client.exchange, kernel.cache, kernel.msgbus, process)
        if found.resting or found.settled:
            self.audit.append("restored", venue=str(client.venue), resting=found.resting, settled=found.settled)


def is_journaled(params: StartNodeParams) -> bool:
    """Say whether the node's state is ours to keep: no cache of the user's own does it."""
    return given(params.profile.engine, {}).get("cache") is None


def _limits(params: StartNodeParams, user: dict[str, Any], *, live: bool) -> tuple[Limits, dict[str, Origin]]:
    kept = Path(params.directory) / LIMITS
    before = msgspec.json.decode(kept.read_bytes(), type=Limits) if kept.exists() else None
    try:
        return settled(user, given(params.profile.risk, {}), before, live=live)
    except ValueError as error:
        raise QuarterdeckError(
            "INVALID_CONFIG", f"Risk limits: {error}.", "Amounts are decimal strings; null is no limit.", path="risk"
        ) from error


def _venues(clients: Mapping[str, Any], change: Callable[[VenueConfig], VenueConfig]) -> dict[str, Any]:
    """Return clients with those of simulated venues changed."""
    return {name: change(client) if isinstance(client, VenueConfig) else client for name, client in clients.items()}


def _restored(clients: Mapping[str, Any], account: Callable[[AccountId], Any]) -> dict[str, Any]:
    """Return clients whose simulated venues begin with what their accounts had."""

    def begin(client: VenueConfig) -> VenueConfig:
        balances = restore.balances(account(restore.account_of(client.venue)))
        if balances is None:
            return client
        # The engine counts venue ids from one again; ids of orders that are known already must not come back.
        return msgspec.structs.replace(client, starting_balances=balances, use_random_ids=True)

    return _venues(clients, begin)


def _whole(handle: Any, journal: Journal) -> Any:
    def process(event: Any) -> None:
        with journal.together():
            handle(event)

    return process


def _unreadable(node: str, why: str) -> QuarterdeckError:
    return QuarterdeckError(
        "NODE_START_FAILED",
        f"The node {node} cannot start: {why}.",
        "Wait until the process before it has ended; if the file is damaged, move it out of the node's folder.",
    )
