"""Positions: shown with what they are worth now, and closed."""

import asyncio
from collections.abc import Callable
from typing import Any

from nautilus_trader.model.enums import OrderSide, PositionSide, PriceType
from nautilus_trader.model.identifiers import ClientOrderId, PositionId
from nautilus_trader.model.objects import Quantity
from nautilus_trader.model.orders import Order
from nautilus_trader.model.position import Position

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given, optional
from quarterdeck.nautilus.identifiers import check_identifier, parse_instrument_id
from quarterdeck.nautilus.node.gate import Asked
from quarterdeck.nautilus.node.known import known_instrument
from quarterdeck.nautilus.node.orderforms import OrderForms, invalid
from quarterdeck.nautilus.node.orders import PATIENCE, Orders, answer_of, digest_of
from quarterdeck.nautilus.node.rows import position_row
from quarterdeck.protocol import (
    ClosePositionParams,
    ClosePositionResult,
    ListPositionsParams,
    ListPositionsResult,
    WaitFor,
)

ATTEMPTS = 20
"""A book of one level may take a large position only a part at a time."""


class Positions:
    """What tools do with positions."""

    def __init__(self, kernel: Any, orders: Orders, forms: OrderForms, owner: Callable[[Any], Any]) -> None:
        self._cache = kernel.cache
        self._orders = orders
        self._forms = forms
        self._owner = owner

    def page(self, params: ListPositionsParams) -> ListPositionsResult:
        """Return a page of positions, newest first."""
        found = self._found(given(params.instrument_id), given(params.strategy_id))
        if (status := given(params.status)) is not None:
            found = [position for position in found if position.is_open == (status == "open")]
        found.sort(key=lambda position: (position.ts_opened, position.id.value), reverse=True)
        after, limit = given(params.after, 0), given(params.limit, 50)
        page = found[after : after + limit]
        more = after + len(page) < len(found)
        return ListPositionsResult(
            positions=[self.row(position) for position in page],
            total=len(found),
            next=optional(after + len(page) if more else None),
        )

    async def close(self, params: ClosePositionParams) -> ClosePositionResult:
        """Close the positions meant with market orders of whoever holds them."""
        name = given(params.client_order_id)
        digest = digest_of(params)
        if name is not None and (earlier := self._orders.repeated(name, digest, "client_order_id")) is not None:
            return self._result([earlier], [self._cache.position(earlier.position_id)], repeated=True)
        positions = self._meant(params)
        if name is not None and len(positions) > 1:
            raise invalid(
                f"{len(positions)} positions are meant, and one client_order_id is one order.",
                "Give position_id, or leave client_order_id out.",
                "client_order_id",
            )
        self._orders.require_settled()
        quantity = self._quantity(params, positions)
        if name is not None:
            self._orders.digests[name] = digest
        seconds = given(params.timeout_seconds, PATIENCE)
        tags = given(params.tags)
        orders = await asyncio.gather(
            *(
                self.close_one(position, seconds, params, quantity=quantity, name=name, tags=tags)
                for position in positions
            )
        )
        return self._result([order for group in orders for order in group], positions)

    async def flatten(self, positions: list[Position], seconds: float, asked: Asked) -> None:
        """Close positions under a halt too: what closes one may leave, and nothing that does more."""
        permit = self._orders.gate.close_with
        await asyncio.gather(*(self.close_one(position, seconds, asked, permit=permit) for position in positions))

    async def close_one(
        self,
        position: Position,
        seconds: float,
        asked: Asked,
        *,
        quantity: Quantity | None = None,
        name: str | None = None,
        tags: list[str] | None = None,
        permit: Callable[[Order], None] | None = None,
    ) -> list[Order]:
        """Send orders that close a position, or a part of it, until it is closed or the time is up."""
        owner = self._owner(position)
        instrument = self._cache.instrument(position.instrument_id)
        side = OrderSide.SELL if position.side == PositionSide.LONG else OrderSide.BUY
        deadline = asyncio.get_running_loop().time() + seconds
        rest = position.quantity if quantity is None else quantity
        orders: list[Order] = []
        while position.is_open and rest > 0 and len(orders) < ATTEMPTS:
            size = min(rest, instrument.max_quantity or rest)
            order = owner.order_factory.market(
                instrument.id,
                side,
                size,
                reduce_only=True,
                tags=tags,
                client_order_id=ClientOrderId(name) if name is not None and not orders else None,
            )
            orders.append(order)
            self._orders.gate.asked([order], asked)
            if permit is not None:
                permit(order)
            owner.submit_order(order, position_id=position.id)
            await self._orders.answer(order, WaitFor.closed, deadline - asyncio.get_running_loop().time())
            if order.filled_qty == 0 or quantity is not None or asyncio.get_running_loop().time() >= deadline:
                break
            rest = position.quantity
        return orders

    def row(self, position: Position) -> dict[str, Any]:
        """Return a position with its last price and open profit, where there is a price."""
        row = position_row(position)
        price = self.price(position)
        profit = None if price is None or position.is_closed else position.unrealized_pnl(price)
        row["last_px"] = None if price is None else str(price)
        row["unrealized_pnl"] = None if profit is None else str(profit)
        return row

    def price(self, position: Position) -> Any:
        """Return what the position would be closed at."""
        side = PriceType.BID if position.side == PositionSide.LONG else PriceType.ASK
        return self._cache.price(position.instrument_id, side) or self._cache.price(
            position.instrument_id, PriceType.LAST
        )

    def _found(self, instrument: str | None, strategy: str | None) -> list[Position]:
        instrument_id = None if instrument is None else parse_instrument_id(instrument, "instrument_id")
        positions: list[Position] = self._cache.positions(instrument_id=instrument_id)
        return [each for each in positions if strategy is None or each.strategy_id.value == strategy]

    def _meant(self, params: ClosePositionParams) -> list[Position]:
        name, instrument = given(params.position_id), given(params.instrument_id)
        if name is None and instrument is None:
            raise invalid("Which position?", "Give position_id or instrument_id.", "position_id")
        if instrument is not None:
            known_instrument(self._cache, instrument, "instrument_id")
        found = [each for each in self._found(instrument, given(params.strategy_id)) if each.is_open]
        if name is not None:
            position_id = PositionId(check_identifier(name, "position_id", "position id"))
            found = [each for each in found if each.id == position_id]
        if found:
            return found
        names = [each.id.value for each in self._cache.positions_open()]
        what = f'"{name}"' if name is not None else f"in {instrument}"
        raise QuarterdeckError(
            "POSITION_NOT_FOUND",
            f"There is no open position {what}.{did_you_mean(name or '', names)}",
            f"Open are: {', '.join(names)}." if names else "No position is open.",
            path="position_id" if name is not None else "instrument_id",
        )

    def _quantity(self, params: ClosePositionParams, positions: list[Position]) -> Quantity | None:
        if (text := given(params.quantity)) is None:
            return None
        if len(positions) > 1:
            raise invalid("quantity is of one position, and several are meant.", "Give position_id.", "quantity")
        position = positions[0]
        instrument = self._cache.instrument(position.instrument_id)
        quantity = self._forms.quantity(text, instrument, "quantity", quote=True)
        if quantity > position.quantity:
            raise invalid(f"The position is {position.quantity}.", "Give that much at most.", "quantity")
        return quantity

    def _result(self, orders: list[Order], positions: list[Position], *, repeated: bool = False) -> ClosePositionResult:
        known = [position for position in positions if position is not None]
        return ClosePositionResult(
            orders=[answer_of(order) for order in orders],
            closed=[position.id.value for position in known if position.is_closed],
            left=[self.row(position) for position in known if position.is_open],
            repeated=optional(repeated or None),
        )
