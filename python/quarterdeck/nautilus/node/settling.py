"""Establishes what became of orders that were on their way to a venue, before anything else may leave.

Nothing is guessed: an order is what its venue says of it. That a venue does not know one is believed only when a
request sent before the node ended could not arrive any more.
"""

import asyncio
from typing import Any

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import GenerateFillReports, GenerateOrderStatusReport
from nautilus_trader.execution.reports import ExecutionMassStatus
from nautilus_trader.model.enums import OrderStatus
from nautilus_trader.model.events import OrderAccepted, OrderCanceled, OrderFilled, OrderRejected, OrderUpdated
from nautilus_trader.model.identifiers import ClientOrderId
from nautilus_trader.model.orders import Order

from quarterdeck.errors import QuarterdeckError
from quarterdeck.nautilus.node.sandbox import SimulatedVenueClient

ARRIVED_AFTER = 6.0
"""Seconds after which a venue refuses a request that is still on its way; Binance's own window is 5."""
ASKED_OFTEN = 3
"""Times in a row that an adapter which cannot tell "not known" from "no answer" must have nothing to say."""
PAUSE = 0.5
REPORTS = "reports.execution.*"
LATE_SECONDS = 10.0
"""An order of a running node without an answer for so long is asked about; others may leave meanwhile."""
SENT = (OrderStatus.INITIALIZED, OrderStatus.SUBMITTED, OrderStatus.RELEASED)
TOLD = (OrderAccepted, OrderFilled, OrderUpdated, OrderCanceled)
"""What a venue tells of an order unasked."""
NEVER_ARRIVED = "it never reached the venue, which does not know it"
GONE = "the venue does not know it any more"


