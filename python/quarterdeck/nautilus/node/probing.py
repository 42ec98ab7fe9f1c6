"""Checks a connected venue row by row: what it knows, how fresh its data is, and, asked, an order that cannot fill."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Any

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import GenerateOrderStatusReport
from nautilus_trader.model.enums import order_status_to_str
from nautilus_trader.model.identifiers import ClientId, ClientOrderId
from nautilus_trader.model.instruments import Instrument

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given, optional
from quarterdeck.nautilus.convert import plain
from quarterdeck.nautilus.node.orderchanges import OrderChanges
from quarterdeck.nautilus.node.orders import Orders
from quarterdeck.nautilus.node.subscriptions import Subscriptions
from quarterdeck.protocol import (
    CancelOrderParams,
    CheckStatus,
    MarketDataKind,
    ModifyOrderParams,
    OrderAnswer,
    OrderSide,
    OrderType,
    ProbeVenueParams,
    SubmitOrderParams,
    SubscribeMarketDataParams,
    TimeInForce,
    VenueCheck,
    WaitFor,
)

QUOTE_SECONDS = 15.0
OLD_SECONDS = 10.0
FAR_PERCENT = Decimal(20)
"""How far below the market the order waits, where the node's price band is not narrower."""
BAND_SHARE = Decimal("0.75")

type Step = Callable[[], Awaitable[tuple[CheckStatus, str, str | None]]]


class Probe:
    """One check of one venue."""

    def __init__(
        self,
        kernel: Any,
        subscriptions: Subscriptions,
        orders: Orders,
        changes: OrderChanges,
        band: Callable[[], Decimal | None],
    ) -> None:
        self._kernel = kernel
        self._subscriptions = subscriptions
        self._orders = orders
        self._changes = changes
        self._band = band

    async def run(self, params: ProbeVenueParams) -> list[VenueCheck]:
        """Return the rows; after one that failed those that need it are skipped, but no order is left working."""
        self._params = params
        self._order_id = ""
        self._borrowed: SubscribeMarketDataParams | None = None
        try:
            return await self._rows()
        finally:
            if self._borrowed is not None:
                self._subscriptions.unsubscribe(self._borrowed)

    async def _rows(self) -> list[VenueCheck]:
        params = self._params
        rows = [
            await _row("instruments", self._instruments),
            await _row("market_data", self._market_data),
            await _row("account", self._account),
        ]
        if not given(params.order, False):
            return rows
        for name, step in (
            ("order_submitted", self._submit),
            ("order_modified", self._modify),
            ("order_cancelled", self._cancel),
            ("order_reconciled", self._reconcile),
        ):
            is_needed = step == self._cancel and self._is_left_behind()
            if not is_needed and any(row.status is CheckStatus.fail for row in rows):
                rows.append(VenueCheck(check=name, status=CheckStatus.skipped, found="An earlier row failed."))
            else:
                rows.append(await _row(name, step))
        return rows

    async def _instruments(self) -> tuple[CheckStatus, str, str | None]:
        known = self._known()
        if not known and not self._has_data():
            return CheckStatus.skipped, "Instruments come with market data, and this venue has no data client.", None
        if not known:
            return (
                CheckStatus.fail,
                "The node has no instrument of this venue.",
                'Load some: instrument_provider {"load_all": true} or load_ids in the client\'s config.',
            )
        wanted = given(self._params.instrument_id)
        if wanted is not None and wanted not in known:
            return CheckStatus.fail, f'"{wanted}" is not among them.{did_you_mean(wanted, known)}', "Name another."
        return CheckStatus.ok, f"{len(known)}, for example {', '.join(known[:3])}", None

    async def _market_data(self) -> tuple[CheckStatus, str, str | None]:
        if not self._has_data():
            return CheckStatus.skipped, "This venue has no data client in the node.", None
        instrument = self._instrument()
        cache = self._kernel.cache
        ask = SubscribeMarketDataParams(instrument_id=instrument.id.value, kinds=[MarketDataKind.quotes])
        if MarketDataKind.quotes not in self._subscriptions.of(instrument.id):
            self._subscriptions.subscribe(ask)
            self._borrowed = ask
        before, deadline = cache.quote_tick(instrument.id), time.monotonic() + QUOTE_SECONDS
        while (quote := cache.quote_tick(instrument.id)) is before and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        if quote is None:
            return (
                CheckStatus.fail,
                f"No quote of {instrument.id} in {QUOTE_SECONDS:.0f} s.",
                "The market may be closed; check the subscription in the node's log.",
            )
        age = (self._kernel.clock.timestamp_ns() - quote.ts_event) / 1e9
        found = f"{instrument.id} {quote.bid_price} / {quote.ask_price}, {max(age, 0.0):.3f} s old"
        if age > OLD_SECONDS:
            return CheckStatus.warn, found, "The market may be closed, or the venue's clock and this one differ."
        return CheckStatus.ok, found, None

    async def _account(self) -> tuple[CheckStatus, str, str | None]:
        client = self._kernel.exec_engine._clients.get(ClientId(self._params.venue))
        if client is None:
            return CheckStatus.skipped, "This venue has no execution client in the node.", None
        account = self._kernel.cache.account(client.account_id) if client.account_id else None
        if account is None:
            return CheckStatus.fail, "The venue tells no account.", "Check what the key may do."
        held = [str(balance.total) for balance in account.balances().values() if balance.total.as_decimal() != 0]
        return CheckStatus.ok, f"{account.id}: {', '.join(held[:5]) or 'nothing in it'}", None

    async def _submit(self) -> tuple[CheckStatus, str, str | None]:
        instrument = self._instrument()
        quote = self._kernel.cache.quote_tick(instrument.id)
        if quote is None:
            return CheckStatus.fail, "There is no quote to keep away from.", "Give a venue with market data."
        band = self._band()
        away = FAR_PERCENT if band is None else min(FAR_PERCENT, band * BAND_SHARE)
        self._price = _stepped(
            quote.bid_price.as_decimal() * (100 - away) / 100, instrument.price_increment.as_decimal(), ROUND_DOWN
        )
        quantity = _smallest(instrument, self._price)
        answer = await self._orders.submit(
            SubmitOrderParams(
                instrument_id=instrument.id.value,
                side=OrderSide.BUY,
                type=OrderType.LIMIT,
                quantity=plain(quantity),
                price=plain(self._price),
                time_in_force=TimeInForce.GTC,
                wait_for=WaitFor.accepted,
                timeout_seconds=QUOTE_SECONDS,
            )
        )
        self._order_id = answer.client_order_id
        return _judged(answer, "ACCEPTED", f"BUY {plain(quantity)} at {plain(self._price)}, {plain(away)} % below")

    async def _modify(self) -> tuple[CheckStatus, str, str | None]:
        instrument = self._instrument()
        price = self._price - instrument.price_increment.as_decimal()
        quantity = _smallest(instrument, price)
        answer = await self._changes.modify(
            ModifyOrderParams(client_order_id=self._order_id, price=plain(price), quantity=plain(quantity))
        )
        reason = given(answer.reason)
        if reason is not None:
            return CheckStatus.warn, f"The venue or its adapter does not: {reason}", "Cancel and submit instead."
        return _judged(answer, "ACCEPTED", f"to {plain(price)}")

    async def _cancel(self) -> tuple[CheckStatus, str, str | None]:
        answer = await self._changes.cancel(CancelOrderParams(client_order_id=self._order_id))
        return _judged(answer, "CANCELED", "cancelled")

    async def _reconcile(self) -> tuple[CheckStatus, str, str | None]:
        client = self._kernel.exec_engine._clients[ClientId(self._params.venue)]
        order = self._kernel.cache.order(ClientOrderId(self._order_id))
        report = await client.generate_order_status_report(
            GenerateOrderStatusReport(
                instrument_id=order.instrument_id,
                client_order_id=order.client_order_id,
                venue_order_id=order.venue_order_id,
                command_id=UUID4(),
                ts_init=self._kernel.clock.timestamp_ns(),
            )
        )
        if report is None:
            return CheckStatus.warn, "The venue tells nothing of the order any more.", None
        theirs, ours = order_status_to_str(report.order_status), order_status_to_str(order.status)
        status = CheckStatus.ok if theirs == ours else CheckStatus.fail
        return status, f"The venue says {theirs}, the node {ours}.", None if theirs == ours else "Stop and look."

    def _is_left_behind(self) -> bool:
        """Say whether the order of the check may still be working."""
        if not self._order_id:
            return False
        order = self._kernel.cache.order(ClientOrderId(self._order_id))
        return order is not None and not order.is_closed

    def _has_data(self) -> bool:
        return ClientId(self._params.venue) in self._kernel.data_engine._clients

    def _known(self) -> list[str]:
        venue = self._params.venue
        ids = [each.value for each in self._kernel.cache.instrument_ids() if each.venue.value == venue]
        if not ids:
            # A client of several venues, like a broker, is none of them itself.
            ids = [each.value for each in self._kernel.cache.instrument_ids()]
        return sorted(ids)

    def _instrument(self) -> Instrument:
        wanted = given(self._params.instrument_id)
        known = self._known()
        name = wanted or next(iter(known), None)
        found = next(
            (each for each in self._kernel.cache.instruments() if each.id.value == name),
            None,
        )
        if found is None:
            raise QuarterdeckError(
                "UNKNOWN_INSTRUMENT", "There is no instrument to check with.", "Load one.", path="instrument_id"
            )
        return found


