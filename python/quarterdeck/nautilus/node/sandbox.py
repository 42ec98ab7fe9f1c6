"""Simulated venues of a node, with what the engine's sandbox does wrong put right.

* The live execution engine queues events while the sandbox matches at once: an IOC or FOK order that cannot fill stays
  open. Events of simulated venues are handled at once instead.
* The simulated venue's clock stands still between data: GTD orders expire only with the next price, DAY orders never.
  A heartbeat moves it.
* Bars do not reach it: they are published under another kind of topic.
* AT_THE_OPEN and AT_THE_CLOSE orders are refused by some order types only; here by all.
"""

import asyncio
import time as clock_time
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import nautilus_trader.adapters.sandbox.execution as engine_sandbox
from nautilus_trader.adapters.sandbox.execution import SandboxExecutionClient
from nautilus_trader.common.component import TestClock
from nautilus_trader.execution.messages import SubmitOrder, SubmitOrderList
from nautilus_trader.live.factories import LiveExecClientFactory
from nautilus_trader.model.data import Bar
from nautilus_trader.model.enums import TimeInForce
from nautilus_trader.model.orders import Order

from quarterdeck.message import given
from quarterdeck.nautilus import corrections
from quarterdeck.nautilus.identifiers import parse_currency, parse_instrument_id, parse_money, parse_venue
from quarterdeck.nautilus.node.clientconfigs import VenueConfig
from quarterdeck.nautilus.node.fees import Rates, fee_model, given_rates
from quarterdeck.protocol import SimulatedVenue

HEARTBEAT_SECONDS = 0.1
AUCTIONS = (TimeInForce.AT_THE_OPEN, TimeInForce.AT_THE_CLOSE)
PLAIN = (
    "book_type",
    "bar_execution",
    "trade_execution",
    "reject_stop_orders",
    "support_gtd_orders",
    "support_contingent_orders",
    "use_position_ids",
    "use_random_ids",
    "use_reduce_only",
    "frozen_account",
)


def _clock_of_now() -> TestClock:
    clock = TestClock()
    clock.set_time(clock_time.time_ns())
    return clock


# The engine's own starts in 1970, and with it the account's first state.
engine_sandbox.TestClock = _clock_of_now


