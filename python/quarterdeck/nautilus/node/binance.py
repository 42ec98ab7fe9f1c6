"""Binance's spot client with what it does wrong put right: positions equal the venue's ledger, no order is guessed at.

* It asks for orders and fills of symbols alone that have an open order, so what was bought and is held is forgotten.
  Here every symbol counts whose base asset the account holds.
* It reports FLAT for every instrument asked about, though spot has no positions to report, and the engine then makes
  up a fill that closes what was restored. Here it reports nothing.
* It calls an order rejected when the venue says that it does not know whether it was executed, and when questions about
  it fail. Here the order stays on its way until the venue says what became of it.
* It counts what is filled of a market order for an amount of quote against that amount, so that the order never ends.
  Here its quantity becomes what the venue makes of the amount.
* It asks for orders and for fills at once. An order that is filled between the two is reported filled without its
  fill, which the engine then makes up: without the commission, by which the position is too large for good.
  Here fills are asked for after the orders, and of those only what the orders say is filled.
* It asks for the last 1000 orders and the last 500 fills, and takes a question for fills that fails for none. What is
  filled and has no fill is made up, again without the commission. Here the fills of such an order are asked for by its
  number, and where the venue does not answer the start does not go on.
* It sorts fills by their number as text, "10" before "9", and the engine drops one that is older than one it took, and
  makes it up. Here they are in the order of their numbers.
"""

import asyncio
from decimal import Decimal
from typing import Any

import nautilus_trader.adapters.binance.factories as factories
from nautilus_trader.adapters.binance.common.enums import BinanceErrorCode, BinanceExecutionType, BinanceOrderStatus
from nautilus_trader.adapters.binance.http.error import BinanceError, get_binance_error_code
from nautilus_trader.adapters.binance.spot.execution import BinanceSpotExecutionClient
from nautilus_trader.adapters.binance.spot.schemas.user import BinanceSpotOrderUpdateData
from nautilus_trader.core.datetime import millis_to_nanos
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.execution.messages import (
    GenerateFillReports,
    GenerateOrderStatusReport,
    GenerateOrderStatusReports,
    GeneratePositionStatusReports,
)
from nautilus_trader.execution.reports import ExecutionMassStatus, FillReport, OrderStatusReport, PositionStatusReport
from nautilus_trader.model.identifiers import ClientOrderId, InstrumentId, VenueOrderId
from nautilus_trader.model.objects import Quantity
from nautilus_trader.model.orders import Order

from quarterdeck.nautilus.corrections import apply_here

MOST = 40
"""Symbols asked about at most: each costs two requests of weight 20, of 6000 a minute."""
AT_ONCE = 10
"""Orders whose fills are asked for side by side, each with weight 5."""

NO_ANSWER = tuple(
    str(code.value)
    for code in (
        BinanceErrorCode.UNKNOWN,
        BinanceErrorCode.DISCONNECTED,
        BinanceErrorCode.UNEXPECTED_RESP,
        BinanceErrorCode.TIMEOUT,
    )
)
"""Errors with which the venue says that it does not know what became of a request."""