async def _row(name: str, step: Step) -> VenueCheck:
    began = time.perf_counter()
    try:
        status, found, next_step = await step()
    except QuarterdeckError as error:
        status, found, next_step = CheckStatus.fail, f"{error.message} ({error.code})", error.next_step
    except Exception as error:
        status, found, next_step = CheckStatus.fail, f"{type(error).__name__}: {error}"[:300], "Read the node's log."
    return VenueCheck(
        check=name,
        status=status,
        found=found,
        next_step=optional(next_step),
        milliseconds=round((time.perf_counter() - began) * 1000),
    )


def _judged(answer: OrderAnswer, wanted: str, what: str) -> tuple[CheckStatus, str, str | None]:
    if answer.status == wanted:
        return CheckStatus.ok, what, None
    reason = given(answer.reason)
    return (
        CheckStatus.fail,
        f"{what}: {answer.status}{'' if reason is None else f', {reason}'}",
        "Read the reason; limits of the node, permissions of the key, and the venue's minimum are the usual ones.",
    )


def _smallest(instrument: Instrument, price: Decimal) -> Decimal:
    """Return the smallest quantity the venue takes at a price."""
    step = instrument.size_increment.as_decimal()
    least = step if instrument.min_quantity is None else max(step, instrument.min_quantity.as_decimal())
    if instrument.min_notional is not None and price > 0:
        # A little more, so that rounding does not fall below.
        least = max(least, instrument.min_notional.as_decimal() * Decimal("1.02") / price)
    return _stepped(least, step, ROUND_UP)


def _stepped(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).to_integral_value(rounding=rounding) * step