class SimulatedVenueClient(SandboxExecutionClient):
    """A venue in the node, with a clock of its own."""

    def __init__(self, config: VenueConfig, **parts: Any) -> None:
        rates = None if config.maker_fee is None else Rates(config.maker_fee, config.taker_fee or Decimal(0))
        # The engine's own always takes the fees of the instruments.
        engine_sandbox.MakerTakerFeeModel = partial(fee_model, rates)
        super().__init__(config=config, **parts)
        self._session_end = time.fromisoformat(config.session_end)
        self._zone = ZoneInfo(config.session_timezone)
        self._heart: asyncio.Task[None] | None = None
        self.on_connected: Callable[[], None] | None = None
        """Called once the venue has its instruments, before it has prices."""

    def connect(self) -> None:
        """Connect and start the venue's clock."""
        super().connect()
        if self.on_connected is not None:
            self.on_connected()
        self._msgbus.subscribe(topic="data.bars.*", handler=self._on_bar)
        self._heart = self._loop.create_task(self._beat())

    def disconnect(self) -> None:
        """Stop the venue's clock and disconnect."""
        if self._heart is not None:
            self._heart.cancel()
            self._heart = None
        super().disconnect()

    def _on_bar(self, bar: Bar) -> None:
        """Take a bar that is all there is of a market; the engine's own client listens for others only."""
        if bar.bar_type.instrument_id.venue == self.venue and bar.bar_type.is_externally_aggregated():
            self.on_data(bar)

    def submit_order(self, command: SubmitOrder) -> None:
        """Take an order, or reject it with the reason."""
        self._move_clock()
        if self._takes([command.order]):
            super().submit_order(command)

    def submit_order_list(self, command: SubmitOrderList) -> None:
        """Take a list of orders, or reject all of it."""
        self._move_clock()
        if self._takes(command.order_list.orders):
            super().submit_order_list(command)

    def modify_order(self, command: Any) -> None:
        """Change an order."""
        self._move_clock()
        super().modify_order(command)

    def cancel_order(self, command: Any) -> None:
        """Cancel an order."""
        self._move_clock()
        super().cancel_order(command)

    def cancel_all_orders(self, command: Any) -> None:
        """Cancel the orders of an instrument."""
        self._move_clock()
        super().cancel_all_orders(command)

    def _takes(self, orders: list[Order]) -> bool:
        """Reject orders that this venue cannot hold; the engine's own would accept some of them for ever."""
        if not any(order.time_in_force in AUCTIONS for order in orders):
            return True
        now = self._clock.timestamp_ns()
        for order in orders:
            ids = {
                "strategy_id": order.strategy_id,
                "instrument_id": order.instrument_id,
                "client_order_id": order.client_order_id,
            }
            self.generate_order_submitted(**ids, ts_event=now)
            self.generate_order_rejected(
                **ids,
                reason=f"{self.venue} trades continuously and holds no auction: no AT_THE_OPEN or AT_THE_CLOSE orders",
                ts_event=now,
            )
        return False

    def _move_clock(self) -> None:
        self.test_clock.set_time(max(self._clock.timestamp_ns(), self.test_clock.timestamp_ns()))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self._move_clock()
            self.exchange.process(self.test_clock.timestamp_ns())
            self._expire(self.test_clock.timestamp_ns())

    def _expire(self, now: int) -> None:
        for order in self.exchange.get_open_orders():
            ends = self.end_of(order)
            if ends is not None and now >= ends and not order.is_closed:
                self.exchange.get_matching_engine(order.instrument_id).expire_order(order)

    def end_of(self, order: Order) -> int | None:
        """Return when an order expires, in nanoseconds; None for one that does not."""
        if order.time_in_force == TimeInForce.GTD:
            return int(order.expire_time_ns) or None
        if order.time_in_force != TimeInForce.DAY:
            return None
        placed = datetime.fromtimestamp(order.ts_init / 1e9, self._zone)
        end = datetime.combine(placed.date(), self._session_end, self._zone)
        if end <= placed:
            end = datetime.combine(placed.date() + timedelta(days=1), self._session_end, self._zone)
        return int(end.timestamp()) * 1_000_000_000


class SandboxLiveExecClientFactory(LiveExecClientFactory):
    """Makes simulated venues. Only a factory of this very name is given the portfolio by the node's builder."""

    @staticmethod
    def create(loop: Any, name: str, config: Any, portfolio: Any, msgbus: Any, cache: Any, clock: Any) -> Any:
        """Return the client of one venue."""
        with corrections.sandbox():
            return SimulatedVenueClient(config, loop=loop, portfolio=portfolio, msgbus=msgbus, cache=cache, clock=clock)


def handle_events_at_once(kernel: Any) -> None:
    """Let events of simulated venues take effect while the venue still matches."""
    engine = kernel.exec_engine
    kernel.msgbus.deregister("ExecEngine.process", engine.process)
    kernel.msgbus.register("ExecEngine.process", engine._handle_event_with_tracking)


def venue_config(venue: SimulatedVenue, path: str) -> VenueConfig:
    """Return the config of a venue, checked before the engine sees it."""
    parse_venue(venue.name, f"{path}.name")
    for index, text in enumerate(venue.starting_balances):
        parse_money(text, f"{path}.starting_balances[{index}]")
    if (base := given(venue.base_currency)) is not None:
        parse_currency(base, f"{path}.base_currency")
    leverages: Any = {
        parse_instrument_id(name, f"{path}.leverages"): Decimal(value)
        for name, value in given(venue.leverages, {}).items()
    }
    values = {name: given(getattr(venue, name)) for name in PLAIN}
    rates = given_rates(venue, path)
    return VenueConfig(
        venue=venue.name,
        starting_balances=venue.starting_balances,
        base_currency=base,
        oms_type=str(given(venue.oms_type, "NETTING")),
        account_type=str(given(venue.account_type, "MARGIN")),
        default_leverage=Decimal(given(venue.default_leverage, "1")),
        leverages=leverages or None,
        maker_fee=None if rates is None else rates.maker,
        taker_fee=None if rates is None else rates.taker,
        session_end=given(venue.session_end, "00:00"),
        session_timezone=given(venue.session_timezone, "UTC"),
        **{name: str(value) if name == "book_type" else value for name, value in values.items() if value is not None},
    )