class SpotClient(BinanceSpotExecutionClient):
    """Restores positions from the account's own orders and their fills: the last 1000 orders of each symbol."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._asked_about: set[ClientOrderId] = set()
        self._bought: dict[ClientOrderId, Decimal] = {}
        self._orders_first = asyncio.Lock()
        self._asking = asyncio.Semaphore(AT_ONCE)

    async def _get_binance_active_position_symbols(self, symbol: str | None = None) -> set[str]:
        if symbol is not None:
            return {symbol}
        account = await self._spot_http_account.query_spot_account_info()
        held = {row.asset for row in account.balances if float(row.free) + float(row.locked) > 0}
        found = {
            instrument.raw_symbol.value
            for instrument in self._instrument_provider.list_all()
            if str(instrument.base_currency) in held
        }
        if len(found) <= MOST:
            return found
        self._log.error(
            f"Positions are not restored: {len(found)} symbols are of assets held, more than {MOST}. "
            "Name those traded in instrument_provider.load_ids."
        )
        return set()

    async def generate_order_status_reports(self, command: GenerateOrderStatusReports) -> list[OrderStatusReport]:
        """Report orders; fills that are asked for meanwhile wait."""
        async with self._orders_first:
            reports: list[OrderStatusReport] = await super().generate_order_status_reports(command)
        return reports

    async def generate_fill_reports(self, command: GenerateFillReports) -> list[FillReport]:
        """Report fills, in the order in which they happened; raises where those of one order cannot be had."""
        if command.instrument_id is not None and command.venue_order_id is not None:
            return await self._fills_by_number(command.instrument_id, command.venue_order_id)
        async with self._orders_first:
            reports = await super().generate_fill_reports(command)
        return sorted(reports, key=_number)

    async def generate_mass_status(self, lookback_mins: int | None = None) -> ExecutionMassStatus | None:
        """Report orders with those fills alone that they speak of: the user stream tells of later ones."""
        status = await super().generate_mass_status(lookback_mins)
        if status is None:
            return None
        try:
            await asyncio.gather(*(self._complete(status, order) for order in status.order_reports.values()))
        except BinanceError as error:
            self._log.exception("Cannot tell fills of orders", error)
            return None
        return status

    async def _complete(self, status: ExecutionMassStatus, order: OrderStatusReport) -> None:
        """Leave of an order's fills what its report speaks of; ask for what is missing and not known either."""
        number = order.venue_order_id
        fills = status.fill_reports.get(number, [])
        known = self._cache.order(order.client_order_id)
        if _sum(fills) < order.filled_qty.as_decimal() and (known is None or known.filled_qty < order.filled_qty):
            async with self._asking:
                fills = await self._fills_by_number(order.instrument_id, number)
        if fills:
            status._fill_reports[number] = fills_of(order, fills)

    async def _fills_by_number(self, instrument_id: InstrumentId, number: VenueOrderId) -> list[FillReport]:
        trades = await self._http_account.query_user_trades(
            symbol=instrument_id.symbol.value, order_id=int(number.value)
        )
        reports = (
            trade.parse_to_fill_report(
                account_id=self.account_id,
                instrument_id=instrument_id,
                report_id=UUID4(),
                ts_init=self._clock.timestamp_ns(),
                use_position_ids=self._use_position_ids,
            )
            for trade in trades
        )
        return sorted(reports, key=_number)

    async def generate_position_status_reports(
        self, command: GeneratePositionStatusReports
    ) -> list[PositionStatusReport]:
        """Report nothing: what is held follows from the fills."""
        return []

    def _handle_execution_report(self, raw: bytes) -> None:
        report = self._decoder_spot_order_update.decode(raw)
        if report.x == BinanceExecutionType.NEW:
            report.handle_execution_report(self)
            self._settle_quantity(report)
        else:
            self._settle_quantity(report)
            report.handle_execution_report(self)

    def _settle_quantity(self, report: BinanceSpotOrderUpdateData) -> None:
        """Tell the engine the quantity of an order for an amount of quote, each time the venue says another one."""
        order = self._cache.order(ClientOrderId(report.c)) if report.c and Decimal(report.Q) else None
        if order is None or order.is_closed:
            return
        is_over = report.X not in (BinanceOrderStatus.NEW, BinanceOrderStatus.PARTIALLY_FILLED)
        size = report.z if is_over else report.q
        if Decimal(size) == 0 or self._bought.get(order.client_order_id) == Decimal(size):
            return
        self._bought[order.client_order_id] = Decimal(size)
        self.generate_order_updated(
            strategy_id=order.strategy_id,
            instrument_id=order.instrument_id,
            client_order_id=order.client_order_id,
            venue_order_id=VenueOrderId(str(report.i)),
            quantity=Quantity.from_str(size),
            price=None,
            trigger_price=None,
            ts_event=millis_to_nanos(report.T),
            is_quote_quantity=False,
        )

    async def generate_order_status_report(self, command: GenerateOrderStatusReport) -> OrderStatusReport | None:
        """Ask the venue about an order; a question that fails says nothing about the order."""
        self._asked_about.add(command.client_order_id)
        try:
            return await super().generate_order_status_report(command)
        finally:
            self._asked_about.discard(command.client_order_id)

    def generate_order_rejected(
        self,
        strategy_id: Any,
        instrument_id: Any,
        client_order_id: ClientOrderId,
        reason: str,
        ts_event: int,
        due_post_only: bool = False,
    ) -> None:
        """Pass on what the venue refused."""
        if client_order_id in self._asked_about or any(f"'code': {code}" in str(reason) for code in NO_ANSWER):
            self._log.error(f"What became of {client_order_id} is not known: {reason}")
            return
        super().generate_order_rejected(strategy_id, instrument_id, client_order_id, reason, ts_event, due_post_only)

    async def is_absent(self, order: Order) -> bool:
        """Say whether the venue does not know an order; raises where it was not reached."""
        number = order.venue_order_id
        try:
            await self._http_account.query_order(
                symbol=order.instrument_id.symbol.value,
                order_id=None if number is None else int(number.value),
                orig_client_order_id=order.client_order_id.value if number is None else None,
            )
        except BinanceError as error:
            if get_binance_error_code(error) == BinanceErrorCode.NO_SUCH_ORDER:
                return True
            raise
        return False


def fills_of(order: OrderStatusReport, fills: list[FillReport]) -> list[FillReport]:
    """Return the first fills, up to what an order's report says is filled."""
    told, sum_ = [], Decimal()
    for fill in fills:
        sum_ += fill.last_qty.as_decimal()
        if sum_ > order.filled_qty.as_decimal():
            break
        told.append(fill)
    return told


def _sum(fills: list[FillReport]) -> Decimal:
    return sum((fill.last_qty.as_decimal() for fill in fills), Decimal())


def _number(fill: FillReport) -> int:
    return int(fill.trade_id.value)


def correct() -> None:
    """Make the adapter's factory build the corrected client, on engines it was proved on."""
    if apply_here():
        factories.BinanceSpotExecutionClient = SpotClient