class Settling:
    """Asks venues about orders until each is known."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._cache = kernel.cache
        self._confirmed: set[ClientOrderId] = set()
        self._silent: dict[ClientOrderId, int] = {}
        self.unknown: dict[ClientOrderId, str] = {}
        """Orders whose state is not established, each with why."""
        self.found: dict[str, str] = {}
        """What became of the others."""
        self.unheard: dict[str, str] = {}
        """Clients whose venue had to be asked about an order, because nothing was heard of it; with which."""
        kernel.msgbus.subscribe(topic=REPORTS, handler=self._confirm)

    @property
    def doubt(self) -> str | None:
        """What keeps orders from leaving, in words; None when nothing does."""
        if not self.unknown:
            return None
        some = ", ".join(f"{name.value} ({why})" for name, why in list(self.unknown.items())[:3])
        return f"the state of {len(self.unknown)} orders from before the restart is not established yet: {some}"

    def require(self) -> None:
        """Refuse an order while the state of others is unknown, so that its id stays free for the next try."""
        if self.doubt is not None:
            raise QuarterdeckError(
                "ORDERS_UNKNOWN",
                f"Nothing was sent: {self.doubt}.",
                "Try again with the same client_order_id; get_trading_node says when the node is running.",
            )

    def begin(self) -> None:
        """Take up what a reconciliation left open. Call it once the venues are connected."""
        for order in self._cache.orders():
            if order.is_closed or order.is_emulated or order.client_order_id in self._confirmed:
                continue
            if self.client(order) is not None:
                self.unknown[order.client_order_id] = f"{order.status_string()}, not asked about yet"
        self._kernel.msgbus.unsubscribe(topic=REPORTS, handler=self._confirm)

    async def establish(self, seconds: float) -> None:
        """Ask until nothing is unknown or the time is up."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.unknown:
            await asyncio.gather(*(self._settle(name) for name in list(self.unknown)))
            if not self.unknown or loop.time() + PAUSE > deadline:
                return
            await asyncio.sleep(PAUSE)

    async def watch(self) -> None:
        """Go on asking, also about orders that a running node has waited for too long."""
        while True:
            await asyncio.sleep(PAUSE)
            await self.establish(PAUSE)
            now = self._kernel.clock.timestamp_ns()
            for order in self._cache.orders_inflight():
                if now - order.ts_last > LATE_SECONDS * 1e9 and self.client(order) is not None:
                    await self._answered(order)
                    self._note_unheard(order.client_order_id)

    def hear(self, event: Any) -> None:
        """Note that a venue tells of orders by itself."""
        if self.unheard and isinstance(event, TOLD) and not event.reconciliation:
            client = self.client(self._cache.order(event.client_order_id))
            if client is not None:
                self.unheard.pop(client.id.value, None)

    def _note_unheard(self, name: ClientOrderId) -> None:
        order = self._cache.order(name)
        if isinstance(order.last_event, TOLD) and order.last_event.reconciliation:
            waited = f"it had to be asked about {name.value}, of which nothing was heard for {LATE_SECONDS:.0f} s"
            self.unheard[self.client(order).id.value] = waited

    async def _settle(self, name: ClientOrderId) -> None:
        order = self._cache.order(name)
        why = None if order is None or order.is_closed else await self._answered(order)
        if why is None:
            self.unknown.pop(name, None)
            now = self._cache.order(name)
            self.found[name.value] = "" if now is None else now.status_string()
        else:
            self.unknown[name] = why

    async def _answered(self, order: Order) -> str | None:
        """Bring an order to what its venue says of it; why that cannot be had, else None."""
        client = self.client(order)
        try:
            report = await client.generate_order_status_report(self._question(order))
            if report is not None:
                self._silent.pop(order.client_order_id, None)
                self._kernel.exec_engine.reconcile_execution_mass_status(await self._status(client, report))
                return None
            if not await self._is_absent(client, order):
                return f"{order.status_string()}, the venue does not answer"
        except Exception as error:
            return f"{order.status_string()}, {type(error).__name__}: {error}"
        age = (self._kernel.clock.timestamp_ns() - order.ts_last) / 1e9
        if order.status in SENT and age < ARRIVED_AFTER:
            return f"{order.status_string()}, not at the venue, where it may still arrive"
        # Handled at once: nothing may be sent before it took effect.
        self._kernel.exec_engine._handle_event_with_tracking(self._end(order))
        return None

    async def _is_absent(self, client: Any, order: Order) -> bool:
        """Say whether a venue that answers does not know an order."""
        if (tell := getattr(client, "is_absent", None)) is not None:
            return bool(await tell(order))
        silent = self._silent[order.client_order_id] = self._silent.get(order.client_order_id, 0) + 1
        return bool(client.is_connected) and silent >= ASKED_OFTEN

    async def _status(self, client: Any, report: Any) -> ExecutionMassStatus:
        fills = []
        if report.filled_qty > 0:
            fills = await client.generate_fill_reports(
                GenerateFillReports(report.instrument_id, report.venue_order_id, None, None, UUID4(), self._now())
            )
        status = ExecutionMassStatus(client.id, client.account_id, client.venue, UUID4(), self._now())
        status.add_order_reports([report])
        status.add_fill_reports([fill for fill in fills if fill.venue_order_id == report.venue_order_id])
        return status

    def _question(self, order: Order) -> GenerateOrderStatusReport:
        return GenerateOrderStatusReport(
            order.instrument_id, order.client_order_id, order.venue_order_id, UUID4(), self._now()
        )

    def _end(self, order: Order) -> OrderRejected | OrderCanceled:
        common: dict[str, Any] = {
            "trader_id": order.trader_id,
            "strategy_id": order.strategy_id,
            "instrument_id": order.instrument_id,
            "client_order_id": order.client_order_id,
            "account_id": order.account_id or self.client(order).account_id,
            "event_id": UUID4(),
            "ts_event": self._now(),
            "ts_init": self._now(),
        }
        if order.status in SENT:
            return OrderRejected(**common, reason=NEVER_ARRIVED)
        return OrderCanceled(**common, venue_order_id=order.venue_order_id)

    def client(self, order: Order) -> Any:
        """Return the client of a venue that outlives the node; None where fills are simulated in it."""
        engine = self._kernel.exec_engine
        client = engine._clients.get(self._cache.client_id(order.client_order_id))
        client = client or engine._routing_map.get(order.instrument_id.venue) or engine._default_client
        return None if isinstance(client, SimulatedVenueClient) else client

    def _confirm(self, report: Any) -> None:
        if isinstance(report, ExecutionMassStatus):
            self._confirmed.update(row.client_order_id for row in report.order_reports.values() if row.client_order_id)

    def _now(self) -> int:
        now: int = self._kernel.clock.timestamp_ns()
        return now
